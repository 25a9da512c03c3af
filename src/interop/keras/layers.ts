import { FormatError } from '../../errors.js';
import type { ForeignFunction, ForeignLayer } from '../foreign.js';
import { constant, entryOfWeight, transposed, type Weight, weightOf } from './arrays.js';
import { type Cell, isDoubled, type KerasCell, torchWeights } from './cells.js';
import { type Config, isObject, type KerasLayer, text } from './config.js';
import type { ArraysOf, LayerArrays } from './weights.js';

/** What layers of Keras become. */
export interface Converted {
  readonly layers: readonly ForeignLayer[];
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

const FUNCTIONS: Readonly<Record<string, ForeignFunction | null | undefined>> = {
  ...{
    linear: null,
    tanh: 'tanh',
    sigmoid: 'sigmoid',
    relu: 'relu',
    softmax: 'softmax',
    selu: 'selu',
    gelu: 'gelu',
  },
  ...{ log_softmax: 'logSoftmax', softplus: 'softplus', softsign: 'softsign' },
};

const CELLS: Readonly<Record<string, Cell | undefined>> = {
  ...{ SimpleRNN: 'rnn', SimpleRNNCell: 'rnn', LSTM: 'lstm', LSTMCell: 'lstm', CuDNNLSTM: 'lstm' },
  ...{ GRU: 'gru', GRUCell: 'gru', CuDNNGRU: 'gru' },
};

/** Layers that do nothing once a model has learnt. */
const ONLY_IN_TRAINING = ['GaussianNoise', 'GaussianDropout', 'AlphaDropout', 'ActivityRegularization'];

/** The layers of a chain, one after the other, as layers of ours. */
export function convert(chain: readonly KerasLayer[], arraysOf: ArraysOf): Converted {
  const conversion = new Conversion(arraysOf);
  for (const layer of chain) conversion.add(layer);
  conversion.turnBack(chain.at(-1)?.name ?? '');
  return conversion;
}

class Conversion implements Converted {
  readonly layers: ForeignLayer[] = [];
  readonly problems: string[] = [];
  readonly notes: string[] = [];
  /** Keras has the steps here from last to first: a layer that goes backwards gives them as it read them. */
  private isTurned = false;
  /** No longer one for each step. */
  private isLast = false;

  constructor(private readonly arraysOf: ArraysOf) {}

  /** Puts the steps into the order in which Keras has them. */
  turnBack(name: string): void {
    if (this.isTurned) this.layers.push({ kind: 'flip', name: `${name}.flip` });
    this.isTurned = false;
  }

  add(layer: KerasLayer, arrays = this.arraysOf(layer)): void {
    const { className, name, config } = layer;
    this.notePrecision(layer);
    switch (className) {
      case 'InputLayer':
        return;
      case 'Masking':
        this.notes.push(`'${name}' masks steps of the value ${Number(config.mask_value ?? 0)}: ${MASKED}`);
        return;
      case 'Embedding':
        return this.addEmbedding(name, config, arrays);
      case 'SimpleRNN':
      case 'LSTM':
      case 'GRU':
      case 'CuDNNLSTM':
      case 'CuDNNGRU':
        return this.addRecurrent(layer, arrays);
      case 'RNN':
        return this.addRnn(layer, arrays);
      case 'Bidirectional':
        return this.addBidirectional(layer, arrays);
      case 'Dense':
        return this.addDense(name, config, arrays);
      case 'TimeDistributed': {
        const inner = innerLayer(config.layer);
        if (
          !['Dense', 'Activation', 'Dropout', 'LayerNormalization', 'ReLU', 'Softmax'].includes(
            inner.className,
          )
        ) {
          return this.refuse(layer, `wraps ${inner.className || 'nothing'}`);
        }
        return this.add({ ...inner, name }, arrays);
      }
      case 'Activation':
        return this.addActivation(name, config.activation);
      case 'ReLU': {
        const { max_value: most, negative_slope: slope, threshold } = config;
        if (most != null || Number(slope ?? 0) !== 0 || Number(threshold ?? 0) !== 0) {
          return this.refuse(layer, 'has a limit, a slope or a threshold');
        }
        return this.addActivation(name, 'relu');
      }
      case 'Softmax':
        return isLastAxis(config.axis, this.isLast)
          ? this.addActivation(name, 'softmax')
          : this.refuse(layer, 'is over another axis than the last');
      case 'Dropout':
      case 'SpatialDropout1D':
        if (className !== 'Dropout') {
          this.notes.push(
            `'${name}' (${className}) dropped whole features in training; a Dropout here drops single numbers`,
          );
        }
        this.layers.push({ kind: 'dropout', name, p: rateOf(layer) });
        return;
      case 'LayerNormalization':
        return this.addLayerNorm(layer, arrays);
      case 'Flatten':
        if (!this.isLast) this.refuse(layer, 'makes one row of all steps');
        return;
      default:
        if (ONLY_IN_TRAINING.includes(className)) {
          this.notes.push(`'${name}' (${className}) works in training only, and is left out`);
        } else if (className === 'Lambda') this.refuse(layer, 'is Python code, which is never run');
        else this.refuse(layer);
    }
  }

  private refuse({ className, name }: KerasLayer, why = 'is no layer that can be held'): void {
    this.problems.push(`'${name}' (${className}) ${why}`);
  }

  private notePrecision({ name, config: { dtype } }: KerasLayer): void {
    const policy = isObject(dtype) ? text((isObject(dtype.config) ? dtype.config : {}).name) : text(dtype);
    if (/float16/.test(policy))
      this.notes.push(`'${name}' computes in ${policy} with Keras and in float32 here`);
    if (/int8|int4|float8/.test(policy)) this.problems.push(`'${name}' is quantised (${policy})`);
  }

  private addEmbedding(name: string, config: Config, arrays: LayerArrays): void {
    const weight = matrixOf(name, arrays, 'embeddings');
    if (config.mask_zero === true) this.notes.push(`'${name}' masks steps of the index 0: ${MASKED}`);
    this.layers.push({ kind: 'embedding', name, weight: entryOfWeight(weight) });
  }

  private addDense(name: string, config: Config, arrays: LayerArrays): void {
    const weight = transposed(matrixOf(name, arrays, 'kernel'));
    const bias = vectorOf(name, arrays, 'bias', weight.shape[0]);
    if (bias === null && config.use_bias === true) throw missing(name, 'bias');
    this.layers.push({
      kind: 'linear',
      name,
      weight: entryOfWeight(weight),
      bias: bias && entryOfWeight(bias),
    });
    this.addActivation(`${name}.activation`, config.activation, name);
  }

  private addActivation(name: string, activation: unknown, layer = name): void {
    const written = activationName(activation);
    const known = FUNCTIONS[written];
    if (known === undefined)
      this.problems.push(`'${layer}' has the activation ${written}, which cannot be held`);
    else if (known !== null) this.layers.push({ kind: 'activation', name, function: known });
  }

  private addLayerNorm(layer: KerasLayer, arrays: LayerArrays): void {
    const { name, config } = layer;
    if (config.rms_scaling === true)
      return this.refuse(layer, 'divides by the root of the mean square alone');
    if (!isLastAxis(config.axis, this.isLast))
      return this.refuse(layer, 'is over another axis than the last');
    const [some] = arrays.values();
    if ((some as unknown) === undefined) return this.refuse(layer, 'has neither factor nor bias');
    const [size] = some.shape;
    const gamma = vectorOf(name, arrays, 'gamma', size) ?? constant(1, size);
    const beta = vectorOf(name, arrays, 'beta', size);
    const eps = Number(config.epsilon ?? 1e-3);
    if (!(eps >= 0 && eps < Infinity)) throw new FormatError(`Keras: epsilon of '${name}' is ${eps}`);
    const bias = beta && entryOfWeight(beta);
    this.layers.push({ kind: 'layerNorm', name, weight: entryOfWeight(gamma), bias, eps });
  }

  /** A layer around a cell: held if the cell is one of Keras' own. */
  private addRnn(layer: KerasLayer, arrays: LayerArrays): void {
    const cell = innerLayer(layer.config.cell);
    if (!/^(SimpleRNN|LSTM|GRU)Cell$/.test(cell.className)) {
      return this.refuse(layer, `has cells of the class ${cell.className || '(none)'}, which cannot be held`);
    }
    const config = { ...cell.config, ...layer.config };
    this.addRecurrent({ className: cell.className, name: layer.name, config }, arrays);
  }

  private addRecurrent(layer: KerasLayer, arrays: LayerArrays): void {
    const { name, config } = layer;
    const cell = cellWeights(name, arrays, '');
    if (!this.canHold(layer, cell)) return;
    const backwards = config.go_backwards === true;
    const reverse = backwards !== this.isTurned;
    const weights = torchWeights(name, CELLS[layer.className]!, cell, { isCudnn: isCudnn(layer) });
    this.push(layer, { weights, bidirectional: false, reverse });
    this.isTurned = reverse && !this.isLast;
  }

  private addBidirectional(layer: KerasLayer, arrays: LayerArrays): void {
    const { name, config } = layer;
    const inner = innerLayer(config.layer);
    const forward = { ...inner, name, config: { ...inner.config } };
    if (!(inner.className in CELLS)) return this.refuse(layer, `wraps ${inner.className || 'nothing'}`);
    if (config.merge_mode !== 'concat') {
      return this.refuse(
        layer,
        `merges its directions by ${text(config.merge_mode) || 'nothing'}: only concat is held`,
      );
    }
    if (inner.config.go_backwards === true)
      return this.refuse(layer, 'has a forward layer that goes backwards');
    const backward = config.backward_layer == null ? inner : innerLayer(config.backward_layer);
    const differing = SHARED.find((key) => said(inner.config[key]) !== said(backward.config[key]));
    if (backward.className !== inner.className || differing !== undefined) {
      return this.refuse(layer, `has two directions that differ (${differing ?? 'class'})`);
    }
    const cells = [cellWeights(name, arrays, 'forward/'), cellWeights(name, arrays, 'backward/')];
    if (!cells.every((cell) => this.canHold(forward, cell))) return;
    this.turnBack(name);
    const [first, second] = cells.map((cell, i) =>
      torchWeights(name, CELLS[inner.className]!, cell, {
        suffix: ['', '_reverse'][i],
        isCudnn: isCudnn(inner),
      }),
    );
    this.push(forward, { weights: { ...first, ...second }, bidirectional: true, reverse: false });
  }

  private push(
    { className, name, config }: KerasLayer,
    own: Pick<
      Extract<ForeignLayer, { kind: 'rnn' | 'lstm' | 'gru' }>,
      'weights' | 'bidirectional' | 'reverse'
    >,
  ): void {
    this.isLast = config.return_sequences !== true;
    const returns = this.isLast ? 'last' : 'sequence';
    const nonlinearity = activationName(config.activation ?? 'tanh') === 'relu' ? 'relu' : 'tanh';
    const kind = CELLS[className]!;
    this.layers.push({ kind, name, nonlinearity, batchFirst: true, returns, ...own });
    if (config.stateful === true)
      this.notes.push(`'${name}' is stateful: give the states of one call to the next`);
    const dropped = ['dropout', 'recurrent_dropout'].filter((key) => Number(config[key] ?? 0) > 0);
    if (dropped.length > 0) {
      this.notes.push(
        `'${name}' has ${dropped.join(' and ')} inside, which works in training only, and is left out`,
      );
    }
  }

  /** Whether PyTorch's cell computes what this one does. */
  private canHold(layer: KerasLayer, weights: KerasCell): boolean {
    const { className, config } = layer;
    const cell = CELLS[className]!;
    const before = this.problems.length;
    const activation = activationName(config.activation ?? 'tanh');
    const allowed = cell === 'rnn' ? ['tanh', 'relu'] : ['tanh'];
    if (!allowed.includes(activation)) {
      this.refuse(layer, `has the activation ${activation}: only ${allowed.join(' or ')} can be held`);
    }
    const gates = activationName(config.recurrent_activation ?? 'sigmoid');
    if (cell !== 'rnn' && gates !== 'sigmoid') {
      this.refuse(layer, `has gates of ${gates}: only sigmoid can be held (recurrent_activation='sigmoid')`);
    }
    if (config.time_major === true) this.refuse(layer, 'has the time before the batch (time_major)');
    const resets = isCudnn(layer) || config.reset_after === true || isDoubled(cell, weights);
    if (cell === 'gru' && !resets) {
      this.refuse(
        layer,
        'resets the state before the product (reset_after=False); only reset_after=True can be held',
      );
    }
    return this.problems.length === before;
  }
}

/** Settings that both directions have to share. */
const SHARED = [
  ...['units', 'activation', 'recurrent_activation', 'use_bias', 'reset_after', 'return_sequences'],
] as const;

const said = (value: unknown): unknown => (isObject(value) ? activationName(value) : value);

const MASKED = 'here they are read like others, so give sequences without them, or pack them';

const isCudnn = ({ className }: KerasLayer): boolean => className.startsWith('CuDNN');

function innerLayer(value: unknown): KerasLayer {
  if (!isObject(value)) return { className: '', name: '', config: {} };
  const config = isObject(value.config) ? value.config : {};
  return { className: text(value.class_name), name: text(config.name), config };
}

/** The name of an activation, whether it is written as one, as a layer, or as somebody's function. */
function activationName(value: unknown): string {
  if (value == null) return 'linear';
  if (typeof value === 'string') return value.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (!isObject(value)) return 'unknown';
  if (typeof value.config === 'string') return value.config;
  return text(value.class_name) || 'unknown';
}

/** @param isLast  there is one row for each of the batch, not one for each step */
function isLastAxis(axis: unknown, isLast: boolean): boolean {
  const axes: unknown[] = Array.isArray(axis) ? axis : [axis ?? -1];
  return axes.length === 1 && (axes[0] === -1 || axes[0] === (isLast ? 1 : 2));
}

function rateOf({ name, config: { rate, p } }: KerasLayer): number {
  const value = Number(rate ?? p ?? 0);
  if (value >= 0 && value < 1) return value;
  throw new FormatError(`Keras: '${name}' drops ${value} of all numbers, which is no share`);
}

const missing = (name: string, role: string): FormatError =>
  new FormatError(`Keras: the weights lack '${role}' of the layer '${name}'`, {
    hint: 'the file may be damaged, or belong to another model: save the model again',
  });

function arrayOf(name: string, arrays: LayerArrays, role: string): Weight {
  const entry = arrays.get(role);
  if (entry === undefined) throw missing(name, role);
  return weightOf(`${name}/${role}`, entry);
}

function matrixOf(name: string, arrays: LayerArrays, role: string): Weight {
  const weight = arrayOf(name, arrays, role);
  if (weight.shape.length === 2 && weight.data.length > 0) return weight;
  throw new FormatError(
    `Keras: '${role}' of '${name}' is no matrix: its shape is (${weight.shape.join(', ')})`,
  );
}

function vectorOf(name: string, arrays: LayerArrays, role: string, size: number): Weight | null {
  if (!arrays.has(role)) return null;
  const weight = arrayOf(name, arrays, role);
  if (weight.shape.length === 1 && weight.shape[0] === size) return weight;
  throw new FormatError(
    `Keras: '${role}' of '${name}' has the shape (${weight.shape.join(', ')}), not (${size})`,
  );
}

/** @param side  '', or 'forward/' or 'backward/' */
export function cellWeights(name: string, arrays: LayerArrays, side: string): KerasCell {
  const kernel = matrixOf(name, arrays, `${side}kernel`);
  const recurrent = matrixOf(name, arrays, `${side}recurrent_kernel`);
  const bias = arrays.has(`${side}bias`) ? arrayOf(name, arrays, `${side}bias`) : null;
  return { kernel, recurrent, bias };
}
