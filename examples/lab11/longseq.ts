// Lab 11-3: a long sentence in windows of ten letters, two layers and a linear one. npx node examples/lab11/longseq.ts
import { manualSeed, nn, oneHot, optim, tensor, type Tensor } from 'unrolled';

manualSeed(0);
const sentence =
  "if you want to build a ship, don't drum up people together to " +
  "collect wood and don't assign them tasks and work, but rather " +
  'teach them to long for the endless immensity of the sea.';

const charSet = [...new Set(sentence)];
const charDic = new Map(charSet.map((c, i) => [c, i]));
const dicSize = charDic.size; // 25
const sequenceLength = 10;

// Each window of the sentence, and the same window one letter on.
const indices = [...sentence].map((c) => charDic.get(c)!);
const starts = [...Array(indices.length - sequenceLength).keys()];
const X = oneHot(tensor(starts.map((i) => indices.slice(i, i + sequenceLength))), dicSize); // (170, 10, 25)
const Y = tensor(starts.map((i) => indices.slice(i + 1, i + 1 + sequenceLength))); // (170, 10)

class Net extends nn.Module {
  readonly rnn = new nn.RNN(dicSize, dicSize, { numLayers: 2, batchFirst: true });
  readonly fc = new nn.Linear(dicSize, dicSize);

  forward(x: Tensor): Tensor {
    const [outputs] = this.rnn.forward(x);
    return this.fc.forward(outputs);
  }
}

const net = new Net();
const criterion = new nn.CrossEntropyLoss();
const optimizer = new optim.Adam(net.parameters(), { lr: 0.1 });

for (let i = 0; i < 100; i++) {
  optimizer.zeroGrad();
  const outputs = net.forward(X); // (170, 10, 25)
  const loss = criterion.forward(outputs.view(-1, dicSize), Y.view(-1));
  loss.backward();
  optimizer.step();

  // The first window whole, then the last letter of each.
  const results = outputs.argmax(2).tolist<number[][]>();
  const said = results.flatMap((result, j) => (j === 0 ? result : result.slice(-1)));
  console.log(i, loss.item(), said.map((c) => charSet[c]).join(''));
}
