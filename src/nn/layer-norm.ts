import { type Arguments, expectKind, readArguments, type Schema } from '../options.js';
import { ones, zeros } from '../tensor/create.js';
import { layerNorm } from '../tensor/ops/layer-norm.js';
import { expectPositive, type Shape, show } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';

/** Options of `LayerNorm`. */
export interface LayerNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Learn a factor (and a bias) for each element. Default true. */
  readonly elementwiseAffine?: boolean;
  /** Learn a bias, where there is a factor. Default true. */
  readonly bias?: boolean;
}

const OPTIONS: Schema<LayerNormOptions> = {
  eps: 'a number',
  elementwiseAffine: 'true or false',
  bias: 'true or false',
};
const ORDER = ['eps', 'elementwiseAffine', 'bias'] as const;

/**
 * Normalises over the last axes: y = (x − mean) / √(variance + ε) · weight + bias (Ba et al., 2016).
 *
 * Parameters: `weight` (normalizedShape), ones, and `bias` (normalizedShape), zeros.
 * The options may stand by position in this order: eps, elementwiseAffine, bias.
 *
 * @param normalizedShape  size of the last axis, or sizes of the last axes
 * @throws ValueError for sizes that are not whole and above 0
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html
 * @example
 * new nn.LayerNorm(16).forward(randn([5, 3, 16])).shape; // [5, 3, 16]
 */
export class LayerNorm extends Module {
  readonly normalizedShape: Shape;
  readonly eps: number;
  readonly elementwiseAffine: boolean;
  weight: Parameter | null;
  bias: Parameter | null;

  constructor(normalizedShape: number | Shape, ...options: Arguments<LayerNormOptions, typeof ORDER>) {
    super();
    const given = readArguments('LayerNorm', options, OPTIONS, ORDER);
    const { eps = 1e-5, elementwiseAffine = true, bias = true } = given;
    expectKind('LayerNorm', 'normalizedShape', normalizedShape, ['a number', 'a list of numbers']);
    this.normalizedShape = typeof normalizedShape === 'number' ? [normalizedShape] : [...normalizedShape];
    for (const size of this.normalizedShape) expectPositive('LayerNorm', 'normalizedShape', size);
    this.eps = eps;
    this.elementwiseAffine = elementwiseAffine;
    this.weight = elementwiseAffine ? new Parameter(ones(this.normalizedShape)) : null;
    this.bias = elementwiseAffine && bias ? new Parameter(zeros(this.normalizedShape)) : null;
  }

  /**
   * @param input  (…, normalizedShape)
   * @returns      the input's shape
   * @throws ShapeError if the input does not end in normalizedShape; DTypeError for anything but float32
   */
  override forward(input: Tensor): Tensor {
    const { weight, bias, eps } = this;
    return layerNorm(input, this.normalizedShape, { weight, bias, eps });
  }

  protected override extraRepr(): string {
    const { normalizedShape, eps, elementwiseAffine } = this;
    return `${show(normalizedShape)}, eps=${eps}, elementwiseAffine=${elementwiseAffine}`;
  }
}
