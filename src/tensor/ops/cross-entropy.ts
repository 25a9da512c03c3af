import { ShapeError } from '../../errors.js';
import { kernels } from '../../kernels/engine.js';
import { type Arguments, readArguments, type Schema } from '../../options.js';
import { record } from '../autograd.js';
import { dense } from '../copy.js';
import { expectTensor } from '../operands.js';
import { sameShape, show } from '../shape.js';
import { Storage } from '../storage.js';
import { empty, Tensor } from '../tensor.js';
import { add, div, mul } from './binary.js';
import { neg } from './elementwise.js';
import { expectClasses, expectClassTarget, LOSS, type Reduction, REDUCTIONS } from './losses.js';
import { sum } from './reduce.js';
import { logSoftmax } from './softmax.js';
import { reshape } from './views.js';

/** Options of cross-entropy. */
export interface CrossEntropyOptions {
  /** Weight of each class, (C); all 1 if left out. */
  readonly weight?: Tensor | null;
  /** Targets of this class do not count. Default -100. */
  readonly ignoreIndex?: number;
  /** Default 'mean'. */
  readonly reduction?: Reduction;
  /** How much of the target goes to all classes alike, 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
}

/** What these options may be. */
export const CROSS_ENTROPY: Schema<CrossEntropyOptions> = {
  weight: [Tensor, null],
  ignoreIndex: 'a whole number',
  reduction: LOSS.reduction,
  labelSmoothing: 'between 0 and 1',
};

/** The option of losses that may stand by position, as in PyTorch. */
export const WEIGHT_FIRST = ['weight'] as const;

/**
 * Cross-entropy of softmax(input) with the target, as one operation.
 *
 *     lossᵢ = −(1 − ε) w_t ln pᵢₜ − ε/C Σ_c w_c ln pᵢ_c        t = targetᵢ, ε = labelSmoothing
 *     mean  = Σ lossᵢ / Σ w_t over the targets that count
 *
 * Backward: dx = (p · (their weights) − target's) · dloss, from the saved ln p.
 *
 * @param input   logits (N, C), (C) or (N, C, d₁ …), float32
 * @param target  class indices (N), () or (N, d₁ …), int32; or probabilities in the input's shape, float32
 * @returns       a scalar, or with 'none' one loss an element in the target's shape
 * @throws ShapeError, DTypeError, IndexError or ValueError for what does not fit
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html
 */
export function crossEntropy(
  input: Tensor,
  target: Tensor,
  ...options: Arguments<CrossEntropyOptions, typeof WEIGHT_FIRST>
): Tensor {
  const read = readArguments('crossEntropy', options, CROSS_ENTROPY, WEIGHT_FIRST);
  const { weight = null, ignoreIndex = -100, reduction = 'mean', labelSmoothing = 0 } = read;
  expectTensor('crossEntropy', 'target', target);
  if (target.dtype === 'float32')
    return withProbabilities(input, target, { weight, reduction, labelSmoothing });

  const classTarget = expectClassTarget('crossEntropy', input, target, weight, ignoreIndex);
  const { index, weight: classWeight, outer, classes, inner } = classTarget;
  const logits = dense(input);
  const kind = REDUCTIONS.indexOf(reduction);
  const logProb = Storage.allocate(input.numel());
  const loss = empty(reduction === 'none' ? target.shape : []);
  const divisor = kernels.crossEntropy(
    loss.address,
    logProb.address,
    logits.address,
    index.address,
    classWeight?.address ?? 0,
    outer,
    classes,
    inner,
    ignoreIndex,
    labelSmoothing,
    kind,
  );
  return record('crossEntropy', loss, [input], [logProb, target, weight], (dLoss) => {
    const [dx, upstream] = [empty(input.shape), dense(dLoss)];
    kernels.crossEntropyBackward(
      dx.address,
      upstream.address,
      logProb.address,
      index.address,
      classWeight?.address ?? 0,
      outer,
      classes,
      inner,
      ignoreIndex,
      labelSmoothing,
      kind,
      divisor,
    );
    return [dx];
  });
}

/** loss = −Σ_c w_c q_c ln p_c with q = (1 − ε) target + ε/C; the mean divides by the number of elements, not of weights. */
function withProbabilities(
  input: Tensor,
  target: Tensor,
  options: { readonly weight: Tensor | null; readonly reduction: Reduction; readonly labelSmoothing: number },
): Tensor {
  const { weight, reduction, labelSmoothing } = options;
  const classes = expectClasses('crossEntropy', input, weight);
  if (!sameShape(input.shape, target.shape)) {
    throw new ShapeError(
      `crossEntropy: a float32 target holds probabilities and must be ${show(input.shape)} like the input, not ${show(target.shape)}`,
      { hint: "class indices must be int32: tensor(…, { dtype: 'int32' }) or target.int()" },
    );
  }
  const classAxis = input.ndim === 1 ? 0 : 1;
  const q = labelSmoothing === 0 ? target : add(mul(target, 1 - labelSmoothing), labelSmoothing / classes);
  const column = weight && reshape(weight, [classes, ...input.shape.slice(classAxis + 1).map(() => 1)]);
  const weighted = column === null ? q : mul(q, column);
  const losses = neg(sum(mul(weighted, logSoftmax(input, classAxis)), classAxis));
  if (reduction === 'none') return losses;
  return reduction === 'sum' ? sum(losses) : div(sum(losses), input.numel() / classes);
}
