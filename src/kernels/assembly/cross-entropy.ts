// Cross-entropy of softmax(x) with class indices. Logits (outer, classes, inner), targets and losses (outer, inner).
import { exp4 } from './math';
import { at, loadPartial, storePartial } from './simd';
import { logSoftmax } from './softmax';

const NONE = 0;
const MEAN = 1;

@inline
export function weightOf(weight: usize, c: i32): f32 {
  return weight ? load<f32>(at(weight, c)) : 1;
}

/** Position of the first index outside [0, classes) that is not `ignore`, or −1. */
export function findOutOfRange(index: usize, n: i32, classes: i32, ignore: i32): i32 {
  for (let i = 0; i < n; i++) {
    const c = load<i32>(at(index, i));
    if (<u32>c >= <u32>classes && c != ignore) return i;
  }
  return -1;
}

/**
 * lossᵢ = −(1 − ε) w_t ln p_t − ε/C Σ_c w_c ln p_c, 0 where the target is ignored. Writes ln p for backward and one loss an
 * element (reduction 0), or their weighted mean (1) or sum (2). Returns what the sum was divided by.
 */
export function crossEntropy(
  loss: usize, logProb: usize, x: usize, target: usize, weight: usize, outer: i32, classes: i32, inner: i32, ignore: i32, smoothing: f32, reduction: i32,
): f64 {
  logSoftmax(logProb, x, outer, classes, inner);
  let total: f64 = 0;
  let divisor: f64 = 0;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const t = load<i32>(at(target, o * inner + i));
      let own: f32 = 0;
      if (t != ignore) {
        const row = at(logProb, o * classes * inner + i);
        const w = weightOf(weight, t);
        own = -load<f32>(at(row, t * inner)) * w;
        if (smoothing > 0) {
          let all: f32 = 0;
          for (let c = 0; c < classes; c++) all -= load<f32>(at(row, c * inner)) * weightOf(weight, c);
          own = own * (<f32>1 - smoothing) + (all * smoothing) / <f32>classes;
        }
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

/** dx_c = dloss / divisor · (p_c · S − (1 − ε) w_t [c = t] − ε/C w_c) with S = (1 − ε) w_t + ε/C Σ w. */
export function crossEntropyBackward(
  dx: usize, dloss: usize, logProb: usize, target: usize, weight: usize, outer: i32, classes: i32, inner: i32, ignore: i32, smoothing: f32, reduction: i32, divisor: f64,
): void {
  const share = smoothing / <f32>classes;
  let allWeights: f32 = <f32>classes;
  if (weight) {
    allWeights = 0;
    for (let c = 0; c < classes; c++) allWeights += load<f32>(at(weight, c));
  }
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const t = load<i32>(at(target, o * inner + i));
      const from = o * classes * inner + i;
      const row = at(logProb, from);
      const grad = at(dx, from);
      if (t == ignore) {
        for (let c = 0; c < classes; c++) store<f32>(at(grad, c * inner), 0);
        continue;
      }
      const upstream = reduction == NONE ? load<f32>(at(dloss, o * inner + i)) : <f32>(<f64>load<f32>(dloss) / divisor);
      const w: f32 = (<f32>1 - smoothing) * weightOf(weight, t);
      const scale = upstream * (w + share * allWeights);
      let c = 0;
      if (inner == 1) {
        const s = f32x4.splat(scale);
        for (; c + 4 <= classes; c += 4) v128.store(at(grad, c), f32x4.mul(exp4(v128.load(at(row, c))), s));
        if (c < classes) storePartial(at(grad, c), f32x4.mul(exp4(loadPartial(at(row, c), classes - c)), s), classes - c);
      } else {
        for (; c < classes; c++) {
          store<f32>(at(grad, c * inner), f32x4.extract_lane(exp4(v128.load32_splat(at(row, c * inner))), 0) * scale);
        }
      }
      if (smoothing > 0) {
        for (c = 0; c < classes; c++) {
          const p = at(grad, c * inner);
          store<f32>(p, load<f32>(p) - upstream * share * weightOf(weight, c));
        }
      }
      const p = at(grad, t * inner);
      store<f32>(p, load<f32>(p) - upstream * w);
    }
  }
}
