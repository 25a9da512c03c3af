// Optimiser steps over all parameters in one call: `table` points to one row of int32 words a parameter.
import { at, madd } from './simd';

// @ts-ignore: decorator
@inline
const AMSGRAD = 1;
// @ts-ignore: decorator
@inline
const MAXIMIZE = 2;
// @ts-ignore: decorator
@inline
const DECOUPLED = 4;

/**
 * Adam, and AdamW with decoupled decay. Row: parameter, gradient, m, v, largest v or 0, elements.
 *
 *     m += (g − m)(1 − β₁),  v = β₂ v + (1 − β₂) g²,  p −= lr / bc₁ · m / (√v / √bc₂ + eps)
 */
export function adam(
  table: usize, count: i32, lr: f64, beta1: f64, beta2: f64, eps: f64, decay: f64, correction1: f64, rootCorrection2: f64, flags: i32,
): void {
  const stepSize = <f32>(lr / correction1);
  const scale = <f32>rootCorrection2;
  const rate1 = <f32>(1 - beta1);
  const rate2 = <f32>(1 - beta2);
  const keep2 = <f32>beta2;
  const sign: f32 = flags & MAXIMIZE ? -1 : 1;
  const penalty: f32 = flags & DECOUPLED ? 0 : <f32>decay;
  const shrink: f32 = flags & DECOUPLED ? <f32>(1 - lr * decay) : 1;
  for (let row = 0; row < count; row++) {
    const entry = at(table, row * 6);
    const largest = flags & AMSGRAD ? <usize>load<u32>(entry, 16) : 0;
    adamOne(
      load<u32>(entry), load<u32>(entry, 4), load<u32>(entry, 8), load<u32>(entry, 12), largest, load<i32>(entry, 20),
      stepSize, rate1, keep2, rate2, scale, <f32>eps, penalty, shrink, sign,
    );
  }
}

function adamOne(
  p: usize, g: usize, m: usize, v: usize, largest: usize, n: i32,
  stepSize: f32, rate1: f32, keep2: f32, rate2: f32, scale: f32, eps: f32, penalty: f32, shrink: f32, sign: f32,
): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const old = f32x4.mul(v128.load(at(p, i)), f32x4.splat(shrink));
    let grad = f32x4.mul(v128.load(at(g, i)), f32x4.splat(sign));
    grad = f32x4.add(grad, f32x4.mul(old, f32x4.splat(penalty)));
    const first = v128.load(at(m, i));
    const moment = madd(f32x4.sub(grad, first), f32x4.splat(rate1), first);
    let second = f32x4.mul(v128.load(at(v, i)), f32x4.splat(keep2));
    second = madd(f32x4.mul(grad, grad), f32x4.splat(rate2), second);
    v128.store(at(m, i), moment);
    v128.store(at(v, i), second);
    if (largest) {
      second = f32x4.max(v128.load(at(largest, i)), second);
      v128.store(at(largest, i), second);
    }
    const root = f32x4.add(f32x4.div(f32x4.sqrt(second), f32x4.splat(scale)), f32x4.splat(eps));
    v128.store(at(p, i), f32x4.sub(old, f32x4.mul(f32x4.splat(stepSize), f32x4.div(moment, root))));
  }
  for (; i < n; i++) {
    const old = load<f32>(at(p, i)) * shrink;
    const grad = load<f32>(at(g, i)) * sign + old * penalty;
    const first = load<f32>(at(m, i));
    const moment = first + (grad - first) * rate1;
    let second = load<f32>(at(v, i)) * keep2 + grad * grad * rate2;
    store<f32>(at(m, i), moment);
    store<f32>(at(v, i), second);
    if (largest) {
      second = max<f32>(load<f32>(at(largest, i)), second);
      store<f32>(at(largest, i), second);
    }
    const root = sqrt<f32>(second) / scale + eps;
    store<f32>(at(p, i), old - stepSize * (moment / root));
  }
}

// @ts-ignore: decorator
@inline
const NESTEROV = 1;

/**
 * Gradient descent with momentum. Row: parameter, gradient, buffer or 0, elements, whether the buffer is new.
 *
 *     g += decay · p,  b = momentum · b + (1 − dampening) · g  (new: b = g),  p −= lr · (nesterov ? g + momentum · b : b)
 */
export function sgd(table: usize, count: i32, lr: f64, momentum: f64, dampening: f64, decay: f64, flags: i32): void {
  const rate = <f32>lr;
  const keep = <f32>momentum;
  const take = <f32>(1 - dampening);
  const penalty = <f32>decay;
  const sign: f32 = flags & MAXIMIZE ? -1 : 1;
  for (let row = 0; row < count; row++) {
    const entry = at(table, row * 5);
    const p: usize = load<u32>(entry);
    const g: usize = load<u32>(entry, 4);
    const buffer: usize = load<u32>(entry, 8);
    const n = load<i32>(entry, 12);
    const isNew = load<i32>(entry, 16);
    for (let i = 0; i < n; i++) {
      const old = load<f32>(at(p, i));
      let step = load<f32>(at(g, i)) * sign + old * penalty;
      if (buffer) {
        const b = isNew ? step : load<f32>(at(buffer, i)) * keep + step * take;
        store<f32>(at(buffer, i), b);
        step = flags & NESTEROV ? step + keep * b : b;
      }
      store<f32>(at(p, i), old - rate * step);
    }
  }
}
