import { type Arguments, readArguments, readOptions } from '../options.js';
import type { Reduction } from '../tensor/ops/losses.js';
import {
  cosineEmbeddingLoss,
  GAUSSIAN_NLL,
  gaussianNllLoss,
  type GaussianNLLOptions,
  hingeEmbeddingLoss,
  MARGIN,
  MARGIN_ORDER,
  type MarginOptions,
  marginRankingLoss,
  TRIPLET,
  TRIPLET_ORDER,
  tripletMarginLoss,
  type TripletOptions,
} from '../tensor/ops/losses-margin.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

type MarginArguments = Arguments<MarginOptions, typeof MARGIN_ORDER>;

/** What the losses of two inputs with a margin share. */
abstract class MarginLoss extends Module {
  readonly margin: number;
  readonly reduction: Reduction;

  constructor(margin: number, reduction: Reduction = 'mean') {
    super();
    this.margin = margin;
    this.reduction = reduction;
  }
}

/**
 * Ranking of two inputs: max(0, −y (a − b) + margin), where y is 1 if a should be the higher and −1 if b should.
 *
 * Options: `margin` (0), `reduction` ('mean').
 *
 * @throws ValueError for an unknown reduction
 * @see https://pytorch.org/docs/stable/generated/torch.nn.MarginRankingLoss.html
 * @example
 * new nn.MarginRankingLoss({ margin: 1 }).forward(tensor([0.5]), tensor([2.5]), tensor([1])).item(); // 3
 */
export class MarginRankingLoss extends MarginLoss {
  constructor(...options: MarginArguments) {
    const { margin = 0, reduction } = readArguments('MarginRankingLoss', options, MARGIN, MARGIN_ORDER);
    super(margin, reduction);
  }

  /**
   * @param a  any shapes that broadcast
   * @param b  as `a`
   * @param target  1 or −1, with as many axes
   * @returns       a scalar, or with reduction 'none' a loss an element
   * @throws ShapeError or DTypeError for what does not fit
   */
  override forward(a: Tensor, b: Tensor, target: Tensor): Tensor {
    const { margin, reduction } = this;
    return marginRankingLoss(a, b, target, { margin, reduction });
  }
}

/**
 * Distances x of pairs that are alike (y = 1) or not (y = −1): x for the former, max(0, margin − x) for the latter.
 *
 * Options: `margin` (1), `reduction` ('mean').
 *
 * @throws ValueError for an unknown reduction
 * @see https://pytorch.org/docs/stable/generated/torch.nn.HingeEmbeddingLoss.html
 * @example
 * new nn.HingeEmbeddingLoss().forward(tensor([0.5, 0.25]), tensor([1, -1])).item(); // 0.625
 */
export class HingeEmbeddingLoss extends MarginLoss {
  constructor(...options: MarginArguments) {
    const { margin = 1, reduction } = readArguments('HingeEmbeddingLoss', options, MARGIN, MARGIN_ORDER);
    super(margin, reduction);
  }

  /**
   * @param input   any shape
   * @param target  1 or −1, broadcasting
   * @returns       a scalar, or with reduction 'none' a loss an element
   * @throws ShapeError or DTypeError for what does not fit
   */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { margin, reduction } = this;
    return hingeEmbeddingLoss(input, target, { margin, reduction });
  }
}

/**
 * Angles between vectors that are alike (y = 1) or not (y = −1): 1 − cos for the former, max(0, cos − margin) for the latter.
 *
 * Options: `margin` (0), `reduction` ('mean').
 *
 * @throws ValueError for an unknown reduction
 * @see https://pytorch.org/docs/stable/generated/torch.nn.CosineEmbeddingLoss.html
 * @example
 * const criterion = new nn.CosineEmbeddingLoss();
 * criterion.forward(tensor([[1.5, 0]]), tensor([[0, 2.5]]), tensor([1])).item(); // 1
 */
export class CosineEmbeddingLoss extends MarginLoss {
  constructor(...options: MarginArguments) {
    const { margin = 0, reduction } = readArguments('CosineEmbeddingLoss', options, MARGIN, MARGIN_ORDER);
    super(margin, reduction);
  }

  /**
   * @param a  (N, D) or (D)
   * @param b  as `a`
   * @param target  1 or −1, (N) or ()
   * @returns       a scalar, or with reduction 'none' a loss a pair
   * @throws ShapeError or DTypeError for what does not fit
   */
  override forward(a: Tensor, b: Tensor, target: Tensor): Tensor {
    const { margin, reduction } = this;
    return cosineEmbeddingLoss(a, b, target, { margin, reduction });
  }
}

/**
 * Whether an anchor is nearer to a positive than to a negative: max(0, d(a, p) − d(a, n) + margin).
 *
 * Options: `margin` (1), `p` (2, the norm of the distance), `eps` (1e-6), `swap` (false: with true the distance from positive to
 * negative counts where it is the smaller), `reduction` ('mean').
 *
 * @throws ValueError for a margin of 0 or less or an unknown reduction
 * @see https://pytorch.org/docs/stable/generated/torch.nn.TripletMarginLoss.html
 * @example
 * const criterion = new nn.TripletMarginLoss({ margin: 0.5 });
 * criterion.forward(zeros([1, 2]), zeros([1, 2]), ones([1, 2])).item(); // 0
 */
export class TripletMarginLoss extends MarginLoss {
  readonly p: number;
  readonly eps: number;
  readonly swap: boolean;

  constructor(...options: Arguments<TripletOptions, typeof TRIPLET_ORDER>) {
    const read = readArguments('TripletMarginLoss', options, TRIPLET, TRIPLET_ORDER);
    const { margin = 1, p = 2, eps = 1e-6, swap = false, reduction } = read;
    super(margin, reduction);
    this.p = p;
    this.eps = eps;
    this.swap = swap;
  }

  /**
   * @param anchor    (N, D) or (D)
   * @param positive  as `anchor`
   * @param negative  as `anchor`
   * @returns       a scalar, or with reduction 'none' a loss a triplet
   * @throws ShapeError or DTypeError for what does not fit
   */
  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    const { margin, p, eps, swap, reduction } = this;
    return tripletMarginLoss(anchor, positive, negative, { margin, p, eps, swap, reduction });
  }
}

/**
 * Negative log-likelihood of targets under normal distributions: ½ (ln v + (input − target)² / v), v = max(var, eps).
 *
 * Options: `full` (false: without ½ ln 2π), `eps` (1e-6), `reduction` ('mean').
 *
 * @throws ValueError for an unknown reduction
 * @see https://pytorch.org/docs/stable/generated/torch.nn.GaussianNLLLoss.html
 * @example
 * new nn.GaussianNLLLoss().forward(tensor([1.5]), tensor([0.5]), ones([1])).item(); // 0.5
 */
export class GaussianNLLLoss extends Module {
  readonly full: boolean;
  readonly eps: number;
  readonly reduction: Reduction;

  constructor(options?: GaussianNLLOptions) {
    super();
    const read = readOptions('GaussianNLLLoss', options, GAUSSIAN_NLL);
    const { full = false, eps = 1e-6, reduction = 'mean' } = read;
    this.full = full;
    this.eps = eps;
    this.reduction = reduction;
  }

  /**
   * @param input     expectations, (N, *)
   * @param target    the same shape, or one that broadcasts
   * @param variance  the same shape, or with 1 as (or without) its last axis; or one number
   * @returns         a scalar, or with reduction 'none' a loss an element
   * @throws ValueError for a variance below 0; ShapeError or DTypeError for what does not fit
   */
  override forward(input: Tensor, target: Tensor, variance: Tensor | number): Tensor {
    const { full, eps, reduction } = this;
    return gaussianNllLoss(input, target, variance, { full, eps, reduction });
  }
}
