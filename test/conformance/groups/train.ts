import { nn, oneHot, optim, tensor } from '../../../src/index.js';
import { type Outcome, type Runner, unsupported } from '../group.js';
import { layerFor, loadParams, runLayer } from './recurrent.js';

interface LessonArgs {
  readonly sample: string;
  readonly dictionary: readonly string[];
  readonly steps: number;
  readonly kind: string;
  readonly hyper: { readonly lr: number };
}

/** Whole training runs from given weights: the lesson. */
export const train: Runner = (c): Outcome => {
  if (c.op !== 'train_seed_rnn') return unsupported(c.op);
  const { sample, dictionary, steps, kind, hyper } = c.args as unknown as LessonArgs;
  const size = dictionary.length;
  const model = layerFor(kind, { input_size: size, hidden_size: size, batch_first: true });
  loadParams(model, c);

  const indices = [...sample].map((letter) => dictionary.indexOf(letter));
  const X = oneHot(tensor([indices.slice(0, -1)]), size);
  const Y = tensor([indices.slice(1)]);
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.Adam(model.parameters(), { lr: hyper.lr });
  const losses: number[] = [];
  const decoded: string[] = [];
  for (let step = 0; step < steps; step++) {
    optimizer.zeroGrad();
    const { output: outputs } = runLayer(model, X);
    const loss = criterion.forward(outputs.view(-1, size), Y.view(-1));
    loss.backward();
    optimizer.step();
    losses.push(loss.item());
    decoded.push((outputs.argmax(2).view(-1).tolist() as number[]).map((i) => dictionary[i]).join(''));
  }
  const final = Object.fromEntries([...model.namedParameters()].map(([name, p]) => [`final.${name}`, p]));
  return { out: { losses, decoded, ...final } };
};
