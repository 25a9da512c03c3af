import type { SafetensorsEntry } from '../formats/safetensors.js';
import type { ForeignLayer } from './foreign.js';

type ForeignRecurrent = Extract<ForeignLayer, { kind: 'rnn' | 'lstm' | 'gru' }>;

/** Recurrent layers on top of each other, as one layer of ours holds them. */
export interface RecurrentStack {
  readonly kind: 'recurrent';
  readonly name: string;
  readonly cell: 'rnn' | 'lstm' | 'gru';
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bidirectional: boolean;
  /** Reads from the end to the start. */
  readonly reverse: boolean;
  /** 0 without a projection. */
  readonly projSize: number;
  readonly bias: boolean;
  /** Of an RNN; null where the file does not say. */
  readonly nonlinearity: 'tanh' | 'relu' | null;
  /** Null where the file does not say. */
  readonly batchFirst: boolean | null;
  readonly dropout: number;
  /** What the next layer reads; null where the file does not say. */
  readonly returns: 'sequence' | 'last' | null;
  /** By PyTorch's names: weight_ih_l0 … */
  readonly weights: ReadonlyMap<string, SafetensorsEntry>;
}

/** A layer of a network that was found. */
export type NetworkLayer = Exclude<ForeignLayer, ForeignRecurrent> | RecurrentStack;

/** What the weights do not say, and what says it. */
export interface Question {
  readonly about: 'nonlinearity' | 'batchFirst' | 'activation';
  /** The layer it is about; for an activation the one before it. */
  readonly layer: string;
  readonly text: string;
}

/** A network as it was found: layers in their order, what belongs to none, and what cannot be known. */
export interface NetworkPlan {
  /** All layers that were found, in the order of the file. */
  readonly found: readonly NetworkLayer[];
  /** Those that follow each other, in the order in which they run; empty if they are no chain. */
  readonly chain: readonly NetworkLayer[];
  /** Names of tensors that belong to no layer known here. */
  readonly leftOver: readonly string[];
  /** Why the layers are no chain, each as a sentence. */
  readonly problems: readonly string[];
  /** Said, but harmless. */
  readonly notes: readonly string[];
  readonly questions: readonly Question[];
}

/** Numbers of gates by cell. */
export const GATES = { rnn: 1, gru: 3, lstm: 4 } as const;

/** How wide a stack's output is. */
export const widthOf = ({ projSize, hiddenSize, bidirectional }: RecurrentStack): number =>
  (projSize || hiddenSize) * (bidirectional ? 2 : 1);

/** Numbers that a layer reads and gives at each step; null where it takes any. An embedding reads one index. */
export function sizesOf(layer: NetworkLayer): readonly [reads: number | null, gives: number | null] {
  switch (layer.kind) {
    case 'embedding':
      return [1, layer.weight.shape[1]];
    case 'recurrent':
      return [layer.inputSize, widthOf(layer)];
    case 'linear':
      return [layer.weight.shape[1], layer.weight.shape[0]];
    case 'layerNorm': {
      const size = layer.weight.shape.at(-1)!;
      return [size, size];
    }
    case 'activation':
    case 'dropout':
    case 'flip':
      return [null, null];
  }
}

/** Cells in words: "LSTM 2 x 128, bidirectional". */
const stackText = (stack: RecurrentStack): string => {
  const { cell, numLayers, inputSize, hiddenSize, bidirectional, projSize, bias, nonlinearity, reverse } =
    stack;
  const more = [
    bidirectional ? 'bidirectional' : '',
    reverse ? 'from the end to the start' : '',
    projSize > 0 ? `projected to ${projSize}` : '',
    bias ? '' : 'no bias',
    cell === 'rnn' && nonlinearity === 'relu' ? 'relu' : '',
  ].filter(Boolean);
  const layers = numLayers === 1 ? '' : `, ${numLayers} layers`;
  return `${cell.toUpperCase()} ${inputSize}→${hiddenSize}${layers}${more.map((word) => `, ${word}`).join('')}`;
};

/** A layer in words: "fc: Linear 128→28". */
export function layerText(layer: NetworkLayer): string {
  const what = ((): string => {
    switch (layer.kind) {
      case 'embedding':
        return `Embedding of ${layer.weight.shape[0]}, ${layer.weight.shape[1]} each`;
      case 'recurrent':
        return stackText(layer);
      case 'linear':
        return `Linear ${layer.weight.shape[1]}→${layer.weight.shape[0]}${layer.bias === null ? ', no bias' : ''}`;
      case 'layerNorm':
        return `LayerNorm of ${layer.weight.shape.join(' x ')}`;
      case 'activation':
        return layer.function;
      case 'dropout':
        return `Dropout ${layer.p}`;
      case 'flip':
        return 'the steps turned round';
    }
  })();
  return layer.name === '' ? what : `${layer.name}: ${what}`;
}

/** The layers of another library's model, those that stand on top of each other as one. */
export function stacked(layers: readonly ForeignLayer[]): NetworkLayer[] {
  const result: NetworkLayer[] = [];
  for (const layer of layers) {
    if (!isRecurrent(layer)) {
      result.push(layer);
      continue;
    }
    const stack = stackOf(layer);
    const below = result.at(-1);
    if (below?.kind === 'recurrent' && canStack(below, stack))
      result[result.length - 1] = joined(below, stack);
    else result.push(stack);
  }
  return result;
}

const isRecurrent = (layer: ForeignLayer): layer is ForeignRecurrent => 'weights' in layer;

function stackOf({ kind, weights, ...layer }: ForeignRecurrent): RecurrentStack {
  const { name, bidirectional, reverse, nonlinearity, batchFirst, returns } = layer;
  const [rows, inputSize] = weights.weight_ih_l0.shape;
  return {
    ...{ kind: 'recurrent', name, cell: kind, inputSize, hiddenSize: rows / GATES[kind], numLayers: 1 },
    ...{ bidirectional, reverse, nonlinearity, batchFirst, returns, dropout: 0 },
    projSize: (weights.weight_hr_l0 as SafetensorsEntry | undefined)?.shape[0] ?? 0,
    bias: 'bias_ih_l0' in weights,
    weights: new Map(Object.entries(weights)),
  };
}

const canStack = (below: RecurrentStack, above: RecurrentStack): boolean =>
  below.returns === 'sequence' &&
  above.inputSize === widthOf(below) &&
  (['cell', 'hiddenSize', 'bidirectional', 'reverse', 'projSize', 'bias', 'nonlinearity'] as const).every(
    (key) => below[key] === above[key],
  );

function joined(below: RecurrentStack, above: RecurrentStack): RecurrentStack {
  const weights = new Map(below.weights);
  for (const [name, entry] of above.weights) {
    weights.set(name.replace(/_l0/, `_l${below.numLayers}`), entry);
  }
  return { ...below, numLayers: below.numLayers + 1, returns: above.returns, weights };
}
