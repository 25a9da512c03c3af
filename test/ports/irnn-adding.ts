// The adding problem: the sum of the two marked numbers of a sequence, by a ReLU network that starts at the identity (Le et al., 2015).

import {
  arange,
  eye,
  manualSeed,
  nn,
  noGrad,
  optim,
  rand,
  randint,
  stack,
  type Tensor,
  zeros,
} from 'unrolled';

manualSeed(3);

const [LENGTH, BATCH, HIDDEN] = [20, 16, 20];

class IRNN extends nn.Module {
  readonly rnn: nn.RNN;
  readonly out: nn.Linear;

  constructor(inputSize: number, hiddenSize: number) {
    super();
    this.rnn = new nn.RNN(inputSize, hiddenSize, { nonlinearity: 'relu', batchFirst: true });
    this.out = new nn.Linear(hiddenSize, 1);
    for (const [name, parameter] of this.rnn.namedParameters()) {
      if (name.includes('weight_hh')) parameter.detach().copy_(eye(hiddenSize));
      else if (name.includes('weight_ih')) nn.init.normal_(parameter, 0, 0.001);
      else parameter.detach().zero_();
    }
    this.out.bias!.detach().fill_(0.5);
  }

  override forward(x: Tensor): Tensor {
    const [, hidden] = this.rnn.forward(x);
    return this.out.forward(hidden.at(-1));
  }
}

/** (batch, length, 2): numbers and marks, one mark in each half; (batch, 1): the sum of the marked numbers. */
function addingProblem(batch: number, length: number): [x: Tensor, y: Tensor] {
  const numbers = rand([batch, length]);
  const marks = zeros([batch, length]);
  const rows = arange(batch);
  marks.at(rows, randint(0, length / 2, [batch])).fill_(1);
  marks.at(rows, randint(length / 2, length, [batch])).fill_(1);
  return [stack([numbers, marks], 2), numbers.mul(marks).sum(1, { keepdim: true })];
}

const model = new IRNN(2, HIDDEN);
const optimizer = new optim.SGD(model.parameters(), { lr: 0.005, momentum: 0.9 });
const criterion = new nn.MSELoss();

export const losses: number[] = [];
for (let i = 0; i < 20; i++) {
  const [x, y] = addingProblem(BATCH, LENGTH);
  optimizer.zeroGrad();
  const loss = criterion.forward(model.forward(x), y);
  loss.backward();
  optim.clipGradNorm(model.parameters(), 1);
  optimizer.step();
  losses.push(loss.item());
}

export const also = noGrad(() => {
  const [x] = addingProblem(BATCH, LENGTH);
  return model.forward(x).squeeze().tolist();
});
