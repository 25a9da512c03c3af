import { type Arguments, readArguments, type Schema } from '../../options.js';
import type { Tensor } from '../../tensor/tensor.js';
import { reluCell, tanhCell } from './cells/elman.js';
import { RECURRENT, RECURRENT_ORDER, RecurrentModule, type RecurrentOptions } from './module.js';
import type { PackedSequence } from './packed-sequence.js';

/** Options of `RNN`. */
export interface RNNOptions extends RecurrentOptions {
  /** φ of the cell. Default 'tanh'. */
  readonly nonlinearity?: 'tanh' | 'relu';
}

/** What φ may be. */
export const NONLINEARITY = { oneOf: ['tanh', 'relu'] } as const;

const OPTIONS: Schema<RNNOptions> = { ...RECURRENT, nonlinearity: NONLINEARITY };
const [FIRST, ...OTHERS] = RECURRENT_ORDER;
const ORDER = [FIRST, 'nonlinearity', ...OTHERS] as const;

/**
 * Elman's recurrent network over a sequence.
 *
 *     h_t = φ(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh),  φ = tanh or relu
 *
 * Letters: T time, B batch, I inputSize, H hiddenSize, L numLayers, D directions (2 if bidirectional, else 1).
 * Parameters, for layer k and with the suffix `_reverse` for the second direction: `weight_ih_l{k}` (H, I), or (H, D·H) above
 * the first layer; `weight_hh_l{k}` (H, H); `bias_ih_l{k}` and `bias_hh_l{k}` (H), all from U(−1/√H, 1/√H).
 * Options may stand by position, in PyTorch's order: numLayers, nonlinearity, bias, batchFirst, dropout, bidirectional.
 *
 * @throws ValueError for sizes that are not whole and above 0, a dropout outside [0, 1], an unknown nonlinearity
 * @see https://pytorch.org/docs/stable/generated/torch.nn.RNN.html
 * @example
 * const rnn = new nn.RNN(4, 2, { batchFirst: true });
 * const [outputs, hidden] = rnn.forward(zeros([3, 5, 4])); // (batch, time, feature)
 * outputs.shape; // [3, 5, 2]
 * hidden.shape; // [1, 3, 2]
 */
export class RNN extends RecurrentModule {
  readonly nonlinearity: 'tanh' | 'relu';

  constructor(inputSize: number, hiddenSize: number, ...given: Arguments<RNNOptions, typeof ORDER>) {
    const options = readArguments('RNN', given, OPTIONS, ORDER);
    const { nonlinearity = 'tanh' } = options;
    const cell = nonlinearity === 'relu' ? reluCell : tanhCell;
    super({ name: 'RNN', cell }, inputSize, hiddenSize, options);
    this.nonlinearity = nonlinearity;
  }

  /**
   * @param input   (T, B, I), or (B, T, I) with `batchFirst`, or (T, I) without a batch, or packed sequences
   * @param hidden  h_0 (L·D, B, H), or (L·D, H) without a batch; zeros if left out
   * @returns       [output (T, B, D·H) in the input's layout, or packed; h_n (L·D, B, H)]
   * @throws ShapeError if the last axis is not I, the sequence is empty, or `hidden` has another shape
   */
  override forward<T extends Tensor | PackedSequence>(
    input: T,
    hidden?: Tensor,
  ): [output: T, hidden: Tensor] {
    const [output, [final]] = this.run(input, hidden && [hidden]);
    return [output, final];
  }

  protected override extraRepr(): string {
    return super.extraRepr() + (this.nonlinearity === 'tanh' ? '' : `, nonlinearity='${this.nonlinearity}'`);
  }
}
