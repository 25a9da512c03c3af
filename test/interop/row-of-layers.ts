import type { SafetensorsEntry } from '../../src/formats/safetensors.js';
import { tensorOf } from '../../src/formats/tensors.js';
import type { ForeignLayer, ForeignModel } from '../../src/interop/foreign.js';
import { Embedding } from '../../src/nn/embedding.js';
import { GRU } from '../../src/nn/recurrent/gru.js';
import { LSTM } from '../../src/nn/recurrent/lstm.js';
import type { RecurrentModule } from '../../src/nn/recurrent/module.js';
import { RNN } from '../../src/nn/recurrent/rnn.js';
import { relu, tanh } from '../../src/tensor/ops/elementwise.js';
import { flip } from '../../src/tensor/ops/indexing.js';
import { layerNorm } from '../../src/tensor/ops/layer-norm.js';
import { linear } from '../../src/tensor/ops/matmul.js';
import { logSoftmax, softmax } from '../../src/tensor/ops/softmax.js';
import { cat, select } from '../../src/tensor/ops/views.js';
import type { Tensor } from '../../src/tensor/tensor.js';

/** What the layers of a foreign model make of an input, from states of zeros: the plainest reading of what they say. */
export const runRow = ({ layers }: ForeignModel, input: Tensor): Tensor =>
  layers.reduce((x, layer) => runLayer(layer, x), input);

const of = (entry: SafetensorsEntry): Tensor => tensorOf('weight', entry);

function runLayer(layer: ForeignLayer, x: Tensor): Tensor {
  switch (layer.kind) {
    case 'embedding':
      return Embedding.fromPretrained(of(layer.weight)).forward(x);
    case 'linear':
      return linear(x, of(layer.weight), layer.bias && of(layer.bias));
    case 'layerNorm':
      return layerNorm(x, layer.weight.shape, {
        ...{ weight: of(layer.weight), bias: layer.bias && of(layer.bias), eps: layer.eps },
      });
    case 'dropout':
      return x;
    case 'flip':
      return flip(x, 0);
    case 'activation': {
      const functions = {
        tanh,
        relu,
        softmax: (y: Tensor) => softmax(y, -1),
        logSoftmax: (y: Tensor) => logSoftmax(y, -1),
      };
      return functions[layer.function as keyof typeof functions](x);
    }
    default:
      return runRecurrent(layer, x);
  }
}

function runRecurrent(layer: Extract<ForeignLayer, { weights: unknown }>, x: Tensor): Tensor {
  const { weights, bidirectional, batchFirst, nonlinearity, kind, returns } = layer;
  const [, inputSize] = weights.weight_ih_l0.shape;
  const [, hidden] = weights.weight_hh_l0.shape;
  const options = { bidirectional, batchFirst, bias: 'bias_ih_l0' in weights };
  const module: RecurrentModule = {
    rnn: () => new RNN(inputSize, hidden, { ...options, nonlinearity }),
    lstm: () => new LSTM(inputSize, hidden, options),
    gru: () => new GRU(inputSize, hidden, options),
  }[kind]();
  module.loadStateDict(new Map(Object.entries(weights).map(([name, entry]) => [name, of(entry)])));
  const [output, [h]] = module.run(x);
  if (returns === 'sequence') return output;
  return bidirectional ? cat([select(h, 0, 0), select(h, 0, 1)], 1) : select(h, 0, 0);
}
