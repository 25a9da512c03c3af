import { describe, expect, it } from 'vitest';
import { type Buffer, expectClose, type Lab, labs, noise } from './lab.js';

/** A matrix somewhere in memory: element (r, c) is r · row + c · col elements behind its start. */
interface Matrix extends Buffer {
  readonly row: number;
  readonly col: number;
}

type Layout = 'rows' | 'columns' | 'gaps';

function matrix(lab: Lab, rows: number, columns: number, layout: Layout, seed: number): Matrix {
  const [row, col] = { rows: [columns, 1], columns: [1, rows], gaps: [3 * columns + 2, 3] }[layout];
  const length = rows * columns === 0 ? 0 : (rows - 1) * row + (columns - 1) * col + 1;
  return { ...lab.floats(noise(length, seed)), row, col };
}

/** A · B in double precision, added to C if there is one. */
function product(
  lab: Lab,
  m: number,
  n: number,
  k: number,
  a: Matrix,
  b: Matrix,
  c?: Float32Array,
): Float64Array {
  const [A, B] = [lab.read(a), lab.read(b)];
  return Float64Array.from({ length: m * n }, (_, p) => {
    const [i, j] = [Math.floor(p / n), p % n];
    let s = c?.[p] ?? 0;
    for (let q = 0; q < k; q++) s += A[i * a.row + q * a.col] * B[q * b.row + j * b.col];
    return s;
  });
}

/** Sizes around the tile (2 x 16), the panel's partial widths, and the blocks of 256 k and 96 rows. */
const SIZES: readonly [m: number, n: number, k: number][] = [
  ...[1, 2, 3, 4, 5, 7].flatMap((m) =>
    [1, 3, 4, 5, 10, 16, 17, 33].flatMap((n) =>
      [1, 2, 3, 4, 9, 10].map((k): [number, number, number] => [m, n, k]),
    ),
  ),
  [14, 10, 10],
  [97, 17, 5],
  [98, 30, 3],
  [5, 65, 257],
  [2, 20, 300],
  [1, 19, 515],
  [193, 7, 260],
  [0, 4, 4],
  [4, 0, 4],
  [4, 4, 0],
  [1, 4, 0],
];

describe.each(labs)('$name', (lab) => {
  const { kernels } = lab;

  for (const aLayout of ['rows', 'columns', 'gaps'] as const) {
    for (const bLayout of ['rows', 'columns', 'gaps'] as const) {
      it(`multiplies A in ${aLayout} by B in ${bLayout}`, () => {
        for (const [m, n, k] of SIZES) {
          for (const accumulate of [false, true]) {
            lab.clear();
            const [a, b] = [matrix(lab, m, k, aLayout, 1), matrix(lab, k, n, bLayout, 2)];
            const c = accumulate ? lab.floats(noise(m * n, 3)) : lab.blank(m * n);
            const scratch = lab.blank(kernels.gemmWorkspace(m, n, k) / 4);
            const expected = product(lab, m, n, k, a, b, accumulate ? lab.read(c) : undefined);
            lab.expectWritesOnly([c, scratch], () => {
              kernels.gemm(
                m,
                n,
                k,
                a.address,
                a.row,
                a.col,
                b.address,
                b.row,
                b.col,
                c.address,
                n,
                Number(accumulate),
                scratch.address,
              );
            });
            expectClose(lab.read(c), expected, 2e-5);
          }
        }
      });
    }
  }

  it('multiplies by a B packed once', () => {
    for (const aLayout of ['rows', 'columns', 'gaps'] as const) {
      for (const [m, n, k] of SIZES) {
        lab.clear();
        const [a, b] = [matrix(lab, m, k, aLayout, 1), matrix(lab, k, n, m % 2 ? 'columns' : 'rows', 2)];
        const packed = lab.blank(kernels.packedSize(k, n) / 4);
        lab.expectWritesOnly([packed], () => {
          kernels.packB(0, Math.ceil(n / 16), k, n, b.address, b.row, b.col, packed.address);
        });
        const c = lab.blank(m * n);
        const run = (accumulate: number): void => {
          lab.expectWritesOnly([c], () => {
            lab.inParts(m, (from, to) => {
              const [pa, pc] = [a.address, c.address];
              kernels.gemmPacked(from, to, n, k, pa, a.row, a.col, packed.address, pc, n, accumulate, 0);
            });
          });
        };
        run(0);
        expectClose(lab.read(c), product(lab, m, n, k, a, b), 2e-5);
        const before = lab.read(c);
        run(1);
        expectClose(lab.read(c), product(lab, m, n, k, a, b, before), 2e-5);
      }
    }
  });

  it('writes into a part of a wider matrix and leaves the rest alone', () => {
    for (const [m, n] of [
      [3, 5],
      [5, 18],
      [1, 6],
    ]) {
      lab.clear();
      const [a, b] = [matrix(lab, m, 4, 'rows', 1), matrix(lab, 4, n, 'rows', 2)];
      const wide = lab.floats(noise(m * (n + 7), 3));
      const rows = Array.from({ length: m }, (_, r) => ({
        address: wide.address + (2 + r * (n + 7)) * 4,
        length: n,
      }));
      const scratch = lab.blank(kernels.gemmWorkspace(m, n, 4) / 4);
      lab.expectWritesOnly([...rows, scratch], () => {
        kernels.gemm(
          m,
          n,
          4,
          a.address,
          a.row,
          a.col,
          b.address,
          b.row,
          b.col,
          rows[0].address,
          n + 7,
          0,
          scratch.address,
        );
      });
      expectClose(
        rows.flatMap((row) => [...lab.read(row)]),
        product(lab, m, n, 4, a, b),
      );
    }
  });

  it('lets NaN and infinity through, but only into their own rows and columns', () => {
    lab.clear();
    const [m, n, k] = [5, 6, 7];
    const [left, right] = [noise(m * k, 1), noise(k * n, 2)];
    left[3 * k + 2] = NaN;
    right[4 * n + 5] = Infinity;
    const [a, b, c] = [lab.floats(left), lab.floats(right), lab.blank(m * n)];
    const scratch = lab.blank(kernels.gemmWorkspace(m, n, k) / 4);
    kernels.gemm(m, n, k, a.address, k, 1, b.address, n, 1, c.address, n, 0, scratch.address);
    const finite = [...lab.read(c)].map((v) => Number.isFinite(v));
    expect(finite).toEqual(Array.from({ length: m * n }, (_, p) => Math.floor(p / n) !== 3 && p % n !== 5));
  });
});
