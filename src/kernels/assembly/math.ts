// exp, log, tanh and sigmoid on vectors, within 2.5 units in the last place. Polynomials after Cephes (Moshier).
import { madd } from './simd';

// Constants come from memory: V8 builds a literal vector anew, in three instructions, at each use.
const C: usize = memory.data<f32>([
  1.44269504, 1.44269504, 1.44269504, 1.44269504, // 0 log2 e
  12582912.0, 12582912.0, 12582912.0, 12582912.0, // 1 1.5 · 2²³: adding it rounds to whole numbers
  -0.693359375, -0.693359375, -0.693359375, -0.693359375, // 2 −ln 2, upper part
  2.1219444e-4, 2.1219444e-4, 2.1219444e-4, 2.1219444e-4, // 3 −ln 2, lower part
  1.98756915e-4, 1.98756915e-4, 1.98756915e-4, 1.98756915e-4, // 4 exp polynomial
  1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3, // 5
  8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3, // 6
  4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2, // 7
  1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1, // 8
  0.50000001201, 0.50000001201, 0.50000001201, 0.50000001201, // 9
  1.0, 1.0, 1.0, 1.0, // 10
  -104.0, -104.0, -104.0, -104.0, // 11 exp is 0 below
  89.0, 89.0, 89.0, 89.0, // 12 exp is infinite above
  -2.0, -2.0, -2.0, -2.0, // 13
  10.0, 10.0, 10.0, 10.0, // 14 tanh is ±1 beyond
  2.0, 2.0, 2.0, 2.0, // 15
  0.707106781, 0.707106781, 0.707106781, 0.707106781, // 16 √½
  7.0376836292e-2, 7.0376836292e-2, 7.0376836292e-2, 7.0376836292e-2, // 17 log polynomial
  -0.1151461031, -0.1151461031, -0.1151461031, -0.1151461031, // 18
  0.116769987, 0.116769987, 0.116769987, 0.116769987, // 19
  -0.12420140846, -0.12420140846, -0.12420140846, -0.12420140846, // 20
  0.14249322787, 0.14249322787, 0.14249322787, 0.14249322787, // 21
  -0.16668057665, -0.16668057665, -0.16668057665, -0.16668057665, // 22
  0.20000714765, 0.20000714765, 0.20000714765, 0.20000714765, // 23
  -0.24999993993, -0.24999993993, -0.24999993993, -0.24999993993, // 24
  0.33333331174, 0.33333331174, 0.33333331174, 0.33333331174, // 25
  0.693359375, 0.693359375, 0.693359375, 0.693359375, // 26 ln 2, upper part
  -2.1219444e-4, -2.1219444e-4, -2.1219444e-4, -2.1219444e-4, // 27 ln 2, lower part
  -0.5, -0.5, -0.5, -0.5, // 28
  8388608.0, 8388608.0, 8388608.0, 8388608.0, // 29 2²³
], 16);

// @ts-ignore: decorator
@inline
function constant(i: usize): v128 {
  return v128.load(C + (i << 4));
}

/** 2ⁿ for whole n in [-126, 127] held as n + 1.5 · 2²³. */
// @ts-ignore: decorator
@inline
function powerOfTwo(shifted: v128): v128 {
  return i32x4.shl(i32x4.add(shifted, i32x4.splat(127)), 23);
}

/** eʳ − 1 − r for |r| ≤ ½ ln 2: r² times a polynomial. */
// @ts-ignore: decorator
@inline
function expTail(r: v128): v128 {
  let p = madd(constant(4), r, constant(5));
  p = madd(p, r, constant(6));
  p = madd(p, r, constant(7));
  p = madd(p, r, constant(8));
  p = madd(p, r, constant(9));
  return f32x4.mul(p, f32x4.mul(r, r));
}

/** eˣ. x = n ln 2 + r; 2ⁿ in two factors, so that it is right down to denormals and up to infinity. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  // The operand order lets NaN through.
  const limited = f32x4.pmin(f32x4.pmax(x, constant(11)), constant(12));
  const shifted = madd(limited, constant(0), constant(1));
  const n = f32x4.sub(shifted, constant(1));
  let r = madd(n, constant(2), limited);
  r = madd(n, constant(3), r);
  const p = f32x4.add(f32x4.add(expTail(r), r), constant(10));
  // shifted holds n in its low bits: halves n1 + n2 = n.
  const whole = i32x4.sub(shifted, i32x4.splat(0x4b400000));
  const half = i32x4.shr_s(whole, 1);
  const first = i32x4.shl(i32x4.add(half, i32x4.splat(127)), 23);
  const second = i32x4.shl(i32x4.add(i32x4.sub(whole, half), i32x4.splat(127)), 23);
  return f32x4.mul(f32x4.mul(p, first), second);
}

/** σ(x) = 1 / (1 + e⁻ˣ). */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  return f32x4.div(constant(10), f32x4.add(constant(10), exp4(f32x4.neg(x))));
}

/** tanh x = −t / (t + 2) with t = e^(−2|x|) − 1, which keeps small results exact; the sign comes back at the end. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const sign = v128.and(x, i32x4.splat(0x80000000));
  const a = f32x4.mul(f32x4.pmin(f32x4.abs(x), constant(14)), constant(13));
  const shifted = madd(a, constant(0), constant(1));
  const n = f32x4.sub(shifted, constant(1));
  let r = madd(n, constant(2), a);
  r = madd(n, constant(3), r);
  const s = powerOfTwo(i32x4.sub(shifted, i32x4.splat(0x4b400000)));
  // s · (r + tail) + (s − 1); s and s · r are exact.
  const t = f32x4.add(madd(s, expTail(r), f32x4.mul(s, r)), f32x4.sub(s, constant(10)));
  return v128.or(f32x4.neg(f32x4.div(t, f32x4.add(t, constant(15)))), sign);
}

/** ln x; −∞ at 0, NaN below. x = m · 2ᵉ with m in [√½, √2). */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  // Denormals have no exponent of their own: scale them up by 2²³.
  const small = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const scaled = v128.bitselect(f32x4.mul(x, constant(29)), x, small);
  const bits = i32x4.sub(scaled, i32x4.splat(0x3f3504f3));
  let e = f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23));
  e = f32x4.sub(e, v128.and(small, f32x4.splat(23.0)));
  const m = i32x4.add(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const f = f32x4.sub(m, constant(10));
  const z = f32x4.mul(f, f);
  let p = madd(constant(17), f, constant(18));
  p = madd(p, f, constant(19));
  p = madd(p, f, constant(20));
  p = madd(p, f, constant(21));
  p = madd(p, f, constant(22));
  p = madd(p, f, constant(23));
  p = madd(p, f, constant(24));
  p = madd(p, f, constant(25));
  p = f32x4.mul(f32x4.mul(p, f), z);
  p = madd(e, constant(27), p);
  p = madd(z, constant(28), p);
  const y = madd(e, constant(26), f32x4.add(f, p));
  const zero = f32x4.eq(x, f32x4.splat(0));
  const outside = v128.or(f32x4.lt(x, f32x4.splat(0)), f32x4.ne(x, x));
  const infinite = f32x4.eq(x, f32x4.splat(Infinity));
  let result = v128.bitselect(f32x4.splat(-Infinity), y, zero);
  result = v128.bitselect(f32x4.splat(Infinity), result, infinite);
  return v128.bitselect(f32x4.splat(NaN), result, outside);
}
