import { MemoryError } from '../errors.js';
import fma from './generated/fma.js';
import type { KernelExports } from './generated/exports.js';
import simd from './generated/simd.js';
import { Heap } from './heap.js';
import { environment, hasRelaxedSimd, inflated } from './platform.js';
import { Pool } from './pool.js';

/** Which build of the kernels runs: `fma` uses relaxed SIMD's fused multiply-add, `simd` rounds twice. */
export type Build = 'simd' | 'fma';

const PAGE = 65536;
// The kernels' constant tables sit in the first page.
const HEAP_START = PAGE;
const DEFAULT_BUDGET = 256 * 2 ** 20;
const TABLE_WORDS = 16 * 1024;

const memory = new WebAssembly.Memory({ initial: 2, maximum: 65536 });
let floatView = new Float32Array(memory.buffer);
let intView = new Int32Array(memory.buffer);
let byteView = new Uint8Array(memory.buffer);

/** The whole memory as float32. Growing replaces it: fetch it anew, never keep it. */
export const floats = (): Float32Array => floatView;
/** The whole memory as int32, as `floats`. */
export const ints = (): Int32Array => intView;

function grow(bytes: number): number {
  const before = memory.buffer.byteLength;
  // By an eighth at least: growing is a system call and replaces every view.
  const wanted = Math.ceil(Math.max(bytes, before / 8) / PAGE);
  const room = 65536 - before / PAGE;
  const least = Math.ceil(bytes / PAGE);
  try {
    memory.grow(Math.max(least, Math.min(wanted, room)));
  } catch (cause) {
    throw new MemoryError(
      `WebAssembly memory is full: it has ${Math.round(before / 2 ** 20)} MiB and ${Math.ceil(bytes / 2 ** 20)} MiB more were needed`,
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

const heap = new Heap(HEAP_START, (bytes) => {
  // The page behind HEAP_START is there from the start.
  if (!started) {
    started = true;
    return bytes <= PAGE ? PAGE : PAGE + grow(bytes - PAGE);
  }
  return grow(bytes);
});
let started = false;

/** Where every tensor's numbers live. */
export const pool = new Pool(heap, () => byteView, DEFAULT_BUDGET);

let workspaceAddress = 0;
let workspaceBytes = 0;

/** Scratch that a kernel may clobber during one call. The next call of this function may hand out the same bytes. */
export function workspace(bytes: number): number {
  if (bytes > workspaceBytes) {
    if (workspaceBytes > 0) heap.free(workspaceAddress, workspaceBytes);
    workspaceBytes = Math.max(bytes, 2 * workspaceBytes);
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
  intView.set(values, at);
  tableNext += values.length;
  return at << 2;
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** The build in use, and what decided it. `UNROLLED_BUILD=simd` turns fused multiply-add off. */
export const build: Build = environment('UNROLLED_BUILD') !== 'simd' && hasRelaxedSimd() ? 'fma' : 'simd';

const code = await inflated(decodeBase64(build === 'fma' ? fma : simd));
const { instance } = await WebAssembly.instantiate(code, { env: { memory } });

/** The compute kernels, loaded when this module is. */
export const kernels = instance.exports as unknown as KernelExports;
