import { type Arguments, readArguments } from '../options.js';
import {
  CROSS_ENTROPY,
  crossEntropy,
  type CrossEntropyOptions,
  WEIGHT_FIRST,
} from '../tensor/ops/cross-entropy.js';
import type { Reduction } from '../tensor/ops/losses.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/**
 * Cross-entropy between logits and classes (or class probabilities); softmax is part of it.
 *
 * Options are those of `functional.crossEntropy`: `weight` (C), `ignoreIndex` (-100), `reduction` ('mean'),
 * `labelSmoothing` (0).
 * `weight` may stand by position, as in PyTorch.
 *
 * @throws ValueError for an unknown reduction or a labelSmoothing outside [0, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
 * @example
 * const criterion = new nn.CrossEntropyLoss();
 * const loss = criterion.forward(tensor([[0, 0, 0, 0.0]], { dtype: 'float32' }), tensor([2]));
 * loss.item().toFixed(4); // '1.3863', ln 4
 */
export class CrossEntropyLoss extends Module {
  readonly ignoreIndex: number;
  readonly reduction: Reduction;
  readonly labelSmoothing: number;
  readonly weight: Tensor | null = null;

  constructor(...options: Arguments<CrossEntropyOptions, typeof WEIGHT_FIRST>) {
    super();
    const read = readArguments('CrossEntropyLoss', options, CROSS_ENTROPY, WEIGHT_FIRST);
    const { weight = null, ignoreIndex = -100, reduction = 'mean', labelSmoothing = 0 } = read;
    this.ignoreIndex = ignoreIndex;
    this.reduction = reduction;
    this.labelSmoothing = labelSmoothing;
    if (weight !== null) this.registerBuffer('weight', weight);
  }

  /**
   * @param input   logits (N, C), (C) or (N, C, d₁ …)
   * @param target  classes (N), () or (N, d₁ …), int32, or probabilities in the input's shape
   * @returns       a scalar, or with reduction 'none' a loss an element
   */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, ignoreIndex, reduction, labelSmoothing } = this;
    return crossEntropy(input, target, { weight, ignoreIndex, reduction, labelSmoothing });
  }
}
