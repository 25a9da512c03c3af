import { FormatError, ValueError } from '../errors.js';
import type { SafetensorsEntry } from '../formats/safetensors.js';
import { entryOf } from '../formats/tensors.js';
import {
  GELU,
  LogSoftmax,
  ReLU,
  SELU,
  Sigmoid,
  Softmax,
  Softplus,
  Softsign,
  Tanh,
} from '../nn/activations.js';
import type { Layer } from '../nn/containers.js';
import { Dropout } from '../nn/dropout.js';
import { Embedding } from '../nn/embedding.js';
import { LayerNorm } from '../nn/layer-norm.js';
import { Linear } from '../nn/linear.js';
import { Module } from '../nn/module.js';
import { GRU } from '../nn/recurrent/gru.js';
import { LSTM } from '../nn/recurrent/lstm.js';
import type { RecurrentModule } from '../nn/recurrent/module.js';
import { NONLINEARITY, RNN } from '../nn/recurrent/rnn.js';
import { readOptions, type Schema } from '../options.js';
import { flip } from '../tensor/ops/indexing.js';
import { cat, select } from '../tensor/ops/views.js';
import { Tensor } from '../tensor/tensor.js';
import type { ForeignFunction, ForeignModel } from './foreign.js';
import {
  layerText,
  type NetworkLayer,
  type NetworkPlan,
  type Question,
  type RecurrentStack,
} from './layers.js';
import { planOf, planOfModel } from './plan.js';

/** What weights do not say of a network. */
export interface NetworkOptions {
  /** Looks only at names that begin so: one network of several in a file. Default ''. */
  readonly prefix?: string;
  /** Of an RNN whose file does not say. Default 'tanh', as PyTorch's. */
  readonly nonlinearity?: 'tanh' | 'relu';
  /** Of recurrent layers whose file does not say. Default false, as PyTorch's. */
  readonly batchFirst?: boolean;
  /** The activation behind a linear layer by its name, 'none' for none: { fc: 'relu' }. */
  readonly activations?: Readonly<Record<string, ForeignFunction | 'none'>>;
}

const OPTIONS: Schema<NetworkOptions> = {
  prefix: 'text',
  nonlinearity: NONLINEARITY,
  batchFirst: 'true or false',
  activations: 'an object',
};

/** States of each recurrent layer, in the order of these. */
export type NetworkState = readonly (readonly Tensor[])[];

type Weights =
  ReadonlyMap<string, Tensor | SafetensorsEntry> | Readonly<Record<string, Tensor | SafetensorsEntry>>;

const ACTIVATIONS: Readonly<Record<ForeignFunction, () => Layer>> = {
  tanh: () => new Tanh(),
  sigmoid: () => new Sigmoid(),
  relu: () => new ReLU(),
  softmax: () => new Softmax(-1),
  logSoftmax: () => new LogSoftmax(-1),
  softplus: () => new Softplus(),
  softsign: () => new Softsign(),
  selu: () => new SELU(),
  gelu: () => new GELU(),
};

/** A layer of the network: a recurrent one with how it is read, or one from tensor to tensor. */
type Part =
  | { readonly name: string; readonly stack: RecurrentStack; readonly module: RecurrentModule }
  | { readonly name: string; readonly stack: null; readonly module: Layer };

/** The steps from the last to the first. */
class Flip extends Module {
  constructor(private readonly batchFirst: boolean) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return flip(input, [this.batchFirst && input.ndim === 3 ? 1 : 0]);
  }
}

/** Layers that were found in a file, one behind the other, under the names that they have there. */
export class Network extends Module {
  /** What its weights leave open, and what was said of it. */
  readonly questions: readonly Question[];
  private readonly parts: readonly Part[];
  private readonly open: readonly Question[];

  /** @throws FormatError for layers that are no chain */
  constructor(plan: NetworkPlan, options: NetworkOptions = {}) {
    super();
    if (plan.chain.length === 0) throw noChain(plan);
    const { activations = {} } = options;
    const first = plan.chain.find((layer) => layer.kind === 'recurrent');
    const batchFirst = first?.batchFirst ?? options.batchFirst ?? false;
    const unknown = Object.keys(activations).find((name) => !plan.chain.some((layer) => layer.name === name));
    if (unknown !== undefined) {
      throw new ValueError(`networkOf: there is no layer '${unknown}' for an activation`, {
        hint: `there are ${plan.chain.map(({ name }) => name).join(', ')}`,
      });
    }
    this.questions = plan.questions;
    this.open = plan.questions.filter(
      ({ about, layer }) => about === 'activation' && !(layer in activations),
    );
    this.parts = plan.chain.flatMap((layer): Part[] => {
      if (layer.kind === 'recurrent')
        return [{ name: layer.name, stack: layer, module: recurrentOf(layer, options) }];
      if (layer.kind === 'flip') return [{ name: layer.name, stack: null, module: new Flip(batchFirst) }];
      const own = { name: layer.name, stack: null, module: moduleOf(layer) };
      const said = Object.hasOwn(activations, layer.name) ? activations[layer.name] : 'none';
      if (said === 'none') return [own];
      return [own, { name: `${layer.name}.${said}`, stack: null, module: ACTIVATIONS[said]() }];
    });
  }

  /** The layers in their order, each with its name in the file. */
  get layers(): readonly (readonly [name: string, module: Module])[] {
    return this.parts.map(({ name, module }) => [name, module]);
  }

  protected override *held(): Generator<[string, Module]> {
    for (const { name, module } of this.parts) yield [name, module];
  }

  /**
   * @param input  what the first layer reads: int32 indices for an embedding, else (time, batch, feature) or as `batchFirst` says
   * @param state  states to go on from, a list for each recurrent layer, as an earlier call gave them; zeros if left out
   * @returns      [what the last layer gives, states at the end]
   * @throws ValueError where an activation has to be known first
   */
  override forward(input: Tensor, state?: NetworkState): [output: Tensor, state: NetworkState] {
    if (this.open.length > 0) {
      const [{ layer, text }] = this.open;
      throw new ValueError(`networkOf: the file does not say ${text}`, {
        hint: `networkOf(…, { activations: { '${layer}': 'relu' } }), or 'tanh', 'sigmoid', … or 'none'`,
      });
    }
    const states: (readonly Tensor[])[] = [];
    let x = input;
    for (const part of this.parts) {
      if (part.stack === null) x = part.module.forward(x);
      else {
        const [output, next] = runStack(part.stack, part.module, x, state?.[states.length]);
        x = output;
        states.push(next);
      }
    }
    return [x, states];
  }
}

/**
 * The network that weights belong to, found by their names and shapes: recurrent layers of any depth and direction with the embedding
 * before them and the linear layers behind. What weights cannot say is in its `questions`, and `options` answers them.
 *
 * @param weights  a state_dict of tensors or of a file's arrays; or layers that another library's file names
 * @throws FormatError that names the layers where they are no chain, and what belongs to none
 * @example
 * const weights = new nn.LSTM(3, 8, { numLayers: 2 }).stateDict();
 * const network = nn.networkOf(weights, { batchFirst: true });
 * network.forward(zeros([1, 5, 3]))[0].shape; // [1, 5, 8]
 */
export function networkOf(weights: Weights | ForeignModel, given?: NetworkOptions): Network {
  const options = readOptions('networkOf', given, OPTIONS);
  if (isForeign(weights)) return new Network(planOfModel(weights), options);
  const { prefix = '' } = options;
  const all = weights instanceof Map ? [...weights] : Object.entries(weights);
  const tensors = new Map<string, SafetensorsEntry>();
  for (const [name, value] of all as [string, Tensor | SafetensorsEntry][]) {
    if (name.startsWith(prefix)) tensors.set(name, value instanceof Tensor ? entryOf(value) : value);
  }
  return new Network(planOf(tensors), options);
}

const isForeign = (weights: Weights | ForeignModel): weights is ForeignModel =>
  !(weights instanceof Map) && 'layers' in weights && Array.isArray(weights.layers);

function noChain({ found, problems }: NetworkPlan): FormatError {
  const layers = found.map((layer) => `\n  ${layerText(layer)}`).join('');
  return new FormatError(
    `the weights are not those of layers one behind the other: ${problems.join('; ')}${layers}`,
    {
      hint: "make the layers by hand and load each: layer.loadStateDict(weights, { prefix: 'lstm.' })",
    },
  );
}

/** A layer of ours with the weights of one that was found. */
function moduleOf(layer: Exclude<NetworkLayer, RecurrentStack | { kind: 'flip' }>): Layer {
  switch (layer.kind) {
    case 'embedding': {
      const [rows, size] = layer.weight.shape;
      return loaded(new Embedding(rows, size), { weight: layer.weight });
    }
    case 'linear': {
      const { weight, bias } = layer;
      const module = new Linear(weight.shape[1], weight.shape[0], { bias: bias !== null });
      return loaded(module, { weight, ...(bias && { bias }) });
    }
    case 'layerNorm': {
      const { weight, bias, eps } = layer;
      const module = new LayerNorm([...weight.shape], { eps, bias: bias !== null });
      return loaded(module, { weight, ...(bias && { bias }) });
    }
    case 'activation':
      return ACTIVATIONS[layer.function]();
    case 'dropout':
      return new Dropout(layer.p);
  }
}

/** A recurrent layer of ours with the weights of a stack. */
export function recurrentOf(stack: RecurrentStack, options: NetworkOptions = {}): RecurrentModule {
  const { cell, inputSize, hiddenSize, numLayers, bidirectional, bias, projSize, dropout } = stack;
  const batchFirst = stack.batchFirst ?? options.batchFirst ?? false;
  const shared = { numLayers, bidirectional, bias, dropout, batchFirst };
  const make = (): RecurrentModule => {
    if (cell === 'lstm') return new LSTM(inputSize, hiddenSize, { ...shared, projSize });
    if (cell === 'gru') return new GRU(inputSize, hiddenSize, shared);
    const nonlinearity = stack.nonlinearity ?? options.nonlinearity ?? 'tanh';
    return new RNN(inputSize, hiddenSize, { ...shared, nonlinearity });
  };
  return loaded(make(), stack.weights);
}

function loaded<M extends Module>(
  module: M,
  weights: ReadonlyMap<string, SafetensorsEntry> | Readonly<Record<string, SafetensorsEntry>>,
): M {
  module.loadStateDict(weights);
  return module;
}

/** A stack's outputs as the next layer reads them, and its states. */
function runStack(
  { reverse, returns }: RecurrentStack,
  rnn: RecurrentModule,
  input: Tensor,
  state: readonly Tensor[] | undefined,
): [output: Tensor, state: Tensor[]] {
  const time = rnn.batchFirst && input.ndim === 3 ? 1 : 0;
  const [read, states] = rnn.run(reverse ? flip(input, [time]) : input, state);
  const output = reverse ? flip(read, [time]) : read;
  if (returns !== 'last') return [output, states];
  const [h] = states;
  const last = h.shape[0] - 1;
  const forward = select(h, 0, rnn.bidirectional ? last - 1 : last);
  return [rnn.bidirectional ? cat([forward, select(h, 0, last)], -1) : forward, states];
}
