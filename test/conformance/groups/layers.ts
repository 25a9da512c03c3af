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

function build(op: string, args: Record<string, unknown>): nn.Layer | null {
  switch (op) {
    case 'Linear':
      return new nn.Linear(args.in_features as number, args.out_features as number, camelCase(args));
    case 'Embedding':
      return new nn.Embedding(args.num_embeddings as number, args.embedding_dim as number, camelCase(args));
    case 'LayerNorm':
      return new nn.LayerNorm(args.normalized_shape as number | number[], camelCase(args));
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
    return recurrent({ ...c, op: c.args.kind as string, args: { ...c.args, dropout: 0 } });
  }
  const { input } = inputsOf(c);
  const layer = build(c.op, c.args);
  if (layer === null) return unsupported(c.op);
  layer.loadStateDict(state);
  const output = layer.forward(input);
  backwardFrom({ output }, c.cot);
  return { out: { output }, grad: gradsOf(c, { input, ...Object.fromEntries(layer.namedParameters()) }) };
};
