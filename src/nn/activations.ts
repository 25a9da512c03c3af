import { type Arguments, expectKind, readArguments, type Schema } from '../options.js';
import {
  elu,
  GELU as GELU_OPTIONS,
  gelu,
  type GELUOptions,
  hardsigmoid,
  hardtanh,
  leakyRelu,
  logSigmoid,
  relu6,
  selu,
  silu,
  SOFTPLUS,
  SOFTPLUS_ORDER,
  softplus,
  type SoftplusOptions,
  softsign,
} from '../tensor/ops/activations.js';
import { relu, sigmoid, tanh } from '../tensor/ops/elementwise.js';
import { logSoftmax, softmax } from '../tensor/ops/softmax.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

// Activation functions as modules, for Sequential: each takes a float32 tensor of any shape and gives one of the same shape.

/** What the functions without settings share. PyTorch's `inplace` would change no number. */
abstract class Fixed extends Module {
  constructor(...none: []) {
    super();
    readArguments(this.constructor.name, none, {});
  }
}

/**
 * Hyperbolic tangent.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Tanh.html
 * @example
 * new nn.Tanh().forward(zeros([2])).tolist(); // [0, 0]
 */
export class Tanh extends Fixed {
  override forward(input: Tensor): Tensor {
    return tanh(input);
  }
}

/**
 * σ(x) = 1 / (1 + e⁻ˣ).
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html
 * @example
 * new nn.Sigmoid().forward(zeros([2])).tolist(); // [0.5, 0.5]
 */
export class Sigmoid extends Fixed {
  override forward(input: Tensor): Tensor {
    return sigmoid(input);
  }
}

/**
 * max(x, 0).
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ReLU.html
 * @example
 * new nn.ReLU().forward(tensor([-1.5, 1.5])).tolist(); // [0, 1.5]
 */
export class ReLU extends Fixed {
  override forward(input: Tensor): Tensor {
    return relu(input);
  }
}

/** Options of `Softmax` and `LogSoftmax`. */
export interface AxisOptions {
  /** The axis; -1 is the last. */
  readonly dim: number;
}

const AXIS: Schema<AxisOptions> = { dim: 'a whole number' };
const AXIS_ORDER = ['dim'] as const;

/** The axis of a softmax, which PyTorch would guess. */
function axisOf(name: string, given: readonly unknown[]): number {
  const { dim } = readArguments(name, given, AXIS, AXIS_ORDER);
  expectKind(name, 'dim', dim, AXIS.dim);
  return dim;
}

/**
 * e^xᵢ / Σⱼ e^xⱼ along an axis.
 *
 * @param dim  the axis; -1 is the last. (PyTorch guesses it where it is left out, and warns.)
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Softmax.html
 * @example
 * new nn.Softmax(-1).forward(zeros([2])).tolist(); // [0.5, 0.5]
 */
export class Softmax extends Module {
  readonly dim: number;

  constructor(...dim: [dim: number] | [options: AxisOptions]) {
    super();
    this.dim = axisOf('Softmax', dim);
  }

  /** @throws IndexError if there is no such axis */
  override forward(input: Tensor): Tensor {
    return softmax(input, this.dim);
  }

  protected override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/**
 * xᵢ − ln Σⱼ e^xⱼ along an axis.
 *
 * @param dim  the axis; -1 is the last
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html
 * @example
 * new nn.LogSoftmax(-1).forward(zeros([1])).tolist(); // [0]
 */
export class LogSoftmax extends Module {
  readonly dim: number;

  constructor(...dim: [dim: number] | [options: AxisOptions]) {
    super();
    this.dim = axisOf('LogSoftmax', dim);
  }

  /** @throws IndexError if there is no such axis */
  override forward(input: Tensor): Tensor {
    return logSoftmax(input, this.dim);
  }

  protected override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/**
 * x · σ(x), also called swish.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.SiLU.html
 * @example
 * new nn.SiLU().forward(zeros([2])).tolist(); // [0, 0]
 */
export class SiLU extends Fixed {
  override forward(input: Tensor): Tensor {
    return silu(input);
  }
}

/**
 * Self-normalising exponential unit (Klambauer et al., 2017).
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.SELU.html
 * @example
 * new nn.SELU().forward(zeros([2])).tolist(); // [0, 0]
 */
export class SELU extends Fixed {
  override forward(input: Tensor): Tensor {
    return selu(input);
  }
}

/**
 * ln σ(x).
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html
 * @example
 * new nn.LogSigmoid().forward(zeros([1])).tolist(); // [-0.6931471824645996]
 */
export class LogSigmoid extends Fixed {
  override forward(input: Tensor): Tensor {
    return logSigmoid(input);
  }
}

/**
 * x limited to [0, 6].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ReLU6.html
 * @example
 * new nn.ReLU6().forward(tensor([-1.5, 7])).tolist(); // [0, 6]
 */
export class ReLU6 extends Fixed {
  override forward(input: Tensor): Tensor {
    return relu6(input);
  }
}

/**
 * x / 6 + ½ limited to [0, 1].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Hardsigmoid.html
 * @example
 * new nn.Hardsigmoid().forward(zeros([2])).tolist(); // [0.5, 0.5]
 */
export class Hardsigmoid extends Fixed {
  override forward(input: Tensor): Tensor {
    return hardsigmoid(input);
  }
}

/**
 * x / (1 + |x|).
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Softsign.html
 * @example
 * new nn.Softsign().forward(ones([2])).tolist(); // [0.5, 0.5]
 */
export class Softsign extends Fixed {
  override forward(input: Tensor): Tensor {
    return softsign(input);
  }
}

const GELU_ORDER = ['approximate'] as const;

/**
 * x · Φ(x), with the normal distribution's Φ (Hendrycks and Gimpel, 2016).
 *
 * @param approximate  'none' is exact, 'tanh' an approximation. Default 'none'.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.GELU.html
 * @example
 * new nn.GELU().forward(zeros([2])).tolist(); // [0, 0]
 */
export class GELU extends Module {
  readonly approximate: 'none' | 'tanh';

  constructor(...options: Arguments<GELUOptions, typeof GELU_ORDER>) {
    super();
    this.approximate = readArguments('GELU', options, GELU_OPTIONS, GELU_ORDER).approximate ?? 'none';
  }

  override forward(input: Tensor): Tensor {
    return gelu(input, { approximate: this.approximate });
  }

  protected override extraRepr(): string {
    return `approximate=${this.approximate}`;
  }
}

/**
 * ln(1 + e^βx) / β, and x where βx is above the threshold.
 *
 * @param beta       how sharp the bend is. Default 1.
 * @param threshold  default 20
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Softplus.html
 * @example
 * new nn.Softplus().forward(zeros([1])).tolist(); // [0.6931471824645996]
 */
export class Softplus extends Module {
  readonly beta: number;
  readonly threshold: number;

  constructor(...options: Arguments<SoftplusOptions, typeof SOFTPLUS_ORDER>) {
    super();
    const { beta = 1, threshold = 20 } = readArguments('Softplus', options, SOFTPLUS, SOFTPLUS_ORDER);
    this.beta = beta;
    this.threshold = threshold;
  }

  override forward(input: Tensor): Tensor {
    return softplus(input, { beta: this.beta, threshold: this.threshold });
  }

  protected override extraRepr(): string {
    return `beta=${this.beta}, threshold=${this.threshold}`;
  }
}

/** Options of `LeakyReLU`. */
export interface LeakyReLUOptions {
  /** Slope below 0. Default 0.01. */
  readonly negativeSlope?: number;
}

const LEAKY_RELU: Schema<LeakyReLUOptions> = { negativeSlope: 'a number' };
const LEAKY_RELU_ORDER = ['negativeSlope'] as const;

/**
 * x above 0, slope · x below.
 *
 * @param negativeSlope  default 0.01
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LeakyReLU.html
 * @example
 * new nn.LeakyReLU().forward(tensor([-100, 2.5])).tolist(); // [-1, 2.5]
 */
export class LeakyReLU extends Module {
  readonly negativeSlope: number;

  constructor(...options: Arguments<LeakyReLUOptions, typeof LEAKY_RELU_ORDER>) {
    super();
    const { negativeSlope = 0.01 } = readArguments('LeakyReLU', options, LEAKY_RELU, LEAKY_RELU_ORDER);
    this.negativeSlope = negativeSlope;
  }

  override forward(input: Tensor): Tensor {
    return leakyRelu(input, this.negativeSlope);
  }

  protected override extraRepr(): string {
    return `negativeSlope=${this.negativeSlope}`;
  }
}

/** Options of `ELU`. */
export interface ELUOptions {
  /** Size of what is below 0. Default 1. */
  readonly alpha?: number;
}

const ELU_OPTIONS: Schema<ELUOptions> = { alpha: 'a number' };
const ELU_ORDER = ['alpha'] as const;

/**
 * x above 0, α (eˣ − 1) below.
 *
 * @param alpha  default 1
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ELU.html
 * @example
 * new nn.ELU().forward(zeros([2])).tolist(); // [0, 0]
 */
export class ELU extends Module {
  readonly alpha: number;

  constructor(...options: Arguments<ELUOptions, typeof ELU_ORDER>) {
    super();
    const { alpha = 1 } = readArguments('ELU', options, ELU_OPTIONS, ELU_ORDER);
    this.alpha = alpha;
  }

  override forward(input: Tensor): Tensor {
    return elu(input, this.alpha);
  }

  protected override extraRepr(): string {
    return `alpha=${this.alpha}`;
  }
}

/** Options of `Hardtanh`. */
export interface HardtanhOptions {
  /** The least result. Default −1. */
  readonly min?: number;
  /** The largest result. Default 1. */
  readonly max?: number;
}

const HARDTANH: Schema<HardtanhOptions> = { min: 'a number', max: 'a number' };
const HARDTANH_ORDER = ['min', 'max'] as const;

/**
 * x limited to [min, max].
 *
 * @param min  default −1
 * @param max  default 1
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Hardtanh.html
 * @example
 * new nn.Hardtanh().forward(tensor([-1.5, 0.5])).tolist(); // [-1, 0.5]
 */
export class Hardtanh extends Module {
  readonly min: number;
  readonly max: number;

  constructor(...options: Arguments<HardtanhOptions, typeof HARDTANH_ORDER>) {
    super();
    const { min = -1, max = 1 } = readArguments('Hardtanh', options, HARDTANH, HARDTANH_ORDER);
    this.min = min;
    this.max = max;
  }

  override forward(input: Tensor): Tensor {
    return hardtanh(input, this.min, this.max);
  }

  protected override extraRepr(): string {
    return `min=${this.min}, max=${this.max}`;
  }
}
