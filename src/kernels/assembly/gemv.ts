// y = x · W for one row x, as networks are read step by step: weights in panels of 16 columns, along all of k, in three sizes.
//
//     float32    4 bytes a weight
//     bfloat16   2: the upper half of a float32
//     int8       1, times a scale a column; x becomes whole numbers of 12 bits, times a scale, and sums are whole
//
// Reading the weights takes longer than multiplying by them, so that smaller ones are faster.
import { transposed } from './copy';
import { at, madd } from './simd';

const PANEL = 16;
export const FLOAT32 = 0;
export const BFLOAT16 = 1;
export const INT8 = 2;

/** Four bfloat16 as float32, from the lower half (0) or the upper half (1) of eight. */
@inline
function widened(v: v128, upper: i32): v128 {
  const zero = i32x4.splat(0);
  return upper
    ? v128.shuffle<i16>(zero, v, 4, 12, 5, 13, 6, 14, 7, 15)
    : v128.shuffle<i16>(zero, v, 0, 8, 1, 9, 2, 10, 3, 11);
}

/** The panels `from` … `to` of y (n) = x (k) · W, or y += that; y has room for whole panels. */
export function gemvFloat32(from: i32, to: i32, k: i32, x: usize, panels: usize, y: usize, accumulate: i32): void {
  const zero = f32x4.splat(0);
  for (let j = from; j < to; j++) {
    let p = at(panels, j * PANEL * k);
    let a = x;
    let s0 = zero, s1 = zero, s2 = zero, s3 = zero;
    let t0 = zero, t1 = zero, t2 = zero, t3 = zero;
    let i = 0;
    // Two sums a column, or each multiplication would wait for the one before.
    for (; i + 2 <= k; i += 2) {
      const u = v128.load32_splat(a);
      s0 = madd(u, v128.load(p), s0);
      s1 = madd(u, v128.load(p, 16), s1);
      s2 = madd(u, v128.load(p, 32), s2);
      s3 = madd(u, v128.load(p, 48), s3);
      const v = v128.load32_splat(a, 4);
      t0 = madd(v, v128.load(p, 64), t0);
      t1 = madd(v, v128.load(p, 80), t1);
      t2 = madd(v, v128.load(p, 96), t2);
      t3 = madd(v, v128.load(p, 112), t3);
      a += 8;
      p += 128;
    }
    if (i < k) {
      const u = v128.load32_splat(a);
      s0 = madd(u, v128.load(p), s0);
      s1 = madd(u, v128.load(p, 16), s1);
      s2 = madd(u, v128.load(p, 32), s2);
      s3 = madd(u, v128.load(p, 48), s3);
    }
    keep(at(y, j * PANEL), accumulate, f32x4.add(s0, t0), f32x4.add(s1, t1), f32x4.add(s2, t2), f32x4.add(s3, t3));
  }
}

@inline
function keep(y: usize, accumulate: i32, s0: v128, s1: v128, s2: v128, s3: v128): void {
  const zero = f32x4.splat(0);
  const y0 = accumulate ? v128.load(y) : zero;
  const y1 = accumulate ? v128.load(y, 16) : zero;
  const y2 = accumulate ? v128.load(y, 32) : zero;
  const y3 = accumulate ? v128.load(y, 48) : zero;
  v128.store(y, f32x4.add(y0, s0));
  v128.store(y, f32x4.add(y1, s1), 16);
  v128.store(y, f32x4.add(y2, s2), 32);
  v128.store(y, f32x4.add(y3, s3), 48);
}

/** As `gemvFloat32`, with bfloat16 weights. */
export function gemvBfloat16(from: i32, to: i32, k: i32, x: usize, panels: usize, y: usize, accumulate: i32): void {
  const zero = f32x4.splat(0);
  for (let j = from; j < to; j++) {
    let p = panels + ((<usize>(j * PANEL * k)) << 1);
    let a = x;
    let s0 = zero, s1 = zero, s2 = zero, s3 = zero;
    for (let i = 0; i < k; i++) {
      const u = v128.load32_splat(a);
      const v = v128.load(p);
      const w = v128.load(p, 16);
      s0 = madd(u, widened(v, 0), s0);
      s1 = madd(u, widened(v, 1), s1);
      s2 = madd(u, widened(w, 0), s2);
      s3 = madd(u, widened(w, 1), s3);
      a += 4;
      p += 32;
    }
    keep(at(y, j * PANEL), accumulate, s0, s1, s2, s3);
  }
}

// Whole numbers up to here: 12 bits and a sign. 2047 · 127 · k stays within 32 bits for k up to 8,000.
const MOST: f32 = 2047;

/** x (k) as int16, an even number of them, at `whole`; returns what one of them is worth. */
export function quantizeRow(whole: usize, x: usize, k: i32): f32 {
  let most: f32 = 0;
  for (let i = 0; i < k; i++) most = max(most, Math.abs(<f64>load<f32>(at(x, i))) as f32);
  const unit: f32 = most / MOST;
  const by: f32 = most > 1e-30 ? MOST / most : 0;
  for (let i = 0; i < k; i++) store<i16>(whole + (<usize>i << 1), <i16>nearest<f32>(load<f32>(at(x, i)) * by));
  if (k & 1) store<i16>(whole + (<usize>k << 1), 0);
  return unit;
}

/**
 * As `gemvFloat32`, with int8 weights in pairs along k, and x as `quantizeRow` left it.
 *
 * @param unit    what 1 of x is worth
 * @param scales  (n) what 1 of a column's weights is worth
 */
export function gemvInt8(
  from: i32, to: i32, k: i32, whole: usize, panels: usize, y: usize, accumulate: i32, unit: f32, scales: usize,
): void {
  const zero = i32x4.splat(0);
  const pairs = (k + 1) >> 1;
  const worth = f32x4.splat(unit);
  for (let j = from; j < to; j++) {
    let p = panels + <usize>(j * PANEL * 2 * pairs);
    let a = whole;
    let s0 = zero, s1 = zero, s2 = zero, s3 = zero;
    for (let i = 0; i < pairs; i++) {
      const u = v128.load32_splat(a);
      const v = v128.load(p);
      const w = v128.load(p, 16);
      s0 = i32x4.add(i32x4.dot_i16x8_s(u, i16x8.extend_low_i8x16_s(v)), s0);
      s1 = i32x4.add(i32x4.dot_i16x8_s(u, i16x8.extend_high_i8x16_s(v)), s1);
      s2 = i32x4.add(i32x4.dot_i16x8_s(u, i16x8.extend_low_i8x16_s(w)), s2);
      s3 = i32x4.add(i32x4.dot_i16x8_s(u, i16x8.extend_high_i8x16_s(w)), s3);
      a += 4;
      p += 32;
    }
    const q = at(scales, j * PANEL);
    keep(
      at(y, j * PANEL), accumulate,
      f32x4.mul(f32x4.convert_i32x4_s(s0), f32x4.mul(worth, v128.load(q))),
      f32x4.mul(f32x4.convert_i32x4_s(s1), f32x4.mul(worth, v128.load(q, 16))),
      f32x4.mul(f32x4.convert_i32x4_s(s2), f32x4.mul(worth, v128.load(q, 32))),
      f32x4.mul(f32x4.convert_i32x4_s(s3), f32x4.mul(worth, v128.load(q, 48))),
    );
  }
}

@inline
function weightAt(w: usize, k: i32, n: i32, i: i32, column: i32): f32 {
  return i < k && column < n ? load<f32>(at(w, column * k + i)) : 0;
}

/** W (n, k), row after row, as panels of float32 or bfloat16 (to the nearest, halves to even). */
export function packPanels(panels: usize, w: usize, n: i32, k: i32, kind: i32): void {
  for (let j = 0; j < n; j += PANEL) {
    if (kind == FLOAT32 && j + PANEL <= n) {
      transposed(panels, PANEL, at(w, j * k), k, PANEL, k);
      panels = at(panels, PANEL * k);
      continue;
    }
    for (let i = 0; i < k; i++) {
      for (let c = 0; c < PANEL; c++) {
        const value = weightAt(w, k, n, i, j + c);
        if (kind == FLOAT32) {
          store<f32>(panels, value);
          panels += 4;
        } else {
          const bits = reinterpret<u32>(value);
          store<u16>(panels, <u16>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16));
          panels += 2;
        }
      }
    }
  }
}

/** W (n, k) as panels of int8 in pairs along k; scales (n, rounded up to whole panels): a column's greatest weight is 127. */
export function packPanelsInt8(panels: usize, scales: usize, w: usize, n: i32, k: i32): void {
  for (let j = 0; j < n; j += PANEL) {
    for (let c = 0; c < PANEL; c++) {
      let most: f32 = 0;
      for (let i = 0; i < k; i++) most = max(most, Math.abs(<f64>weightAt(w, k, n, i, j + c)) as f32);
      store<f32>(at(scales, j + c), most / 127);
    }
    for (let i = 0; i < k; i += 2) {
      for (let c = 0; c < PANEL; c++) {
        const scale = load<f32>(at(scales, j + c));
        const by: f32 = scale > 1e-30 ? 1 / scale : 0;
        store<i8>(panels, <i8>nearest<f32>(weightAt(w, k, n, i, j + c) * by));
        store<i8>(panels, <i8>nearest<f32>(weightAt(w, k, n, i + 1, j + c) * by), 1);
        panels += 2;
      }
    }
  }
}
