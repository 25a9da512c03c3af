import type { SafetensorsEntry } from '../formats/safetensors.js';

/** Layers of another library's model, in the order in which they run, with weights in PyTorch's layout. */
export interface ForeignModel {
  /** Where it came from, for people: "Keras 2.15 Sequential", "ONNX, made by pytorch 2.2". */
  readonly source: string;
  readonly layers: readonly ForeignLayer[];
  /** What could not be held, each as a sentence; the model is refused for use if any changes its numbers. */
  readonly problems: readonly string[];
  /** Said, but harmless: "float64 weights rounded to float32". */
  readonly notes: readonly string[];
  /** Vocabulary, scaler, labels as far as the file has them. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Functions of single elements, or of the last axis, between layers. */
export type ForeignFunction =
  'tanh' | 'sigmoid' | 'relu' | 'softmax' | 'logSoftmax' | 'softplus' | 'softsign' | 'selu' | 'gelu';

/** One layer of another library's model, with its weights in PyTorch's layout. */
export type ForeignLayer =
  | { readonly kind: 'embedding'; readonly name: string; readonly weight: SafetensorsEntry }
  | {
      readonly kind: 'rnn' | 'lstm' | 'gru';
      readonly name: string;
      readonly bidirectional: boolean;
      /** Reads from the end to the start, and gives its outputs at the places where it read. */
      readonly reverse: boolean;
      readonly nonlinearity: 'tanh' | 'relu';
      readonly batchFirst: boolean;
      /** What the next layer reads: all outputs, or the state after each direction's last step. */
      readonly returns: 'sequence' | 'last';
      /** weight_ih_l0, weight_hh_l0, bias_ih_l0, … and …_reverse: one layer per entry. */
      readonly weights: Readonly<Record<string, SafetensorsEntry>>;
    }
  | {
      readonly kind: 'linear';
      readonly name: string;
      readonly weight: SafetensorsEntry;
      readonly bias: SafetensorsEntry | null;
    }
  | {
      readonly kind: 'layerNorm';
      readonly name: string;
      readonly weight: SafetensorsEntry;
      readonly bias: SafetensorsEntry | null;
      readonly eps: number;
    }
  | { readonly kind: 'activation'; readonly name: string; readonly function: ForeignFunction }
  /** The steps from last to first, along the axis that `batchFirst` of the recurrent layers says. */
  | { readonly kind: 'flip'; readonly name: string }
  | { readonly kind: 'dropout'; readonly name: string; readonly p: number };
