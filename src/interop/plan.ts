import type { SafetensorsEntry } from '../formats/safetensors.js';
import { chainOf, isSorted } from './chain.js';
import type { ModuleNote } from './checkpoint.js';
import type { ForeignFunction, ForeignModel } from './foreign.js';
import {
  GATES,
  layerText,
  type NetworkLayer,
  type NetworkPlan,
  type Question,
  type RecurrentStack,
  sizesOf,
  stacked,
} from './layers.js';
import { plainRnn } from './plain-rnn.js';

type Tensors = ReadonlyMap<string, SafetensorsEntry>;
type Modules = ReadonlyMap<string, ModuleNote>;

const RECURRENT = /^(.*?)(weight|bias)_(ih|hh|hr)(?:_l(\d+)(_reverse)?)?$/;
const ATTENTION = /(^|[._])(attn|attention|energy|query)/i;
const LOOKUP = /emb|lookup|wte|encoder/i;

/**
 * The network that tensors are the weights of, from their names and shapes alone: recurrent stacks by prefix, embeddings before, linear layers
 * and norms around, hand-written recurrent networks by the names of min-char-rnn. A chain is looked for whose sizes fit.
 *
 * @param modules  what a whole pickled model says of its parts
 */
export function planOf(tensors: Tensors, modules: Modules = new Map()): NetworkPlan {
  const found: (readonly [place: number, layer: NetworkLayer])[] = [];
  const used = new Set<string>();
  const problems: string[] = [];
  const names = [...tensors.keys()];
  const take = (layer: NetworkLayer, own: readonly string[]): void => {
    found.push([names.indexOf(own[0]), layer]);
    for (const name of own) used.add(name);
  };
  const byHand = plainRnn(tensors);
  for (const layer of byHand?.layers ?? []) take(layer, byHand!.used);
  for (const [prefix, own] of recurrentGroups(names.filter((name) => !used.has(name)))) {
    const stack = stackIn(prefix, own, tensors, modules.get(prefix.replace(/\.$/, '')));
    if (typeof stack === 'string') problems.push(stack);
    else
      take(
        stack,
        own.map(({ name }) => name),
      );
  }
  const inputs = new Set(found.map(([, layer]) => sizesOf(layer)[0]));
  for (const name of names) {
    if (used.has(name) || !/(^|\.)weight$/.test(name)) continue;
    const layer = plainLayer(name, tensors, modules, inputs);
    if (layer === null) continue;
    const bias = name.replace(/weight$/, 'bias');
    take(layer, 'bias' in layer && layer.bias !== null ? [name, bias] : [name]);
  }
  found.sort(([a], [b]) => a - b);
  const layers = found.map(([, layer]) => layer);
  const leftOver = names.filter((name) => !used.has(name));
  const { chain, note } = chainOf(layers, isSorted(names));
  const outside = layers.filter((layer) => !chain.includes(layer));
  if (layers.length === 0) problems.push('no layer known here has weights of these names and shapes');
  else if (outside.length > 0) problems.push(notBehindEachOther(chain, outside));
  const handMade = layers.some(({ kind }) => kind === 'recurrent') ? null : cellByHand(layers);
  if (handMade !== null) problems.push(handMade);
  const attention = layers.filter(({ name }) => ATTENTION.test(name));
  if (attention.length > 0)
    problems.push(`${listed(attention.map(layerText))}: attention, which is no chain of layers`);
  if (leftOver.length > 0) problems.push(`belongs to no layer known here: ${listed(leftOver)}`);
  const isWhole = problems.length === 0;
  const whole = isWhole ? withActivations(chain, modules) : [];
  return {
    ...{
      found: layers,
      leftOver,
      problems,
      notes: [...(byHand?.notes ?? []), ...(isWhole && note !== null ? [note] : [])],
    },
    chain: whole,
    questions: questionsOf(isWhole ? whole : layers),
  };
}

/** The plan of a model whose layers are known: other libraries' files name them in order. */
export function planOfModel({ layers, problems, notes }: ForeignModel): NetworkPlan {
  const found = stacked(layers);
  return { found, chain: problems.length === 0 ? found : [], leftOver: [], problems, notes, questions: [] };
}

interface Own {
  readonly name: string;
  /** Of a layer of ours: weight_ih_l0_reverse. */
  readonly inner: string;
}

/** Names of recurrent weights by what stands before weight_ih_l0. A cell's have no layer. */
function recurrentGroups(names: readonly string[]): Map<string, Own[]> {
  const groups = new Map<string, Own[]>();
  for (const name of names) {
    const match = RECURRENT.exec(name);
    if (match === null) continue;
    const [, prefix, what, side, layer = '0', reverse = ''] = match;
    const inner = `${what}_${side}_l${layer}${reverse}`;
    groups.set(prefix, [...(groups.get(prefix) ?? []), { name, inner }]);
  }
  return groups;
}

/** A recurrent stack of ours, or why its weights are none. */
function stackIn(
  prefix: string,
  own: readonly Own[],
  tensors: Tensors,
  note: ModuleNote | undefined,
): RecurrentStack | string {
  const name = prefix.replace(/\.$/, '');
  const weights = new Map(own.map(({ name: full, inner }) => [inner, tensors.get(full)!]));
  const [ih, hh] = [weights.get('weight_ih_l0'), weights.get('weight_hh_l0')];
  const isMatrix = (w: SafetensorsEntry | undefined): w is SafetensorsEntry => w?.shape.length === 2;
  if (!isMatrix(ih) || !isMatrix(hh))
    return `${name || 'the recurrent layer'} lacks weight_ih_l0 or weight_hh_l0`;
  const projection = weights.get('weight_hr_l0');
  const projSize = projection?.shape[0] ?? 0;
  const hiddenSize = projection?.shape[1] ?? hh.shape[1];
  const gates = ih.shape[0] / hiddenSize;
  const cell = (Object.keys(GATES) as (keyof typeof GATES)[]).find((kind) => GATES[kind] === gates);
  if (cell === undefined) {
    return `${name || 'the recurrent layer'} has ${ih.shape[0]} rows for ${hiddenSize} hidden units, as no RNN, GRU or LSTM has`;
  }
  const numLayers = 1 + own.reduce((most, { inner }) => Math.max(most, Number(/_l(\d+)/.exec(inner)![1])), 0);
  const attributes = note?.attributes ?? {};
  const { nonlinearity, batch_first: batchFirst, dropout } = attributes;
  const stack: RecurrentStack = {
    ...{ kind: 'recurrent', name, cell, inputSize: ih.shape[1], hiddenSize, numLayers, projSize, weights },
    ...{ bidirectional: weights.has('weight_ih_l0_reverse'), reverse: false, returns: null },
    bias: weights.has('bias_ih_l0'),
    nonlinearity: nonlinearity === 'relu' || nonlinearity === 'tanh' ? nonlinearity : nonlinearityOf(note),
    batchFirst: typeof batchFirst === 'boolean' ? batchFirst : null,
    dropout: typeof dropout === 'number' ? dropout : 0,
  };
  const wanted = [...expectedNames(stack)];
  const missing = wanted.filter((inner) => !weights.has(inner));
  if (missing.length > 0) return `${name || 'the recurrent layer'} lacks ${listed(missing)}`;
  if (weights.size > wanted.length)
    return `${name || 'the recurrent layer'} has weights of two kinds of layers`;
  return stack;
}

/** Old pickles name the kind in `mode`. */
function nonlinearityOf(note: ModuleNote | undefined): 'tanh' | 'relu' | null {
  const mode = note?.attributes.mode;
  if (mode === 'RNN_RELU') return 'relu';
  return mode === 'RNN_TANH' ? 'tanh' : null;
}

function* expectedNames({ numLayers, bidirectional, bias, projSize }: RecurrentStack): Generator<string> {
  for (let layer = 0; layer < numLayers; layer++) {
    for (const direction of bidirectional ? ['', '_reverse'] : ['']) {
      for (const side of ['ih', 'hh']) {
        yield `weight_${side}_l${layer}${direction}`;
        if (bias) yield `bias_${side}_l${layer}${direction}`;
      }
      if (projSize > 0) yield `weight_hr_l${layer}${direction}`;
    }
  }
}

/** An embedding, a linear layer or a norm, by the shape of its weight. */
function plainLayer(
  weightName: string,
  tensors: Tensors,
  modules: Modules,
  inputs: ReadonlySet<number | null>,
): NetworkLayer | null {
  const name = weightName.replace(/\.?weight$/, '');
  const sibling = (key: string): SafetensorsEntry | null =>
    tensors.get(name === '' ? key : `${name}.${key}`) ?? null;
  const [weight, bias] = [tensors.get(weightName)!, sibling('bias')];
  const isClass = (end: string): boolean => modules.get(name)?.className.endsWith(`.${end}`) ?? false;
  // Batch norms change what they do with what they have seen.
  if (sibling('running_mean') !== null) return null;
  const [rows, columns] = weight.shape;
  if (weight.shape.length === 1 && (bias === null || bias.shape.join() === String(rows))) {
    const { eps } = modules.get(name)?.attributes ?? {};
    return { kind: 'layerNorm', name, weight, bias, eps: typeof eps === 'number' ? eps : 1e-5 };
  }
  if (weight.shape.length !== 2) return null;
  const isLookup = bias === null && (LOOKUP.test(name) || inputs.has(columns)) && !isClass('Linear');
  if (isClass('Embedding') || isLookup) return { kind: 'embedding', name, weight };
  return bias === null || bias.shape.join() === String(rows) ? { kind: 'linear', name, weight, bias } : null;
}

const notBehindEachOther = (chain: readonly NetworkLayer[], outside: readonly NetworkLayer[]): string =>
  `${outside.map(layerText).join('; ')}: what ${outside.length === 1 ? 'this reads' : 'these read'} is not given by ` +
  chain.map(({ name, kind }) => name || kind).join(', ');

/** Linear layers that read an input and the state together are a cell that somebody wrote. */
function cellByHand(layers: readonly NetworkLayer[]): string | null {
  const linear = layers.filter((layer) => layer.kind === 'linear');
  for (const layer of linear) {
    const [hidden, reads] = layer.weight.shape;
    const others = linear.filter((other) => other !== layer && other.weight.shape[1] === reads);
    if (others.length === 0 || reads <= hidden) continue;
    return (
      `${[layer, ...others].map(({ name }) => name).join(' and ')} read ${reads} numbers each, which are ${reads - hidden} of input and a state of ` +
      `${hidden}: a recurrent cell written by hand, whose formula is not in the file`
    );
  }
  return null;
}

const ACTIVATIONS: Readonly<Record<string, ForeignFunction | undefined>> = {
  ...{ ReLU: 'relu', Tanh: 'tanh', Sigmoid: 'sigmoid', Softmax: 'softmax', LogSoftmax: 'logSoftmax' },
  ...{ Softplus: 'softplus', Softsign: 'softsign', SELU: 'selu', GELU: 'gelu' },
};

/** The activations that a pickled nn.Sequential has between the layers of a chain. */
function withActivations(chain: readonly NetworkLayer[], modules: Modules): NetworkLayer[] {
  const known = new Set(chain.map(({ name }) => name));
  return chain.flatMap((layer) => {
    const at = layer.name.lastIndexOf('.');
    const parent = layer.name.slice(0, Math.max(0, at));
    if (!(modules.get(parent)?.className.endsWith('.Sequential') ?? false)) return [layer];
    const behind: NetworkLayer[] = [];
    for (let i = Number(layer.name.slice(at + 1)) + 1; ; i++) {
      const name = parent === '' ? String(i) : `${parent}.${i}`;
      const note = modules.get(name);
      if (note === undefined || known.has(name)) break;
      const function_ = ACTIVATIONS[note.className.slice(note.className.lastIndexOf('.') + 1)];
      if (function_ !== undefined) behind.push({ kind: 'activation', name, function: function_ });
      else if (note.className.endsWith('.Dropout')) {
        behind.push({ kind: 'dropout', name, p: Number(note.attributes.p ?? 0.5) });
      }
    }
    return [layer, ...behind];
  });
}

/** What weights cannot say. */
function questionsOf(layers: readonly NetworkLayer[]): Question[] {
  const questions: Question[] = [];
  layers.forEach((layer, i) => {
    const next = layers.slice(i + 1).find(({ kind }) => kind !== 'dropout');
    if (layer.kind === 'recurrent' && layer.cell === 'rnn' && layer.nonlinearity === null) {
      const text = `whether ${layer.name || 'the RNN'} has tanh or relu; tanh is what PyTorch does unless told`;
      questions.push({ about: 'nonlinearity', layer: layer.name, text });
    }
    if (layer.kind === 'recurrent' && layer.batchFirst === null) {
      const text = `whether ${layer.name || 'the input'} reads (time, batch, feature), as PyTorch does unless told, or (batch, time, feature)`;
      questions.push({ about: 'batchFirst', layer: layer.name, text });
    }
    if (layer.kind === 'linear' && next?.kind === 'linear') {
      const text = `which activation, if any, stands between ${layer.name} and ${next.name}`;
      questions.push({ about: 'activation', layer: layer.name, text });
    }
  });
  return questions;
}

const listed = (names: readonly string[]): string =>
  `${names.slice(0, 6).join(', ')}${names.length > 6 ? ` and ${names.length - 6} more` : ''}`;
