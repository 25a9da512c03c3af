import { tensorOf } from '../../../src/formats/tensors.js';
import type { SafetensorsEntry } from '../../../src/formats/safetensors.js';
import type { ForeignLayer } from '../../../src/interop/foreign.js';
import * as nn from '../../../src/nn/index.js';
import { filled } from '../../../src/tensor/create.js';
import { flip } from '../../../src/tensor/ops/indexing.js';
import { cat, select } from '../../../src/tensor/ops/views.js';
import type { Tensor } from '../../../src/tensor/tensor.js';

/** Numbers in a golden file, or out of a network. */
interface Numbers {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

const ACTIVATIONS = {
  ...{ tanh: () => new nn.Tanh(), sigmoid: () => new nn.Sigmoid(), relu: () => new nn.ReLU() },
  ...{
    softmax: () => new nn.Softmax(-1),
    logSoftmax: () => new nn.LogSoftmax(-1),
    softplus: () => new nn.Softplus(),
  },
  ...{ softsign: () => new nn.Softsign(), selu: () => new nn.SELU(), gelu: () => new nn.GELU() },
};

/** What layers of another library give, one after the other, batch first. */
export function runLayers(layers: readonly ForeignLayer[], { shape, data }: Numbers): Tensor {
  const isIndices = layers[0].kind === 'embedding';
  const values = Array.from(data);
  let x: Tensor = isIndices
    ? filled(shape, 'int32', Int32Array.from(values))
    : filled(shape, 'float32', Float32Array.from(values));
  for (const layer of layers) x = runLayer(layer, x);
  return x;
}

function runLayer(layer: ForeignLayer, x: Tensor): Tensor {
  switch (layer.kind) {
    case 'embedding':
      return loaded(new nn.Embedding(layer.weight.shape[0], layer.weight.shape[1]), layer).forward(x);
    case 'linear': {
      const [rows, columns] = layer.weight.shape;
      return loaded(new nn.Linear(columns, rows, { bias: layer.bias !== null }), layer).forward(x);
    }
    case 'layerNorm': {
      const { eps, weight } = layer;
      return loaded(new nn.LayerNorm(weight.shape[0], { eps, bias: layer.bias !== null }), layer).forward(x);
    }
    case 'activation':
      return ACTIVATIONS[layer.function]().forward(x);
    case 'dropout':
      return x;
    case 'flip':
      return flip(x, [1]);
    default:
      return runRecurrent(layer, x);
  }
}

function loaded<M extends nn.Module>(
  module: M,
  { weight, bias = null }: { readonly weight: SafetensorsEntry; readonly bias?: SafetensorsEntry | null },
): M {
  module.loadStateDict({ weight: tensorOf('weight', weight), ...(bias && { bias: tensorOf('bias', bias) }) });
  return module;
}

function runRecurrent(layer: Extract<ForeignLayer, { weights: unknown }>, x: Tensor): Tensor {
  const { bidirectional, nonlinearity, weights, reverse, batchFirst } = layer;
  const [[, inputs], [, hidden]] = [weights.weight_ih_l0.shape, weights.weight_hh_l0.shape];
  const options = { bidirectional, batchFirst, bias: 'bias_ih_l0' in weights };
  const rnn =
    layer.kind === 'lstm'
      ? new nn.LSTM(inputs, hidden, options)
      : layer.kind === 'gru'
        ? new nn.GRU(inputs, hidden, options)
        : new nn.RNN(inputs, hidden, { ...options, nonlinearity });
  rnn.loadStateDict(
    Object.fromEntries(Object.entries(weights).map(([name, w]) => [name, tensorOf(name, w)])),
  );
  const [output, [h]] = rnn.run(reverse ? flip(x, [1]) : x);
  if (layer.returns === 'sequence') return reverse ? flip(output, [1]) : output;
  return bidirectional ? cat([select(h, 0, 0), select(h, 0, 1)], -1) : select(h, 0, 0);
}
