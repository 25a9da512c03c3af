import { nn, oneHot } from '../../../src/index.js';
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
import { recurrent } from './recurrent.js';

/** Linear, dropout in evaluation, one-hot. */
export const layers: Runner = (c): Outcome => {
  if (needsOtherType(c)) return unsupported('float64');
  const state = new Map(Object.entries(c.params ?? {}).map(([name, t]) => [name, toTensor(t)]));
  if (c.op === 'OneHot') return { out: { output: oneHot(inputsOf(c).input, c.args.num_classes as number) } };
  if (c.op === 'RecurrentEvalDropout') {
    return recurrent({ ...c, op: c.args.kind as string, args: { ...c.args, dropout: 0 } });
  }
  const { input } = inputsOf(c);
  let layer: nn.Module & { forward(x: typeof input): typeof input };
  if (c.op === 'Linear') {
    layer = new nn.Linear(c.args.in_features as number, c.args.out_features as number, {
      bias: c.args.bias as boolean,
    });
  } else if (c.op === 'DropoutEval') layer = new nn.Dropout(c.args.p as number).eval();
  else return unsupported(c.op);
  layer.loadStateDict(state);
  const output = layer.forward(input);
  backwardFrom({ output }, c.cot);
  return { out: { output }, grad: gradsOf(c, { input, ...Object.fromEntries(layer.namedParameters()) }) };
};
