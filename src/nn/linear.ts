import { linear } from '../tensor/ops/matmul.js';
import { uniform } from '../tensor/random-tensors.js';
import { expectPositive } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';

/** Options of `Linear`. */
export interface LinearOptions {
  /** Learn an additive bias. Default true. */
  readonly bias?: boolean;
}

/**
 * y = x · Wᵀ + b.
 *
 * Parameters: `weight` (outFeatures, inFeatures) and `bias` (outFeatures), both from U(−1/√in, 1/√in).
 *
 * @throws ValueError for sizes that are not whole and above 0
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Linear.html
 * @example
 * new nn.Linear(16, 10).forward(zeros([3, 5, 16])).shape; // [3, 5, 10]
 */
export class Linear extends Module {
  weight: Parameter;
  bias: Parameter | null;

  constructor(
    readonly inFeatures: number,
    readonly outFeatures: number,
    options: LinearOptions = {},
  ) {
    super();
    expectPositive('Linear', 'inFeatures', inFeatures);
    expectPositive('Linear', 'outFeatures', outFeatures);
    // kaiming_uniform with a = √5 is this bound.
    const bound = 1 / Math.sqrt(inFeatures);
    this.weight = new Parameter(uniform([outFeatures, inFeatures], -bound, bound));
    this.bias = (options.bias ?? true) ? new Parameter(uniform([outFeatures], -bound, bound)) : null;
  }

  /**
   * @param input  (…, inFeatures)
   * @returns      (…, outFeatures)
   * @throws ShapeError if the last axis is not inFeatures
   */
  override forward(input: Tensor): Tensor {
    return linear(input, this.weight, this.bias);
  }

  protected override extraRepr(): string {
    return `inFeatures=${this.inFeatures}, outFeatures=${this.outFeatures}, bias=${this.bias !== null}`;
  }
}
