import { ValueError } from '../../errors.js';
import { kernels } from '../../kernels/engine.js';
import { type Arguments, readArguments, readOptions, type Schema } from '../../options.js';
import { record } from '../autograd.js';
import { converted, dense } from '../copy.js';
import { inMemoryOrder } from '../memory-order.js';
import { expectNumber, expectTensor } from '../operands.js';
import { empty, Tensor } from '../tensor.js';
import { add, div } from './binary.js';
import { abs, clamp } from './elementwise.js';

// Activation functions beside tanh, sigmoid and relu. Value and slope stand together in the kernel, in double precision.

/** Numbers of the functions, as the kernel has them. */
const KIND = {
  gelu: 0,
  geluTanh: 1,
  silu: 2,
  softplus: 3,
  logSigmoid: 4,
  elu: 5,
  selu: 6,
  leakyRelu: 7,
  hardtanh: 8,
  hardsigmoid: 9,
} as const;

/** y = f(x). Backward: dx = dy · f'(x). */
function activation(name: keyof typeof KIND, x: Tensor, p = 0, q = 0): Tensor {
  expectTensor(name, 'the first argument', x);
  const y = inMemoryOrder(x.shape, [x], ([x]) => {
    const source = converted(x, 'float32');
    const y = empty(x.shape);
    kernels.activate(KIND[name], y.address, source.address, y.numel(), p, q);
    return y;
  });
  return record(name, y, [x], [x], (dy) => [
    inMemoryOrder(x.shape, [x, dy], ([x, dy]) => {
      const [dx, source, upstream] = [empty(x.shape), dense(x), dense(dy)];
      kernels.activateBackward(KIND[name], dx.address, upstream.address, source.address, dx.numel(), p, q);
      return dx;
    }),
  ]);
}

/** Options of `gelu`. */
export interface GELUOptions {
  /** 'none' is exact, 'tanh' the approximation of Hendrycks and Gimpel. Default 'none'. */
  readonly approximate?: 'none' | 'tanh';
}

/** What these options may be. */
export const GELU: Schema<GELUOptions> = { approximate: { oneOf: ['none', 'tanh'] } };

/**
 * x · Φ(x), with the normal distribution's Φ (Hendrycks and Gimpel, 2016).
 *
 * @throws ValueError for an unknown approximation
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.gelu.html
 */
export function gelu(x: Tensor, options?: GELUOptions): Tensor {
  const { approximate = 'none' } = readOptions('gelu', options, GELU);
  return activation(approximate === 'tanh' ? 'geluTanh' : 'gelu', x);
}

/** x · σ(x), also called swish. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.silu.html */
export function silu(x: Tensor): Tensor {
  return activation('silu', x);
}

/** Options of `softplus`. */
export interface SoftplusOptions {
  /** How sharp the bend is. Default 1. */
  readonly beta?: number;
  /** From βx above this on the result is x. Default 20. */
  readonly threshold?: number;
}

/** What these options may be. */
export const SOFTPLUS: Schema<SoftplusOptions> = { beta: 'a number', threshold: 'a number' };
export const SOFTPLUS_ORDER = ['beta', 'threshold'] as const;

/** ln(1 + e^βx) / β. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.softplus.html */
export function softplus(x: Tensor, ...options: Arguments<SoftplusOptions, typeof SOFTPLUS_ORDER>): Tensor {
  const { beta = 1, threshold = 20 } = readArguments('softplus', options, SOFTPLUS, SOFTPLUS_ORDER);
  return activation('softplus', x, beta, threshold);
}

/** ln σ(x). @see https://pytorch.org/docs/stable/generated/torch.nn.functional.logsigmoid.html */
export function logSigmoid(x: Tensor): Tensor {
  return activation('logSigmoid', x);
}

/** x above 0, α (eˣ − 1) below; α is 1 if left out. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.elu.html */
export function elu(x: Tensor, alpha = 1): Tensor {
  expectNumber('elu', 'alpha', alpha);
  return activation('elu', x, alpha);
}

/** `elu` scaled so that activations normalise themselves (Klambauer et al., 2017). @see https://pytorch.org/docs/stable/generated/torch.nn.functional.selu.html */
export function selu(x: Tensor): Tensor {
  return activation('selu', x);
}

/** x above 0, slope · x below; the slope is 0.01 if left out. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.leaky_relu.html */
export function leakyRelu(x: Tensor, negativeSlope = 0.01): Tensor {
  expectNumber('leakyRelu', 'negativeSlope', negativeSlope);
  return activation('leakyRelu', x, negativeSlope);
}

/** x limited to [min, max], by default [−1, 1]; at the ends the gradient is 0. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.hardtanh.html */
export function hardtanh(x: Tensor, min = -1, max = 1): Tensor {
  expectNumber('hardtanh', 'min', min);
  expectNumber('hardtanh', 'max', max);
  if (!(min < max)) throw new ValueError(`hardtanh: min must be less than max, not ${min} and ${max}`);
  return limited(x, min, max);
}

/** Whole numbers stay whole within whole limits, as in PyTorch. */
const limited = (x: Tensor, min: number, max: number): Tensor =>
  x instanceof Tensor && x.dtype !== 'float32' ? clamp(x, min, max) : activation('hardtanh', x, min, max);

/** x limited to [0, 6]. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.relu6.html */
export function relu6(x: Tensor): Tensor {
  return limited(x, 0, 6);
}

/** x / 6 + ½ limited to [0, 1]. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.hardsigmoid.html */
export function hardsigmoid(x: Tensor): Tensor {
  return activation('hardsigmoid', x);
}

/** x / (1 + |x|). @see https://pytorch.org/docs/stable/generated/torch.nn.functional.softsign.html */
export function softsign(x: Tensor): Tensor {
  return div(x, add(abs(x), 1));
}
