import {
  elu,
  gelu,
  hardsigmoid,
  hardtanh,
  leakyRelu,
  logSigmoid,
  relu6,
  selu,
  silu,
  softplus,
  softsign,
} from '../tensor/ops/activations.js';
import { relu, sigmoid, tanh } from '../tensor/ops/elementwise.js';
import { logSoftmax, softmax } from '../tensor/ops/softmax.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

// Activation functions as modules, for Sequential: each takes a float32 tensor of any shape and gives one of the same shape.

/**
 * Hyperbolic tangent.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Tanh.html
 * @example
 * new nn.Tanh().forward(zeros([2])).tolist(); // [0, 0]
 */
export class Tanh extends Module {
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
export class Sigmoid extends Module {
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
export class ReLU extends Module {
  override forward(input: Tensor): Tensor {
    return relu(input);
  }
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
  constructor(readonly dim: number) {
    super();
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
  constructor(readonly dim: number) {
    super();
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
export class SiLU extends Module {
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
export class SELU extends Module {
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
export class LogSigmoid extends Module {
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
export class ReLU6 extends Module {
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
export class Hardsigmoid extends Module {
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
export class Softsign extends Module {
  override forward(input: Tensor): Tensor {
    return softsign(input);
  }
}

/**
 * x · Φ(x), with the normal distribution's Φ (Hendrycks and Gimpel, 2016).
 *
 * @param approximate  'none' is exact, 'tanh' an approximation. Default 'none'.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.GELU.html
 * @example
 * new nn.GELU().forward(zeros([2])).tolist(); // [0, 0]
 */
export class GELU extends Module {
  constructor(readonly approximate: 'none' | 'tanh' = 'none') {
    super();
  }

  override forward(input: Tensor): Tensor {
    return gelu(input, this);
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
  constructor(
    readonly beta = 1,
    readonly threshold = 20,
  ) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return softplus(input, this);
  }

  protected override extraRepr(): string {
    return `beta=${this.beta}, threshold=${this.threshold}`;
  }
}

/**
 * x above 0, slope · x below.
 *
 * @param negativeSlope  default 0.01
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LeakyReLU.html
 * @example
 * new nn.LeakyReLU().forward(tensor([-100, 2.5])).tolist(); // [-1, 2.5]
 */
export class LeakyReLU extends Module {
  constructor(readonly negativeSlope = 0.01) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return leakyRelu(input, this.negativeSlope);
  }

  protected override extraRepr(): string {
    return `negativeSlope=${this.negativeSlope}`;
  }
}

/**
 * x above 0, α (eˣ − 1) below.
 *
 * @param alpha  default 1
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ELU.html
 * @example
 * new nn.ELU().forward(zeros([2])).tolist(); // [0, 0]
 */
export class ELU extends Module {
  constructor(readonly alpha = 1) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return elu(input, this.alpha);
  }

  protected override extraRepr(): string {
    return `alpha=${this.alpha}`;
  }
}

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
  constructor(
    readonly min = -1,
    readonly max = 1,
  ) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return hardtanh(input, this.min, this.max);
  }

  protected override extraRepr(): string {
    return `min=${this.min}, max=${this.max}`;
  }
}
