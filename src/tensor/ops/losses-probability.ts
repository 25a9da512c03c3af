import { ShapeError, ValueError } from '../../errors.js';
import { kernels } from '../../kernels/engine.js';
import { type Arguments, readArguments, readOptions, type Schema } from '../../options.js';
import { record } from '../autograd.js';
import { dense } from '../copy.js';
import { broadcastShapes, sameShape, show } from '../shape.js';
import { empty, Tensor } from '../tensor.js';
import { add, div, eq, mul, sub } from './binary.js';
import { WEIGHT_FIRST } from './cross-entropy.js';
import { clamp, exp, log, neg, sigmoid } from './elementwise.js';
import {
  expectClassTarget,
  expectFloats,
  expectSameShapes,
  LOSS,
  type LossOptions,
  reduceLosses,
  type Reduction,
  REDUCTIONS,
} from './losses.js';
import { max, min, sum, sumTo } from './reduce.js';

// Losses of probabilities and their logarithms. Cross-entropy, which contains the softmax, and CTC have files of their own.

/** Options of the negative log-likelihood. */
export interface NLLOptions extends LossOptions {
  /** Weight of each class, (C); all 1 if left out. */
  readonly weight?: Tensor | null;
  /** Targets of this class do not count. Default -100. */
  readonly ignoreIndex?: number;
}

/** What these options may be. */
export const NLL: Schema<NLLOptions> = { ...LOSS, weight: [Tensor, null], ignoreIndex: 'a whole number' };

/**
 * Negative log-likelihood of classes, from log-probabilities (as logSoftmax gives them).
 *
 *     lossᵢ = −w_t inputᵢₜ                t = targetᵢ
 *     mean  = Σ lossᵢ / Σ w_t over the targets that count; NaN if none does
 *
 * Backward: dinputᵢₜ = −w_t · dloss, 0 elsewhere.
 *
 * @param input   log-probabilities (N, C), (C) or (N, C, d₁ …), float32
 * @param target  classes (N), () or (N, d₁ …), int32
 * @returns       a scalar, or with reduction 'none' one loss an element in the target's shape
 * @throws ShapeError, DTypeError, IndexError or ValueError for what does not fit
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.nll_loss.html
 * @example
 * nllLoss(tensor([[-0.5, -1], [-2, -0.25]]), tensor([0, 1])).item(); // 0.375
 */
export function nllLoss(
  input: Tensor,
  target: Tensor,
  ...options: Arguments<NLLOptions, typeof WEIGHT_FIRST>
): Tensor {
  const read = readArguments('nllLoss', options, NLL, WEIGHT_FIRST);
  const { weight = null, ignoreIndex = -100, reduction = 'mean' } = read;
  const given = expectClassTarget('nllLoss', input, target, weight, ignoreIndex);
  const { index, outer, classes, inner } = given;
  const kind = REDUCTIONS.indexOf(reduction);
  const source = dense(input);
  const loss = empty(reduction === 'none' ? target.shape : []);
  const weights = (): number => given.weight?.address ?? 0;
  const [to, from, at] = [loss.address, source.address, index.address];
  const divisor = kernels.nll(to, from, at, weights(), outer, classes, inner, ignoreIndex, kind);
  return record('nllLoss', loss, [input], [target, weight], (dLoss) => {
    const [dx, upstream] = [empty(input.shape), dense(dLoss)];
    const [to, dy, at] = [dx.address, upstream.address, index.address];
    kernels.nllBackward(to, dy, at, weights(), outer, classes, inner, ignoreIndex, kind, divisor);
    return [dx];
  });
}

/** Options of binary cross-entropy. */
export interface BCEOptions extends LossOptions {
  /** Weight of each element, in a shape that broadcasts to the input's; all 1 if left out. */
  readonly weight?: Tensor | null;
}

/** What these options may be. */
export const BCE: Schema<BCEOptions> = { ...LOSS, weight: [Tensor, null] };

/** Checks that a weight stretches to the input's shape and does not stretch that. */
function expectStretches(op: string, name: string, weight: Tensor | null, input: Tensor): void {
  if (weight === null || sameShape(broadcastShapes(op, input.shape, weight.shape), input.shape)) return;
  throw new ShapeError(
    `${op}: ${name} is ${show(weight.shape)}, which does not broadcast to the input's ${show(input.shape)}`,
  );
}

function weighted(losses: Tensor, weight: Tensor | null): Tensor {
  return weight === null ? losses : mul(losses, weight);
}

function expectProbabilities(op: string, x: Tensor): void {
  if (x.numel() === 0) return;
  const [lowest, highest] = [min(x).item(), max(x).item()];
  if (lowest >= 0 && highest <= 1) return;
  const found = lowest >= 0 ? highest : lowest;
  throw new ValueError(`${op}: input must hold probabilities from 0 to 1, but has ${found}`, {
    hint: 'for logits there is binaryCrossEntropyWithLogits (nn.BCEWithLogitsLoss); or apply sigmoid first',
  });
}

/**
 * Cross-entropy of probabilities x with targets t.
 *
 *     lossᵢ = −wᵢ (tᵢ ln xᵢ + (1 − tᵢ) ln(1 − xᵢ))       logarithms no less than −100
 *
 * Backward: dx = (x − t) / (x (1 − x)) · dloss, where the divisor is at least 1e-12; dt = (ln(1 − x) − ln x) · dloss.
 *
 * @param input   probabilities, any shape, float32
 * @param target  0 to 1, the same shape, float32
 * @returns       a scalar, or with reduction 'none' a loss an element
 * @throws ShapeError if the shapes differ or the weight does not broadcast; ValueError for an input outside [0, 1] or an
 *   unknown reduction; DTypeError for other dtypes
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy.html
 * @example
 * binaryCrossEntropy(tensor([0.5, 0.5]), tensor([0.0, 1], { dtype: 'float32' })).item().toFixed(4); // '0.6931', ln 2
 */
export function binaryCrossEntropy(
  input: Tensor,
  target: Tensor,
  ...options: Arguments<BCEOptions, typeof WEIGHT_FIRST>
): Tensor {
  const op = 'binaryCrossEntropy';
  const { weight = null, reduction } = readArguments(op, options, BCE, WEIGHT_FIRST);
  expectSameShapes(op, input, target);
  expectFloats(op, { weight });
  expectStretches(op, 'weight', weight, input);
  expectProbabilities(op, input);
  const [x, t] = [dense(input.detach()), dense(target.detach())];
  const losses = empty(input.shape);
  kernels.binaryCrossEntropy(losses.address, x.address, t.address, x.numel());
  record(op, losses, [input, target], [input, target], (dLoss, [forInput, forTarget]) => [
    forInput && mul(dLoss, div(sub(x, t), clamp(mul(x, sub(1, x)), 1e-12))),
    forTarget && mul(dLoss, sub(log(sub(1, x)), log(x))),
  ]);
  return reduceLosses(weighted(losses, weight), reduction);
}

/** Options of binary cross-entropy with logits. */
export interface BCEWithLogitsOptions extends BCEOptions {
  /** Weight of the positive part (of t), in a shape that broadcasts to the input's, such as (C); all 1 if left out. */
  readonly posWeight?: Tensor | null;
}

/** What these options may be. */
export const BCE_LOGITS: Schema<BCEWithLogitsOptions> = { ...BCE, posWeight: [Tensor, null] };

/** −ln σ(x) = ln(1 + e⁻ˣ), without history. */
function negativeLogSigmoid(x: Tensor): Tensor {
  const source = dense(x);
  const y = empty(x.shape);
  kernels.negativeLogSigmoid(y.address, source.address, x.numel());
  return y;
}

/**
 * Cross-entropy of σ(x) with targets t, without overflow for any x.
 *
 *     lossᵢ = −wᵢ (pᵢ tᵢ ln σ(xᵢ) + (1 − tᵢ) ln(1 − σ(xᵢ)))       p = posWeight
 *           = wᵢ ((1 − tᵢ) xᵢ + (1 + (pᵢ − 1) tᵢ) ln(1 + e^−xᵢ))
 *
 * Backward: dx = ((1 − t) − (1 + (p − 1) t) (1 − σ(x))) · dloss, dt = ((p − 1) ln(1 + e⁻ˣ) − x) · dloss,
 * dp = t ln(1 + e⁻ˣ) · dloss.
 *
 * @param input   logits, any shape, float32
 * @param target  0 to 1, the same shape, float32
 * @returns       a scalar, or with reduction 'none' a loss an element
 * @throws ShapeError if the shapes differ or a weight does not broadcast; ValueError for an unknown reduction; DTypeError for
 *   other dtypes
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy_with_logits.html
 * @example
 * binaryCrossEntropyWithLogits(tensor([0, 0.0], { dtype: 'float32' }), tensor([0.5, 0.25])).item().toFixed(4); // '0.6931'
 */
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  ...options: Arguments<BCEWithLogitsOptions, typeof WEIGHT_FIRST>
): Tensor {
  const op = 'binaryCrossEntropyWithLogits';
  const { weight = null, posWeight = null, reduction } = readArguments(op, options, BCE_LOGITS, WEIGHT_FIRST);
  expectSameShapes(op, input, target);
  expectFloats(op, { weight, posWeight });
  expectStretches(op, 'weight', weight, input);
  expectStretches(op, 'posWeight', posWeight, input);
  const [x, t, p] = [input.detach(), target.detach(), posWeight?.detach() ?? 1];
  const no = sub(1, t);
  const yes = posWeight === null ? 1 : add(no, mul(t, p));
  const unlikely = negativeLogSigmoid(x);
  const losses = add(mul(no, x), mul(unlikely, yes));
  record(
    op,
    losses,
    [input, target, posWeight],
    [input, target, posWeight, unlikely.storage],
    (dLoss, [forInput, forTarget, forPosWeight]) => [
      forInput && mul(dLoss, sub(no, mul(sub(1, sigmoid(x)), yes))),
      forTarget && mul(dLoss, sub(mul(sub(p, 1), unlikely), x)),
      forPosWeight && sumTo(mul(dLoss, mul(t, unlikely)), posWeight!.shape),
    ],
  );
  return reduceLosses(weighted(losses, weight), reduction);
}

/** Reductions of the Kullback-Leibler divergence: 'batchmean' is the sum divided by the first axis of the input. */
export type KLDivReduction = Reduction | 'batchmean';

/** Options of the Kullback-Leibler divergence. */
export interface KLDivOptions {
  /** Default 'mean', over all elements; 'batchmean' is the divergence as defined. */
  readonly reduction?: KLDivReduction;
  /** Whether the target holds logarithms too. Default false. */
  readonly logTarget?: boolean;
}

/** What these options may be. */
export const KL_DIV: Schema<KLDivOptions> = {
  reduction: { oneOf: ['batchmean', 'mean', 'sum', 'none'] },
  logTarget: 'true or false',
};

/**
 * Kullback-Leibler divergence of log-probabilities x from targets t.
 *
 *     lossᵢ = tᵢ (ln tᵢ − xᵢ), 0 where tᵢ is 0       or with logTarget  e^tᵢ (tᵢ − xᵢ)
 *
 * Backward: dx = −t · dloss, dt = (ln t + 1 − x) · dloss; with logTarget dx = −eᵗ · dloss, dt = eᵗ (t − x + 1) · dloss.
 *
 * @param input   log-probabilities, any shape, float32
 * @param target  probabilities, or with logTarget their logarithms; broadcasts against the input
 * @returns       a scalar, or with reduction 'none' a loss an element
 * @throws ShapeError if the shapes do not broadcast; ValueError for an unknown reduction; DTypeError for other dtypes
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.kl_div.html
 * @example
 * const x = tensor([[0.5, 0.5]]).log();
 * klDiv(x, tensor([[0.0, 1]], { dtype: 'float32' }), { reduction: 'batchmean' }).item().toFixed(4); // '0.6931', ln 2
 */
export function klDiv(input: Tensor, target: Tensor, options?: KLDivOptions): Tensor {
  const { reduction = 'mean', logTarget = false } = readOptions('klDiv', options, KL_DIV);
  expectFloats('klDiv', { input, target });
  const [x, t] = [input.detach(), target.detach()];
  const probability = logTarget ? exp(t) : t;
  // Where t is 0, ln 1 stands in for ln 0, which 0 does not annul.
  const logarithm = logTarget ? t : log(add(t, eq(t, 0)));
  const losses = mul(probability, sub(logarithm, x));
  record('klDiv', losses, [input, target], [input, target], (dLoss, [forInput, forTarget]) => {
    const slope = (): Tensor => (logTarget ? mul(probability, add(sub(t, x), 1)) : add(sub(log(t), x), 1));
    return [
      forInput && sumTo(neg(mul(dLoss, probability)), input.shape),
      forTarget && sumTo(mul(dLoss, slope()), target.shape),
    ];
  });
  if (reduction !== 'batchmean') return reduceLosses(losses, reduction);
  return div(sum(losses), input.shape.at(0) ?? 1);
}
