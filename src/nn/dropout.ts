import { ValueError } from '../errors.js';
import { dropout } from '../tensor/ops/dropout.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/**
 * While training, zeroes each element with probability p and scales the others by 1 / (1 − p); else lets everything through.
 *
 * @throws ValueError if p is not between 0 and 1
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Dropout.html
 * @example
 * new nn.Dropout(0.2).eval().forward(ones([2])).tolist(); // [1, 1]
 */
export class Dropout extends Module {
  constructor(readonly p = 0.5) {
    super();
    if (!(p >= 0 && p <= 1)) throw new ValueError(`Dropout: p must be between 0 and 1, not ${p}`);
  }

  override forward(input: Tensor): Tensor {
    return dropout(input, this.p, this.training);
  }

  protected override extraRepr(): string {
    return `p=${this.p}`;
  }
}
