import { nn, oneHot } from '../../../src/index.js';
import {
  backwardFrom,
  camelCase,
  gradsOf,
  inputsOf,
  needsOtherType,
  type Outcome,
  type Runner,
  toTensor,
  unsupported,
} from '../group.js';
import { recurrent } from './recurrent.js';

/** The table that PyTorch's arguments describe. */
export function embeddingFor(args: Record<string, unknown>): nn.Embedding {
  const { numEmbeddings, embeddingDim, ...options } = camelCase<TableArgs>(args);
  return new nn.Embedding(numEmbeddings, embeddingDim, options);
}

function layerNormFor(args: Record<string, unknown>): nn.LayerNorm {
  const { normalizedShape, ...options } = camelCase<NormArgs>(args);
  return new nn.LayerNorm(normalizedShape, options);
}

interface TableArgs extends nn.EmbeddingOptions {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
}

interface NormArgs extends nn.LayerNormOptions {
  readonly normalizedShape: number | number[];
}

function build(op: string, args: Record<string, unknown>): nn.Layer | null {
  switch (op) {
    case 'Linear':
      return new nn.Linear(args.in_features as number, args.out_features as number, args.bias as boolean);
    case 'Embedding':
      return embeddingFor(args);
    case 'LayerNorm':
      return layerNormFor(args);
    case 'DropoutEval':
      return new nn.Dropout(args.p as number).eval();
    default:
      return null;
  }
}

/** Linear, embedding, layer normalisation, dropout in evaluation, one-hot. */
export const layers: Runner = (c): Outcome => {
  if (needsOtherType(c)) return unsupported('float64');
  const state = new Map(Object.entries(c.params ?? {}).map(([name, t]) => [name, toTensor(t)]));
  if (c.op === 'OneHot') return { out: { output: oneHot(inputsOf(c).input, c.args.num_classes as number) } };
  if (c.op === 'RecurrentEvalDropout') {
    const { kind, ...args } = c.args;
    return recurrent({ ...c, op: kind as string, args: { ...args, dropout: 0 } });
  }
  const { input } = inputsOf(c);
  const layer = build(c.op, c.args);
  if (layer === null) return unsupported(c.op);
  layer.loadStateDict(state);
  const output = layer.forward(input);
  backwardFrom({ output }, c.cot);
  return { out: { output }, grad: gradsOf(c, { input, ...Object.fromEntries(layer.namedParameters()) }) };
};
