import { MemoryError } from '../errors.js';
import { code } from './code.js';
import type { KernelExports } from './generated/exports.js';
import { Heap } from './heap.js';
import { bytes, floats as allFloats, grow, ints as allInts, memory } from './memory.js';
import { type Block, Pool } from './pool.js';

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
  if (recorder !== null) return recorder.workspace(size);
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
  if (recorder !== null) {
    const own = recorder.reserve(Math.max(values.length, 1) * 4);
    allInts().set(values, own >> 2);
    return own;
  }
  if (tableNext + values.length > TABLE_WORDS) tableNext = 0;
  const at = (tableAddress >> 2) + tableNext;
  allInts().set(values, at);
  tableNext += values.length;
  return at << 2;
}

const { exports } = await WebAssembly.instantiate(code, { env: { memory } });

/** The compute kernels themselves. */
export const ownKernels = exports as unknown as KernelExports;
/** Where an instance on the main thread has its scratch. */
export const mainScratch = reserve(ownKernels.scratchBytes());
ownKernels.setScratch(mainScratch);

/** The compute kernels, loaded when this module is. While calls are recorded, they are noted on the way. */
export let kernels = ownKernels;

/** Takes part in everything the engine does while a step is recorded: see `record` in recording.ts. */
export interface Recorder {
  /** A call of a kernel, or of something else, and what it returned. */
  called(run: (...args: number[]) => unknown, args: readonly number[], result: unknown): void;
  /** Something that a replay could not repeat. */
  cannot(reason: string): void;
  workspace(bytes: number): number;
  reserve(bytes: number): number;
  allocated(block: Block): void;
  used(block: Block): void;
  /** A write in place; a replay has to count it again. */
  wrote(storage: { written(): void }): void;
  /** A leaf gets another gradient than the one before, or (null) loses it. */
  gradient(leaf: object, before: object | null, next: object | null): void;
  /** Something that decides in JavaScript and runs again as it is at each replay. */
  runs(again: () => void): void;
}

let recorder: Recorder | null = null;

/** Who records now, or null. */
export const recording = (): Recorder | null => recorder;

const noting = Object.fromEntries(
  Object.entries(ownKernels as unknown as Record<string, (...args: number[]) => unknown>).map(
    ([name, run]) => [
      name,
      (...args: number[]): unknown => {
        const result = run(...args);
        recorder!.called(run, args, result);
        return result;
      },
    ],
  ),
) as unknown as KernelExports;

/** Records with `next` from now on, or with null no more; returns who did before. */
export function recordWith(next: Recorder | null): Recorder | null {
  const before = recorder;
  recorder = next;
  pool.watcher = next;
  kernels = next === null ? ownKernels : noting;
  return before;
}

/** The whole memory as float32, for JavaScript to read and write. Growing replaces it: fetch it anew, never keep it. */
export function floats(): Float32Array {
  recorder?.cannot('it reads or writes numbers in JavaScript');
  return allFloats();
}

/** As `floats`, as int32. */
export function ints(): Int32Array {
  recorder?.cannot('it reads or writes numbers in JavaScript');
  return allInts();
}
