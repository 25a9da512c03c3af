import { describe, expect, it } from 'vitest';
import { expectClose, labs, noise, ODD_SIZES } from './lab.js';

const SHAPES = [1, 3].flatMap((outer) =>
  [1, 2, 5].flatMap((inner) => ODD_SIZES.map((n) => [outer, n, inner] as const)),
);

/** y = f(lane) for each lane along the middle axis of one or more arrays (outer, n, inner). */
function alongAxis(
  outer: number,
  n: number,
  inner: number,
  inputs: readonly Float32Array[],
  f: (...lanes: number[][]) => number[],
): Float64Array {
  const y = new Float64Array(outer * n * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const places = Array.from({ length: n }, (_, k) => (o * n + k) * inner + i);
      const result = f(...inputs.map((input) => places.map((p) => input[p])));
      places.forEach((p, k) => (y[p] = result[k]));
    }
  }
  return y;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function softmax(x: readonly number[]): number[] {
  const most = Math.max(...x);
  const powers = x.map((v) => Math.exp(v - most));
  return powers.map((v) => v / sum(powers));
}

function logSoftmax(x: readonly number[]): number[] {
  const most = Math.max(...x);
  const shift = Math.log(sum(x.map((v) => Math.exp(v - most))));
  return x.map((v) => v - most - shift);
}

describe.each(labs)('$name', (lab) => {
  const { kernels } = lab;

  it.each([
    ['softmax', softmax],
    ['logSoftmax', logSoftmax],
  ] as const)('%s normalises along the middle axis', (name, exact) => {
    for (const [outer, n, inner] of SHAPES) {
      lab.clear();
      const [x, y] = [lab.floats(noise(outer * n * inner, n, 10)), lab.blank(outer * n * inner)];
      lab.expectWritesOnly([y], () => {
        kernels[name](y.address, x.address, outer, n, inner);
      });
      expectClose(lab.read(y), alongAxis(outer, n, inner, [lab.read(x)], exact), 1e-6);
    }
  });

  // dx = J · dy with J of the formula, from y alone.
  it.each([
    [
      'softmaxBackward',
      (dy: number[], y: number[]) => y.map((v, i) => v * (dy[i] - sum(y.map((w, k) => w * dy[k])))),
    ],
    ['logSoftmaxBackward', (dy: number[], y: number[]) => y.map((v, i) => dy[i] - Math.exp(v) * sum(dy))],
  ] as const)('%s is the transposed Jacobian times dy', (name, exact) => {
    for (const [outer, n, inner] of SHAPES) {
      lab.clear();
      const size = outer * n * inner;
      const forward = name === 'softmaxBackward' ? softmax : logSoftmax;
      const y = lab.floats(alongAxis(outer, n, inner, [noise(size, n, 3)], forward));
      const [dy, dx] = [lab.floats(noise(size, 2)), lab.blank(size)];
      lab.expectWritesOnly([dx], () => {
        kernels[name](dx.address, dy.address, y.address, outer, n, inner);
      });
      expectClose(lab.read(dx), alongAxis(outer, n, inner, [lab.read(dy), lab.read(y)], exact), 2e-6);
    }
  });

  it.each([1, 2])('neither overflows nor loses −∞, and lets NaN through (inner %i)', (inner) => {
    const lanes = [
      [1000, 999, -Infinity, 0, -1000],
      [-1000, -1001, -Infinity, -Infinity, -1000],
      [-Infinity, -Infinity, -Infinity, -Infinity, -Infinity],
      [Infinity, 0, 1, 2, 3],
      [0, NaN, 1, 2, 3],
    ];
    for (const lane of lanes) {
      lab.clear();
      const values = lane.flatMap((v) => new Array<number>(inner).fill(v));
      const [x, y, z] = [lab.floats(values), lab.blank(values.length), lab.blank(values.length)];
      kernels.softmax(y.address, x.address, 1, 5, inner);
      kernels.logSoftmax(z.address, x.address, 1, 5, inner);
      expectClose(
        lab.read(y),
        softmax(lane).flatMap((v) => new Array<number>(inner).fill(v)),
      );
      expectClose(
        lab.read(z),
        logSoftmax(lane).flatMap((v) => new Array<number>(inner).fill(v)),
      );
    }
    expect(softmax(lanes[2])).toEqual([NaN, NaN, NaN, NaN, NaN]);
  });
});
