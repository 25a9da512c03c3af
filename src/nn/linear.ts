import { type Arguments, readArguments, type Schema } from '../options.js';
import { linear } from '../tensor/ops/matmul.js';
import { uniform } from '../tensor/random-tensors.js';
import { expectCount } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';

/** Options of `Linear`. */
export interface LinearOptions {
  /** Learn an additive bias. Default true. */
  readonly bias?: boolean;
}

const OPTIONS: Schema<LinearOptions> = { bias: 'true or false' };
const ORDER = ['bias'] as const;

/**
 * y = x · Wᵀ + b.
 *
 * Parameters: `weight` (outFeatures, inFeatures) and `bias` (outFeatures), both from U(−1/√in, 1/√in); the bias is 0
 * without features.
 * The option `bias` (true) may stand by position, as in PyTorch.
 *
 * @throws ValueError for sizes that are not whole numbers of 0 or more
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
    ...options: Arguments<LinearOptions, typeof ORDER>
  ) {
    super();
    const { bias = true } = readArguments('Linear', options, OPTIONS, ORDER);
    expectCount('Linear', 'inFeatures', inFeatures);
    expectCount('Linear', 'outFeatures', outFeatures);
    // kaiming_uniform with a = √5 is this bound.
    const bound = inFeatures === 0 ? 0 : 1 / Math.sqrt(inFeatures);
    this.weight = new Parameter(uniform([outFeatures, inFeatures], 0 - bound, bound));
    this.bias = bias ? new Parameter(uniform([outFeatures], 0 - bound, bound)) : null;
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
