// Arithmetic as PyTorch's compiled kernels do it: float32 with fused multiply-add, which JavaScript does not have.
const double = new Float64Array(1);
const doubleBits = new BigInt64Array(double.buffer);
const lowBits = new Uint32Array(double.buffer);
const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);
const f = Math.fround;

/**
 * a · b + c for float32 operands, rounded once to float32.
 *
 * The product is exact in double. Where the sum is not, and its last bit is even, moving it one unit towards what was lost
 * (rounding to odd) makes the second rounding come out as if it were the only one.
 */
export function fma(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const part = sum - product;
  const lost = product - (sum - part) + (c - part);
  if (lost === 0) return f(sum);
  double[0] = sum;
  if ((lowBits[0] & 1) === 0) doubleBits[0] += lost > 0 === sum > 0 ? 1n : -1n;
  return f(double[0]);
}

// Polynomials of Cephes (Moshier) in the order of avx_mathfun, with the products that the compiler fuses.
const LOG = [-1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1]
  .map(f)
  .concat([-1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1].map(f));
const LOG_FIRST = f(7.0376836292e-2);
const LN2_LOW = f(-2.1219444e-4);
const LN2_HIGH = f(0.693359375);
const SQRT_HALF = f(Math.SQRT1_2);

/** ln x for a positive normal float32. */
export function logf(x: number): number {
  single[0] = x;
  let e = (singleBits[0] >>> 23) - 126;
  singleBits[0] = (singleBits[0] & 0x007fffff) | 0x3f000000;
  let m = single[0];
  if (m < SQRT_HALF) {
    e -= 1;
    m = f(f(m - 1) + m);
  } else m = f(m - 1);
  const z = f(m * m);
  let y = LOG_FIRST;
  for (const c of LOG) y = fma(y, m, c);
  y = fma(f(y * m), z, f(e * LN2_LOW));
  y = fma(-z, 0.5, y);
  return fma(e, LN2_HIGH, f(m + y));
}

const FOUR_OVER_PI = f(1.27323954473516);
const MINUS_QUARTER_PI = [-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8].map(f);
const SIN = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1].map(f);
const COS = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2].map(f);

/** [sin x, cos x] for a float32 from 0 on. */
export function sincosf(x: number): [sin: number, cos: number] {
  const octant = (Math.trunc(f(x * FOUR_OVER_PI)) + 1) & ~1;
  let r = x;
  for (const part of MINUS_QUARTER_PI) r = fma(octant, part, r);
  const z = f(r * r);
  let c = fma(fma(COS[0], z, COS[1]), z, COS[2]);
  c = f(fma(f(c * z), z, -f(z * 0.5)) + 1);
  let s = fma(fma(SIN[0], z, SIN[1]), z, SIN[2]);
  s = fma(f(s * z), r, r);
  const swapped = (octant & 2) !== 0;
  const [sin, cos] = swapped ? [c, s] : [s, c];
  return [octant & 4 ? -sin : sin, (octant - 2) & 4 ? cos : -cos];
}
