import { ShapeError, ValueError } from '../../errors.js';
import { type Arguments, readArguments, type Schema } from '../../options.js';
import type { Tensor } from '../../tensor/tensor.js';
import { lstmCell } from './cells/lstm.js';
import { RECURRENT, RECURRENT_ORDER, RecurrentModule, type RecurrentOptions } from './module.js';
import type { PackedSequence } from './packed-sequence.js';

/** Options of `LSTM`. */
export interface LSTMOptions extends RecurrentOptions {
  /** Project h to this size, less than hiddenSize; 0 leaves it as it is. Default 0. */
  readonly projSize?: number;
}

const OPTIONS: Schema<LSTMOptions> = { ...RECURRENT, projSize: 'a whole number of 0 or more' };
const ORDER = [...RECURRENT_ORDER, 'projSize'] as const;

/** The two states of an LSTM. */
export type LSTMState = readonly [hidden: Tensor, cell: Tensor];

/**
 * Long short-term memory over a sequence (Hochreiter and Schmidhuber, 1997), optionally with a projection (Sak et al., 2014).
 *
 *     i = σ(W_ii x + b_ii + W_hi h + b_hi)
 *     f = σ(W_if x + b_if + W_hf h + b_hf)
 *     g = tanh(W_ig x + b_ig + W_hg h + b_hg)
 *     o = σ(W_io x + b_io + W_ho h + b_ho)
 *     c' = f ⊙ c + i ⊙ g
 *     h' = o ⊙ tanh(c'),  with projSize h' = W_hr (o ⊙ tanh(c'))
 *
 * Letters: T time, B batch, I inputSize, H hiddenSize, R projSize or H, L numLayers, D directions.
 * Parameters, for layer k and with the suffix `_reverse` for the second direction, rows in the order i, f, g, o: `weight_ih_l{k}`
 * (4H, I), or (4H, D·R) above the first layer; `weight_hh_l{k}` (4H, R); `bias_ih_l{k}` and `bias_hh_l{k}` (4H); with projSize
 * `weight_hr_l{k}` (R, H); all from U(−1/√H, 1/√H).
 * Options may stand by position, in PyTorch's order: numLayers, bias, batchFirst, dropout, bidirectional, projSize.
 *
 * @throws ValueError for sizes that are not whole and above 0, a projSize that is not below hiddenSize, a dropout outside [0, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LSTM.html
 * @example
 * const lstm = new nn.LSTM(5, 10, { batchFirst: true });
 * const [outputs, [hidden, cell]] = lstm.forward(zeros([3, 7, 5])); // (batch, time, feature)
 * outputs.shape; // [3, 7, 10]
 * cell.shape; // [1, 3, 10]
 */
export class LSTM extends RecurrentModule {
  readonly projSize: number;

  constructor(inputSize: number, hiddenSize: number, ...given: Arguments<LSTMOptions, typeof ORDER>) {
    const options = readArguments('LSTM', given, OPTIONS, ORDER);
    const { projSize = 0 } = options;
    if (projSize > 0 && projSize >= hiddenSize)
      throw new ValueError(`LSTM: projSize must be less than hiddenSize, ${hiddenSize}, not ${projSize}`);
    super({ name: 'LSTM', cell: lstmCell, projSize }, inputSize, hiddenSize, options);
    this.projSize = projSize;
  }

  /**
   * @param input   (T, B, I), or (B, T, I) with `batchFirst`, or (T, I) without a batch, or packed sequences
   * @param state   [h_0 (L·D, B, R), c_0 (L·D, B, H)], without the axis B for input without a batch; zeros if left out
   * @returns       [output (T, B, D·R) in the input's layout, or packed; [h_n (L·D, B, R), c_n (L·D, B, H)]]
   * @throws ShapeError if the last axis is not I, the sequence is empty, or a state has another shape
   */
  override forward<T extends Tensor | PackedSequence>(
    input: T,
    state?: LSTMState,
  ): [output: T, state: [hidden: Tensor, cell: Tensor]] {
    const [output, [hidden, cell]] = this.run(input, state && expectPair(state));
    return [output, [hidden, cell]];
  }
}

/** Checks that both states are there: a caller who comes from RNN or GRU may pass one. */
export function expectPair(state: readonly Tensor[], name = 'LSTM'): LSTMState {
  if (Array.isArray(state) && state.length === 2) return state as unknown as LSTMState;
  throw new ShapeError(`${name}: the state must be a pair, [hidden, cell]`, {
    hint: 'write forward(input, [h0, c0])',
  });
}
