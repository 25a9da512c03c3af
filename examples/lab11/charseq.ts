// Lab 11-2, the lesson: one sentence, learnt character by character. npx node examples/lab11/charseq.ts
import { manualSeed, nn, oneHot, optim, tensor } from 'unrolled';

manualSeed(0);
const sample = 'if you want you';

// The dictionary, in order of first appearance.
const charSet = [...new Set(sample)];
const charDic = new Map(charSet.map((c, i) => [c, i]));
console.log(charDic);

const dicSize = charDic.size;
const hiddenSize = charDic.size;
const learningRate = 0.1;

// The input is the sentence without its last letter, the target the sentence without its first.
const indices = [...sample].map((c) => charDic.get(c)!);
const X = oneHot(tensor([indices.slice(0, -1)]), dicSize); // (1, 14, 10)
const Y = tensor([indices.slice(1)]); // (1, 14)

const rnn = new nn.RNN(dicSize, hiddenSize, { batchFirst: true });
const criterion = new nn.CrossEntropyLoss();
const optimizer = new optim.Adam(rnn.parameters(), { lr: learningRate });

for (let i = 0; i < 50; i++) {
  optimizer.zeroGrad();
  const [outputs] = rnn.forward(X); // (1, 14, 10)
  const loss = criterion.forward(outputs.view(-1, dicSize), Y.view(-1));
  loss.backward();
  optimizer.step();

  const result = outputs.argmax(2).tolist<number[][]>();
  const resultStr = result[0].map((c) => charSet[c]).join('');
  const prediction = JSON.stringify(result);
  const trueY = JSON.stringify(Y.tolist());
  console.log(
    i,
    'loss:',
    loss.item(),
    'prediction:',
    prediction,
    'true Y:',
    trueY,
    'prediction str:',
    resultStr,
  );
}
