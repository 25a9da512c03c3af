import process from 'node:process';
import { engineBuild, memoryUsage, nn, oneHot, optim, randint, randn, tensor } from '../dist/index.js';

const MIB = 2 ** 20;
const resident = () => process.memoryUsage().rss / MIB;

/** Runs steps without ever yielding, half as many first, and says how much resident memory grew from then on. */
function growth(steps, step) {
  const marks = [];
  for (let i = 0; i < steps / 2; i++) step();
  const start = resident();
  for (let i = 0; i < steps; i++) {
    step();
    if ((i + 1) % (steps / 10) === 0) marks.push(resident());
  }
  const after = marks.map((mark) => mark.toFixed(0)).join(' ');
  const tensors = (memoryUsage().resident / MIB).toFixed(0);
  const note = `resident at first ${start.toFixed(0)} MiB, after each tenth ${after}; tensors ${tensors} MiB`;
  return { values: [marks[9] - start], build: engineBuild, note };
}

/** 100,000 synchronous training steps of the lesson. */
export function lessonSteps() {
  const indices = [0, 1, 2, 3, 4, 5, 2, 6, 7, 8, 9, 2, 3, 4, 5];
  const X = oneHot(tensor([indices.slice(0, -1)]), 10);
  const Y = tensor([indices.slice(1)]);
  const rnn = new nn.RNN(10, 10, { batchFirst: true });
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.Adam(rnn.parameters(), { lr: 0.001 });
  return growth(100_000, () => {
    optimizer.zeroGrad();
    const [outputs] = rnn.forward(X);
    const loss = criterion.forward(outputs.view(-1, 10), Y.view(-1));
    loss.backward();
    optimizer.step();
  });
}

/** 300 synchronous steps of a 2x256 network on batches of 64 x 64, each output kept alive for 10 steps. */
export function largeSteps() {
  const X = randn([64, 64, 65]);
  const Y = randint(0, 256, [64 * 64]);
  const rnn = new nn.RNN(65, 256, { numLayers: 2, batchFirst: true });
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.Adam(rnn.parameters(), { lr: 0.001 });
  const kept = [];
  return growth(300, () => {
    optimizer.zeroGrad();
    const [outputs] = rnn.forward(X);
    const loss = criterion.forward(outputs.reshape(-1, 256), Y);
    loss.backward();
    optimizer.step();
    kept.push(outputs);
    if (kept.length > 10) kept.shift();
  });
}
