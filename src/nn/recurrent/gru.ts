import { type Arguments, readArguments } from '../../options.js';
import type { Tensor } from '../../tensor/tensor.js';
import { gruCell } from './cells/gru.js';
import { RECURRENT, RECURRENT_ORDER, RecurrentModule, type RecurrentOptions } from './module.js';
import type { PackedSequence } from './packed-sequence.js';

/**
 * Gated recurrent unit over a sequence (Cho et al., 2014; PyTorch's variant, b_hn inside the reset product).
 *
 *     r = σ(W_ir x + b_ir + W_hr h + b_hr)
 *     z = σ(W_iz x + b_iz + W_hz h + b_hz)
 *     n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))
 *     h' = (1 − z) ⊙ n + z ⊙ h
 *
 * Letters: T time, B batch, I inputSize, H hiddenSize, L numLayers, D directions.
 * Parameters, for layer k and with the suffix `_reverse` for the second direction, rows in the order r, z, n: `weight_ih_l{k}`
 * (3H, I), or (3H, D·H) above the first layer; `weight_hh_l{k}` (3H, H); `bias_ih_l{k}` and `bias_hh_l{k}` (3H), all from
 * U(−1/√H, 1/√H).
 * Options may stand by position, in PyTorch's order: numLayers, bias, batchFirst, dropout, bidirectional.
 *
 * @throws ValueError for sizes that are not whole and above 0, or a dropout outside [0, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.GRU.html
 * @example
 * const gru = new nn.GRU(16, 32, { bidirectional: true });
 * const [outputs, hidden] = gru.forward(zeros([7, 3, 16])); // (time, batch, feature)
 * outputs.shape; // [7, 3, 64]
 * hidden.shape; // [2, 3, 32]
 */
export class GRU extends RecurrentModule {
  constructor(
    inputSize: number,
    hiddenSize: number,
    ...given: Arguments<RecurrentOptions, typeof RECURRENT_ORDER>
  ) {
    const options = readArguments('GRU', given, RECURRENT, RECURRENT_ORDER);
    super({ name: 'GRU', cell: gruCell }, inputSize, hiddenSize, options);
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
}
