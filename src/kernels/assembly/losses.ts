// Losses that are more than a few elementwise operations. Layouts as in cross-entropy.
import { weightOf } from './cross-entropy';
import { exp4, log4 } from './math';
import { at, loadPartial, storePartial } from './simd';

const NONE = 0;
const MEAN = 1;

/**
 * lossᵢ = −w_t xᵢₜ, 0 where the target is ignored: one an element (reduction 0), or their weighted mean (1) or sum (2).
 * Returns what the sum was divided by.
 */
export function nll(
  loss: usize, x: usize, target: usize, weight: usize, outer: i32, classes: i32, inner: i32, ignore: i32, reduction: i32,
): f64 {
  let total: f64 = 0;
  let divisor: f64 = 0;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const t = load<i32>(at(target, o * inner + i));
      let own: f32 = 0;
      if (t != ignore) {
        const w = weightOf(weight, t);
        own = -w * load<f32>(at(x, (o * classes + t) * inner + i));
        divisor += <f64>w;
      }
      if (reduction == NONE) store<f32>(at(loss, o * inner + i), own);
      else total += <f64>own;
    }
  }
  if (reduction == NONE) return 1;
  if (reduction != MEAN) divisor = 1;
  store<f32>(loss, <f32>(total / divisor));
  return divisor;
}

/** dxᵢₜ = −w_t · dloss / divisor, 0 elsewhere */
export function nllBackward(
  dx: usize, dloss: usize, target: usize, weight: usize, outer: i32, classes: i32, inner: i32, ignore: i32, reduction: i32, divisor: f64,
): void {
  memory.fill(dx, 0, <usize>(outer * classes * inner) << 2);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const t = load<i32>(at(target, o * inner + i));
      if (t == ignore) continue;
      const upstream = reduction == NONE ? load<f32>(at(dloss, o * inner + i)) : <f32>(<f64>load<f32>(dloss) / divisor);
      store<f32>(at(dx, (o * classes + t) * inner + i), -weightOf(weight, t) * upstream);
    }
  }
}

/** ln(1 + u) for u ≥ −1: ln w corrected by what rounding w = 1 + u lost (Kahan). */
@inline
function log1p4(u: v128): v128 {
  const one = f32x4.splat(1);
  const w = f32x4.add(u, one);
  const rounded = f32x4.sub(w, one);
  const y = f32x4.div(f32x4.mul(log4(w), u), rounded);
  return v128.bitselect(u, y, f32x4.eq(rounded, f32x4.splat(0)));
}

@inline
function negativeLogSigmoid4(x: v128): v128 {
  const zero = f32x4.splat(0);
  return f32x4.add(f32x4.max(f32x4.neg(x), zero), log1p4(exp4(f32x4.neg(f32x4.abs(x)))));
}

/** y = −ln σ(x) = ln(1 + e⁻ˣ), without overflow */
export function negativeLogSigmoid(y: usize, x: usize, n: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) v128.store(at(y, i), negativeLogSigmoid4(v128.load(at(x, i))));
  if (i < n) storePartial(at(y, i), negativeLogSigmoid4(loadPartial(at(x, i), n - i)), n - i);
}

@inline
function binaryCrossEntropy4(x: v128, t: v128): v128 {
  const least = f32x4.splat(-100);
  const yes = f32x4.mul(t, f32x4.max(log4(x), least));
  const no = f32x4.mul(f32x4.sub(f32x4.splat(1), t), f32x4.max(log1p4(f32x4.neg(x)), least));
  return f32x4.neg(f32x4.add(yes, no));
}

/** loss = −t · max(ln x, −100) − (1 − t) · max(ln(1 − x), −100) */
export function binaryCrossEntropy(loss: usize, x: usize, target: usize, n: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) v128.store(at(loss, i), binaryCrossEntropy4(v128.load(at(x, i)), v128.load(at(target, i))));
  if (i < n) {
    storePartial(at(loss, i), binaryCrossEntropy4(loadPartial(at(x, i), n - i), loadPartial(at(target, i), n - i)), n - i);
  }
}
