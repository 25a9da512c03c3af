import { ValueError } from '../../errors.js';
import type { Embedding } from '../../nn/embedding.js';
import { ReLU, Sigmoid, Tanh } from '../../nn/activations.js';
import { Identity, type Sequential } from '../../nn/containers.js';
import { Linear } from '../../nn/linear.js';
import { GRU } from '../../nn/recurrent/gru.js';
import { LSTM } from '../../nn/recurrent/lstm.js';
import { MinGRU } from '../../nn/recurrent/min-gru.js';
import type { RecurrentModule } from '../../nn/recurrent/module.js';
import { RNN } from '../../nn/recurrent/rnn.js';
import { zeros } from '../../tensor/create.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Part } from './parts.js';

/** Code of an exported module, the parts of the runtime that it calls, and the matrices that it reads, in this order. */
export interface Fragment {
  readonly code: string;
  readonly parts: readonly Part[];
  readonly matrices: readonly Tensor[];
}

/** The cell of a layer, as an expression. */
function cellOf(rnn: RecurrentModule): Pick<Fragment, 'code' | 'parts'> {
  if (rnn instanceof LSTM) {
    if (rnn.projSize === 0) return { code: 'lstmCell', parts: ['runtime/cells/lstm'] };
    throw new ValueError('the JavaScript module has no LSTM with a projection', {
      hint: 'export --to onnx or pt',
    });
  }
  if (rnn instanceof GRU) return { code: 'gruCell', parts: ['runtime/cells/gru'] };
  if (rnn instanceof MinGRU) return { code: 'minGruCell', parts: ['runtime/cells/min-gru'] };
  if (rnn instanceof RNN && rnn.nonlinearity === 'relu')
    return { code: 'elman(relu)', parts: ['runtime/cells/elman', 'runtime/cells/relu'] };
  return { code: 'elman(Math.tanh)', parts: ['runtime/cells/elman'] };
}

/** All layers of a recurrent network. */
export function recurrent(rnn: RecurrentModule): Fragment {
  const { inputSize, hiddenSize, numLayers, bidirectional } = rnn;
  const { code, parts } = cellOf(rnn);
  const matrices = Array.from({ length: numLayers }, (_, layer) => rnn.layerWeights(layer)).flatMap(
    (directions) =>
      directions.flatMap(({ weightIh, weightHh, biasIh, biasHh }) => {
        const zero = zeros([weightIh.shape[0]]);
        return [weightIh, biasIh ?? zero, ...(weightHh === null ? [] : [weightHh, biasHh ?? zero])];
      }),
  );
  const sizes = [inputSize, hiddenSize, numLayers, bidirectional ? 2 : 1].join(', ');
  return {
    code: `layersOf(${code}, [${sizes}], read)`,
    parts: [...parts, 'runtime/layers'],
    matrices,
  };
}

/** The vectors of an embedding, as a table of the module. */
export function table({ numEmbeddings, embeddingDim, weight }: Embedding): Fragment {
  return { code: `read(${numEmbeddings}, ${embeddingDim})`, parts: ['runtime/rows'], matrices: [weight] };
}

/** @param tied  name of a table that has the weights */
export function projected({ outFeatures, inFeatures, weight, bias }: Linear, tied = ''): Fragment {
  return {
    code: `linear(read, ${outFeatures}, ${inFeatures}${tied && `, ${tied}`})`,
    parts: ['runtime/linear'],
    matrices: [...(tied === '' ? [weight] : []), bias ?? zeros([outFeatures])],
  };
}

const ACTIVATIONS = new Map<unknown, Pick<Fragment, 'code' | 'parts'>>([
  [ReLU, { code: 'relu', parts: ['runtime/cells/relu'] }],
  [Tanh, { code: 'Math.tanh', parts: [] }],
  [Identity, { code: '(y) => y', parts: [] }],
  [Sigmoid, { code: 'sigmoid', parts: ['runtime/cells/sigmoid'] }],
]);

/** Linear layers, each with the function behind it: a list of pairs. */
export function between(layers: Sequential): Fragment {
  const fragments = [...layers.children()].map((layer) => {
    if (layer instanceof Linear) return projected(layer);
    const known = ACTIVATIONS.get(layer.constructor);
    if (known !== undefined) return { ...known, matrices: [] };
    throw new ValueError(`the JavaScript module has no ${layer.constructor.name}`, {
      hint: 'export --to onnx or pt',
    });
  });
  const pairs = fragments.flatMap(({ code }, i) =>
    i % 2 === 0 ? [`[${code}, ${fragments[i + 1].code}]`] : [],
  );
  return {
    code: `[${pairs.join(', ')}]`,
    parts: fragments.flatMap(({ parts }) => parts),
    matrices: fragments.flatMap(({ matrices }) => matrices),
  };
}
