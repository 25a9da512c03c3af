import { nn } from '../../../src/index.js';
import {
  backwardFrom,
  camelCase,
  gradsOf,
  inputsOf,
  needsOtherType,
  type Runner,
  unsupported,
} from '../group.js';

/** Loss modules with the gradient of their input. */
export const losses: Runner = (c) => {
  if (needsOtherType(c)) return unsupported('float64');
  if (c.op !== 'CrossEntropyLoss') return unsupported(c.op);
  const { input, target, weight = null } = inputsOf(c);
  const criterion = new nn.CrossEntropyLoss({ ...camelCase<object>(c.args), weight: weight?.detach() });
  const loss = criterion.forward(input, target.detach());
  backwardFrom({ loss }, c.cot);
  return { out: { loss }, grad: gradsOf(c, { input }) };
};
