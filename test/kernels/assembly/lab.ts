import { expect } from 'vitest';
import { type Build, codeOf } from '../../../src/kernels/code.js';
import type { KernelExports } from '../../../src/kernels/generated/exports.js';
import { hasRelaxedSimd } from '../../../src/kernels/platform.js';

/** Floats or words somewhere in a lab's memory. */
export interface Buffer {
  readonly address: number;
  readonly length: number;
}

const PAGES = 128;
const SCRATCH = 65536;
const FIRST = 4 * 65536;
// A NaN with a face of its own: reading it spoils a result, writing over it shows.
const GUARD = 0x7fc0dead;
// How far behind the last buffer strays are looked for.
const NEARBY = 256;

/**
 * One build of the kernels with a small memory of its own. Every buffer lies between guard words, at addresses that no
 * vector alignment helps.
 */
export class Lab {
  readonly kernels: KernelExports;
  readonly memory = new WebAssembly.Memory({ initial: PAGES, maximum: 65536, shared: true });
  private readonly words = new Int32Array(this.memory.buffer);
  private readonly values = new Float32Array(this.memory.buffer);
  private next = FIRST / 4;
  private gap = 1;

  constructor(
    readonly name: string,
    build: Build,
    wideTile = false,
  ) {
    const module = new WebAssembly.Module(codeOf(build));
    const { exports } = new WebAssembly.Instance(module, { env: { memory: this.memory } });
    this.kernels = exports as unknown as KernelExports;
    this.kernels.setScratch(SCRATCH);
    this.kernels.setWideTile(Number(wideTile));
    this.words.fill(GUARD, FIRST / 4);
  }

  toString(): string {
    return this.name;
  }

  /** Forgets all buffers. */
  clear(): void {
    this.words.fill(GUARD, FIRST / 4, this.next + NEARBY);
    this.next = FIRST / 4;
  }

  /** n words that nobody has written yet. */
  blank(n: number): Buffer {
    this.gap = 1 + (this.gap % 5);
    const at = this.next + this.gap;
    this.next = at + n;
    return { address: at * 4, length: n };
  }

  floats(values: ArrayLike<number>): Buffer {
    const buffer = this.blank(values.length);
    this.values.set(values, buffer.address / 4);
    return buffer;
  }

  ints(values: ArrayLike<number>): Buffer {
    const buffer = this.blank(values.length);
    this.words.set(values, buffer.address / 4);
    return buffer;
  }

  /** Scratch of so many bytes. */
  workspace(bytes: number): number {
    return this.blank(Math.ceil(bytes / 4)).address;
  }

  /** W (out, size) as the walks read it: Wᵀ packed for x · Wᵀ forward, or W for dy · W backward. */
  packed(W: Buffer, out: number, size: number, side: 'forward' | 'backward'): Buffer {
    const [k, n] = side === 'forward' ? [size, out] : [out, size];
    const [row, col] = side === 'forward' ? [1, k] : [n, 1];
    const packed = this.blank(this.kernels.packedSize(k, n) / 4);
    this.kernels.packB(0, Math.ceil(n / 16), k, n, W.address, row, col, packed.address);
    return packed;
  }

  /** A walk of so many steps in two stretches, each shared out in two parts, as threads may do it. */
  inStretches(
    steps: number,
    batch: number,
    run: (from: number, to: number, begin: number, end: number) => void,
  ): void {
    const middle = steps >> 1;
    for (const [begin, end] of [
      [0, middle],
      [middle, steps],
    ]) {
      this.inParts(batch, (from, to) => {
        run(from, to, begin, end);
      });
    }
  }

  /** A job over 0 … total in two parts, the second first, as two threads may do it. */
  inParts(total: number, run: (from: number, to: number) => void): void {
    const middle = total >> 1;
    run(middle, total);
    run(0, middle);
  }

  /** As `floats`, but the last of them is the last of the memory: reading past it stops the program. */
  floatsAtEnd(values: ArrayLike<number>): Buffer {
    const at = this.words.length - values.length;
    this.values.set(values, at);
    return { address: at * 4, length: values.length };
  }

  read({ address, length }: Buffer): Float32Array {
    return this.values.slice(address / 4, address / 4 + length);
  }

  readInts({ address, length }: Buffer): Int32Array {
    return this.words.slice(address / 4, address / 4 + length);
  }

  /** Fails if `run` changes a word outside `written`, among the buffers or near them. */
  expectWritesOnly(written: readonly Buffer[], run: () => void): void {
    const before = this.words.slice(0, this.next + NEARBY);
    run();
    for (const { address, length } of written) {
      before.set(this.words.subarray(address / 4, address / 4 + length), address / 4);
    }
    for (let i = FIRST / 4; i < before.length; i++) {
      if (before[i] !== this.words[i]) expect.fail(`word ${i} was written, which is no output`);
    }
  }
}

// Relaxed SIMD has to be allowed before anything is compiled.
if (!hasRelaxedSimd())
  throw new Error('this engine has no relaxed SIMD, so half of the kernels cannot be tested');

/** Both builds with both tiles, to run every test on. */
export const labs = [
  new Lab('simd', 'simd'),
  new Lab('fma', 'fma'),
  new Lab('simd, wide tile', 'simd', true),
  new Lab('fma, wide tile', 'fma', true),
];

/** Lengths around the widths that vectors and tiles have. */
export const ODD_SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 65];

/** n numbers in [-scale, scale) that are the same each time (a linear congruential generator). */
export function noise(n: number, seed = 1, scale = 1): Float32Array {
  let state = (seed * 2654435761) >>> 0;
  return Float32Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) * scale;
  });
}

/** n whole numbers in [0, below). */
export function wholes(n: number, below: number, seed = 1): Int32Array {
  return Int32Array.from(noise(n, seed), (v) => Math.floor(((v + 1) / 2) * below));
}

/** The distance of a float32 from the true value, in units of the last place there. */
export function ulps(actual: number, expected: number): number {
  if (Object.is(actual, Math.fround(expected))) return 0;
  if (Number.isNaN(expected)) return Number.isNaN(actual) ? 0 : Infinity;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(expected))), -126);
  // The step from the largest float to infinity counts as one like those before.
  const value = Number.isFinite(actual) ? actual : Math.sign(actual) * 2 ** 128;
  return Math.abs(value - expected) / 2 ** (Math.min(exponent, 127) - 23);
}

/** Each element within `tolerance`, relative above 1 and absolute below; infinities and NaN the same. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-6): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i], expected[i]];
    const same = Object.is(a, e) || Math.abs(a - e) <= tolerance * Math.max(1, Math.abs(e));
    if (!same) expect.fail(`element ${i} of ${expected.length} is ${a} instead of ${e}`);
  }
}
