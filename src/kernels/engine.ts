import { MemoryError } from '../errors.js';
import fma from './generated/fma.js';
import type { KernelExports } from './generated/exports.js';
import simd from './generated/simd.js';
import { Heap } from './heap.js';
import { bytes, grow, ints, isShared, memory } from './memory.js';
import { environment, hasRelaxedSimd, inflated } from './platform.js';
import { Pool } from './pool.js';

export { floats, ints } from './memory.js';

/** Which build of the kernels runs: `fma` uses relaxed SIMD's fused multiply-add, `simd` rounds twice. */
export type Build = 'simd' | 'fma';

const PAGE = 65536;
// The kernels' constant tables and the words where threads meet sit in the first page.
const HEAP_START = PAGE;
const DEFAULT_BUDGET = 256 * 2 ** 20;
const TABLE_WORDS = 16 * 1024;

let started = false;
const heap = new Heap(HEAP_START, (wanted) => {
  // The page behind HEAP_START is there from the start.
  if (!started) {
    started = true;
    return wanted <= PAGE ? PAGE : PAGE + grow(wanted - PAGE);
  }
  return grow(wanted);
});

/** Where every tensor's numbers live. */
export const pool = new Pool(heap, bytes, DEFAULT_BUDGET);

/** Memory that is never given back, for what lives as long as the program. */
export const reserve = (size: number): number => heap.allocate(size);

let workspaceAddress = 0;
let workspaceBytes = 0;

/** Scratch that a kernel may clobber during one call. The next call of this function may hand out the same bytes. */
export function workspace(size: number): number {
  if (size > workspaceBytes) {
    if (workspaceBytes > 0) heap.free(workspaceAddress, workspaceBytes);
    workspaceBytes = Math.max(size, 2 * workspaceBytes);
    workspaceAddress = heap.allocate(workspaceBytes);
  }
  return workspaceAddress;
}

const tableAddress = heap.allocate(TABLE_WORDS * 4);
let tableNext = 0;

/**
 * Writes integers (strides, pointers, sizes) where a kernel can read them and returns their address.
 * Good until some 16,000 more integers have been written, which is to say for the next kernel call.
 */
export function table(values: ArrayLike<number>): number {
  if (values.length > TABLE_WORDS) {
    throw new MemoryError(`a kernel's table has ${values.length} entries, more than ${TABLE_WORDS}`);
  }
  if (tableNext + values.length > TABLE_WORDS) tableNext = 0;
  const at = (tableAddress >> 2) + tableNext;
  ints().set(values, at);
  tableNext += values.length;
  return at << 2;
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const decoded = new Uint8Array(binary.length);
  for (let i = 0; i < decoded.length; i++) decoded[i] = binary.charCodeAt(i);
  return decoded;
}

/** The build in use, and what decided it. `UNROLLED_BUILD=simd` turns fused multiply-add off. */
export const build: Build = environment('UNROLLED_BUILD') !== 'simd' && hasRelaxedSimd() ? 'fma' : 'simd';

const wasm = forMemory(await inflated(decodeBase64(build === 'fma' ? fma : simd)));

/** Compiles the kernels once more, apart from any other time: a custom section keeps V8 from handing out what it has. */
export function compileAnew(): WebAssembly.Module {
  const marked = new Uint8Array(wasm.length + 3);
  marked.set(wasm);
  // A section of kind 0 and one byte: a name of no letters.
  marked.set([0, 1, 0], wasm.length);
  return new WebAssembly.Module(marked);
}

/** The compiled kernels; threads make instances of their own. */
export const code = await WebAssembly.compile(wasm);
const { exports } = await WebAssembly.instantiate(code, { env: { memory } });

/** The compute kernels, loaded when this module is. */
export const kernels = exports as unknown as KernelExports;
/** Where an instance on the main thread has its scratch. */
export const mainScratch = reserve(kernels.scratchBytes());
kernels.setScratch(mainScratch);

/** Kernels that import shared memory (limits with flag 3), for the memory there is: that flag is 1 for one of one's own. */
export function forMemory(wasm: Uint8Array<ArrayBuffer>, shared = isShared): Uint8Array<ArrayBuffer> {
  if (shared) return wasm;
  const name = 'memory';
  const flag = wasm.findIndex((_, i) => {
    return wasm[i + name.length] === 2 && [...name].every((c, j) => wasm[i + j] === c.charCodeAt(0));
  });
  wasm[flag + name.length + 1] = 1;
  return wasm;
}
