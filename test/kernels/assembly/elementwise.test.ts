import { describe, expect, it } from 'vitest';
import type { KernelExports } from '../../../src/kernels/generated/exports.js';
import { expectClose, labs, noise, ODD_SIZES, wholes } from './lab.js';

type Name = keyof KernelExports;

const f = Math.fround;
const SPECIAL = [0, -0, 1, -1, 2.5, -2.5, 3.5, Infinity, -Infinity, NaN, 1e-45, 3e38];

/** Half to even, as IEEE and PyTorch round. */
function roundEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** [kernel, what it gives exactly, further arguments] */
const EXACT: readonly [Name, (x: number) => number, ...number[]][] = [
  ['neg', (x) => -x],
  ['abs', (x) => Math.abs(x)],
  ['sign', (x) => (x > 0 ? 1 : x < 0 ? -1 : 0)],
  ['sqrt', (x) => f(Math.sqrt(x))],
  ['square', (x) => f(x * x)],
  ['reciprocal', (x) => f(1 / x)],
  ['relu', (x) => (x < 0 ? 0 : x)],
  ['floor', Math.floor],
  ['ceil', Math.ceil],
  ['round', roundEven],
  ['scale', (x) => f(x * 0.75), 0.75],
  ['addScalar', (x) => f(x + 0.75), 0.75],
  ['clamp', (x) => (x < -0.5 ? -0.5 : x > 0.25 ? 0.25 : x), -0.5, 0.25],
  ['powScalar', (x) => f(x * x), 2],
  ['powScalar', (x) => f(f(x * x) * x), 3],
  ['powScalar', (x) => f(Math.sqrt(x)), 0.5],
  ['powScalar', (x) => f(1 / x), -1],
  ['powScalar', () => 1, 0],
  ['powScalar', (x) => f(x ** 5), 5],
  ['powScalar', (x) => f(x ** -4), -4],
  ['powScalar', (x) => f(x ** 1.5), 1.5],
];

describe.each(labs)('$name', (lab) => {
  const { kernels } = lab;
  type Unary = (y: number, x: number, n: number) => void;

  it.each(EXACT)('%s gives what arithmetic gives, at any length and alignment', (name, exact, ...rest) => {
    const kernel = (y: number, x: number, n: number): void => {
      if (rest.length === 0) (kernels[name] as Unary)(y, x, n);
      else if (rest.length === 1) (kernels[name] as KernelExports['scale'])(y, x, rest[0], n);
      else kernels.clamp(y, x, rest[0], rest[1], n);
    };
    for (const values of [SPECIAL, ...ODD_SIZES.map((n) => noise(n, n, 3))]) {
      lab.clear();
      const [x, y] = [lab.floats(values), lab.blank(values.length)];
      const expected = lab.read(x).map((v) => exact(v));
      lab.expectWritesOnly([y], () => {
        kernel(y.address, x.address, y.length);
      });
      // −0 is 0: a root or a remainder may have either.
      expectClose(lab.read(y), expected, 1.2e-7);
    }
  });

  it('writes over its own input', () => {
    lab.clear();
    const x = lab.floats([1, 2, 3, 4, 5, 6, 7]);
    kernels.neg(x.address, x.address, 7);
    kernels.square(x.address, x.address, 7);
    expect([...lab.read(x)]).toEqual([1, 4, 9, 16, 25, 36, 49]);
  });

  it.each([
    ['tanhBackward', (dy: number, y: number) => dy * (1 - y * y)],
    ['sigmoidBackward', (dy: number, y: number) => dy * y * (1 - y)],
    ['reluBackward', (dy: number, y: number) => (y > 0 ? dy : 0)],
  ] as const)('%s has the derivative of its result', (name, exact) => {
    for (const n of ODD_SIZES) {
      lab.clear();
      const [dy, y, dx] = [lab.floats(noise(n, 1)), lab.floats(noise(n, 2)), lab.blank(n)];
      lab.expectWritesOnly([dx], () => {
        kernels[name](dx.address, dy.address, y.address, n);
      });
      const [dyValues, yValues] = [lab.read(dy), lab.read(y)];
      expectClose(
        lab.read(dx),
        dyValues.map((v, i) => exact(v, yValues[i])),
        2e-7,
      );
    }
  });

  it('axpy adds a multiple', () => {
    for (const n of ODD_SIZES) {
      lab.clear();
      const [y, x] = [lab.floats(noise(n, 1)), lab.floats(noise(n, 2))];
      const [before, values] = [lab.read(y), lab.read(x)];
      lab.expectWritesOnly([y], () => {
        kernels.axpy(y.address, x.address, -1.5, n);
      });
      expectClose(
        lab.read(y),
        before.map((v, i) => v - 1.5 * values[i]),
        3e-7,
      );
    }
  });

  it('fills with floats, words and rows', () => {
    for (const n of ODD_SIZES) {
      lab.clear();
      const [a, b, row, c] = [lab.blank(n), lab.blank(n), lab.floats(noise(n)), lab.blank(3 * n)];
      lab.expectWritesOnly([a, b, c], () => {
        kernels.fill(a.address, 0.1, n);
        kernels.fillInt(b.address, -7, n);
        kernels.fillRows(c.address, row.address, 3, n);
      });
      expect(lab.read(a)).toEqual(new Float32Array(n).fill(0.1));
      expect(lab.readInts(b)).toEqual(new Int32Array(n).fill(-7));
      const values = lab.read(row);
      expect(lab.read(c)).toEqual(Float32Array.of(...values, ...values, ...values));
    }
  });

  it('where takes words of any kind from either side', () => {
    lab.clear();
    const cond = lab.ints([1, 0, 1, 0, 7]);
    const [a, b, y] = [lab.floats([1, 2, NaN, 4, 5]), lab.floats([-1, -2, -3, NaN, -5]), lab.blank(5)];
    kernels.where(y.address, cond.address, a.address, b.address, 5);
    expect([...lab.read(y)]).toEqual([1, -2, NaN, NaN, 5]);
  });

  it('converts between float32, int32 and bool', () => {
    lab.clear();
    const floats = [1.9, -1.9, 0, -0, NaN, 3e9, -3e9, Infinity, 0.5];
    const n = floats.length;
    const [x, y] = [lab.floats(floats), lab.blank(n)];
    kernels.floatToInt(y.address, x.address, n);
    expect([...lab.readInts(y)]).toEqual([1, -1, 0, 0, 0, 2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 1, 0]);
    kernels.toBool(y.address, x.address, n);
    expect([...lab.readInts(y)]).toEqual([1, 1, 0, 0, 1, 1, 1, 1, 1]);
    kernels.notBool(x.address, y.address, n);
    expect([...lab.readInts(x)]).toEqual([0, 0, 1, 1, 0, 0, 0, 0, 0]);
    const [words, z] = [lab.ints([-3, 0, 16777217, 2 ** 31 - 1, 1]), lab.blank(5)];
    kernels.intToFloat(z.address, words.address, 5);
    expect([...lab.read(z)]).toEqual([-3, 0, 16777216, 2147483648, 1]);
    kernels.toBoolInt(z.address, words.address, 5);
    expect([...lab.readInts(z)]).toEqual([1, 0, 1, 1, 1]);
  });

  it('finds the first float that has no int32', () => {
    for (const n of ODD_SIZES) {
      lab.clear();
      const inside = Array.from({ length: n }, (_, i) => (i % 2 === 0 ? -(2 ** 31) : 2147483520));
      const x = lab.floats(inside);
      expect(kernels.findOutsideInt(x.address, n)).toBe(-1);
      for (const bad of [NaN, Infinity, -Infinity, 2 ** 31, -2147483904]) {
        for (let at = 0; at < n; at += 3) {
          const y = lab.floats(inside.map((v, i) => (i >= at ? bad : v)));
          expect(kernels.findOutsideInt(y.address, n)).toBe(at);
        }
      }
    }
  });

  it('negInt and absInt say where they wrap, at the least number', () => {
    for (const n of ODD_SIZES) {
      lab.clear();
      const values = wholes(n, 2000).map((v) => v - 1000);
      const [x, y, z] = [lab.ints(values), lab.blank(n), lab.blank(n)];
      lab.expectWritesOnly([y, z], () => {
        expect(kernels.negInt(y.address, x.address, n)).toBe(0);
        expect(kernels.absInt(z.address, x.address, n)).toBe(0);
      });
      expect(lab.readInts(y)).toEqual(values.map((v) => -v));
      expect(lab.readInts(z)).toEqual(values.map((v) => Math.abs(v)));
    }
    const least = lab.ints([-(2 ** 31)]);
    expect(kernels.negInt(least.address, least.address, 1)).toBe(1);
    expect(kernels.absInt(least.address, least.address, 1)).toBe(1);
    expect([...lab.readInts(least)]).toEqual([-(2 ** 31)]);
  });
});
