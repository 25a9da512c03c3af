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
