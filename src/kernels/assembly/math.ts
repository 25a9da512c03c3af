// exp, log, tanh and sigmoid on vectors, within 2.5 units in the last place. Polynomials after Cephes (Moshier).
import { madd } from './simd';

// Constants come from memory: V8 builds a literal vector anew, in three instructions, at each use.
const TABLE: usize = memory.data<f32>([
  0.5, 0.5, 0.5, 0.5, // HALF
  1.0, 1.0, 1.0, 1.0, // ONE
  1.44269504, 1.44269504, 1.44269504, 1.44269504, // LOG2_E
  12582912.0, 12582912.0, 12582912.0, 12582912.0, // ROUNDER
  0.693359375, 0.693359375, 0.693359375, 0.693359375, // LN2_HIGH
  -2.1219444e-4, -2.1219444e-4, -2.1219444e-4, -2.1219444e-4, // LN2_LOW
  -104.0, -104.0, -104.0, -104.0, // EXP_ZERO
  89.0, 89.0, 89.0, 89.0, // EXP_INFINITE
  10.0, 10.0, 10.0, 10.0, // TANH_ONE
  1.17549435e-38, 1.17549435e-38, 1.17549435e-38, 1.17549435e-38, // LEAST_NORMAL
  8388608.0, 8388608.0, 8388608.0, 8388608.0, // TWO_TO_23
  23.0, 23.0, 23.0, 23.0, // TWENTY_THREE
  0.70710677, 0.70710677, 0.70710677, 0.70710677, // ROOT_HALF
  Infinity, Infinity, Infinity, Infinity, // INFINITE
  1.98756915e-4, 1.98756915e-4, 1.98756915e-4, 1.98756915e-4, // EXP, the polynomial's coefficients
  1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3,
  8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3,
  4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2,
  1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1,
  0.50000001201, 0.50000001201, 0.50000001201, 0.50000001201,
  7.0376836292e-2, 7.0376836292e-2, 7.0376836292e-2, 7.0376836292e-2, // LOG, the polynomial's coefficients
  -0.1151461031, -0.1151461031, -0.1151461031, -0.1151461031,
  0.116769987, 0.116769987, 0.116769987, 0.116769987,
  -0.12420140846, -0.12420140846, -0.12420140846, -0.12420140846,
  0.14249322787, 0.14249322787, 0.14249322787, 0.14249322787,
  -0.16668057665, -0.16668057665, -0.16668057665, -0.16668057665,
  0.20000714765, 0.20000714765, 0.20000714765, 0.20000714765,
  -0.24999993993, -0.24999993993, -0.24999993993, -0.24999993993,
  0.33333331174, 0.33333331174, 0.33333331174, 0.33333331174,
], 16);

const HALF = 0;
const ONE = 1;
const LOG2_E = 2;
// 1.5 · 2²³: adding it rounds to whole numbers, which then stand in the low bits.
const ROUNDER = 3;
// ln 2 in two parts; multiples of the upper one are exact.
const LN2_HIGH = 4;
const LN2_LOW = 5;
// Limits beyond which the result is 0, ∞ or ±1.
const EXP_ZERO = 6;
const EXP_INFINITE = 7;
const TANH_ONE = 8;
const LEAST_NORMAL = 9;
const TWO_TO_23 = 10;
const TWENTY_THREE = 11;
const ROOT_HALF = 12;
const INFINITE = 13;
const EXP = 14;
const LOG = 20;

@inline
function constant(i: usize): v128 {
  return v128.load(TABLE + (i << 4));
}

/** −(a · b) + c */
@inline
function nmadd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_nmadd(a, b, c) : f32x4.sub(c, f32x4.mul(a, b));
}

/** 2ⁿ for whole n in [−126, 127] in the low bits: the exponent's field, counted from that of 1. */
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.add(i32x4.shl(n, 23), constant(ONE));
}

/** eʳ − 1 − r for |r| ≤ ½ ln 2: r² times a polynomial. */
@inline
function expTail(r: v128): v128 {
  let p = madd(constant(EXP), r, constant(EXP + 1));
  p = madd(p, r, constant(EXP + 2));
  p = madd(p, r, constant(EXP + 3));
  p = madd(p, r, constant(EXP + 4));
  p = madd(p, r, constant(EXP + 5));
  return f32x4.mul(p, f32x4.mul(r, r));
}

/** eˣ. x = n ln 2 + r; 2ⁿ in two factors, so that it is right down to denormals and up to infinity. */
@inline
export function exp4(x: v128): v128 {
  // The operand order lets NaN through.
  const limited = f32x4.pmin(f32x4.pmax(x, constant(EXP_ZERO)), constant(EXP_INFINITE));
  const shifted = madd(limited, constant(LOG2_E), constant(ROUNDER));
  const n = f32x4.sub(shifted, constant(ROUNDER));
  let r = nmadd(n, constant(LN2_HIGH), limited);
  r = nmadd(n, constant(LN2_LOW), r);
  const p = f32x4.add(f32x4.add(expTail(r), r), constant(ONE));
  const whole = i32x4.sub(shifted, constant(ROUNDER));
  const half = i32x4.shr_s(whole, 1);
  return f32x4.mul(f32x4.mul(p, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
}

/** σ(x) = 1 / (1 + e⁻ˣ), below 0 as eˣ / (1 + eˣ): the power never overflows, so small results are right down to denormals. */
@inline
export function sigmoid4(x: v128): v128 {
  const e = exp4(f32x4.neg(f32x4.abs(x)));
  const numerator = v128.bitselect(e, constant(ONE), f32x4.lt(x, f32x4.splat(0)));
  return f32x4.div(numerator, f32x4.add(constant(ONE), e));
}

/**
 * With e = e^(−2|x|): tanh |x| = |e − 1| / (e + 1), which keeps small results exact, and from ½ on 1 − 2e / (e + 1), which keeps the
 * distance to 1 exact, on which the derivative 1 − y² depends. The sign comes back at the end.
 */
@inline
export function tanh4(x: v128): v128 {
  const magnitude = f32x4.abs(x);
  const sign = v128.xor(x, magnitude);
  const limited = f32x4.pmin(magnitude, constant(TANH_ONE));
  const a = f32x4.neg(f32x4.add(limited, limited));
  const shifted = madd(a, constant(LOG2_E), constant(ROUNDER));
  const n = f32x4.sub(shifted, constant(ROUNDER));
  let r = nmadd(n, constant(LN2_HIGH), a);
  r = nmadd(n, constant(LN2_LOW), r);
  const s = powerOfTwo(shifted);
  // e = u + s; s and s · r are exact.
  const u = madd(s, expTail(r), f32x4.mul(s, r));
  const e = f32x4.add(u, s);
  const small = f32x4.abs(f32x4.add(u, f32x4.sub(s, constant(ONE))));
  const large = f32x4.gt(limited, constant(HALF));
  const q = f32x4.div(v128.bitselect(f32x4.add(e, e), small, large), f32x4.add(e, constant(ONE)));
  return v128.or(v128.bitselect(f32x4.sub(constant(ONE), q), q, large), sign);
}

/** ln x; −∞ at 0, NaN below. x = m · 2ᵉ with m in [√½, √2), ln x = e ln 2 + ln(1 + f). */
@inline
export function log4(x: v128): v128 {
  // Denormals have no exponent of their own: scale them up.
  const small = f32x4.lt(x, constant(LEAST_NORMAL));
  const scaled = v128.bitselect(f32x4.mul(x, constant(TWO_TO_23)), x, small);
  const bits = i32x4.sub(scaled, constant(ROOT_HALF));
  let e = f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23));
  e = f32x4.sub(e, v128.and(small, constant(TWENTY_THREE)));
  const mantissa = i32x4.shr_u(i32x4.shl(bits, 9), 9);
  const f = f32x4.sub(i32x4.add(mantissa, constant(ROOT_HALF)), constant(ONE));
  const z = f32x4.mul(f, f);
  let p = madd(constant(LOG), f, constant(LOG + 1));
  p = madd(p, f, constant(LOG + 2));
  p = madd(p, f, constant(LOG + 3));
  p = madd(p, f, constant(LOG + 4));
  p = madd(p, f, constant(LOG + 5));
  p = madd(p, f, constant(LOG + 6));
  p = madd(p, f, constant(LOG + 7));
  p = madd(p, f, constant(LOG + 8));
  p = f32x4.mul(f32x4.mul(p, f), z);
  p = madd(e, constant(LN2_LOW), p);
  p = nmadd(z, constant(HALF), p);
  const y = madd(e, constant(LN2_HIGH), f32x4.add(f, p));
  // Below 0 (all bits set is NaN), at 0, and where x is its own logarithm: ∞ and NaN.
  const zero = f32x4.splat(0);
  const infinite = constant(INFINITE);
  const finite = v128.bitselect(f32x4.neg(infinite), y, f32x4.eq(x, zero));
  return v128.or(v128.bitselect(finite, x, f32x4.lt(x, infinite)), f32x4.lt(x, zero));
}

/** 2/√π ∫₀ˣ e^(−t²) dt = 2/√π · x · e^(−x²) · Σ (2x²)ᵏ / (1 · 3 · 5 … (2k + 1)): no term cancels another. */
export function erf1(x: f64): f64 {
  // Nearer to ±1 than float32 can tell; NaN passes.
  if (Math.abs(x) > 4) return x > 0 ? 1 : -1;
  const square = 2 * x * x;
  let term: f64 = 1;
  let sum: f64 = 1;
  for (let odd: f64 = 3; term > sum * 1e-10; odd += 2) {
    term *= square / odd;
    sum += term;
  }
  return 1.1283791670955126 * x * Math.exp(-x * x) * sum;
}

/** a to the power of b as C has it: 1 to any power is 1, NaN included, and so is −1 to ±∞; JavaScript makes these NaN. */
export function power(a: f64, b: f64): f64 {
  if (a == 1 || (a == -1 && Math.abs(b) == Infinity)) return 1;
  return Math.pow(a, b);
}
