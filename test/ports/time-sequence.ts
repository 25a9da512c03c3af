// Sine waves continued by two LSTM cells on top of each other, which learn by L-BFGS from all waves at once.

import { arange, cat, manualSeed, nn, noGrad, optim, randint, sin, type Tensor, zeros } from 'unrolled';

manualSeed(1);

const [WAVES, LENGTH, PERIOD, HIDDEN] = [7, 24, 4, 11];

class Sequence extends nn.Module {
  readonly lstm1 = new nn.LSTMCell(1, HIDDEN);
  readonly lstm2 = new nn.LSTMCell(HIDDEN, HIDDEN);
  readonly linear = new nn.Linear(HIDDEN, 1);

  override forward(waves: Tensor, { future = 0 } = {}): Tensor {
    const outputs: Tensor[] = [];
    let hT = zeros([waves.size(0), HIDDEN]);
    let cT = zeros([waves.size(0), HIDDEN]);
    let hT2 = zeros([waves.size(0), HIDDEN]);
    let cT2 = zeros([waves.size(0), HIDDEN]);
    let output = zeros([0]);
    for (const inputT of waves.split(1, 1)) {
      [hT, cT] = this.lstm1.forward(inputT, [hT, cT]);
      [hT2, cT2] = this.lstm2.forward(hT, [hT2, cT2]);
      output = this.linear.forward(hT2);
      outputs.push(output);
    }
    for (let i = 0; i < future; i++) {
      [hT, cT] = this.lstm1.forward(output, [hT, cT]);
      [hT2, cT2] = this.lstm2.forward(hT, [hT2, cT2]);
      output = this.linear.forward(hT2);
      outputs.push(output);
    }
    return cat(outputs, 1);
  }
}

const shift = randint(-4 * PERIOD, 4 * PERIOD, [WAVES, 1]);
const data = sin(arange(LENGTH).add(shift).float().div(PERIOD));
const [waves, target] = [data.at([3], [0, -1]), data.at([3], [1])];
const [testWaves, testTarget] = [data.at([0, 3], [0, -1]), data.at([0, 3], [1])];

const seq = new Sequence();
const criterion = new nn.MSELoss();
const optimizer = new optim.LBFGS(seq.parameters(), { lr: 0.8, maxIter: 4 });

export const losses: number[] = [];

function closure(): Tensor {
  optimizer.zeroGrad();
  const out = seq.forward(waves);
  const loss = criterion.forward(out, target);
  losses.push(loss.item());
  loss.backward();
  return loss;
}

let prediction = zeros([0]);
for (let i = 0; i < 4; i++) {
  optimizer.step(closure);
  noGrad(() => {
    const future = 5;
    prediction = seq.forward(testWaves, { future });
    losses.push(criterion.forward(prediction.at(':', [0, -future]), testTarget).item());
  });
}

export const also = prediction.tolist();
