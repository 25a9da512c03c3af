import { type Arguments, readArguments, readOptions } from '../options.js';
import { WEIGHT_FIRST } from '../tensor/ops/cross-entropy.js';
import type { Reduction } from '../tensor/ops/losses.js';
import {
  BCE,
  BCE_LOGITS,
  type BCEOptions,
  type BCEWithLogitsOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  KL_DIV,
  klDiv,
  type KLDivOptions,
  type KLDivReduction,
  NLL,
  nllLoss,
  type NLLOptions,
} from '../tensor/ops/losses-probability.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/**
 * Negative log-likelihood of classes, −w_t inputᵢₜ with t = targetᵢ, from log-probabilities.
 *
 * Options: `weight` (C, a buffer), `ignoreIndex` (-100), `reduction` ('mean', which divides by the sum of the weights).
 *
 * @throws ValueError for an unknown reduction
 * @see https://pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html
 * @example
 * new nn.NLLLoss().forward(tensor([[-0.5, -1], [-2, -0.25]]), tensor([0, 1])).item(); // 0.375
 */
export class NLLLoss extends Module {
  readonly weight: Tensor | null = null;
  readonly ignoreIndex: number;
  readonly reduction: Reduction;

  constructor(...options: Arguments<NLLOptions, typeof WEIGHT_FIRST>) {
    super();
    const read = readArguments('NLLLoss', options, NLL, WEIGHT_FIRST);
    const { weight = null, ignoreIndex = -100, reduction = 'mean' } = read;
    this.ignoreIndex = ignoreIndex;
    this.reduction = reduction;
    if (weight !== null) this.registerBuffer('weight', weight);
  }

  /**
   * @param input   log-probabilities (N, C), (C) or (N, C, d₁ …)
   * @param target  classes (N), () or (N, d₁ …), int32
   * @returns       a scalar, or with reduction 'none' a loss an element
   * @throws ShapeError, DTypeError or IndexError for what does not fit
   */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, ignoreIndex, reduction } = this;
    return nllLoss(input, target, { weight, ignoreIndex, reduction });
  }
}

/**
 * Cross-entropy of probabilities x with targets t: −w (t ln x + (1 − t) ln(1 − x)), logarithms no less than −100.
 *
 * Options: `weight` (broadcasts to the input, a buffer), `reduction` ('mean').
 *
 * @throws ValueError for an unknown reduction
 * @see https://pytorch.org/docs/stable/generated/torch.nn.BCELoss.html
 * @example
 * new nn.BCELoss().forward(tensor([0.5]), tensor([0.25])).item().toFixed(4); // '0.6931', ln 2
 */
export class BCELoss extends Module {
  readonly weight: Tensor | null = null;
  readonly reduction: Reduction;

  constructor(...options: Arguments<BCEOptions, typeof WEIGHT_FIRST>) {
    super();
    const read = readArguments('BCELoss', options, BCE, WEIGHT_FIRST);
    const { weight = null, reduction = 'mean' } = read;
    this.reduction = reduction;
    if (weight !== null) this.registerBuffer('weight', weight);
  }

  /**
   * @param input   probabilities, any shape
   * @param target  0 to 1, the same shape
   * @returns       a scalar, or with reduction 'none' a loss an element
   * @throws ShapeError or DTypeError for what does not fit; ValueError for an input outside [0, 1]
   */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, reduction } = this;
    return binaryCrossEntropy(input, target, { weight, reduction });
  }
}

/**
 * Cross-entropy of σ(x) with targets t, without overflow: −w (p t ln σ(x) + (1 − t) ln(1 − σ(x))).
 *
 * Options: `weight` and `posWeight` p (broadcast to the input; buffers, the latter as `pos_weight`), `reduction` ('mean').
 *
 * @throws ValueError for an unknown reduction
 * @see https://pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
 * @example
 * new nn.BCEWithLogitsLoss().forward(zeros([3]), ones([3])).item().toFixed(4); // '0.6931', ln 2
 */
export class BCEWithLogitsLoss extends Module {
  readonly weight: Tensor | null = null;
  /** `posWeight` under PyTorch's name, which the state has. */
  readonly pos_weight: Tensor | null = null;
  readonly reduction: Reduction;

  constructor(...options: Arguments<BCEWithLogitsOptions, typeof WEIGHT_FIRST>) {
    super();
    const read = readArguments('BCEWithLogitsLoss', options, BCE_LOGITS, WEIGHT_FIRST);
    const { weight = null, posWeight = null, reduction = 'mean' } = read;
    this.reduction = reduction;
    if (weight !== null) this.registerBuffer('weight', weight);
    if (posWeight !== null) this.registerBuffer('pos_weight', posWeight);
  }

  /** The weight of the positive part. */
  get posWeight(): Tensor | null {
    return this.pos_weight;
  }

  /**
   * @param input   logits, any shape
   * @param target  0 to 1, the same shape
   * @returns       a scalar, or with reduction 'none' a loss an element
   * @throws ShapeError or DTypeError for what does not fit
   */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, posWeight, reduction } = this;
    return binaryCrossEntropyWithLogits(input, target, { weight, posWeight, reduction });
  }
}

/**
 * Kullback-Leibler divergence t (ln t − x) of log-probabilities x from targets t.
 *
 * Options: `reduction` ('mean', over all elements; 'batchmean' is the divergence as defined), `logTarget` (false: the target
 * holds probabilities).
 *
 * @throws ValueError for an unknown reduction
 * @see https://pytorch.org/docs/stable/generated/torch.nn.KLDivLoss.html
 * @example
 * const criterion = new nn.KLDivLoss({ reduction: 'batchmean' });
 * criterion.forward(tensor([[0.5, 0.5]]).log(), tensor([[0.5, 0.5]])).item(); // 0
 */
export class KLDivLoss extends Module {
  readonly reduction: KLDivReduction;
  readonly logTarget: boolean;

  constructor(options?: KLDivOptions) {
    super();
    const { reduction = 'mean', logTarget = false } = readOptions('KLDivLoss', options, KL_DIV);
    this.reduction = reduction;
    this.logTarget = logTarget;
  }

  /**
   * @param input   log-probabilities, any shape
   * @param target  probabilities (or their logarithms), in a shape that broadcasts
   * @returns       a scalar, or with reduction 'none' a loss an element
   * @throws ShapeError or DTypeError for what does not fit
   */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { reduction, logTarget } = this;
    return klDiv(input, target, { reduction, logTarget });
  }
}
