import { type Arguments, readArguments } from '../../options.js';
import type { Tensor } from '../../tensor/tensor.js';
import { minGruCell } from './cells/min-gru.js';
import { RECURRENT, RECURRENT_ORDER, RecurrentModule, type RecurrentOptions } from './module.js';
import type { PackedSequence } from './packed-sequence.js';

/**
 * Minimal GRU over a sequence (Feng et al., 2024), whose gate and candidate see the input alone: a third fewer gates, no
 * product with the state, and no saturation of the state.
 *
 *     z = σ(W_iz x + b_iz)
 *     n = W_in x + b_in
 *     h' = (1 − z) ⊙ h + z ⊙ n
 *
 * Letters: T time, B batch, I inputSize, H hiddenSize, L numLayers, D directions.
 * Parameters, for layer k and with the suffix `_reverse` for the second direction, rows in the order z, n: `weight_ih_l{k}`
 * (2H, I), or (2H, D·H) above the first layer; `bias_ih_l{k}` (2H), all from U(−1/√H, 1/√H).
 * Options may stand by position, in PyTorch's order: numLayers, bias, batchFirst, dropout, bidirectional.
 *
 * @throws ValueError for sizes that are not whole and above 0, or a dropout outside [0, 1]
 * @see https://arxiv.org/abs/2410.01201
 * @example
 * const layer = new nn.MinGRU(16, 32, { numLayers: 2 });
 * const [outputs, hidden] = layer.forward(zeros([7, 3, 16])); // (time, batch, feature)
 * outputs.shape; // [7, 3, 32]
 * hidden.shape; // [2, 3, 32]
 */
export class MinGRU extends RecurrentModule {
  constructor(
    inputSize: number,
    hiddenSize: number,
    ...given: Arguments<RecurrentOptions, typeof RECURRENT_ORDER>
  ) {
    const options = readArguments('MinGRU', given, RECURRENT, RECURRENT_ORDER);
    super({ name: 'MinGRU', cell: minGruCell }, inputSize, hiddenSize, options);
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
