import { describe, expect, it } from 'vitest';
import { expectClose, labs, noise, ODD_SIZES, wholes } from './lab.js';

const SHAPES = [1, 3].flatMap((outer) =>
  [1, 3, 8, 21].flatMap((inner) => ODD_SIZES.map((n) => [outer, n, inner] as const)),
);

/** The lanes along the middle axis of (outer, n, inner). */
function lanes<T extends Float32Array | Int32Array>(
  x: T,
  outer: number,
  n: number,
  inner: number,
): number[][] {
  return Array.from({ length: outer * inner }, (_, lane) => {
    const start = Math.floor(lane / inner) * n * inner + (lane % inner);
    return Array.from({ length: n }, (_, k) => x[start + k * inner]);
  });
}

const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const firstAt = (values: readonly number[], best: number): number =>
  values.findIndex((v) => Object.is(v, best) || v === best);

describe.each(labs)('$name', (lab) => {
  const { kernels } = lab;

  it('sums along the middle axis, also of nothing', () => {
    for (const [outer, n, inner] of SHAPES) {
      lab.clear();
      const [x, y] = [lab.floats(noise(outer * n * inner, n)), lab.blank(outer * inner)];
      lab.expectWritesOnly([y], () => {
        kernels.sum(y.address, x.address, outer, n, inner);
      });
      expectClose(lab.read(y), lanes(lab.read(x), outer, n, inner).map(total), 2e-6);
    }
  });

  it.each([
    ['a row', 1],
    ['a column', 3],
    ['columns in vectors', 8],
  ])('keeps the error of long sums small: %s', (_what, inner) => {
    lab.clear();
    // 0.1 in float32 is a little more than 0.1, and naive summation of 100,000 of them is off by more than 1.
    const n = 100_000;
    const [x, y] = [lab.floats(new Float32Array(n * inner).fill(0.1)), lab.blank(inner)];
    kernels.sum(y.address, x.address, 1, n, inner);
    const exact = n * Math.fround(0.1);
    for (const value of lab.read(y)) expect(Math.abs(value - exact)).toBeLessThan(exact * 1e-6);
  });

  it('sums, multiplies and compares words and floats', () => {
    for (const [outer, n, inner] of SHAPES.filter(([, n]) => n > 0)) {
      lab.clear();
      const size = outer * inner;
      const x = lab.floats(noise(size * n, n, 1.5));
      const words = lab.ints(wholes(size * n, 9, n));
      const bools = lab.ints(wholes(size * n, 2, n));
      const [product, sums, any, all, largest, at, least, atLeast] = Array.from({ length: 8 }, () =>
        lab.blank(size),
      );
      lab.expectWritesOnly([product, sums, any, all, largest, at, least, atLeast], () => {
        kernels.prod(product.address, x.address, outer, n, inner);
        kernels.sumInt(sums.address, words.address, outer, n, inner);
        kernels.anyBool(any.address, bools.address, outer, n, inner);
        kernels.allBool(all.address, bools.address, outer, n, inner);
        kernels.maxInt(largest.address, at.address, words.address, outer, n, inner);
        kernels.minInt(least.address, atLeast.address, words.address, outer, n, inner);
      });
      const [xs, ws, bs] = [
        lanes(lab.read(x), outer, n, inner),
        lanes(lab.readInts(words), outer, n, inner),
        lanes(lab.readInts(bools), outer, n, inner),
      ];
      expectClose(
        lab.read(product),
        xs.map((lane) => lane.reduce((a, b) => a * b, 1)),
        1e-5,
      );
      expect([...lab.readInts(sums)]).toEqual(ws.map(total));
      expect([...lab.readInts(any)]).toEqual(bs.map((lane) => Number(lane.includes(1))));
      expect([...lab.readInts(all)]).toEqual(bs.map((lane) => Number(!lane.includes(0))));
      expect([...lab.readInts(largest)]).toEqual(ws.map((lane) => Math.max(...lane)));
      expect([...lab.readInts(at)]).toEqual(ws.map((lane) => lane.indexOf(Math.max(...lane))));
      expect([...lab.readInts(least)]).toEqual(ws.map((lane) => Math.min(...lane)));
      expect([...lab.readInts(atLeast)]).toEqual(ws.map((lane) => lane.indexOf(Math.min(...lane))));
    }
  });

  it('finds the first of equal extremes, and NaN before all', () => {
    for (const special of [[], [NaN], [Infinity, -Infinity], [NaN, NaN, Infinity]]) {
      for (const [outer, n, inner] of SHAPES.filter(([, n]) => n > special.length)) {
        lab.clear();
        const size = outer * inner;
        // Few different values, so that many are equal.
        const values = Float32Array.from(wholes(size * n, 5, n), (v) => v - 2);
        special.forEach((value, i) => {
          values[Math.floor(((i + 1) * values.length) / (special.length + 1))] = value;
        });
        const x = lab.floats(values);
        const [y, index, z, atLeast, argmax, argmin] = Array.from({ length: 6 }, () => lab.blank(size));
        lab.expectWritesOnly([y, index, z, atLeast, argmax, argmin], () => {
          kernels.max(y.address, index.address, x.address, outer, n, inner);
          kernels.min(z.address, atLeast.address, x.address, outer, n, inner);
          kernels.argmax(argmax.address, x.address, outer, n, inner);
          kernels.argmin(argmin.address, x.address, outer, n, inner);
        });
        const all = lanes(values, outer, n, inner);
        // Math.max and Math.min let NaN win, too.
        const [most, least] = [all.map((lane) => Math.max(...lane)), all.map((lane) => Math.min(...lane))];
        expectClose(lab.read(y), most, 0);
        expectClose(lab.read(z), least, 0);
        expect([...lab.readInts(index)]).toEqual(all.map((lane, i) => firstAt(lane, most[i])));
        expect([...lab.readInts(atLeast)]).toEqual(all.map((lane, i) => firstAt(lane, least[i])));
        expect(lab.readInts(argmax)).toEqual(lab.readInts(index));
        expect(lab.readInts(argmin)).toEqual(lab.readInts(atLeast));
      }
    }
  });

  it('gives an extreme without its index', () => {
    lab.clear();
    const [x, y] = [lab.floats([1, 3, 2]), lab.blank(1)];
    lab.expectWritesOnly([y], () => {
      kernels.max(y.address, 0, x.address, 1, 3, 1);
    });
    expect(lab.read(y)[0]).toBe(3);
  });

  it('sends gradients back through extremes and products', () => {
    lab.clear();
    const [dy, index, dx] = [lab.floats([5, 7]), lab.ints([2, 0]), lab.blank(6)];
    lab.expectWritesOnly([dx], () => {
      kernels.scatterAlong(dx.address, dy.address, index.address, 1, 3, 2);
    });
    expect([...lab.read(dx)]).toEqual([0, 7, 0, 0, 5, 0]);
    const [x, dp, product, back] = [
      lab.floats([2, 3, 0, 4]),
      lab.floats([10]),
      lab.floats([0]),
      lab.blank(4),
    ];
    kernels.prodBackward(back.address, dp.address, product.address, x.address, 1, 4, 1);
    expect([...lab.read(back)]).toEqual([0, 0, 240, 0]);
    const [z, whole] = [lab.floats([2, 3, -5, 4]), lab.floats([-120])];
    kernels.prodBackward(back.address, dp.address, whole.address, z.address, 1, 4, 1);
    expect([...lab.read(back)]).toEqual([-600, -400, 240, -300]);
  });

  it('says which sums and products of words do not fit', () => {
    const most = 2 ** 31 - 1;
    const cases: [number[], sum: number | null, product: number | null][] = [
      [[most, 1], null, most],
      [[most, 1, -1], most, -most],
      [[-most, -1], -(2 ** 31), most],
      [[-most, -1, -1], null, -most],
      [[65536, -32768], 32768, -(2 ** 31)],
      [[65536, 32768], 98304, null],
      [[most, most, most, 0], null, 0],
      [new Array<number>(80).fill(most), null, null],
      [[], 0, 1],
    ];
    for (const [values, sum, product] of cases) {
      for (const inner of [1, 3]) {
        lab.clear();
        const n = values.length;
        const [x, y] = [lab.ints(values.flatMap((v) => new Array<number>(inner).fill(v))), lab.blank(inner)];
        expect(kernels.sumInt(y.address, x.address, 1, n, inner)).toBe(Number(sum === null));
        if (sum !== null) expect([...lab.readInts(y)]).toEqual(new Array(inner).fill(sum));
        expect(kernels.prodInt(y.address, x.address, 1, n, inner)).toBe(Number(product === null));
        if (product !== null) expect([...lab.readInts(y)]).toEqual(new Array(inner).fill(product));
      }
    }
  });

  it('multiplies and adds up in double precision', () => {
    for (const n of ODD_SIZES) {
      lab.clear();
      const [x, z] = [lab.floats(noise(n, 1)), lab.floats(noise(n, 2))];
      const [a, b] = [lab.read(x), lab.read(z)];
      const products = [...a].map((v, i) => v * b[i]);
      expect(kernels.dot(x.address, z.address, n)).toBeCloseTo(total(products), 12);
      expect(kernels.sumSquares(x.address, n)).toBeCloseTo(total([...a].map((v) => v * v)), 12);
    }
  });

  it('notices a single NaN or infinity wherever it stands', () => {
    for (const n of ODD_SIZES) {
      lab.clear();
      const finite = lab.floats(noise(n, 1, 3e38));
      expect(kernels.hasNonFinite(finite.address, n)).toBe(0);
      for (const bad of [NaN, Infinity, -Infinity]) {
        for (let at = 0; at < n; at++) {
          const x = lab.floats(noise(n).fill(bad, at, at + 1));
          expect(kernels.hasNonFinite(x.address, n)).toBe(1);
        }
      }
    }
  });
});
