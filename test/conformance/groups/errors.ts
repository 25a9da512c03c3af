import * as u from '../../../src/index.js';
import { type Runner, unsupported } from '../group.js';

const { nn, optim, tensor, zeros, ones } = u;
const parameter = (): u.nn.Parameter => new nn.Parameter(zeros([1]));
const crossEntropy = (target: u.Tensor, options = {}): u.Tensor =>
  new nn.CrossEntropyLoss(options).forward(zeros([2, 3]), target);

/** Each of PyTorch's calls that must throw, as one writes it here; what types refuse is called as from JavaScript. */
const CALLS: Readonly<Record<string, (() => unknown) | undefined>> = {
  'nn.RNN(3, 4)(torch.zeros(5, 2, 2))': () => new nn.RNN(3, 4).forward(zeros([5, 2, 2])),
  'nn.LSTM(3, 4)(torch.zeros(5, 2, 3), (torch.zeros(1, 3, 4), torch.zeros(1, 3, 4)))': () =>
    new nn.LSTM(3, 4).forward(zeros([5, 2, 3]), [zeros([1, 3, 4]), zeros([1, 3, 4])]),
  'nn.RNN(3, 4)(torch.zeros(3))': () => new nn.RNN(3, 4).forward(zeros([3])),
  "nn.RNN(3, 4, nonlinearity='sigmoid')": () => new nn.RNN(3, 4, { nonlinearity: 'sigmoid' as 'tanh' }),
  'nn.LSTM(3, 4, proj_size=4)': () => new nn.LSTM(3, 4, { projSize: 4 }),
  'nn.GRU(3, 4, proj_size=2)': () => new nn.GRU(3, 4, { projSize: 2 } as object),
  'nn.Dropout(1.5)': () => new nn.Dropout(1.5),
  'nn.RNN(3, 4)(torch.zeros(0, 2, 3))': () => new nn.RNN(3, 4).forward(zeros([0, 2, 3])),
  'R.pack_sequence([torch.zeros(1, 2), torch.zeros(3, 2)])': () =>
    nn.packSequence([zeros([1, 2]), zeros([3, 2])]),
  'nn.CrossEntropyLoss()(torch.zeros(2, 3), torch.tensor([0, 3]))': () => crossEntropy(tensor([0, 3])),
  'nn.CrossEntropyLoss()(torch.zeros(2, 3), torch.tensor([0, 1, 2]))': () => crossEntropy(tensor([0, 1, 2])),
  'nn.CrossEntropyLoss(weight=torch.ones(2))(torch.zeros(2, 3), torch.tensor([0, 1]))': () =>
    crossEntropy(tensor([0, 1]), { weight: ones([2]) }),
  'nn.CrossEntropyLoss(label_smoothing=1.5)(torch.zeros(2, 3), torch.tensor([0, 1]))': () =>
    crossEntropy(tensor([0, 1]), { labelSmoothing: 1.5 }),
  'nn.CrossEntropyLoss()(torch.zeros(2, 3), torch.tensor([0.0, 1.0]))': () =>
    crossEntropy(tensor([0, 1], { dtype: 'float32' })),
  'nn.Linear(3, 2)(torch.zeros(2, 4))': () => new nn.Linear(3, 2).forward(zeros([2, 4])),
  'torch.zeros(2, 3).view(4)': () => zeros([2, 3]).view(4),
  'torch.zeros(2, 3).t().view(6)': () => zeros([2, 3]).t().view(6),
  'torch.zeros(3).item()': () => zeros([3]).item(),
  'torch.zeros(2, requires_grad=True).backward()': () => zeros([2], { requiresGrad: true }).backward(),
  'torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=-1)': () => new optim.SGD([parameter()], { lr: -1 }),
  'torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.1, nesterov=True)': () =>
    new optim.SGD([parameter()], { lr: 0.1, nesterov: true }),
  "(lambda p: torch.optim.Adam([{'params': [p]}, {'params': [p]}]))(nn.Parameter(torch.zeros(1)))": () => {
    const p = parameter();
    return new optim.Adam([{ params: [p] }, { params: [p] }]);
  },
  'torch.optim.Adam(torch.zeros(1))': () => new optim.Adam(zeros([1])),
  "nn.utils.clip_grad_norm_([(lambda p: (setattr(p, 'grad', torch.tensor([float('nan')])), p)[1])(nn.Parameter(torch.zeros(1)))], 1.0, error_if_nonfinite=True)":
    () => {
      const p = parameter();
      p.grad = tensor([NaN]);
      return optim.clipGradNorm([p], 1, { errorIfNonfinite: true });
    },
  'nn.RNN(3, 4).load_state_dict({})': () => new nn.RNN(3, 4).loadStateDict({}),
  "nn.Linear(2, 2).load_state_dict({'weight': torch.zeros(2, 2), 'bias': torch.zeros(2), 'x': torch.zeros(1)})":
    () => new nn.Linear(2, 2).loadStateDict({ weight: zeros([2, 2]), bias: zeros([2]), x: zeros([1]) }),
  'nn.CTCLoss()(torch.zeros(4, 1, 3), torch.tensor([[1, 2]]), torch.tensor([5]), torch.tensor([2]))': () =>
    new nn.CTCLoss().forward(zeros([4, 1, 3]), tensor([[1, 2]]), tensor([5]), tensor([2])),
  'torch.randint(3, 3, (2,))': () => u.randint(3, 3, [2]),
  'torch.multinomial(torch.tensor([1.0, -1.0]), 1)': () =>
    u.multinomial(tensor([1, -1], { dtype: 'float32' }), 1),
  'torch.zeros(2, -1)': () => zeros([2, -1]),
};

/** Calls that must throw one of our errors, with a sentence in it. */
export const errors: Runner = (c) => {
  const call = CALLS[c.args.expr as string];
  if (call === undefined) return unsupported(c.args.expr as string);
  try {
    call();
    return { out: { throws: false } };
  } catch (error) {
    const ours = error instanceof u.UnrolledError && error.message.length > 20;
    return { out: { throws: ours } };
  }
};
