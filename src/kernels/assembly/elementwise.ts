// y = f(x), element by element. y may be x.
import { exp4, log4, sigmoid4, tanh4 } from './math';
import { at, loadPartial, madd, storePartial } from './simd';

// @ts-ignore: decorator
@inline
const NEG = 0;
// @ts-ignore: decorator
@inline
const ABS = 1;
// @ts-ignore: decorator
@inline
const EXP = 2;
// @ts-ignore: decorator
@inline
const LOG = 3;
// @ts-ignore: decorator
@inline
const SQRT = 4;
// @ts-ignore: decorator
@inline
const SQUARE = 5;
// @ts-ignore: decorator
@inline
const RECIPROCAL = 6;
// @ts-ignore: decorator
@inline
const TANH = 7;
// @ts-ignore: decorator
@inline
const SIGMOID = 8;
// @ts-ignore: decorator
@inline
const RELU = 9;
// @ts-ignore: decorator
@inline
const FLOOR = 10;
// @ts-ignore: decorator
@inline
const CEIL = 11;
// @ts-ignore: decorator
@inline
const ROUND = 12;
// @ts-ignore: decorator
@inline
const SIGN = 13;

// `f` is a constant at each call, so only one branch is compiled.
// @ts-ignore: decorator
@inline
function apply(f: i32, x: v128): v128 {
  if (f == NEG) return f32x4.neg(x);
  if (f == ABS) return f32x4.abs(x);
  if (f == EXP) return exp4(x);
  if (f == LOG) return log4(x);
  if (f == SQRT) return f32x4.sqrt(x);
  if (f == SQUARE) return f32x4.mul(x, x);
  if (f == RECIPROCAL) return f32x4.div(f32x4.splat(1), x);
  if (f == TANH) return tanh4(x);
  if (f == SIGMOID) return sigmoid4(x);
  // pmax(x, 0) keeps a NaN x.
  if (f == RELU) return f32x4.pmax(x, f32x4.splat(0));
  if (f == FLOOR) return f32x4.floor(x);
  if (f == CEIL) return f32x4.ceil(x);
  if (f == ROUND) return f32x4.nearest(x);
  const positive = v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.splat(1));
  const negative = v128.and(f32x4.lt(x, f32x4.splat(0)), f32x4.splat(-1));
  return v128.or(positive, negative);
}

// @ts-ignore: decorator
@inline
function map(f: i32, y: usize, x: usize, n: i32): void {
  const end = at(x, n & ~3);
  while (x < end) {
    v128.store(y, apply(f, v128.load(x)));
    x += 16;
    y += 16;
  }
  const rest = n & 3;
  if (rest) storePartial(y, apply(f, loadPartial(x, rest)), rest);
}

export function neg(y: usize, x: usize, n: i32): void {
  map(NEG, y, x, n);
}
export function abs(y: usize, x: usize, n: i32): void {
  map(ABS, y, x, n);
}
export function exp(y: usize, x: usize, n: i32): void {
  map(EXP, y, x, n);
}
export function log(y: usize, x: usize, n: i32): void {
  map(LOG, y, x, n);
}
export function sqrt(y: usize, x: usize, n: i32): void {
  map(SQRT, y, x, n);
}
export function square(y: usize, x: usize, n: i32): void {
  map(SQUARE, y, x, n);
}
export function reciprocal(y: usize, x: usize, n: i32): void {
  map(RECIPROCAL, y, x, n);
}
export function tanh(y: usize, x: usize, n: i32): void {
  map(TANH, y, x, n);
}
export function sigmoid(y: usize, x: usize, n: i32): void {
  map(SIGMOID, y, x, n);
}
export function relu(y: usize, x: usize, n: i32): void {
  map(RELU, y, x, n);
}
export function floor(y: usize, x: usize, n: i32): void {
  map(FLOOR, y, x, n);
}
export function ceil(y: usize, x: usize, n: i32): void {
  map(CEIL, y, x, n);
}
/** To the nearest whole number, halves to the even one. */
export function round(y: usize, x: usize, n: i32): void {
  map(ROUND, y, x, n);
}
export function sign(y: usize, x: usize, n: i32): void {
  map(SIGN, y, x, n);
}

/** sin and cos in double precision: arguments may be large, and nothing hot needs them. */
export function sin(y: usize, x: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<f32>(at(y, i), <f32>Math.sin(<f64>load<f32>(at(x, i))));
}
export function cos(y: usize, x: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<f32>(at(y, i), <f32>Math.cos(<f64>load<f32>(at(x, i))));
}

/** y = x to a power, in double precision. */
export function powScalar(y: usize, x: usize, exponent: f32, n: i32): void {
  for (let i = 0; i < n; i++) store<f32>(at(y, i), <f32>Math.pow(<f64>load<f32>(at(x, i)), <f64>exponent));
}

// ---------------------------------------------------------------- derivatives that need the result alone

/** dx = dy · (1 − y²) */
export function tanhBackward(dx: usize, dy: usize, y: usize, n: i32): void {
  const one = f32x4.splat(1);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const v = v128.load(at(y, i));
    v128.store(at(dx, i), f32x4.mul(v128.load(at(dy, i)), f32x4.sub(one, f32x4.mul(v, v))));
  }
  for (; i < n; i++) {
    const v = load<f32>(at(y, i));
    store<f32>(at(dx, i), load<f32>(at(dy, i)) * (1 - v * v));
  }
}

/** dx = dy · y · (1 − y) */
export function sigmoidBackward(dx: usize, dy: usize, y: usize, n: i32): void {
  const one = f32x4.splat(1);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const v = v128.load(at(y, i));
    v128.store(at(dx, i), f32x4.mul(f32x4.mul(v128.load(at(dy, i)), v), f32x4.sub(one, v)));
  }
  for (; i < n; i++) {
    const v = load<f32>(at(y, i));
    store<f32>(at(dx, i), load<f32>(at(dy, i)) * v * (1 - v));
  }
}

/** dx = dy where y > 0, else 0 */
export function reluBackward(dx: usize, dy: usize, y: usize, n: i32): void {
  const zero = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    v128.store(at(dx, i), v128.and(v128.load(at(dy, i)), f32x4.gt(v128.load(at(y, i)), zero)));
  }
  for (; i < n; i++) store<f32>(at(dx, i), load<f32>(at(y, i)) > 0 ? load<f32>(at(dy, i)) : 0);
}

// ---------------------------------------------------------------- fills, scales and limits

export function fill(y: usize, value: f32, n: i32): void {
  const v = f32x4.splat(value);
  let i = 0;
  for (; i + 4 <= n; i += 4) v128.store(at(y, i), v);
  for (; i < n; i++) store<f32>(at(y, i), value);
}

export function fillInt(y: usize, value: i32, n: i32): void {
  for (let i = 0; i < n; i++) store<i32>(at(y, i), value);
}

/** Each row of y (rows, columns) = x (columns). */
export function fillRows(y: usize, x: usize, rows: i32, columns: i32): void {
  const bytes = <usize>columns << 2;
  for (let r = 0; r < rows; r++) memory.copy(y + <usize>r * bytes, x, bytes);
}

/** y = y + alpha · x */
export function axpy(y: usize, x: usize, alpha: f32, n: i32): void {
  const a = f32x4.splat(alpha);
  let i = 0;
  for (; i + 4 <= n; i += 4) v128.store(at(y, i), madd(a, v128.load(at(x, i)), v128.load(at(y, i))));
  for (; i < n; i++) store<f32>(at(y, i), load<f32>(at(y, i)) + alpha * load<f32>(at(x, i)));
}

/** x limited to [low, high]; NaN stays. */
export function clamp(y: usize, x: usize, low: f32, high: f32, n: i32): void {
  for (let i = 0; i < n; i++) {
    let v = load<f32>(at(x, i));
    if (v < low) v = low;
    if (v > high) v = high;
    store<f32>(at(y, i), v);
  }
}

// ---------------------------------------------------------------- int32 and bool words

export function negInt(y: usize, x: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<i32>(at(y, i), -load<i32>(at(x, i)));
}
export function absInt(y: usize, x: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const v = load<i32>(at(x, i));
    store<i32>(at(y, i), v < 0 ? -v : v);
  }
}
export function intToFloat(y: usize, x: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<f32>(at(y, i), <f32>load<i32>(at(x, i)));
}
/** Towards 0; what does not fit becomes the nearest that does, NaN becomes 0. */
export function floatToInt(y: usize, x: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const v = i32x4.trunc_sat_f32x4_s(v128.load32_splat(at(x, i)));
    store<i32>(at(y, i), i32x4.extract_lane(v, 0));
  }
}
/** 1 where a float is not 0 (NaN is not). */
export function toBool(y: usize, x: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<i32>(at(y, i), i32(load<f32>(at(x, i)) != 0));
}
/** 1 where a word is not 0. */
export function toBoolInt(y: usize, x: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<i32>(at(y, i), i32(load<i32>(at(x, i)) != 0));
}
export function notBool(y: usize, x: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<i32>(at(y, i), i32(load<i32>(at(x, i)) == 0));
}
/** y = a where cond, else b; 32-bit words of any dtype. */
export function where(y: usize, cond: usize, a: usize, b: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<i32>(at(y, i), load<i32>(at(cond, i)) ? load<i32>(at(a, i)) : load<i32>(at(b, i)));
  }
}

/** y = alpha · x */
export function scale(y: usize, x: usize, alpha: f32, n: i32): void {
  const a = f32x4.splat(alpha);
  let i = 0;
  for (; i + 4 <= n; i += 4) v128.store(at(y, i), f32x4.mul(a, v128.load(at(x, i))));
  for (; i < n; i++) store<f32>(at(y, i), alpha * load<f32>(at(x, i)));
}
