import type { TableReport } from '../tables/report.js';

/** What a run tells about itself, version 1: the line of `--json`, and what every view is made from. */
export type RunEvent =
  | TableEvent
  | StartEvent
  | EpochEvent
  | ProgressEvent
  | SampleEvent
  | CheckpointEvent
  | AlertEvent
  | EvaluationEvent
  | DoneEvent;

/** What was read of a table, and how: before anything is learnt. */
export interface TableEvent extends TableReport {
  readonly v: 1;
  readonly type: 'table';
  readonly file: string;
}

/** Once, before the first step. */
export interface StartEvent {
  readonly v: 1;
  readonly type: 'start';
  /** What losses are means over, and what `characters` counts. */
  readonly unit: 'character' | 'jamo' | 'word' | 'byte' | 'window' | 'text' | 'pair';
  readonly model: {
    readonly cell: string;
    readonly inputSize: number;
    readonly hiddenSize: number;
    readonly numLayers: number;
    readonly head: boolean;
    readonly parameters: number;
  };
  /** Units in the order of their indices; empty where there are none. */
  readonly vocabulary: readonly string[];
  readonly epochs: number;
  readonly lr: number;
  readonly seed: number;
  /** Characters of the text, or how many of `unit` there are to learn from. */
  readonly characters: number;
  /** Shape of the one-hot input of a step: (batch, time, character). */
  readonly input: readonly [batch: number, time: number, size: number];
  /** Loss of guessing: the logarithm of the number of characters. */
  readonly guess: number;
  /** The least loss these outputs can reach, or null where there is none but 0. */
  readonly floor: number | null;
}

/** After each epoch: the loss before its step for a sentence, the mean over the text for a file. */
export interface EpochEvent {
  readonly v: 1;
  readonly type: 'epoch';
  /** From 0. */
  readonly epoch: number;
  /** Nats a unit; for windows the mean squared error of scaled values. */
  readonly loss: number;
  /** For a sentence: the indices predicted and wanted, and the text predicted, by sequence. */
  readonly prediction?: readonly (readonly number[])[];
  readonly trueY?: readonly (readonly number[])[];
  readonly predictionStr?: readonly string[];
  /** Predictions that are right, of how many. */
  readonly correct?: number;
  readonly total?: number;
  /** Length of the gradient; the mean over the steps of an epoch of several. */
  readonly gradNorm: number;
  readonly lr: number;
  /** Loss on what was held out, and whether it is the least so far. */
  readonly valLoss?: number;
  readonly best?: boolean;
}

/** Something the user should know. */
export interface AlertEvent {
  readonly v: 1;
  readonly type: 'alert';
  readonly message: string;
}

/** Now and then within an epoch of a long text. */
export interface ProgressEvent {
  readonly v: 1;
  readonly type: 'progress';
  readonly epoch: number;
  /** Steps taken in this epoch, of how many. */
  readonly step: number;
  readonly steps: number;
  /** Smoothed over recent steps. */
  readonly loss: number;
  readonly charactersPerSecond: number;
  readonly secondsLeft: number;
}

/** After an epoch of a text, on request: what the model writes by then. */
export interface SampleEvent {
  readonly v: 1;
  readonly type: 'sample';
  readonly epoch: number;
  readonly text: string;
}

/** When the model was written. */
export interface CheckpointEvent {
  readonly v: 1;
  readonly type: 'checkpoint';
  readonly epoch: number;
  readonly path: string;
}

/** Before the end, where a part was held out: how the best model does on it. */
export type EvaluationEvent = ForecastEvent | ClassificationEvent | TranslationEvent;

/** Of a forecaster: beside forecasts that know nothing, for each target. */
export interface ForecastEvent {
  readonly v: 1;
  readonly type: 'evaluation';
  readonly task: 'forecast';
  readonly targets: readonly {
    readonly target: string;
    /** Forecasts that were made, and the steps of each. */
    readonly forecasts: number;
    readonly horizon: number;
    readonly model: ForecastErrors;
    readonly naive: ForecastErrors;
    readonly seasonalNaive: ForecastErrors | null;
  }[];
}

/** Errors of forecasts: their mean size, the root of their mean square, and the mean beside that of the naive forecast of one step. */
export interface ForecastErrors {
  readonly mae: number;
  readonly rmse: number;
  readonly mase: number | null;
}

/** Of a classifier. */
export interface ClassificationEvent {
  readonly v: 1;
  readonly type: 'evaluation';
  readonly task: 'classify';
  readonly accuracy: number;
  /** Always saying the commonest label. */
  readonly baseline: { readonly label: string; readonly accuracy: number };
  readonly count: number;
  /** Order of the rows and columns of `confusion`: (truth, prediction). */
  readonly labels: readonly string[];
  readonly confusion: readonly (readonly number[])[];
  readonly classes: readonly {
    readonly label: string;
    readonly precision: number | null;
    readonly recall: number | null;
    readonly f1: number | null;
    readonly support: number;
  }[];
}

/** Of a translator. */
export interface TranslationEvent {
  readonly v: 1;
  readonly type: 'evaluation';
  readonly task: 'translate';
  readonly count: number;
  /** Part of the translations that are right to the last unit, and units that are wrong for each unit of the targets. */
  readonly exact: number;
  readonly errorRate: number;
}

/** Once, at the end. */
export interface DoneEvent {
  readonly v: 1;
  readonly type: 'done';
  readonly epochs: number;
  /** NaN, which JSON has as null, where there was no epoch. */
  readonly loss: number;
  readonly seconds: number;
  /** For a sentence: what the model says by itself from the first letter on. */
  readonly freeRun?: string;
}
