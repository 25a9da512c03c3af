import { MemoryError } from '../errors.js';
import { code } from './code.js';
import type { KernelExports } from './generated/exports.js';
import { Heap } from './heap.js';
import { bytes, floats as allFloats, grow, ints as allInts, memory } from './memory.js';
import { type Block, Pool } from './pool.js';
import { Workspace } from './workspace.js';

const PAGE = 65536;
// The kernels' constant tables and the words where threads meet sit in the first page.
const HEAP_START = PAGE;
const DEFAULT_BUDGET = 256 * 2 ** 20;
const TABLE_WORDS = 16 * 1024;
// Two tables of the largest size and a third that has to start at the front again.
const RING_WORDS = 3 * TABLE_WORDS;

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

const ownWorkspace = new Workspace(heap);

/**
 * Lends scratch of so many bytes for as long as `use` runs: see `Workspace`. While calls are recorded it is the recording's, for
 * they know its address.
 */
export function withWorkspace<R>(bytes: number, use: (address: number) => R): R {
  const workspace = keeper()?.workspace ?? ownWorkspace;
  return workspace.lend(bytes, use);
}

const ringAddress = heap.allocate(RING_WORDS * 4);
let ringNext = 0;

/**
 * Writes integers (strides, pointers, sizes) where a kernel can read them and returns their address.
 * Good for the next kernel call: the last two tables are always whole, and no kernel reads more.
 */
export function table(values: ArrayLike<number>): number {
  if (values.length > TABLE_WORDS) {
    throw new MemoryError(`a kernel's table has ${values.length} entries, more than ${TABLE_WORDS}`);
  }
  const own = keeper();
  if (own !== null) {
    const address = own.reserve(Math.max(values.length, 1) * 4);
    allInts().set(values, address >>> 2);
    own.tabled(values);
    return address;
  }
  if (ringNext + values.length > RING_WORDS) ringNext = 0;
  const address = ringAddress + ringNext * 4;
  allInts().set(values, address >>> 2);
  ringNext += values.length;
  return address;
}

const { exports } = new WebAssembly.Instance(code, { env: { memory } });

/** The compute kernels themselves. */
export const ownKernels = exports as unknown as KernelExports;
/** Where instances on the main thread have their scratch: within one call of a kernel, so they can share it. */
export const mainScratch = reserve(ownKernels.scratchBytes());
ownKernels.setScratch(mainScratch);

/** The compute kernels, loaded when this module is. While calls are recorded, they are noted on the way. */
export let kernels = ownKernels;

/** Takes part in everything the engine does while a step is recorded: see tensor/capture/recording.ts. */
export interface Recorder {
  /** A call of a kernel, or of something else, and what it returned. */
  called(run: (...args: number[]) => unknown, args: readonly number[], result: unknown): void;
  /** Kernels that run again together, in their own way; `by` says what they do. */
  job(run: () => void, by: readonly unknown[]): void;
  /** Something that a replay could not repeat. */
  cannot(reason: string): void;
  /** Whether it records in vain: then nothing it hands out would stay in place. */
  readonly ended: boolean;
  /** Scratch that stays in place. */
  readonly workspace: Workspace;
  /** Memory that stays in place. */
  reserve(bytes: number): number;
  /** What a table holds that was written there. */
  tabled(values: ArrayLike<number>): void;
  allocated(block: Block): void;
  used(block: Block): void;
  /** A write in place; a replay has to count it again. */
  wrote(storage: { written(): void }): void;
  /** A leaf gets another gradient than the one before, or (null) loses it. */
  gradient(leaf: object, before: object | null, next: object | null): void;
  /** Someone looks which gradient a leaf has. */
  looked(leaf: object): void;
  /** Something of `owner` that decides in JavaScript and runs again as it is at each replay. */
  runs(again: () => void, owner: object): void;
}

let recorder: Recorder | null = null;

/** Who records now, or null. */
export const recording = (): Recorder | null => recorder;

/** Who keeps what calls read besides tensors: the recording, unless it is in vain. */
const keeper = (): Recorder | null => (recorder === null || recorder.ended ? null : recorder);

// Those that only say how much memory something takes do nothing that would have to be repeated.
const SIZES = /(Size|Bytes|Workspace)$/;

const noting = Object.fromEntries(
  Object.entries(ownKernels as unknown as Record<string, (...args: number[]) => unknown>).map(
    ([name, run]) => [
      name,
      SIZES.test(name)
        ? run
        : (...args: number[]): unknown => {
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
