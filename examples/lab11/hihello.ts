// Lab 11-2: 'hihell' goes in, 'ihello' should come out. npx node examples/lab11/hihello.ts
import { manualSeed, nn, oneHot, optim, tensor } from 'unrolled';

manualSeed(0);
const charSet = ['h', 'i', 'e', 'l', 'o'];
const inputSize = charSet.length;
const hiddenSize = charSet.length;
const learningRate = 0.1;

const X = oneHot(tensor([[0, 1, 0, 2, 3, 3]]), inputSize); // hihell, (1, 6, 5)
const Y = tensor([[1, 0, 2, 3, 3, 4]]); // ihello, (1, 6)

const rnn = new nn.RNN(inputSize, hiddenSize, { batchFirst: true });
const criterion = new nn.CrossEntropyLoss();
const optimizer = new optim.Adam(rnn.parameters(), { lr: learningRate });

for (let i = 0; i < 100; i++) {
  optimizer.zeroGrad();
  const [outputs] = rnn.forward(X);
  const loss = criterion.forward(outputs.view(-1, inputSize), Y.view(-1));
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
