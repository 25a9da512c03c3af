import { ShapeError, ValueError } from '../../errors.js';
import { type Arguments, expectKind, readArguments, type Schema } from '../../options.js';
import { full } from '../create.js';
import { sameShape, show } from '../shape.js';
import { Tensor } from '../tensor.js';
import { add, div, eq, lt, minimum, mul, ne, sub } from './binary.js';
import { atLeast, type DistanceOptions, pairwiseDistance } from './distances.js';
import { clamp, log, neg, sqrt, square } from './elementwise.js';
import { expectFloats, LOSS, type LossOptions, reduceLosses } from './losses.js';
import { where } from './masking.js';
import { any, sum } from './reduce.js';
import { unsqueeze } from './views.js';

// Losses that compare, and that of a normal distribution. Rare enough to be written in other operations, which have the gradients.

/** Options of losses with a margin. */
export interface MarginOptions extends LossOptions {
  /** How far apart things have to be before the loss is 0; each loss says its default. */
  readonly margin?: number;
}

/** What these options may be, and which may stand by position. */
export const MARGIN: Schema<MarginOptions> = { ...LOSS, margin: 'a number' };
export const MARGIN_ORDER = ['margin'] as const;

type MarginArguments = Arguments<MarginOptions, typeof MARGIN_ORDER>;

const positive = (x: Tensor): Tensor => clamp(x, 0);

/**
 * Ranking of two inputs: lossᵢ = max(0, −yᵢ (aᵢ − bᵢ) + margin), where y is 1 if a should be the higher and −1 if b should.
 *
 * Options: `margin` (0), `reduction` ('mean').
 *
 * @param a  float32, broadcasting
 * @param b  as `a`
 * @param target  1 or −1, with as many axes
 * @throws ShapeError if the numbers of axes differ; DTypeError for inputs that are not float32; ValueError for an unknown reduction
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.margin_ranking_loss.html
 * @example
 * marginRankingLoss(tensor([0.5]), tensor([2.5]), tensor([1])).item(); // 2
 */
export function marginRankingLoss(a: Tensor, b: Tensor, target: Tensor, ...options: MarginArguments): Tensor {
  const { margin = 0, reduction } = readArguments('marginRankingLoss', options, MARGIN, MARGIN_ORDER);
  expectFloats('marginRankingLoss', { input1: a, input2: b });
  expectRanks('marginRankingLoss', { input1: a, input2: b, target });
  const losses = positive(add(mul(neg(target), sub(a, b)), margin));
  return reduceLosses(losses, reduction);
}

/** Checks that tensors have equally many axes. */
function expectRanks(op: string, tensors: Readonly<Record<string, Tensor>>): void {
  const all = Object.entries(tensors);
  if (all.every(([, x]) => x.ndim === all[0][1].ndim)) return;
  const found = all.map(([name, x]) => `${name} ${show(x.shape)}`).join(', ');
  throw new ShapeError(`${op}: all must have equally many axes, not ${found}`);
}

/**
 * Distances of pairs that are alike (1) or not (−1): lossᵢ = xᵢ where yᵢ is 1, max(0, margin − xᵢ) where it is −1.
 *
 * Options: `margin` (1), `reduction` ('mean').
 *
 * @param input   float32, any shape
 * @param target  1 or −1, broadcasting
 * @throws DTypeError for an input that is not float32; ShapeError if the shapes do not broadcast; ValueError for an unknown reduction
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.hinge_embedding_loss.html
 * @example
 * hingeEmbeddingLoss(tensor([0.5, 0.25]), tensor([1, -1]), { reduction: 'none' }).tolist(); // [0.5, 0.75]
 */
export function hingeEmbeddingLoss(input: Tensor, target: Tensor, ...options: MarginArguments): Tensor {
  const { margin = 1, reduction } = readArguments('hingeEmbeddingLoss', options, MARGIN, MARGIN_ORDER);
  expectFloats('hingeEmbeddingLoss', { input });
  const unlike = where(ne(target, 1), positive(sub(margin, input)), 0);
  const losses = add(unlike, where(ne(target, -1), input, 0));
  return reduceLosses(losses, reduction);
}

// PyTorch's, added to the squares of the lengths.
const SQUARED_EPSILON = 1e-12;

/**
 * Angles between vectors that are alike (1) or not (−1): lossᵢ = 1 − cos where yᵢ is 1, max(0, cos − margin) where it is −1.
 *
 * Options: `margin` (0), `reduction` ('mean').
 *
 * @param a  (N, D) or (D), float32
 * @param b  as `a`
 * @param target  1 or −1, (N) or ()
 * @throws ShapeError for other shapes; DTypeError for inputs that are not float32; ValueError for an unknown reduction
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.cosine_embedding_loss.html
 * @example
 * const [a, b] = [tensor([[1, 0], [0.5, 0]]), tensor([[0, 2], [3, 0.0]])];
 * cosineEmbeddingLoss(a, b.float(), tensor([1, -1]), { reduction: 'none' }).tolist(); // [1, 1]
 */
export function cosineEmbeddingLoss(
  a: Tensor,
  b: Tensor,
  target: Tensor,
  ...options: MarginArguments
): Tensor {
  const { margin = 0, reduction } = readArguments('cosineEmbeddingLoss', options, MARGIN, MARGIN_ORDER);
  expectFloats('cosineEmbeddingLoss', { input1: a, input2: b });
  const fits = a.ndim === b.ndim && target.ndim === a.ndim - 1 && target.ndim <= 1;
  if (!fits) {
    throw new ShapeError(
      `cosineEmbeddingLoss: inputs must be (N, D) with a target (N,), or (D,) with (), not ${show(a.shape)}, ${show(b.shape)} and ${show(target.shape)}`,
    );
  }
  const length = (x: Tensor): Tensor => add(sum(mul(x, x), -1), SQUARED_EPSILON);
  const cosine = div(sum(mul(a, b), -1), sqrt(mul(length(a), length(b))));
  const alike = where(eq(target, 1), sub(1, cosine), 0);
  const losses = add(alike, where(eq(target, -1), positive(sub(cosine, margin)), 0));
  return reduceLosses(losses, reduction);
}

/** Options of `tripletMarginLoss`. */
export interface TripletOptions extends MarginOptions, Pick<DistanceOptions, 'p' | 'eps'> {
  /** Take the distance from positive to negative where that is the smaller. Default false. */
  readonly swap?: boolean;
}

/** What these options may be, and which may stand by position. */
export const TRIPLET: Schema<TripletOptions> = {
  ...LOSS,
  margin: 'above 0',
  p: 'a number',
  eps: 'a number',
  swap: 'true or false',
};
export const TRIPLET_ORDER = ['margin', 'p', 'eps', 'swap'] as const;

/**
 * Whether an anchor is nearer to a positive than to a negative: lossᵢ = max(0, d(aᵢ, pᵢ) − d(aᵢ, nᵢ) + margin), d as in
 * `pairwiseDistance`.
 *
 * Options: `margin` (1), `p` (2), `eps` (1e-6), `swap` (false), `reduction` ('mean').
 *
 * @param anchor    (N, D) or (D), float32
 * @param positive  as `anchor`
 * @param negative  as `anchor`
 * @throws ValueError for a margin of 0 or less or an unknown reduction; ShapeError if the numbers of axes differ; DTypeError for
 *   anything but float32
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.triplet_margin_loss.html
 * @example
 * const [anchor, near, far] = [zeros([1, 1]), ones([1, 1]), ones([1, 1]).mul(1.5)];
 * tripletMarginLoss(anchor, near, far).item().toFixed(4); // '0.5000'
 */
export function tripletMarginLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  ...options: Arguments<TripletOptions, typeof TRIPLET_ORDER>
): Tensor {
  const read = readArguments('tripletMarginLoss', options, TRIPLET, TRIPLET_ORDER);
  const { margin = 1, p, eps, swap = false, reduction } = read;
  expectFloats('tripletMarginLoss', { anchor, positive, negative });
  expectRanks('tripletMarginLoss', { anchor, positive, negative });
  const distance = (a: Tensor, b: Tensor): Tensor => pairwiseDistance(a, b, { p, eps });
  const toNegative = distance(anchor, negative);
  const far = swap ? minimum(toNegative, distance(positive, negative)) : toNegative;
  const losses = clamp(sub(add(distance(anchor, positive), margin), far), 0);
  return reduceLosses(losses, reduction);
}

/** Options of `gaussianNllLoss`. */
export interface GaussianNLLOptions extends LossOptions {
  /** Add the constant ½ ln 2π. Default false. */
  readonly full?: boolean;
  /** The least variance that is divided by. Default 1e-6. */
  readonly eps?: number;
}

/** What these options may be. */
export const GAUSSIAN_NLL: Schema<GaussianNLLOptions> = { ...LOSS, full: 'true or false', eps: '0 or more' };
const GAUSSIAN_NLL_ORDER = ['full', 'eps', 'reduction'] as const;

/**
 * Negative log-likelihood of targets under normal distributions: lossᵢ = ½ (ln v + (input − target)² / v), v = max(var, eps).
 * The gradient of var passes where eps takes its place.
 *
 * Options: `full` (false: without ½ ln 2π), `eps` (1e-6), `reduction` ('mean').
 *
 * @param input   expectations, (N, *), float32
 * @param target  the same shape, or one that broadcasts
 * @param variance  the same shape, or with 1 as (or without) its last axis: one for all of it; or one number
 * @throws ValueError for a variance below 0 or an unknown reduction; ShapeError or DTypeError for what does not fit
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.gaussian_nll_loss.html
 * @example
 * gaussianNllLoss(tensor([0.5]), tensor([2.5]), tensor([4]).float()).item().toFixed(4); // '1.1931', ½ (ln 4 + 4 / 4)
 */
export function gaussianNllLoss(
  input: Tensor,
  target: Tensor,
  variance: Tensor | number,
  ...options: Arguments<GaussianNLLOptions, typeof GAUSSIAN_NLL_ORDER>
): Tensor {
  const read = readArguments('gaussianNllLoss', options, GAUSSIAN_NLL, GAUSSIAN_NLL_ORDER);
  const { full: constant = false, eps = 1e-6, reduction } = read;
  expectKind('gaussianNllLoss', 'the variance', variance, ['a number', Tensor]);
  const given = variance instanceof Tensor ? variance : full(input.shape, variance, { dtype: 'float32' });
  expectFloats('gaussianNllLoss', { input, target, variance: given });
  if (any(lt(given, 0)).item() !== 0) throw new ValueError('gaussianNllLoss: a variance cannot be negative');
  const v = atLeast(besideInput(given, input), eps);
  const fit = mul(add(log(v), div(square(sub(input, target)), v)), 0.5);
  const losses = constant ? add(fit, 0.5 * Math.log(2 * Math.PI)) : fit;
  return reduceLosses(losses, reduction);
}

/** A variance with as many axes as the input, of which one may be of size 1. */
function besideInput(variance: Tensor, input: Tensor): Tensor {
  if (sameShape(variance.shape, input.shape)) return variance;
  if (input.ndim > 0 && sameShape(variance.shape, input.shape.slice(0, -1))) return unsqueeze(variance, -1);
  const others = input.shape.filter((size, i) => size !== variance.shape[i]);
  const missing = others.length === 1 && variance.shape.includes(1);
  if (variance.ndim === input.ndim && missing) return variance;
  throw new ShapeError(
    `gaussianNllLoss: a variance of ${show(variance.shape)} does not fit an input of ${show(input.shape)}`,
    { hint: 'it has the same shape, or 1 in place of one axis' },
  );
}
