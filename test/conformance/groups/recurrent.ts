import { nn } from '../../../src/index.js';
import {
  backwardFrom,
  gradsOf,
  inputsOf,
  needsOtherType,
  type Outcome,
  type Runner,
  toTensor,
  unsupported,
} from '../group.js';

interface RecurrentArgs {
  readonly input_size: number;
  readonly hidden_size: number;
  readonly num_layers?: number;
  readonly bias?: boolean;
  readonly batch_first?: boolean;
  readonly dropout?: number;
  readonly bidirectional?: boolean;
  readonly nonlinearity?: 'tanh' | 'relu';
}

/** The layer that a case describes; null where there is none yet. */
export function layerFor(kind: string, a: RecurrentArgs): nn.RNN | null {
  if (kind !== 'RNN') return null;
  return new nn.RNN(a.input_size, a.hidden_size, {
    numLayers: a.num_layers,
    bias: a.bias,
    batchFirst: a.batch_first,
    dropout: a.dropout,
    bidirectional: a.bidirectional,
    nonlinearity: a.nonlinearity,
  });
}

/** Forward and backward of a whole layer. */
export const recurrent: Runner = (c): Outcome => {
  if (needsOtherType(c)) return unsupported('float64');
  const layer = layerFor(c.op, c.args as unknown as RecurrentArgs);
  if (layer === null) return unsupported(c.op);
  layer.loadStateDict(new Map(Object.entries(c.params!).map(([name, t]) => [name, toTensor(t)])));
  const inputs = inputsOf(c);
  const [output, hn] = layer.forward(inputs.input, inputs.h0);
  backwardFrom({ output, hn }, c.cot);
  return {
    out: { output, hn },
    grad: gradsOf(c, { ...inputs, ...Object.fromEntries(layer.namedParameters()) }),
  };
};
