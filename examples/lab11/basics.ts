// Lab 11-1: what goes in and what comes out of a recurrent network. npx node examples/lab11/basics.ts
import { manualSeed, nn, tensor } from 'unrolled';

manualSeed(0);
const inputSize = 4;
const hiddenSize = 2;

// One-hot letters; the words are a batch of three sequences of five steps.
const h = [1, 0, 0, 0];
const e = [0, 1, 0, 0];
const l = [0, 0, 1, 0];
const o = [0, 0, 0, 1];
const inputData = tensor(
  [
    [h, e, l, l, o],
    [e, o, l, l, l],
    [l, l, e, e, l],
  ],
  { dtype: 'float32' },
);

// As in the course, without batchFirst: the network reads the first axis as time.
const rnn = new nn.RNN(inputSize, hiddenSize);
const [outputs, hidden] = rnn.forward(inputData);

console.table([
  { tensor: 'input', shape: String(inputData.shape), axes: '(time, batch, inputSize)' },
  { tensor: 'outputs', shape: String(outputs.shape), axes: '(time, batch, hiddenSize)' },
  { tensor: 'hidden', shape: String(hidden.shape), axes: '(layers, batch, hiddenSize)' },
]);
console.log(outputs);
