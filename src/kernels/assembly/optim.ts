// Optimiser steps over all parameters in one call: `table` points to one row of int32 words a parameter, which begins with
// the addresses of the parameter and its gradient and ends with the number of elements.
import { at, loadPartial, madd, storePartial } from './simd';

const MAXIMIZE = 1;
const AMSGRAD = 2;
const DECOUPLED = 4;
const ROOTLESS = 8;

/** The gradient of four elements: sign · g + penalty · p. */
@inline
function gradient(g: v128, p: v128, sign: f32, penalty: f32): v128 {
  const signed = f32x4.mul(g, f32x4.splat(sign));
  // An infinite parameter times no penalty is NaN.
  return penalty == 0 ? signed : madd(p, f32x4.splat(penalty), signed);
}

/**
 * Adam and its kin, which differ in their coefficients. Row: parameter, gradient, m, v, largest v or 0, elements.
 *
 *     m += (g − m)(1 − β₁),  v = β₂ v + (1 − β₂) g²,  p −= (byGradient · g + byMean · m) / (√v + eps)
 *
 * Rootless, the divisor is 1. Decoupled, `decay` is the share that p loses; otherwise it is the L2 penalty.
 */
export function adam(
  table: usize, count: i32, byGradient: f64, byMean: f64, beta1: f64, beta2: f64, eps: f64, decay: f64, flags: i32,
): void {
  const penalty: f32 = flags & DECOUPLED ? 0 : <f32>decay;
  const keep: f32 = flags & DECOUPLED ? <f32>(1 - decay) : 1;
  const sign: f32 = flags & MAXIMIZE ? -1 : 1;
  for (let row = 0; row < count; row++) {
    const entry = at(table, row * 6);
    const largest = flags & AMSGRAD ? <usize>load<u32>(entry, 16) : 0;
    adamOne(
      load<u32>(entry), load<u32>(entry, 4), load<u32>(entry, 8), load<u32>(entry, 12), largest, load<i32>(entry, 20),
      <f32>byGradient, <f32>byMean, <f32>(1 - beta1), <f32>beta2, <f32>(1 - beta2), <f32>eps, penalty, keep, sign, flags & ROOTLESS,
    );
  }
}

function adamOne(
  p: usize, g: usize, m: usize, v: usize, largest: usize, n: i32,
  byGradient: f32, byMean: f32, rate1: f32, keep2: f32, rate2: f32, eps: f32, penalty: f32, keep: f32, sign: f32, rootless: i32,
): void {
  for (let i = 0; i < n; i += 4) {
    const rest = n - i;
    const old = f32x4.mul(loadUpTo4(at(p, i), rest), f32x4.splat(keep));
    const grad = gradient(loadUpTo4(at(g, i), rest), old, sign, penalty);
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
    let step = madd(grad, f32x4.splat(byGradient), f32x4.mul(first, f32x4.splat(byMean)));
    if (!rootless) step = f32x4.div(step, f32x4.add(f32x4.sqrt(second), f32x4.splat(eps)));
    storeUpTo4(at(p, i), f32x4.sub(old, step), rest);
  }
}

/**
 * Adamax: the second moment's limit for ever higher norms. Row: parameter, gradient, m, u, elements.
 *
 *     m += (g − m)(1 − β₁),  u = max(β₂ u, |g| + eps),  p −= rate · m / u
 */
export function adamax(
  table: usize, count: i32, rate: f64, beta1: f64, beta2: f64, eps: f64, decay: f64, flags: i32,
): void {
  const sign: f32 = flags & MAXIMIZE ? -1 : 1;
  for (let row = 0; row < count; row++) {
    const entry = at(table, row * 5);
    adamaxOne(
      load<u32>(entry), load<u32>(entry, 4), load<u32>(entry, 8), load<u32>(entry, 12), load<i32>(entry, 16),
      <f32>rate, <f32>(1 - beta1), <f32>beta2, <f32>eps, <f32>decay, sign,
    );
  }
}

function adamaxOne(
  p: usize, g: usize, m: usize, u: usize, n: i32, rate: f32, rate1: f32, keep2: f32, eps: f32, penalty: f32, sign: f32,
): void {
  for (let i = 0; i < n; i += 4) {
    const rest = n - i;
    const old = loadUpTo4(at(p, i), rest);
    const grad = gradient(loadUpTo4(at(g, i), rest), old, sign, penalty);
    const before = loadUpTo4(at(m, i), rest);
    const first = madd(f32x4.sub(grad, before), f32x4.splat(rate1), before);
    const faded = f32x4.mul(loadUpTo4(at(u, i), rest), f32x4.splat(keep2));
    const largest = f32x4.max(faded, f32x4.add(f32x4.abs(grad), f32x4.splat(eps)));
    storeUpTo4(at(m, i), first, rest);
    storeUpTo4(at(u, i), largest, rest);
    storeUpTo4(at(p, i), f32x4.sub(old, f32x4.mul(f32x4.splat(rate), f32x4.div(first, largest))), rest);
  }
}

const NESTEROV = 2;
const FRESH = 4;

/**
 * Gradient descent with momentum. Row: parameter, gradient, buffer or 0, elements.
 *
 *     g += decay · p,  b = momentum · b + (1 − dampening) · g  (fresh: b = g),  p −= lr · (nesterov ? g + momentum · b : b)
 */
export function sgd(table: usize, count: i32, lr: f64, momentum: f64, dampening: f64, decay: f64, flags: i32): void {
  const sign: f32 = flags & MAXIMIZE ? -1 : 1;
  for (let row = 0; row < count; row++) {
    const entry = at(table, row * 4);
    sgdOne(
      load<u32>(entry), load<u32>(entry, 4), load<u32>(entry, 8), load<i32>(entry, 12),
      <f32>lr, <f32>momentum, <f32>(1 - dampening), <f32>decay, sign, flags & NESTEROV, flags & FRESH,
    );
  }
}

function sgdOne(
  p: usize, g: usize, buffer: usize, n: i32, rate: f32, keep: f32, take: f32, penalty: f32, sign: f32, nesterov: i32, fresh: i32,
): void {
  for (let i = 0; i < n; i += 4) {
    const rest = n - i;
    const old = loadUpTo4(at(p, i), rest);
    let step = gradient(loadUpTo4(at(g, i), rest), old, sign, penalty);
    if (buffer) {
      let b = step;
      if (!fresh) b = madd(step, f32x4.splat(take), f32x4.mul(loadUpTo4(at(buffer, i), rest), f32x4.splat(keep)));
      storeUpTo4(at(buffer, i), b, rest);
      step = nesterov ? madd(b, f32x4.splat(keep), step) : b;
    }
    storeUpTo4(at(p, i), f32x4.sub(old, f32x4.mul(f32x4.splat(rate), step)), rest);
  }
}

/**
 * RMSprop, and Adagrad with keep = take = 1. Row: parameter, gradient, v, mean gradient a or 0, buffer b or 0, elements.
 *
 *     v = keep · v + take · g²,  a += take · (g − a),  s = g / (√(v − a²) + eps),  b = momentum · b + s,  p −= lr · b
 */
export function rmsprop(
  table: usize, count: i32, lr: f64, keep: f64, take: f64, eps: f64, momentum: f64, decay: f64, flags: i32,
): void {
  const sign: f32 = flags & MAXIMIZE ? -1 : 1;
  for (let row = 0; row < count; row++) {
    const entry = at(table, row * 6);
    rmspropOne(
      load<u32>(entry), load<u32>(entry, 4), load<u32>(entry, 8), load<u32>(entry, 12), load<u32>(entry, 16), load<i32>(entry, 20),
      <f32>lr, <f32>keep, <f32>take, <f32>eps, <f32>momentum, <f32>decay, sign,
    );
  }
}

function rmspropOne(
  p: usize, g: usize, v: usize, a: usize, b: usize, n: i32,
  rate: f32, keep: f32, take: f32, eps: f32, momentum: f32, penalty: f32, sign: f32,
): void {
  for (let i = 0; i < n; i += 4) {
    const rest = n - i;
    const old = loadUpTo4(at(p, i), rest);
    const grad = gradient(loadUpTo4(at(g, i), rest), old, sign, penalty);
    let square = f32x4.mul(loadUpTo4(at(v, i), rest), f32x4.splat(keep));
    square = madd(f32x4.mul(grad, grad), f32x4.splat(take), square);
    storeUpTo4(at(v, i), square, rest);
    if (a) {
      const before = loadUpTo4(at(a, i), rest);
      const mean = madd(f32x4.sub(grad, before), f32x4.splat(take), before);
      storeUpTo4(at(a, i), mean, rest);
      square = f32x4.sub(square, f32x4.mul(mean, mean));
    }
    let step = f32x4.div(grad, f32x4.add(f32x4.sqrt(square), f32x4.splat(eps)));
    if (b) {
      step = madd(loadUpTo4(at(b, i), rest), f32x4.splat(momentum), step);
      storeUpTo4(at(b, i), step, rest);
    }
    storeUpTo4(at(p, i), f32x4.sub(old, f32x4.mul(f32x4.splat(rate), step)), rest);
  }
}

/**
 * Adadelta. Row: parameter, gradient, v, d, elements.
 *
 *     v = ρ v + (1 − ρ) g²,  s = √(d + eps) / √(v + eps) · g,  d = ρ d + (1 − ρ) s²,  p −= lr · s
 */
export function adadelta(table: usize, count: i32, lr: f64, rho: f64, eps: f64, decay: f64, flags: i32): void {
  const sign: f32 = flags & MAXIMIZE ? -1 : 1;
  for (let row = 0; row < count; row++) {
    const entry = at(table, row * 5);
    adadeltaOne(
      load<u32>(entry), load<u32>(entry, 4), load<u32>(entry, 8), load<u32>(entry, 12), load<i32>(entry, 16),
      <f32>lr, <f32>rho, <f32>(1 - rho), <f32>eps, <f32>decay, sign,
    );
  }
}

function adadeltaOne(
  p: usize, g: usize, v: usize, d: usize, n: i32, rate: f32, keep: f32, take: f32, eps: f32, penalty: f32, sign: f32,
): void {
  for (let i = 0; i < n; i += 4) {
    const rest = n - i;
    const old = loadUpTo4(at(p, i), rest);
    const grad = gradient(loadUpTo4(at(g, i), rest), old, sign, penalty);
    let square = f32x4.mul(loadUpTo4(at(v, i), rest), f32x4.splat(keep));
    square = madd(f32x4.mul(grad, grad), f32x4.splat(take), square);
    let moved = loadUpTo4(at(d, i), rest);
    const ratio = f32x4.div(
      f32x4.sqrt(f32x4.add(moved, f32x4.splat(eps))),
      f32x4.sqrt(f32x4.add(square, f32x4.splat(eps))),
    );
    const step = f32x4.mul(ratio, grad);
    moved = madd(f32x4.mul(step, step), f32x4.splat(take), f32x4.mul(moved, f32x4.splat(keep)));
    storeUpTo4(at(v, i), square, rest);
    storeUpTo4(at(d, i), moved, rest);
    storeUpTo4(at(p, i), f32x4.sub(old, f32x4.mul(f32x4.splat(rate), step)), rest);
  }
}

/**
 * Resilient backpropagation. Row: parameter, gradient, gradient before, step size s, elements.
 *
 *     s = s · (faster where g · before > 0, slower where < 0), within [least, most]
 *     g = 0 where it has turned,  p −= sign(g) · s
 */
export function rprop(
  table: usize, count: i32, slower: f32, faster: f32, least: f32, most: f32, flags: i32,
): void {
  const sign: f32 = flags & MAXIMIZE ? -1 : 1;
  for (let row = 0; row < count; row++) {
    const entry = at(table, row * 5);
    const p: usize = load<u32>(entry), g: usize = load<u32>(entry, 4);
    const before: usize = load<u32>(entry, 8), size: usize = load<u32>(entry, 12);
    const n = load<i32>(entry, 16);
    for (let i = 0; i < n; i++) {
      let grad = load<f32>(at(g, i)) * sign;
      const along = grad * load<f32>(at(before, i));
      const factor: f32 = along > 0 ? faster : along < 0 ? slower : 1;
      const s = min(max(load<f32>(at(size, i)) * factor, least), most);
      if (along < 0) grad = 0;
      const old = load<f32>(at(p, i));
      store<f32>(at(p, i), grad > 0 ? old - s : grad < 0 ? old + s : old);
      store<f32>(at(before, i), grad);
      store<f32>(at(size, i), s);
    }
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
