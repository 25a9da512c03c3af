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
      /** The last part, which is not learnt. Default 0. */
      readonly val?: number;
    } & Learning);

/** Options as they stand in a program; what is undefined is left out. */
export type Options = Readonly<Record<string, unknown>>;

/** What a program learns with the library's own tasks, which have all settings of the command. */
export interface TaskPlan {
  readonly kind: 'text' | 'labels' | 'pairs' | 'table';
  /** Files, or the folder of the .txt files of labels. */
  readonly paths: readonly string[];
  readonly isFolder: boolean;
  readonly encoding: string | undefined;
  /** How the file is read, how the vocabulary is made, and the sizes of the model. */
  readonly reading: Options;
  readonly vocabulary: Options;
  readonly model: Options;
  readonly task: Options;
  readonly fit: Options & { readonly epochs: number };
  readonly seed: number;
  /** Of a table: the part that is held out, what is forecast, and the kind of scaler. */
  readonly val: number;
  readonly targets: readonly string[];
  readonly scaler: string;
}

/** A model that is used, of any kind. */
export interface UsePlan {
  readonly kind: 'use';
  readonly path: string;
  readonly of: 'language model' | 'classifier' | 'translator' | 'forecaster';
}

/** PyTorch's name of a cell's layer. */
export const LAYER = { rnn: 'RNN', lstm: 'LSTM', gru: 'GRU' } as const;
