// Rows brought to mean 0 and variance 1: x, y (rows, n).
import { dot, sum, sumSquares, upper } from './reduce';
import { at, loadPartial, storePartial } from './simd';

/** y = a · x + b for n floats. */
function scaleRow(y: usize, x: usize, a: f32, b: f32, n: i32): void {
  const factor = f32x4.splat(a);
  const shift = f32x4.splat(b);
  let i = 0;
  for (; i + 4 <= n; i += 4) v128.store(at(y, i), f32x4.add(f32x4.mul(v128.load(at(x, i)), factor), shift));
  if (i < n) storePartial(at(y, i), f32x4.add(f32x4.mul(loadPartial(at(x, i), n - i), factor), shift), n - i);
}

/** Σ x / n in double precision: the mean of equal numbers is exactly theirs, and what ε lets through of a difference is large. */
function meanOf(x: usize, n: i32): f64 {
  let pairs = f64x2.splat(0);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const v = v128.load(at(x, i));
    pairs = f64x2.add(pairs, f64x2.add(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(upper(v))));
  }
  let s = f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1);
  for (; i < n; i++) s += <f64>load<f32>(at(x, i));
  return s / <f64>n;
}

/** y = (x − mean) · r with r = 1 / √(variance + ε), which is kept for each row; ε keeps rows of one value finite. */
export function normalizeRows(y: usize, rstd: usize, x: usize, rows: i32, n: i32, eps: f64): void {
  for (let row = 0; row < rows; row++) {
    const p = at(x, row * n);
    const q = at(y, row * n);
    const r = at(rstd, row);
    scaleRow(q, p, 1, -(<f32>meanOf(p, n)), n);
    store<f32>(r, <f32>(1 / Math.sqrt(sumSquares(q, n) / <f64>n + eps)));
    scaleRow(q, q, load<f32>(r), 0, n);
  }
}

/** dx = r · (dy − Σ dy / n − y · Σ (dy y) / n) */
export function normalizeRowsBackward(dx: usize, dy: usize, y: usize, rstd: usize, rows: i32, n: i32): void {
  for (let row = 0; row < rows; row++) {
    const grad = at(dy, row * n);
    const value = at(y, row * n);
    const out = at(dx, row * n);
    sum(out, grad, 1, n, 1);
    const mean = f32x4.splat(load<f32>(out) / <f32>n);
    const along = f32x4.splat(<f32>(dot(grad, value, n) / <f64>n));
    const r = v128.load32_splat(at(rstd, row));
    let i = 0;
    for (; i + 4 <= n; i += 4) {
      const d = f32x4.sub(f32x4.sub(v128.load(at(grad, i)), mean), f32x4.mul(v128.load(at(value, i)), along));
      v128.store(at(out, i), f32x4.mul(d, r));
    }
    if (i < n) {
      const d = f32x4.sub(f32x4.sub(loadPartial(at(grad, i), n - i), mean), f32x4.mul(loadPartial(at(value, i), n - i), along));
      storePartial(at(out, i), f32x4.mul(d, r), n - i);
    }
  }
}
