import * as u from '../../../src/index.js';
import { backwardFrom, gradsOf, inputsOf, needsOtherType, type Runner, unsupported } from '../group.js';

type Expression = (x: u.Tensor, y: u.Tensor, z: u.Tensor) => u.Tensor;

/** Each of PyTorch's expressions, as one writes it here. */
const EXPRESSIONS: Readonly<Record<string, Expression | undefined>> = {
  'x + y': (x, y) => x.add(y),
  'x * y': (x, y) => x.mul(y),
  'x ** 3': (x) => x.pow(3),
  '1 / x': (x) => u.div(1, x),
  '-x': (x) => x.neg(),
  '(x + x.T) * x': (x) => x.add(x.T).mul(x),
  'x @ y': (x, y) => x.matmul(y),
  "torch.einsum('ij,kj->ik', x, y)": (x, y) => u.einsum('ij,kj->ik', x, y),
  'x.sum(-1)': (x) => x.sum(-1),
  'x.cumsum(1)': (x) => x.cumsum(1),
  'x.std(0)': (x) => x.std(0),
  'x.norm()': (x) => x.norm(),
  'x.min()': (x) => x.min(),
  'x.max(0).indices': (x) => x.max(0).indices,
  'x.max(1).values': (x) => x.max(1).values,
  'x.amax(1)': (x) => x.amax(1),
  'x.max()': (x) => x.max(),
  'x.argmax(1)': (x) => x.argmax(1),
  'torch.minimum(x, y)': (x, y) => u.minimum(x, y),
  'x.topk(2, dim=1).values': (x) => x.topk(2, 1).values,
  'x.sort(1).values': (x) => x.sort(1).values,
  'x.reshape(4, 3)': (x) => x.reshape(4, 3),
  'x.T.reshape(-1)': (x) => x.T.reshape(-1),
  'x.transpose(0, 1)': (x) => x.transpose(0, 1),
  'x.permute(2, 0, 1)': (x) => x.permute(2, 0, 1),
  'x.unsqueeze(-1)': (x) => x.unsqueeze(-1),
  'x.squeeze()': (x) => x.squeeze(),
  'x.expand(3, 4)': (x) => x.expand(3, 4),
  'x.flatten(1)': (x) => x.flatten(1),
  'x.roll(1, 0)': (x) => x.roll(1, 0),
  'x.split([1, 3], 1)[1]': (x) => x.split([1, 3], 1)[1],
  'x.unbind(1)[1]': (x) => x.unbind(1)[1],
  'x[1]': (x) => x.at(1),
  'x[:, 1:3]': (x) => x.at(':', [1, 3]),
  'x[..., 0]': (x) => x.at('...', 0),
  'x[x > 0]': (x) => x.at(x.gt(0)),
  'x.narrow(1, 1, 2)': (x) => x.narrow(1, 1, 2),
  'x.masked_fill(x > 0, 5.0)': (x) => x.maskedFill(x.gt(0), 5),
  'torch.where(x > y, x, y * 2)': (x, y) => u.where(x.gt(y), x, y.mul(2)),
  'x.masked_select(y > 0)': (x, y) => x.maskedSelect(y.gt(0)),
  'x.sqrt()': (x) => x.sqrt(),
  'x ** 0': (x) => x.pow(0),
  'x.prod()': (x) => x.prod(),
  'x.triu(1)': (x) => x.triu(1),
  'x % 2': (x) => x.remainder(2),
  '(x > 0).any(1)': (x) => x.gt(0).any(1),
  '(x > 0).sum()': (x) => x.gt(0).sum(),
  '(x == y).sum()': (x, y) => x.eq(y).sum(),
  'torch.tensor([2**31 - 1], dtype=torch.int32) + 1': () =>
    u.tensor([2 ** 31 - 1], { dtype: 'int32' }).add(1),
  'torch.tensor([1, 2, 2, 5]).bincount()': () => u.tensor([1, 2, 2, 5]).bincount(),
  "torch.tensor([0.0, float('nan'), 1.0]).argmax()": () => u.tensor([0, NaN, 1]).argmax(),
};

const OTHER_TYPE =
  /\.(bfloat16|half|double|long|short|char|byte|to)\(|float16|float64|int64|uint8|int8|int16/;

/** Tensor operations with their gradients: expressions, translated by hand. */
export const ops: Runner = (c) => {
  const expression = c.args.expr as string;
  if (needsOtherType(c) || OTHER_TYPE.test(expression)) return unsupported('dtypes that we do not have');
  const f = EXPRESSIONS[expression];
  if (f === undefined) return unsupported(expression);
  const inputs = inputsOf(c);
  const result = f(inputs.x, inputs.y, inputs.z);
  backwardFrom({ result }, c.cot);
  return { out: { result }, grad: gradsOf(c, inputs) };
};
