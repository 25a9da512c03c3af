import { MemoryError } from '../errors.js';
import { given } from './given.js';
import { hasSharedMemory, requireWebAssembly } from './platform.js';

const PAGE = 65536;
const MOST_PAGES = 65536;

/** The kernels' memory: shared with other threads where the platform allows it. */
export const memory = create();
/** Whether threads can share it. */
export const isShared = !(memory.buffer instanceof ArrayBuffer);

let floatView = new Float32Array(memory.buffer);
let intView = new Int32Array(memory.buffer);
let byteView = new Uint8Array(memory.buffer);

function create(): WebAssembly.Memory {
  requireWebAssembly();
  const limits = { initial: 2, maximum: MOST_PAGES };
  // Kernels that are given import memory of their own.
  if (given.code === null && hasSharedMemory()) {
    try {
      return new WebAssembly.Memory({ ...limits, shared: true });
    } catch {
      // A small device may not reserve so much for sharing; without, memory grows bit by bit.
    }
  }
  return new WebAssembly.Memory(limits);
}

/** The whole memory as float32. Growing replaces it: fetch it anew, never keep it. */
export const floats = (): Float32Array => floatView;
/** The whole memory as int32, as `floats`. */
export const ints = (): Int32Array => intView;
/** The whole memory as bytes, as `floats`. */
export const bytes = (): Uint8Array => byteView;

/**
 * Makes at least so many bytes more behind the end.
 *
 * @returns how many it made
 * @throws MemoryError if there are no more
 */
export function grow(wanted: number): number {
  const before = memory.buffer.byteLength;
  // By an eighth at least: growing is a system call and replaces every view.
  const generous = Math.ceil(Math.max(wanted, before / 8) / PAGE);
  const room = MOST_PAGES - before / PAGE;
  const least = Math.ceil(wanted / PAGE);
  try {
    memory.grow(Math.max(least, Math.min(generous, room)));
  } catch (cause) {
    throw new MemoryError(
      `WebAssembly memory is full: it has ${Math.round(before / 2 ** 20)} MiB and ${Math.ceil(wanted / 2 ** 20)} MiB more were needed`,
      {
        hint: 'use a smaller batch, sequence or model; 4096 MiB is the most a 32-bit WebAssembly memory holds',
        cause,
      },
    );
  }
  floatView = new Float32Array(memory.buffer);
  intView = new Int32Array(memory.buffer);
  byteView = new Uint8Array(memory.buffer);
  return memory.buffer.byteLength - before;
}
