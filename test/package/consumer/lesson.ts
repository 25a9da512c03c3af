// The lesson as a user's program: type-checked against the package's declarations, then run by every Node there is.
import { manualSeed, nn, oneHot, optim, tensor } from 'unrolled';
import type { Tensor } from 'unrolled';
import { RNN } from 'unrolled/nn';
import { Adam } from 'unrolled/optim';

const sample = 'if you want you';
const charSet = [...'fnwayuoi t'];
const indices = [...sample].map((c) => charSet.indexOf(c));

const X: Tensor = oneHot(tensor([indices.slice(0, -1)]), charSet.length);
const Y: Tensor = tensor([indices.slice(1)]);

manualSeed(0);
const rnn: RNN = new nn.RNN(10, 10, { batchFirst: true });
const criterion = new nn.CrossEntropyLoss();
const optimizer: Adam = new optim.Adam(rnn.parameters(), { lr: 0.1 });

export const losses: number[] = [];
for (let i = 0; i < 50; i++) {
  optimizer.zeroGrad();
  const [outputs] = rnn.forward(X);
  const loss = criterion.forward(outputs.view(-1, 10), Y.view(-1));
  loss.backward();
  optimizer.step();
  losses.push(loss.item());
}

// @ts-expect-error: declarations that had turned into `any` would let this pass
export const wrong: string = tensor([1]).item();
