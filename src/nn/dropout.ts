import { type Arguments, readArguments, type Schema } from '../options.js';
import { dropout } from '../tensor/ops/dropout.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/** Options of `Dropout`. */
export interface DropoutOptions {
  /** Probability of zeroing an element. Default 0.5. */
  readonly p?: number;
}

const OPTIONS: Schema<DropoutOptions> = { p: 'between 0 and 1' };
const ORDER = ['p'] as const;

/**
 * While training, zeroes each element with probability p and scales the others by 1 / (1 − p); else lets everything through.
 *
 * @throws ValueError if p is not between 0 and 1
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Dropout.html
 * @example
 * new nn.Dropout(0.2).eval().forward(ones([2])).tolist(); // [1, 1]
 */
export class Dropout extends Module {
  readonly p: number;

  constructor(...options: Arguments<DropoutOptions, typeof ORDER>) {
    super();
    this.p = readArguments('Dropout', options, OPTIONS, ORDER).p ?? 0.5;
  }

  override forward(input: Tensor): Tensor {
    return dropout(input, this.p, this.training);
  }

  protected override extraRepr(): string {
    return `p=${this.p}`;
  }
}
