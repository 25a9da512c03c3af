// y = f(x), element by element. y may be x. Words of int32 and bool pass through the same vectors as float32.
import { erf1, exp4, log4, power, sigmoid4, tanh4 } from './math';
import { at, loadPartial, madd, storePartial } from './simd';

const NEG = 0;
const ABS = 1;
const SIGN = 2;
const EXP = 3;
const LOG = 4;
const SQRT = 5;
const SQUARE = 6;
const CUBE = 7;
const RECIPROCAL = 8;
const TANH = 9;
const SIGMOID = 10;
const RELU = 11;
const FLOOR = 12;
const CEIL = 13;
const ROUND = 14;
const SCALE = 15;
const ADD_SCALAR = 16;
const CLAMP = 17;
const NEG_INT = 18;
const ABS_INT = 19;
const INT_TO_FLOAT = 20;
const FLOAT_TO_INT = 21;
const TO_BOOL = 22;
const TO_BOOL_INT = 23;
const NOT_BOOL = 24;

// `f` is a constant at each call, so only one branch is compiled. p and q are the function's parameters.
@inline
function apply(f: i32, x: v128, p: v128, q: v128): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const word = i32x4.splat(1);
  if (f == NEG) return f32x4.neg(x);
  if (f == ABS) return f32x4.abs(x);
  if (f == SIGN) return f32x4.sub(v128.and(f32x4.gt(x, zero), one), v128.and(f32x4.lt(x, zero), one));
  if (f == EXP) return exp4(x);
  if (f == LOG) return log4(x);
  if (f == SQRT) return f32x4.sqrt(x);
  if (f == SQUARE) return f32x4.mul(x, x);
  if (f == CUBE) return f32x4.mul(f32x4.mul(x, x), x);
  if (f == RECIPROCAL) return f32x4.div(one, x);
  if (f == TANH) return tanh4(x);
  if (f == SIGMOID) return sigmoid4(x);
  // pmax(x, 0) keeps a NaN x.
  if (f == RELU) return f32x4.pmax(x, zero);
  if (f == FLOOR) return f32x4.floor(x);
  if (f == CEIL) return f32x4.ceil(x);
  if (f == ROUND) return f32x4.nearest(x);
  if (f == SCALE) return f32x4.mul(p, x);
  if (f == ADD_SCALAR) return f32x4.add(p, x);
  if (f == CLAMP) return f32x4.pmin(f32x4.pmax(x, p), q);
  if (f == NEG_INT) return i32x4.neg(x);
  if (f == ABS_INT) return i32x4.abs(x);
  if (f == INT_TO_FLOAT) return f32x4.convert_i32x4_s(x);
  if (f == FLOAT_TO_INT) return i32x4.trunc_sat_f32x4_s(x);
  if (f == TO_BOOL) return v128.and(f32x4.ne(x, zero), word);
  if (f == TO_BOOL_INT) return v128.and(i32x4.ne(x, zero), word);
  return v128.and(i32x4.eq(x, zero), word);
}

@inline
function map(f: i32, y: usize, x: usize, n: i32, p: f32 = 0, q: f32 = 0): void {
  const first = f32x4.splat(p);
  const second = f32x4.splat(q);
  const end = at(x, n & ~3);
  while (x < end) {
    v128.store(y, apply(f, v128.load(x), first, second));
    x += 16;
    y += 16;
  }
  const rest = n & 3;
  if (rest) storePartial(y, apply(f, loadPartial(x, rest), first, second), rest);
}

export function neg(y: usize, x: usize, n: i32): void {
  map(NEG, y, x, n);
}
export function abs(y: usize, x: usize, n: i32): void {
  map(ABS, y, x, n);
}
/** −1, 0 or 1; 0 for NaN. */
export function sign(y: usize, x: usize, n: i32): void {
  map(SIGN, y, x, n);
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
/** max(x, 0) */
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
/** y = alpha · x */
export function scale(y: usize, x: usize, alpha: f32, n: i32): void {
  map(SCALE, y, x, n, alpha);
}
/** y = alpha + x */
export function addScalar(y: usize, x: usize, alpha: f32, n: i32): void {
  map(ADD_SCALAR, y, x, n, alpha);
}
/** min(max(x, low), high); NaN stays. */
export function clamp(y: usize, x: usize, low: f32, high: f32, n: i32): void {
  map(CLAMP, y, x, n, low, high);
}

// ---------------------------------------------------------------- in double precision: nothing hot needs these

const SIN = 0;
const COS = 1;
const EXPM1 = 2;
const LOG1P = 3;
const ERF = 4;
const POW = 5;

@inline
function applyDouble(f: i32, x: f64, p: f64): f64 {
  if (f == SIN) return Math.sin(x);
  if (f == COS) return Math.cos(x);
  if (f == EXPM1) return Math.expm1(x);
  if (f == LOG1P) return Math.log1p(x);
  if (f == ERF) return erf1(x);
  return power(x, p);
}

@inline
function mapDouble(f: i32, y: usize, x: usize, n: i32, p: f64 = 0): void {
  for (let i = 0; i < n; i++) store<f32>(at(y, i), <f32>applyDouble(f, <f64>load<f32>(at(x, i)), p));
}

export function sin(y: usize, x: usize, n: i32): void {
  mapDouble(SIN, y, x, n);
}
export function cos(y: usize, x: usize, n: i32): void {
  mapDouble(COS, y, x, n);
}
/** eˣ − 1, exact near 0 */
export function expm1(y: usize, x: usize, n: i32): void {
  mapDouble(EXPM1, y, x, n);
}
/** ln(1 + x), exact near 0 */
export function log1p(y: usize, x: usize, n: i32): void {
  mapDouble(LOG1P, y, x, n);
}
/** 2/√π ∫₀ˣ e^(−t²) dt */
export function erf(y: usize, x: usize, n: i32): void {
  mapDouble(ERF, y, x, n);
}

/** x to a power, with PyTorch's short cuts: products for 2 and 3, a root for ½ and −½, a quotient for −1. */
export function powScalar(y: usize, x: usize, exponent: f32, n: i32): void {
  if (exponent == 2) map(SQUARE, y, x, n);
  else if (exponent == 3) map(CUBE, y, x, n);
  else if (exponent == 0.5) map(SQRT, y, x, n);
  else if (exponent == -0.5) {
    map(SQRT, y, x, n);
    map(RECIPROCAL, y, y, n);
  } else if (exponent == -1) map(RECIPROCAL, y, x, n);
  else if (Mathf.abs(exponent) <= 32 && Mathf.floor(exponent) == exponent) {
    for (let i = 0; i < n; i++) store<f32>(at(y, i), <f32>wholePower(<f64>load<f32>(at(x, i)), <i32>exponent));
  } else mapDouble(POW, y, x, n, <f64>exponent);
}

/** x to a whole power by squaring. */
function wholePower(x: f64, exponent: i32): f64 {
  let power: f64 = 1;
  for (let e = exponent < 0 ? -exponent : exponent; e > 0; e >>= 1) {
    if (e & 1) power *= x;
    x *= x;
  }
  return exponent < 0 ? 1 / power : power;
}

// ---------------------------------------------------------------- derivatives that need the result alone

const TANH_BACKWARD = 0;
const SIGMOID_BACKWARD = 1;
const RELU_BACKWARD = 2;

@inline
function derive(f: i32, dy: v128, y: v128): v128 {
  const one = f32x4.splat(1);
  if (f == TANH_BACKWARD) return f32x4.mul(dy, f32x4.sub(one, f32x4.mul(y, y)));
  if (f == SIGMOID_BACKWARD) return f32x4.mul(f32x4.mul(dy, y), f32x4.sub(one, y));
  return v128.andnot(dy, f32x4.le(y, f32x4.splat(0)));
}

@inline
function mapBackward(f: i32, dx: usize, dy: usize, y: usize, n: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) v128.store(at(dx, i), derive(f, v128.load(at(dy, i)), v128.load(at(y, i))));
  if (i < n) storePartial(at(dx, i), derive(f, loadPartial(at(dy, i), n - i), loadPartial(at(y, i), n - i)), n - i);
}

/** dx = dy · (1 − y²) */
export function tanhBackward(dx: usize, dy: usize, y: usize, n: i32): void {
  mapBackward(TANH_BACKWARD, dx, dy, y, n);
}
/** dx = dy · y · (1 − y) */
export function sigmoidBackward(dx: usize, dy: usize, y: usize, n: i32): void {
  mapBackward(SIGMOID_BACKWARD, dx, dy, y, n);
}
/** dx = dy where y is above 0 (or NaN, as in PyTorch), else 0 */
export function reluBackward(dx: usize, dy: usize, y: usize, n: i32): void {
  mapBackward(RELU_BACKWARD, dx, dy, y, n);
}

// ---------------------------------------------------------------- several operands

/** y = y + alpha · x */
export function axpy(y: usize, x: usize, alpha: f32, n: i32): void {
  const a = f32x4.splat(alpha);
  let i = 0;
  for (; i + 4 <= n; i += 4) v128.store(at(y, i), madd(a, v128.load(at(x, i)), v128.load(at(y, i))));
  if (i < n) storePartial(at(y, i), madd(a, loadPartial(at(x, i), n - i), loadPartial(at(y, i), n - i)), n - i);
}

/** y = a where cond, else b; words of any dtype. */
export function where(y: usize, cond: usize, a: usize, b: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<i32>(at(y, i), load<i32>(at(cond, i)) ? load<i32>(at(a, i)) : load<i32>(at(b, i)));
  }
}

// ---------------------------------------------------------------- fills

export function fill(y: usize, value: f32, n: i32): void {
  fillInt(y, reinterpret<i32>(value), n);
}

export function fillInt(y: usize, value: i32, n: i32): void {
  const v = i32x4.splat(value);
  let i = 0;
  for (; i + 4 <= n; i += 4) v128.store(at(y, i), v);
  for (; i < n; i++) store<i32>(at(y, i), value);
}

/** Each row of y (rows, columns) = x (columns). */
export function fillRows(y: usize, x: usize, rows: i32, columns: i32): void {
  const bytes = <usize>columns << 2;
  for (let r = 0; r < rows; r++) memory.copy(y + <usize>r * bytes, x, bytes);
}

// ---------------------------------------------------------------- int32 and bool words

/** Returns 1 if the least of all int32 is among them, which has no opposite, else 0. */
export function negInt(y: usize, x: usize, n: i32): i32 {
  const wrapped = hasLeast(x, n);
  map(NEG_INT, y, x, n);
  return wrapped;
}
/** As `negInt`. */
export function absInt(y: usize, x: usize, n: i32): i32 {
  const wrapped = hasLeast(x, n);
  map(ABS_INT, y, x, n);
  return wrapped;
}
function hasLeast(x: usize, n: i32): i32 {
  for (let i = 0; i < n; i++) if (load<i32>(at(x, i)) == i32.MIN_VALUE) return 1;
  return 0;
}
export function intToFloat(y: usize, x: usize, n: i32): void {
  map(INT_TO_FLOAT, y, x, n);
}
/** Towards 0; the caller sees to it that all fit. */
export function floatToInt(y: usize, x: usize, n: i32): void {
  map(FLOAT_TO_INT, y, x, n);
}
/** Position of the first of n floats that has no int32 (NaN has none), or -1. */
export function findOutsideInt(x: usize, n: i32): i32 {
  const least = f32x4.splat(-2147483648);
  const end = f32x4.splat(2147483648);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const v = v128.load(at(x, i));
    const inside = i32x4.bitmask(v128.and(f32x4.ge(v, least), f32x4.lt(v, end)));
    if (inside != 15) return i + ctz(~inside);
  }
  for (; i < n; i++) {
    const v = load<f32>(at(x, i));
    if (!(v >= -2147483648 && v < 2147483648)) return i;
  }
  return -1;
}
/** 1 where a float is not 0 (NaN is not), else 0. */
export function toBool(y: usize, x: usize, n: i32): void {
  map(TO_BOOL, y, x, n);
}
/** 1 where a word is not 0, else 0. */
export function toBoolInt(y: usize, x: usize, n: i32): void {
  map(TO_BOOL_INT, y, x, n);
}
/** 1 where a word is 0, else 0. */
export function notBool(y: usize, x: usize, n: i32): void {
  map(NOT_BOOL, y, x, n);
}
