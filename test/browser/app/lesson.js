// The lesson, as a user writes it, with the dictionary of the recorded run.
import { manualSeed, nn, oneHot, optim, tensor } from 'unrolled';

const sample = 'if you want you';
const charSet = [...'fnwayuoi t'];
const indices = [...sample].map((c) => charSet.indexOf(c));

const X = oneHot(tensor([indices.slice(0, -1)]), charSet.length);
const Y = tensor([indices.slice(1)]);

manualSeed(0);
const rnn = new nn.RNN(10, 10, { batchFirst: true });
const criterion = new nn.CrossEntropyLoss();
const optimizer = new optim.Adam(rnn.parameters(), { lr: 0.1 });

export const losses = [];
export const strings = [];
for (let i = 0; i < 50; i++) {
  optimizer.zeroGrad();
  const [outputs] = rnn.forward(X);
  const loss = criterion.forward(outputs.view(-1, 10), Y.view(-1));
  loss.backward();
  optimizer.step();
  losses.push(loss.item());
  strings.push(
    outputs
      .argmax(2)
      .tolist()[0]
      .map((c) => charSet[c])
      .join(''),
  );
}
