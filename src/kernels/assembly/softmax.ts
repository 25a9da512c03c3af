// Softmax over the middle axis of (outer, n, inner), shifted by the maximum so that nothing overflows.
import { extreme } from './extreme';
import { exp4, log4 } from './math';
import { at, lanes, loadPartial, storePartial } from './simd';

/** The largest of n floats `step` apart; NaN if there is one. */
function largest(x: usize, n: i32, step: i32): f32 {
  if (step == 1 && n >= 4) return extreme(x, n, true);
  let m: f32 = -Infinity;
  for (let k = 0; k < n; k++) m = max<f32>(m, load<f32>(at(x, k * step)));
  return m;
}

function exp1(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.splat(x)), 0);
}

function log1(x: f32): f32 {
  return f32x4.extract_lane(log4(f32x4.splat(x)), 0);
}

/** y = e^(x − m) for one row; returns the sum. */
function expRow(y: usize, x: usize, n: i32, m: f32): f32 {
  const shift = f32x4.splat(m);
  let total = f32x4.splat(0);
  let k = 0;
  for (; k + 4 <= n; k += 4) {
    const e = exp4(f32x4.sub(v128.load(at(x, k)), shift));
    v128.store(at(y, k), e);
    total = f32x4.add(total, e);
  }
  let s = lanes(total);
  if (k < n) {
    const e = exp4(f32x4.sub(loadPartial(at(x, k), n - k), shift));
    storePartial(at(y, k), e, n - k);
    for (; k < n; k++) s += load<f32>(at(y, k));
  }
  return s;
}

/** y = y / s for one row. */
function divideRow(y: usize, n: i32, s: f32): void {
  const divisor = f32x4.splat(s);
  let k = 0;
  for (; k + 4 <= n; k += 4) v128.store(at(y, k), f32x4.div(v128.load(at(y, k)), divisor));
  for (; k < n; k++) store<f32>(at(y, k), load<f32>(at(y, k)) / s);
}

/** Σ e^(x − m) of one row, nothing written. */
function sumExp(x: usize, n: i32, m: f32): f32 {
  const shift = f32x4.splat(m);
  let total = f32x4.splat(0);
  let k = 0;
  for (; k + 4 <= n; k += 4) total = f32x4.add(total, exp4(f32x4.sub(v128.load(at(x, k)), shift)));
  let s = lanes(total);
  for (; k < n; k++) s += exp1(load<f32>(at(x, k)) - m);
  return s;
}

/** y = e^(x − m) / Σ e^(x − m), m the largest x */
export function softmax(y: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const p = at(x, o * n * inner + i);
      const q = at(y, o * n * inner + i);
      const m = largest(p, n, inner);
      if (inner == 1) {
        divideRow(q, n, expRow(q, p, n, m));
        continue;
      }
      let s: f32 = 0;
      for (let k = 0; k < n; k++) {
        const e = exp1(load<f32>(at(p, k * inner)) - m);
        store<f32>(at(q, k * inner), e);
        s += e;
      }
      for (let k = 0; k < n; k++) store<f32>(at(q, k * inner), load<f32>(at(q, k * inner)) / s);
    }
  }
}

/** dx = y · (dy − Σ dy y) */
export function softmaxBackward(dx: usize, dy: usize, y: usize, outer: i32, n: i32, inner: i32): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const base = o * n * inner + i;
      let s: f32 = 0;
      for (let k = 0; k < n; k++) s += load<f32>(at(dy, base + k * inner)) * load<f32>(at(y, base + k * inner));
      for (let k = 0; k < n; k++) {
        const p = base + k * inner;
        store<f32>(at(dx, p), load<f32>(at(y, p)) * (load<f32>(at(dy, p)) - s));
      }
    }
  }
}

/** y = x − m − ln Σ e^(x − m) */
export function logSoftmax(y: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const p = at(x, o * n * inner + i);
      const q = at(y, o * n * inner + i);
      const m = largest(p, n, inner);
      let s: f32 = 0;
      if (inner == 1) s = sumExp(p, n, m);
      else for (let k = 0; k < n; k++) s += exp1(load<f32>(at(p, k * inner)) - m);
      const shift = log1(s);
      let k = 0;
      if (inner == 1) {
        const most = f32x4.splat(m);
        const rest = f32x4.splat(shift);
        for (; k + 4 <= n; k += 4) v128.store(at(q, k), f32x4.sub(f32x4.sub(v128.load(at(p, k)), most), rest));
      }
      for (; k < n; k++) store<f32>(at(q, k * inner), load<f32>(at(p, k * inner)) - m - shift);
    }
  }
}

/** dx = dy − e^y · Σ dy */
export function logSoftmaxBackward(dx: usize, dy: usize, y: usize, outer: i32, n: i32, inner: i32): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const base = o * n * inner + i;
      let s: f32 = 0;
      for (let k = 0; k < n; k++) s += load<f32>(at(dy, base + k * inner));
      let k = 0;
      if (inner == 1) {
        const total = f32x4.splat(s);
        for (; k + 4 <= n; k += 4) {
          const e = exp4(v128.load(at(y, base + k)));
          v128.store(at(dx, base + k), f32x4.sub(v128.load(at(dy, base + k)), f32x4.mul(e, total)));
        }
      }
      for (; k < n; k++) {
        const p = base + k * inner;
        store<f32>(at(dx, p), load<f32>(at(dy, p)) - exp1(load<f32>(at(y, p))) * s);
      }
    }
  }
}
