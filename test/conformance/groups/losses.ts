import { nn, type Tensor } from '../../../src/index.js';
import {
  backwardFrom,
  camelCase,
  gradsOf,
  inputsOf,
  needsOtherType,
  type Runner,
  unsupported,
} from '../group.js';

const LOSSES: Readonly<Record<string, new (options: object) => nn.Module>> = {
  BCELoss: nn.BCELoss,
  BCEWithLogitsLoss: nn.BCEWithLogitsLoss,
  CrossEntropyLoss: nn.CrossEntropyLoss,
  HuberLoss: nn.HuberLoss,
  KLDivLoss: nn.KLDivLoss,
  L1Loss: nn.L1Loss,
  MSELoss: nn.MSELoss,
  NLLLoss: nn.NLLLoss,
  SmoothL1Loss: nn.SmoothL1Loss,
};

type Criterion = nn.Module & { forward(input: Tensor, target: Tensor): Tensor };

/** Loss modules with the gradients of input and target. CTC takes logits, through logSoftmax. */
export const losses: Runner = (c) => {
  if (needsOtherType(c)) return unsupported('float64');
  const inputs = inputsOf(c);
  const options = camelCase<object>(c.args);
  let loss: Tensor;
  if (c.op === 'CTCLoss') {
    const { logits, targets, input_lengths, target_lengths } = inputs;
    loss = new nn.CTCLoss(options).forward(logits.logSoftmax(-1), targets, input_lengths, target_lengths);
  } else if (Object.hasOwn(LOSSES, c.op)) {
    const { input, target, weight, pos_weight: posWeight } = inputs;
    const criterion = new LOSSES[c.op]({ ...options, weight, posWeight }) as Criterion;
    loss = criterion.forward(input, target);
  } else return unsupported(c.op);
  backwardFrom({ loss }, c.cot);
  return { out: { loss }, grad: gradsOf(c, inputs) };
};
