import {
  capture,
  engineBuild,
  LanguageModel,
  nn,
  noGrad,
  oneHot,
  optim,
  rand,
  randint,
  sample,
  tensor,
  Vocabulary,
} from '../dist/index.js';

/** Milliseconds of 50 steps of the lesson, decoded at each step as the course does. */
export const lesson =
  ({ captured }) =>
  () => {
    const vocabulary = Vocabulary.from('if you want you');
    const indices = [...vocabulary.encode('if you want you')];
    const X = oneHot(tensor([indices.slice(0, -1)]), 10);
    const Y = tensor([indices.slice(1)]);
    const once = () => {
      const rnn = new nn.RNN(10, 10, { batchFirst: true });
      const criterion = new nn.CrossEntropyLoss();
      const optimizer = new optim.Adam(rnn.parameters(), { lr: 0.1 });
      const run = () => {
        optimizer.zeroGrad();
        const [outputs] = rnn.forward(X);
        const loss = criterion.forward(outputs.view(-1, 10), Y.view(-1));
        loss.backward();
        optimizer.step();
        return [loss, outputs.argmax(2).view(-1)];
      };
      const step = captured ? capture(run) : run;
      const start = performance.now();
      for (let i = 0; i < 50; i++) {
        const [loss, prediction] = step();
        loss.item();
        vocabulary.decode(prediction.tolist());
      }
      return performance.now() - start;
    };
    for (let i = 0; i < 200; i++) once();
    return { values: Array.from({ length: 301 }, once), build: engineBuild };
  };

const VOCABULARY = 65;
const LAYERS = { RNN: nn.RNN, LSTM: nn.LSTM, GRU: nn.GRU };

/** A recurrent network with a linear layer on one-hot letters, Adam on cross-entropy: its parameters, and a step that gives the loss. */
export function trainer({ cell, layers, hidden, batch, time }) {
  const letters = randint(0, VOCABULARY, [batch, time + 1]);
  const X = oneHot(letters.narrow(1, 0, time), VOCABULARY);
  const Y = letters.narrow(1, 1, time).reshape(-1);
  const rnn = new LAYERS[cell](VOCABULARY, hidden, { numLayers: layers, batchFirst: true });
  const head = new nn.Linear(hidden, VOCABULARY);
  const parameters = [...rnn.parameters(), ...head.parameters()];
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.Adam(parameters);
  const step = () => {
    optimizer.zeroGrad();
    const [outputs] = rnn.run(X);
    const loss = criterion.forward(head.forward(outputs).view(-1, VOCABULARY), Y);
    loss.backward();
    optimizer.step();
    return loss.item();
  };
  return { parameters, step };
}

/** Characters a second of training. */
export const languageModel =
  ({ steps, ...network }) =>
  () => {
    const { step } = trainer(network);
    const timed = () => {
      const start = performance.now();
      step();
      return (network.batch * network.time) / ((performance.now() - start) / 1000);
    };
    for (let i = 0; i < steps / 3; i++) timed();
    return { values: Array.from({ length: steps }, timed), build: engineBuild };
  };

/** Milliseconds of an epoch of the time-series lab: all windows in one batch. */
export const timeSeries =
  ({ captured }) =>
  () => {
    const [batch, time, features, hidden] = [500, 7, 5, 10];
    const [X, Y] = [rand([batch, time, features]), rand([batch, 1])];
    const rnn = new nn.LSTM(features, hidden, { batchFirst: true });
    const head = new nn.Linear(hidden, 1);
    const criterion = new nn.MSELoss();
    const optimizer = new optim.Adam([...rnn.parameters(), ...head.parameters()], { lr: 0.01 });
    const run = (X, Y) => {
      optimizer.zeroGrad();
      const [outputs] = rnn.forward(X);
      const loss = criterion.forward(head.forward(outputs.select(1, -1)), Y);
      loss.backward();
      optimizer.step();
      return loss;
    };
    const step = captured ? capture(run) : run;
    const epoch = () => {
      const start = performance.now();
      step(X, Y).item();
      return performance.now() - start;
    };
    for (let i = 0; i < 200; i++) epoch();
    return { values: Array.from({ length: 301 }, epoch), build: engineBuild };
  };

/** Sequences a second through a network and a linear layer at every step, without gradients. */
export function forwardOnly() {
  const [batch, time, hidden] = [256, 64, 256];
  const letters = randint(0, VOCABULARY, [batch, time]);
  const X = oneHot(letters, VOCABULARY);
  const rnn = new nn.LSTM(VOCABULARY, hidden, { batchFirst: true });
  const head = new nn.Linear(hidden, VOCABULARY);
  const pass = () => {
    const start = performance.now();
    noGrad(() => head.forward(rnn.forward(X)[0]))
      .at(0, 0, 0)
      .item();
    return batch / ((performance.now() - start) / 1000);
  };
  for (let i = 0; i < 3; i++) pass();
  return { values: Array.from({ length: 11 }, pass), build: engineBuild };
}

/** Characters a second of text that a network of two layers says, letter by letter, by lot. */
export const generation =
  ({ hidden, characters }) =>
  () => {
    const vocabulary = Vocabulary.from(
      String.fromCharCode(...Array.from({ length: VOCABULARY }, (_, i) => 40 + i)),
    );
    const model = new LanguageModel(vocabulary, {
      cell: 'lstm',
      hiddenSize: hidden,
      numLayers: 2,
      head: true,
    });
    const say = () => {
      const start = performance.now();
      for (const letter of sample(model, { prompt: 'a', length: characters })) if (letter === '') break;
      return characters / ((performance.now() - start) / 1000);
    };
    say();
    return { values: Array.from({ length: 11 }, say), build: engineBuild };
  };
