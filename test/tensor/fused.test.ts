import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fma, logf, sincosf } from '../../src/tensor/fused.js';

const float = fc.float({ noNaN: true, noDefaultInfinity: true });

/** A finite double as a whole number of 2^-1074, the smallest of all. */
function exactly(x: number): bigint {
  const bits = new BigUint64Array(Float64Array.of(x).buffer)[0];
  const exponent = (bits >> 52n) & 0x7ffn;
  const mantissa = bits & 0xfffffffffffffn;
  const size = exponent === 0n ? mantissa : (mantissa | (1n << 52n)) << (exponent - 1n);
  return bits >> 63n ? -size : size;
}

const distance = (a: bigint, b: bigint): bigint => (a > b ? a - b : b - a);

/** The float32 values right below and above a float32. */
function neighbours(x: number): number[] {
  const bits = new Int32Array(Float32Array.of(x).buffer)[0];
  const at = (n: number): number => new Float32Array(Int32Array.of(n).buffer)[0];
  return x === 0 ? [-(2 ** -149), 2 ** -149] : [at(bits - 1), at(bits + 1)];
}

describe('fma', () => {
  it('gives the float32 that lies nearest to the exact a · b + c', () => {
    // Denormal doubles would lose bits of the product; float32 weights are nowhere near them.
    const normal = float.filter((x) => x === 0 || (Math.abs(x) > 1e-30 && Math.abs(x) < 1e18));
    fc.assert(
      fc.property(normal, normal, normal, (a, b, c) => {
        const got = fma(a, b, c);
        const exact = exactly(a * b) + exactly(c);
        const off = distance(exactly(got), exact);
        for (const other of neighbours(got).filter(Number.isFinite)) {
          expect(off <= distance(exactly(other), exact)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('rounds once where rounding to double first would tip the scale', () => {
    const a = 1 + 2 ** -12;
    // a · a = 1 + 2^-11 + 2^-24, half way; what is added or taken away decides.
    expect(fma(a, a, 2 ** -60)).toBe(1 + 2 ** -11 + 2 ** -23);
    expect(fma(a, a, -(2 ** -60))).toBe(1 + 2 ** -11);
    expect(Math.fround(a * a + 2 ** -60)).toBe(1 + 2 ** -11);
  });
});

describe('logf and sincosf', () => {
  it('are right to a few units in the last place', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 24 }), (n) => {
        const x = n * 2 ** -24;
        expect(Math.abs(logf(x) - Math.log(x))).toBeLessThanOrEqual(
          2 ** -22 * Math.max(Math.abs(Math.log(x)), 2 ** -24),
        );
        const angle = Math.fround(2 * Math.PI * x);
        const [sin, cos] = sincosf(angle);
        expect(Math.abs(sin - Math.sin(angle))).toBeLessThan(2 ** -22);
        expect(Math.abs(cos - Math.cos(angle))).toBeLessThan(2 ** -22);
      }),
      { numRuns: 2000 },
    );
  });
});
