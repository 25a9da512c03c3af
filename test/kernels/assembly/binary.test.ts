import { describe, expect, it } from 'vitest';
import { expectClose, labs, noise, wholes } from './lab.js';

const f = Math.fround;

/** Python's %, which has the divisor's sign. */
function remainder(a: number, b: number): number {
  const r = a % b;
  return r !== 0 && r < 0 !== b < 0 ? r + b : r;
}

/** C's power, which PyTorch has: JavaScript makes 1 to ±∞ or NaN, and −1 to ±∞, NaN. */
function pow(a: number, b: number): number {
  return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : Math.pow(a, b);
}

const FLOATS = [
  ['add', (a: number, b: number) => a + b],
  ['sub', (a: number, b: number) => a - b],
  ['mul', (a: number, b: number) => a * b],
  ['div', (a: number, b: number) => a / b],
  ['pow', pow],
  ['maximum', (a: number, b: number) => Math.max(a, b)],
  ['minimum', (a: number, b: number) => Math.min(a, b)],
  ['remainder', remainder],
] as const;

const COMPARISONS = [
  ['eq', (a: number, b: number) => a === b],
  ['ne', (a: number, b: number) => a !== b],
  ['lt', (a: number, b: number) => a < b],
  ['le', (a: number, b: number) => a <= b],
  ['gt', (a: number, b: number) => a > b],
  ['ge', (a: number, b: number) => a >= b],
] as const;

const WHOLES = [
  ['addInt', (a: number, b: number) => a + b],
  ['subInt', (a: number, b: number) => a - b],
  ['mulInt', (a: number, b: number) => a * b],
  ['maximumInt', (a: number, b: number) => Math.max(a, b)],
  ['minimumInt', (a: number, b: number) => Math.min(a, b)],
  ['remainderInt', remainder],
  ['floorDivInt', (a: number, b: number) => Math.floor(a / b)],
  ['eqInt', (a: number, b: number) => Number(a === b)],
  ['neInt', (a: number, b: number) => Number(a !== b)],
  ['ltInt', (a: number, b: number) => Number(a < b)],
  ['leInt', (a: number, b: number) => Number(a <= b)],
  ['gtInt', (a: number, b: number) => Number(a > b)],
  ['geInt', (a: number, b: number) => Number(a >= b)],
] as const;

/** How an operand lies over rows x cols: [row step, column step] of whole, row, column, single number, gapped rows. */
const lays = (cols: number): [number, number][] => [
  [cols, 1],
  [0, 1],
  [1, 0],
  [0, 0],
  [cols + 3, 1],
];

const EDGES = [0, -0, 1, -1, 5.5, -5.5, Infinity, -Infinity, NaN, 2];

describe.each(labs)('$name', (lab) => {
  const { kernels } = lab;

  /** Runs op over every pair of layouts and sizes; `expected` gets a, b and the result element by element. */
  function overAll(
    run: (
      y: number,
      a: number,
      aRow: number,
      aCol: number,
      b: number,
      bRow: number,
      bCol: number,
      rows: number,
      cols: number,
    ) => void,
    exact: (a: number, b: number) => number,
    words: boolean,
  ): void {
    for (const [rows, cols] of [
      [1, 7],
      [3, 1],
      [4, 4],
      [2, 13],
      [0, 3],
      [3, 0],
    ]) {
      for (const [aRow, aCol] of lays(cols)) {
        for (const [bRow, bCol] of lays(cols)) {
          lab.clear();
          const size = rows * (cols + 3) + cols + 1;
          const numbers = (seed: number): ArrayLike<number> =>
            words ? wholes(size, 40, seed).map((v) => v - 20 || 1) : noise(size, seed, 4);
          const put = (seed: number) => (words ? lab.ints(numbers(seed)) : lab.floats(numbers(seed)));
          const [a, b, y] = [put(1), put(2), lab.blank(rows * cols)];
          lab.expectWritesOnly([y], () => {
            run(y.address, a.address, aRow, aCol, b.address, bRow, bCol, rows, cols);
          });
          const read = (buffer: typeof a) => (words ? lab.readInts(buffer) : lab.read(buffer));
          const [left, right] = [read(a), read(b)];
          const expected = Array.from({ length: rows * cols }, (_, i) => {
            const [r, c] = [Math.floor(i / cols), i % cols];
            return f(exact(left[r * aRow + c * aCol], right[r * bRow + c * bCol]));
          });
          expectClose(read(y), expected, words ? 0 : 1e-7);
        }
      }
    }
  }

  it.each(FLOATS)('%s broadcasts rows, columns and single numbers', (name, exact) => {
    overAll(kernels[name], exact, false);
  });

  it.each(WHOLES)('%s broadcasts int32 alike', (name, exact) => {
    overAll(kernels[name], exact, true);
  });

  it.each(FLOATS)('%s of signed zeros, infinities and NaN follows IEEE', (name, exact) => {
    lab.clear();
    const n = EDGES.length;
    const [a, y] = [lab.floats(EDGES), lab.blank(n * n)];
    kernels[name](y.address, a.address, 1, 0, a.address, 0, 1, n, n);
    const expected = EDGES.flatMap((u) => EDGES.map((v) => exact(u, v)));
    expectClose(lab.read(y), expected, 1e-7);
  });

  it.each(COMPARISONS)(
    '%s is a word of 0 or 1, and false for NaN unless asked for difference',
    (name, exact) => {
      lab.clear();
      const n = EDGES.length;
      const [a, y] = [lab.floats(EDGES), lab.blank(n * n)];
      kernels[name](y.address, a.address, 1, 0, a.address, 0, 1, n, n);
      expect([...lab.readInts(y)]).toEqual(EDGES.flatMap((u) => EDGES.map((v) => Number(exact(u, v)))));
    },
  );

  it('whole division by 0 gives 0, and by −1 never overflows', () => {
    lab.clear();
    const [a, b, y] = [lab.ints([7, -7, -(2 ** 31), 5]), lab.ints([0, 0, -1, -1]), lab.blank(4)];
    kernels.floorDivInt(y.address, a.address, 0, 1, b.address, 0, 1, 1, 4);
    expect([...lab.readInts(y)]).toEqual([0, 0, -(2 ** 31), -5]);
    kernels.remainderInt(y.address, a.address, 0, 1, b.address, 0, 1, 1, 4);
    expect([...lab.readInts(y)]).toEqual([0, 0, 0, 0]);
  });
});
