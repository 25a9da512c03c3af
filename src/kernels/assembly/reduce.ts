// Reductions over the middle axis: x (outer, n, inner) → y (outer, inner).
import { extremeAt } from './extreme';
import { at, lanes, loadPartial } from './simd';

// How many floats join a float32 sum before it joins a total in double: this keeps the error of a long sum near that of a
// short one.
const BLOCK = 64;

/** Σ of n contiguous floats: eight float32 sums side by side, block sums in double. */
function sumRow(x: usize, n: i32): f32 {
  let total: f64 = 0;
  const span = 8 * BLOCK;
  for (let from = 0; from < n; from += span) {
    const to = from + span < n ? from + span : n;
    let a = f32x4.splat(0);
    let b = a;
    let i = from;
    for (; i + 8 <= to; i += 8) {
      a = f32x4.add(a, v128.load(at(x, i)));
      b = f32x4.add(b, v128.load(at(x, i), 16));
    }
    for (; i + 4 <= to; i += 4) a = f32x4.add(a, v128.load(at(x, i)));
    if (i < to) b = f32x4.add(b, loadPartial(at(x, i), to - i));
    total += <f64>lanes(f32x4.add(a, b));
  }
  return <f32>total;
}

// Columns that are summed side by side: a cache line of each row.
const SIDE = 16;

/**
 * y (columns) = Σ over rows of x, or y += that, for the strips `from` … `to` of 16 columns: blocks of rows in float32, block sums
 * in double.
 */
export function sumColumns(from: i32, to: i32, y: usize, x: usize, rows: i32, columns: i32, accumulate: i32): void {
  const end = columns < to * SIDE ? columns : to * SIDE;
  let c = from * SIDE;
  for (; c + SIDE <= end; c += SIDE) sumSide(at(y, c), at(x, c), rows, columns, accumulate);
  for (; c < end; c++) {
    let total: f64 = 0;
    if (accumulate) total = <f64>load<f32>(at(y, c));
    for (let r = 0; r < rows; r++) total += <f64>load<f32>(at(x, r * columns + c));
    store<f32>(at(y, c), <f32>total);
  }
}

function sumSide(y: usize, x: usize, rows: i32, columns: i32, accumulate: i32): void {
  let low0 = f64x2.splat(0), low1 = low0, low2 = low0, low3 = low0;
  let high0 = low0, high1 = low0, high2 = low0, high3 = low0;
  if (accumulate) {
    low0 = f64x2.promote_low_f32x4(v128.load(y));
    high0 = f64x2.promote_low_f32x4(upper(v128.load(y)));
    low1 = f64x2.promote_low_f32x4(v128.load(y, 16));
    high1 = f64x2.promote_low_f32x4(upper(v128.load(y, 16)));
    low2 = f64x2.promote_low_f32x4(v128.load(y, 32));
    high2 = f64x2.promote_low_f32x4(upper(v128.load(y, 32)));
    low3 = f64x2.promote_low_f32x4(v128.load(y, 48));
    high3 = f64x2.promote_low_f32x4(upper(v128.load(y, 48)));
  }
  for (let from = 0; from < rows; from += BLOCK) {
    let a = f32x4.splat(0), b = a, c = a, d = a;
    const to = from + BLOCK < rows ? from + BLOCK : rows;
    for (let r = from; r < to; r++) {
      a = f32x4.add(a, v128.load(x));
      b = f32x4.add(b, v128.load(x, 16));
      c = f32x4.add(c, v128.load(x, 32));
      d = f32x4.add(d, v128.load(x, 48));
      x = at(x, columns);
    }
    low0 = f64x2.add(low0, f64x2.promote_low_f32x4(a));
    high0 = f64x2.add(high0, f64x2.promote_low_f32x4(upper(a)));
    low1 = f64x2.add(low1, f64x2.promote_low_f32x4(b));
    high1 = f64x2.add(high1, f64x2.promote_low_f32x4(upper(b)));
    low2 = f64x2.add(low2, f64x2.promote_low_f32x4(c));
    high2 = f64x2.add(high2, f64x2.promote_low_f32x4(upper(c)));
    low3 = f64x2.add(low3, f64x2.promote_low_f32x4(d));
    high3 = f64x2.add(high3, f64x2.promote_low_f32x4(upper(d)));
  }
  v128.store(y, rounded(low0, high0));
  v128.store(y, rounded(low1, high1), 16);
  v128.store(y, rounded(low2, high2), 32);
  v128.store(y, rounded(low3, high3), 48);
}

/** The last two lanes in front. */
@inline
export function upper(v: v128): v128 {
  return v128.shuffle<f32>(v, v, 2, 3, 2, 3);
}

/** Four doubles as floats. */
@inline
function rounded(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

export function sum(y: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  for (let o = 0; o < outer; o++) {
    if (inner == 1) store<f32>(at(y, o), sumRow(at(x, o * n), n));
    else sumColumns(0, (inner + SIDE - 1) / SIDE, at(y, o * inner), at(x, o * n * inner), n, inner, 0);
  }
}

/** Σ of int32 words; returns 1 if a sum does not fit into one, else 0. */
export function sumInt(y: usize, x: usize, outer: i32, n: i32, inner: i32): i32 {
  let wrapped = false;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let s: i64 = 0;
      for (let k = 0; k < n; k++) s += <i64>load<i32>(at(x, (o * n + k) * inner + i));
      wrapped = wrapped || s != <i64>(<i32>s);
      store<i32>(at(y, o * inner + i), <i32>s);
    }
  }
  return i32(wrapped);
}

/** Π of int32 words; returns 1 if a product does not fit into one, else 0. */
export function prodInt(y: usize, x: usize, outer: i32, n: i32, inner: i32): i32 {
  let wrapped = false;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      // What has left int32 stays outside in a double, unless a factor is 0.
      let p: f64 = 1;
      for (let k = 0; k < n && p != 0; k++) {
        const factor = load<i32>(at(x, (o * n + k) * inner + i));
        p = factor == 0 ? 0 : p * <f64>factor;
      }
      wrapped = wrapped || p < -2147483648 || p > 2147483647;
      store<i32>(at(y, o * inner + i), wrapped ? 0 : <i32>p);
    }
  }
  return i32(wrapped);
}

export function prod(y: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let p: f32 = 1;
      for (let k = 0; k < n; k++) p *= load<f32>(at(x, (o * n + k) * inner + i));
      store<f32>(at(y, o * inner + i), p);
    }
  }
}

/**
 * dx_k = dy · y / x_k, or the product of the other factors where one of all x is 0. So PyTorch has it, whose gradients at NaN and ∞
 * depend on which of the two it is.
 */
export function prodBackward(dx: usize, dy: usize, y: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  if (!hasZero(x, outer * n * inner)) {
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        const product = load<f32>(at(dy, o * inner + i)) * load<f32>(at(y, o * inner + i));
        for (let k = 0; k < n; k++) {
          const p = (o * n + k) * inner + i;
          store<f32>(at(dx, p), product / load<f32>(at(x, p)));
        }
      }
    }
    return;
  }
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let before: f32 = load<f32>(at(dy, o * inner + i));
      for (let k = 0; k < n; k++) {
        const p = (o * n + k) * inner + i;
        store<f32>(at(dx, p), before);
        before *= load<f32>(at(x, p));
      }
      let after: f32 = 1;
      for (let k = n - 1; k >= 0; k--) {
        const p = (o * n + k) * inner + i;
        store<f32>(at(dx, p), load<f32>(at(dx, p)) * after);
        after *= load<f32>(at(x, p));
      }
    }
  }
}

function hasZero(x: usize, n: i32): bool {
  for (let i = 0; i < n; i++) if (load<f32>(at(x, i)) == 0) return true;
  return false;
}

@inline
function extremes(y: usize, index: usize, x: usize, outer: i32, n: i32, inner: i32, largest: bool): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const p = at(x, o * n * inner + i);
      const where = extremeAt(p, n, inner, largest);
      if (y) store<f32>(at(y, o * inner + i), load<f32>(at(p, where * inner)));
      if (index) store<i32>(at(index, o * inner + i), where);
    }
  }
}

/** y and where it stands; either address may be 0. */
export function max(y: usize, index: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  extremes(y, index, x, outer, n, inner, true);
}
/** As `max`. */
export function min(y: usize, index: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  extremes(y, index, x, outer, n, inner, false);
}
export function argmax(index: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  extremes(0, index, x, outer, n, inner, true);
}
export function argmin(index: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  extremes(0, index, x, outer, n, inner, false);
}

@inline
function extremesInt(y: usize, index: usize, x: usize, outer: i32, n: i32, inner: i32, largest: bool): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const p = at(x, o * n * inner + i);
      let where = 0;
      for (let k = 1; k < n; k++) {
        const v = load<i32>(at(p, k * inner));
        const best = load<i32>(at(p, where * inner));
        if (largest ? v > best : v < best) where = k;
      }
      if (y) store<i32>(at(y, o * inner + i), load<i32>(at(p, where * inner)));
      if (index) store<i32>(at(index, o * inner + i), where);
    }
  }
}

export function maxInt(y: usize, index: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  extremesInt(y, index, x, outer, n, inner, true);
}
export function minInt(y: usize, index: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  extremesInt(y, index, x, outer, n, inner, false);
}

/** dx (outer, n, inner) = 0, but dy (outer, inner) where the index points. */
export function scatterAlong(dx: usize, dy: usize, index: usize, outer: i32, n: i32, inner: i32): void {
  memory.fill(dx, 0, <usize>(outer * n * inner) << 2);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const k = load<i32>(at(index, o * inner + i));
      store<f32>(at(dx, (o * n + k) * inner + i), load<f32>(at(dy, o * inner + i)));
    }
  }
}

export function anyBool(y: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let found = 0;
      for (let k = 0; k < n; k++) found |= load<i32>(at(x, (o * n + k) * inner + i));
      store<i32>(at(y, o * inner + i), i32(found != 0));
    }
  }
}

export function allBool(y: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let kept = 1;
      for (let k = 0; k < n; k++) kept &= load<i32>(at(x, (o * n + k) * inner + i));
      store<i32>(at(y, o * inner + i), kept);
    }
  }
}

/** Σ x · z, in double precision. */
export function dot(x: usize, z: usize, n: i32): f64 {
  let low = f64x2.splat(0);
  let high = low;
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const a = v128.load(at(x, i));
    const b = v128.load(at(z, i));
    low = f64x2.add(low, f64x2.mul(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b)));
    high = f64x2.add(high, f64x2.mul(f64x2.promote_low_f32x4(upper(a)), f64x2.promote_low_f32x4(upper(b))));
  }
  const pairs = f64x2.add(low, high);
  let s = f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1);
  for (; i < n; i++) s += <f64>load<f32>(at(x, i)) * <f64>load<f32>(at(z, i));
  return s;
}

/** Σ x², in double precision. */
export function sumSquares(x: usize, n: i32): f64 {
  return dot(x, x, n);
}

/** 1 if any of n floats is NaN or infinite, else 0. */
export function hasNonFinite(x: usize, n: i32): i32 {
  // x − x is 0 unless x is one of those.
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const v = v128.load(at(x, i));
    if (v128.any_true(f32x4.sub(v, v))) return 1;
  }
  for (; i < n; i++) {
    const v = load<f32>(at(x, i));
    if (v - v != 0) return 1;
  }
  return 0;
}
