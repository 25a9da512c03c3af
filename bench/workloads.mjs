import { engineBuild, nn, oneHot, optim, tensor, Vocabulary } from '../dist/index.js';

/** Milliseconds of 50 steps of the lesson, decoded at each step as the course does. */
export function lesson() {
  const vocabulary = Vocabulary.from('if you want you');
  const indices = [...vocabulary.encode('if you want you')];
  const X = oneHot(tensor([indices.slice(0, -1)]), 10);
  const Y = tensor([indices.slice(1)]);
  const once = () => {
    const rnn = new nn.RNN(10, 10, { batchFirst: true });
    const criterion = new nn.CrossEntropyLoss();
    const optimizer = new optim.Adam(rnn.parameters(), { lr: 0.1 });
    const start = performance.now();
    for (let i = 0; i < 50; i++) {
      optimizer.zeroGrad();
      const [outputs] = rnn.forward(X);
      const loss = criterion.forward(outputs.view(-1, 10), Y.view(-1));
      loss.backward();
      optimizer.step();
      loss.item();
      vocabulary.decode(outputs.argmax(2).view(-1).tolist());
    }
    return performance.now() - start;
  };
  for (let i = 0; i < 200; i++) once();
  return { values: Array.from({ length: 301 }, once), build: engineBuild };
}

/** Characters a second of training a one-layer tanh network with a linear layer, Adam on cross-entropy. */
export function plainRnn() {
  const [size, hidden, batch, time] = [65, 256, 32, 100];
  const random = Array.from({ length: batch }, () =>
    Array.from({ length: time + 1 }, () => Math.floor(Math.random() * size)),
  );
  const X = oneHot(tensor(random.map((row) => row.slice(0, -1))), size);
  const Y = tensor(random.flatMap((row) => row.slice(1)));
  const rnn = new nn.RNN(size, hidden, { batchFirst: true });
  const head = new nn.Linear(hidden, size);
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.Adam([...rnn.parameters(), ...head.parameters()]);
  const step = () => {
    const start = performance.now();
    optimizer.zeroGrad();
    const [outputs] = rnn.forward(X);
    const loss = criterion.forward(head.forward(outputs).view(-1, size), Y);
    loss.backward();
    optimizer.step();
    loss.item();
    return (batch * time) / ((performance.now() - start) / 1000);
  };
  for (let i = 0; i < 20; i++) step();
  return { values: Array.from({ length: 61 }, step), build: engineBuild };
}
