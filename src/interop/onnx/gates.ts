/** ONNX's operators of recurrent layers. */
export type RecurrentOperator = 'RNN' | 'LSTM' | 'GRU';

/**
 * Where PyTorch's gates stand among the rows of ONNX's weights: its k-th block is their GATES[k]-th. LSTM i, f, g, o is i, o, f, c there, and
 * GRU r, z, n is z, r, h.
 */
export const GATES = { RNN: [0], LSTM: [0, 2, 3, 1], GRU: [1, 0, 2] } as const satisfies Record<
  RecurrentOperator,
  readonly number[]
>;

/** Blocks of rows in another order: the k-th is the `order[k]`-th of `bytes`. */
export function blocksIn(order: readonly number[], bytes: Uint8Array): Uint8Array {
  const size = bytes.length / order.length;
  const ordered = new Uint8Array(bytes.length);
  order.forEach((from, to) => ordered.set(bytes.subarray(from * size, (from + 1) * size), to * size));
  return ordered;
}
