import { FormatError } from '../../errors.js';
import type { SafetensorsEntry } from '../../formats/safetensors.js';
import {
  constant,
  entryOfWeight,
  gatesInOrder,
  rowsOf,
  stackedRows,
  transposed,
  type Weight,
} from './arrays.js';

/** Recurrent layers that are held. */
export type Cell = 'rnn' | 'lstm' | 'gru';

const GATES = { rnn: 1, lstm: 4, gru: 3 } as const;

// Keras has the gates i, f, c, o as PyTorch has, and z, r, h where PyTorch has r, z, n.
const ORDER = { rnn: [0], lstm: [0, 1, 2, 3], gru: [1, 0, 2] } as const;

/** The weights of one direction as Keras has them. */
export interface KerasCell {
  /** (input, gates · hidden) */
  readonly kernel: Weight;
  /** (hidden, gates · hidden) */
  readonly recurrent: Weight;
  /** (gates · hidden), or twice that for the input and the state; null without one. */
  readonly bias: Weight | null;
}

/** A bias for the input and one for the state: what a GRU with `reset_after` and the layers of cuDNN have. */
export const isDoubled = (cell: Cell, { recurrent, bias }: KerasCell): boolean =>
  bias?.data.length === 2 * GATES[cell] * recurrent.shape[0];

/**
 * One direction's weights as PyTorch has them: transposed, the gates in its order, the bias with the input.
 *
 * @param suffix   '' or '_reverse'
 * @param isCudnn  the blocks of a gate lie as cuDNN has them, transposed in themselves
 * @throws FormatError for shapes that belong to no such cell
 */
export function torchWeights(
  name: string,
  cell: Cell,
  weights: KerasCell,
  { suffix = '', isCudnn = false } = {},
): Record<string, SafetensorsEntry> {
  const { kernel, recurrent, bias } = weights;
  const [hidden] = recurrent.shape;
  const rows = GATES[cell] * hidden;
  const fits =
    recurrent.shape.join() === `${hidden},${rows}` && kernel.shape.length === 2 && kernel.shape[1] === rows;
  const biasLength = bias?.data.length ?? 0;
  if (hidden === 0 || !fits || ![0, rows, 2 * rows].includes(biasLength)) {
    const shapes = [kernel, recurrent, ...(bias ? [bias] : [])].map(({ shape }) => `(${shape.join(', ')})`);
    throw new FormatError(
      `Keras: weights of '${name}' have the shapes ${shapes.join(' ')}, which are no ${cell}'s`,
    );
  }
  const order = ORDER[cell];
  const turned = (weight: Weight, isInput: boolean): Weight =>
    gatesInOrder(isCudnn ? fromCudnn(weight, GATES[cell], isInput) : transposed(weight), order);
  const result: Record<string, Weight> = {
    [`weight_ih_l0${suffix}`]: turned(kernel, true),
    [`weight_hh_l0${suffix}`]: turned(recurrent, false),
  };
  if (bias !== null) {
    const flat = { shape: [biasLength], data: bias.data };
    const doubled = biasLength === 2 * rows;
    result[`bias_ih_l0${suffix}`] = gatesInOrder(rowsOf(flat, 0, rows), order);
    result[`bias_hh_l0${suffix}`] = doubled
      ? gatesInOrder(rowsOf(flat, rows, 2 * rows), order)
      : constant(0, rows);
  }
  return Object.fromEntries(Object.entries(result).map(([key, weight]) => [key, entryOfWeight(weight)]));
}

/**
 * Kernels of CuDNNLSTM and CuDNNGRU: each gate's columns (input, hidden), read row by row, are cuDNN's matrix (hidden, input).
 *
 * @see https://github.com/keras-team/keras/blob/2.3.1/keras/engine/saving.py, _convert_rnn_weights
 */
function fromCudnn(weight: Weight, gates: number, isInput: boolean): Weight {
  const [inputs, columns] = weight.shape;
  const hidden = columns / gates;
  const blocks = Array.from({ length: gates }, (_, gate): Weight => {
    const data = new Float32Array(inputs * hidden);
    for (let row = 0; row < inputs; row++) {
      const start = row * columns + gate * hidden;
      data.set(weight.data.subarray(start, start + hidden), row * hidden);
    }
    return { shape: isInput ? [hidden, inputs] : [hidden, hidden], data };
  });
  return stackedRows(blocks);
}
