import type { CellName } from '../../models/cells.js';

/** The layers of a language model. */
export interface Network {
  readonly cell: Exclude<CellName, 'mingru'>;
  /** Units of the vocabulary: what goes in as one-hot vectors, and what comes out. */
  readonly size: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly head: boolean;
}

/** How a program numbers characters. */
export type Order = 'first' | 'sorted' | { readonly units: readonly string[] };

/** What a program learns from. */
interface Learning {
  readonly network: Network;
  readonly order: Order;
  readonly epochs: number;
  readonly lr: number;
  readonly seed: number;
}

/** What a program does. */
export type Plan =
  | ({ readonly kind: 'sentence'; readonly text: string; readonly units: readonly string[] } & Learning)
  | ({
      readonly kind: 'file';
      readonly path: string;
      readonly batch: number;
      readonly seqLength: number;
      readonly clip: number;
    } & Learning)
  | {
      readonly kind: 'model';
      readonly path: string;
      readonly network: Network;
      readonly units: readonly string[];
    };

/** PyTorch's name of a cell's layer. */
export const LAYER = { rnn: 'RNN', lstm: 'LSTM', gru: 'GRU' } as const;
