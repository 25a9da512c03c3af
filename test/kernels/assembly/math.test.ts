import { describe, expect, it } from 'vitest';
import { labs, ulps } from './lab.js';

const COUNT = 1 << 17;
// Float32 of every sign, exponent and a spread of mantissas, infinities, NaN and denormals among them.
const EVERYWHERE = new Float32Array(Int32Array.from({ length: COUNT }, (_, i) => (i * 32749) | 0).buffer);
// Where the functions bend.
const NEAR_ZERO = Float32Array.from({ length: COUNT }, (_, i) => (i / COUNT - 0.5) * 24);

const sigmoid = (x: number): number => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));

/** 2/√π ∫₀ˣ e^(−t²) dt by Simpson's rule. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  const steps = 400;
  const h = x / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-((i * h) ** 2));
  }
  return (2 / Math.sqrt(Math.PI)) * sum * (h / 3);
}

describe.each(labs)('$name', (lab) => {
  const { kernels } = lab;

  function worst(
    kernel: (y: number, x: number, n: number) => void,
    exact: (x: number) => number,
    inputs: Float32Array,
  ): { off: number; at: number } {
    lab.clear();
    const [x, y] = [lab.floats(inputs), lab.blank(inputs.length)];
    kernel(y.address, x.address, inputs.length);
    const result = lab.read(y);
    let most = { off: 0, at: 0 };
    for (let i = 0; i < inputs.length; i++) {
      const off = ulps(result[i], exact(inputs[i]));
      if (!(off <= most.off)) most = { off, at: inputs[i] };
    }
    return most;
  }

  it.each([
    ['exp', kernels.exp, Math.exp],
    ['log', kernels.log, Math.log],
    ['tanh', kernels.tanh, Math.tanh],
    ['sigmoid', kernels.sigmoid, sigmoid],
  ] as const)('%s is within 2.5 units in the last place everywhere', (_name, kernel, exact) => {
    for (const inputs of [EVERYWHERE, NEAR_ZERO]) {
      const { off, at } = worst(kernel, exact, inputs);
      expect(off, `at x = ${at}`).toBeLessThanOrEqual(2.5);
    }
  });

  it.each([
    ['sin', kernels.sin, Math.sin],
    ['cos', kernels.cos, Math.cos],
    ['expm1', kernels.expm1, Math.expm1],
    ['log1p', kernels.log1p, Math.log1p],
  ] as const)('%s is rounded once, from double precision', (_name, kernel, exact) => {
    for (const inputs of [EVERYWHERE.subarray(0, 20_000), NEAR_ZERO]) {
      const { off, at } = worst(kernel, exact, inputs);
      expect(off, `at x = ${at}`).toBeLessThanOrEqual(0.51);
    }
  });

  it('erf agrees with the integral that it is', () => {
    const inputs = Float32Array.from({ length: 2001 }, (_, i) => (i - 1000) / 160);
    const { off, at } = worst(kernels.erf, erf, inputs);
    expect(off, `at x = ${at}`).toBeLessThanOrEqual(1);
  });

  it.each([
    ['exp', kernels.exp, [1, 1, Infinity, 0, NaN]],
    ['log', kernels.log, [-Infinity, -Infinity, Infinity, NaN, NaN]],
    ['tanh', kernels.tanh, [0, -0, 1, -1, NaN]],
    ['sigmoid', kernels.sigmoid, [0.5, 0.5, 1, 0, NaN]],
    ['erf', kernels.erf, [0, -0, 1, -1, NaN]],
  ] as const)('%s of 0, −0, ∞, −∞ and NaN', (_name, kernel, expected) => {
    lab.clear();
    const [x, y] = [lab.floats([0, -0, Infinity, -Infinity, NaN]), lab.blank(5)];
    kernel(y.address, x.address, 5);
    expect([...lab.read(y)]).toEqual([...expected]);
  });
});

it.each(labs)('$name keeps its constants in the first page, off address 0', (lab) => {
  const page = new Uint8Array(lab.memory.buffer, 0, 65536);
  page.fill(0, 64, 68); // the choice of tile
  const first = page.findIndex((byte) => byte !== 0);
  const last = page.findLastIndex((byte) => byte !== 0);
  expect(first).toBeGreaterThanOrEqual(1024);
  expect(last).toBeLessThan(65536 - 16);
});
