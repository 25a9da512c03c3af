import { pool } from '../kernels/engine.js';

/** Memory of all tensors, in bytes. */
export interface MemoryUsage {
  /** In WebAssembly memory now. */
  readonly resident: number;
  /** How much may be there before the least recently used tensors move out. */
  readonly budget: number;
}

/** How much memory tensors take in WebAssembly. Tensors that were moved out are not in it. */
export function memoryUsage(): MemoryUsage {
  return { resident: pool.resident, budget: pool.budget };
}

/**
 * Sets how many bytes of tensors stay in WebAssembly memory (default 256 MiB) before the least recently used move out to
 * ordinary JavaScript arrays, from which they come back, bit for bit, when used. More is faster for models whose training
 * step needs more.
 *
 * @throws ValueError if it is not above 0
 */
export function setMemoryBudget(bytes: number): void {
  pool.budget = bytes;
}
