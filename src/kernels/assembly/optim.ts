// Optimiser steps over all parameters in one call: `table` points to one row of int32 words a parameter.
import { at, loadPartial, madd, storePartial } from './simd';

const AMSGRAD = 1;
const MAXIMIZE = 2;
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
  for (let i = 0; i < n; i += 4) {
    const rest = n - i;
    const old = f32x4.mul(loadUpTo4(at(p, i), rest), f32x4.splat(shrink));
    let grad = f32x4.mul(loadUpTo4(at(g, i), rest), f32x4.splat(sign));
    if (penalty != 0) grad = madd(old, f32x4.splat(penalty), grad);
    const before = loadUpTo4(at(m, i), rest);
    const first = madd(f32x4.sub(grad, before), f32x4.splat(rate1), before);
    let second = f32x4.mul(loadUpTo4(at(v, i), rest), f32x4.splat(keep2));
    second = madd(f32x4.mul(grad, grad), f32x4.splat(rate2), second);
    storeUpTo4(at(m, i), first, rest);
    storeUpTo4(at(v, i), second, rest);
    if (largest) {
      second = f32x4.max(loadUpTo4(at(largest, i), rest), second);
      storeUpTo4(at(largest, i), second, rest);
    }
    const root = f32x4.add(f32x4.div(f32x4.sqrt(second), f32x4.splat(scale)), f32x4.splat(eps));
    storeUpTo4(at(p, i), f32x4.sub(old, f32x4.mul(f32x4.splat(stepSize), f32x4.div(first, root))), rest);
  }
}

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
    const buffer: usize = load<u32>(entry, 8);
    const isNew = load<i32>(entry, 16);
    const n = load<i32>(entry, 12);
    sgdOne(load<u32>(entry), load<u32>(entry, 4), buffer, n, isNew, rate, keep, take, penalty, sign, flags & NESTEROV);
  }
}

function sgdOne(
  p: usize, g: usize, buffer: usize, n: i32, isNew: i32, rate: f32, keep: f32, take: f32, penalty: f32, sign: f32, nesterov: i32,
): void {
  for (let i = 0; i < n; i += 4) {
    const rest = n - i;
    const old = loadUpTo4(at(p, i), rest);
    let step = f32x4.mul(loadUpTo4(at(g, i), rest), f32x4.splat(sign));
    if (penalty != 0) step = madd(old, f32x4.splat(penalty), step);
    if (buffer) {
      let b = step;
      if (!isNew) b = madd(step, f32x4.splat(take), f32x4.mul(loadUpTo4(at(buffer, i), rest), f32x4.splat(keep)));
      storeUpTo4(at(buffer, i), b, rest);
      step = nesterov ? madd(b, f32x4.splat(keep), step) : b;
    }
    storeUpTo4(at(p, i), f32x4.sub(old, f32x4.mul(f32x4.splat(rate), step)), rest);
  }
}

/** Four floats, or as many as there are. */
@inline
function loadUpTo4(p: usize, n: i32): v128 {
  return n >= 4 ? v128.load(p) : loadPartial(p, n);
}

@inline
function storeUpTo4(p: usize, v: v128, n: i32): void {
  if (n >= 4) v128.store(p, v);
  else storePartial(p, v, n);
}
