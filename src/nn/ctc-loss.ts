import { type Arguments, readArguments } from '../options.js';
import { CTC, CTC_ORDER, type CTCLengths, ctcLoss, type CTCOptions } from '../tensor/ops/ctc.js';
import type { Reduction } from '../tensor/ops/losses.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/**
 * Connectionist temporal classification: −ln of the probability that a sequence of steps reads as the target, over all
 * alignments.
 *
 * Options: `blank` (0), `reduction` ('mean': each loss divided by its target's length, then the mean), `zeroInfinity` (false).
 *
 * @throws ValueError for an unknown reduction
 * @see https://pytorch.org/docs/stable/generated/torch.nn.CTCLoss.html
 * @example
 * const logProbs = zeros([5, 2, 4]).logSoftmax(-1); // 5 steps, 2 sequences, 4 classes
 * const targets = tensor([[1, 2, 3], [1, 1, 0]]);
 * new nn.CTCLoss({ reduction: 'none' }).forward(logProbs, targets, [5, 5], [3, 2]).shape; // [2]
 */
export class CTCLoss extends Module {
  readonly blank: number;
  readonly reduction: Reduction;
  readonly zeroInfinity: boolean;

  constructor(...options: Arguments<CTCOptions, typeof CTC_ORDER>) {
    super();
    const read = readArguments('CTCLoss', options, CTC, CTC_ORDER);
    const { blank = 0, reduction = 'mean', zeroInfinity = false } = read;
    this.blank = blank;
    this.reduction = reduction;
    this.zeroInfinity = zeroInfinity;
  }

  /**
   * @param logProbs       log-probabilities (time, batch, class) or (time, class)
   * @param targets        labels, int32: (batch, longest), or all in one row
   * @param inputLengths   steps of each sequence
   * @param targetLengths  labels of each sequence
   * @returns              a scalar, or with reduction 'none' (batch)
   * @throws ShapeError, DTypeError, IndexError or ValueError for what does not fit
   */
  override forward(
    logProbs: Tensor,
    targets: Tensor,
    inputLengths: CTCLengths,
    targetLengths: CTCLengths,
  ): Tensor {
    const { blank, reduction, zeroInfinity } = this;
    return ctcLoss(logProbs, targets, inputLengths, targetLengths, { blank, reduction, zeroInfinity });
  }
}
