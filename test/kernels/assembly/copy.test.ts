import { describe, expect, it } from 'vitest';
import { labs, ODD_SIZES, wholes } from './lab.js';

/** All index tuples of a shape, in row-major order. */
function* indices(shape: readonly number[]): Generator<number[]> {
  if (shape.length === 0) {
    yield [];
    return;
  }
  for (let i = 0; i < shape[0]; i++) for (const rest of indices(shape.slice(1))) yield [i, ...rest];
}

const offset = (index: readonly number[], strides: readonly number[]): number =>
  index.reduce((sum, i, axis) => sum + i * strides[axis], 0);

/** [what, shape, strides of y, strides of x] */
const LAYOUTS: readonly [string, number[], number[], number[]][] = [
  ['a single word', [], [], []],
  ['a row', [9], [1], [1]],
  ['every second word', [9], [1], [2]],
  ['one word many times', [9], [1], [0]],
  ['a matrix', [5, 6], [6, 1], [6, 1]],
  ['rows with gaps', [5, 6], [8, 1], [7, 1]],
  ['a transposed matrix', [9, 6], [6, 1], [1, 9]],
  ['into a transposed matrix', [6, 9], [1, 6], [9, 1]],
  ['one row many times', [5, 6], [6, 1], [0, 1]],
  ['batch and time swapped', [4, 3, 5], [15, 5, 1], [5, 20, 1]],
  ['matrices transposed one by one', [2, 5, 6], [30, 6, 1], [30, 1, 5]],
  ['all axes turned round', [2, 3, 4, 5], [60, 20, 5, 1], [1, 2, 6, 24]],
  ['eight axes', [2, 1, 2, 3, 1, 2, 2, 2], [48, 48, 24, 8, 8, 4, 2, 1], [1, 0, 2, 4, 0, 12, 24, 48]],
  ['nothing', [3, 0, 2], [0, 2, 1], [0, 2, 1]],
];

describe.each(labs)('$name', (lab) => {
  const { kernels } = lab;

  it('copies words', () => {
    for (const n of ODD_SIZES) {
      lab.clear();
      const [x, y] = [lab.ints(wholes(n, 1000)), lab.blank(n)];
      lab.expectWritesOnly([y], () => {
        kernels.copy(y.address, x.address, n);
      });
      expect(lab.readInts(y)).toEqual(lab.readInts(x));
    }
  });

  it('transposes', () => {
    for (const rows of ODD_SIZES) {
      for (const columns of [0, 1, 3, 4, 5, 8, 17]) {
        lab.clear();
        const [x, y] = [lab.ints(wholes(rows * columns, 1000)), lab.blank(rows * columns)];
        lab.expectWritesOnly([y], () => {
          kernels.transpose(y.address, x.address, rows, columns);
        });
        const source = lab.readInts(x);
        const expected = y.length
          ? Int32Array.from(source, (_, i) => source[(i % rows) * columns + Math.floor(i / rows)])
          : source;
        expect(lab.readInts(y)).toEqual(expected);
      }
    }
  });

  it.each(LAYOUTS)('copies %s between layouts', (_what, shape, yStrides, xStrides) => {
    lab.clear();
    const reach = (strides: readonly number[]): number =>
      shape.includes(0)
        ? 0
        : 1 +
          offset(
            shape.map((size) => size - 1),
            strides,
          );
    const [x, y] = [lab.ints(wholes(reach(xStrides), 1000)), lab.blank(reach(yStrides))];
    const [expected, source] = [lab.readInts(y), lab.readInts(x)];
    for (const index of indices(shape)) expected[offset(index, yStrides)] = source[offset(index, xStrides)];
    const [sizes, ySteps, xSteps] = [shape, yStrides, xStrides].map((numbers) => lab.ints(numbers).address);
    lab.expectWritesOnly([y], () => {
      kernels.copyStrided(y.address, ySteps, x.address, xSteps, sizes, shape.length);
    });
    expect(lab.readInts(y)).toEqual(expected);
  });
});
