import { GRU } from '../nn/recurrent/gru.js';
import { LSTM } from '../nn/recurrent/lstm.js';
import { MinGRU } from '../nn/recurrent/min-gru.js';
import { RNN } from '../nn/recurrent/rnn.js';

/** Name of a cell. */
export type CellName = 'rnn' | 'lstm' | 'gru' | 'mingru';

/** The layer of each cell, and how many gates it has: rows of its weights for each hidden unit. */
export const LAYERS = {
  rnn: { Layer: RNN, gates: 1 },
  lstm: { Layer: LSTM, gates: 4 },
  gru: { Layer: GRU, gates: 3 },
  mingru: { Layer: MinGRU, gates: 2 },
} as const satisfies Record<CellName, unknown>;

/** Cells that a model can have. */
export const CELLS = Object.keys(LAYERS) as readonly CellName[];
