import { nn, noGrad, oneHot, optim, tensor, type Tensor } from '../../../src/index.js';
import type { Case, Got } from '../../golden/golden.js';
import { camelCase, type Outcome, type Runner, unsupported } from '../group.js';
import { MAKE } from './optim.js';
import { layerFor, loadParams } from './recurrent.js';

const finalOf = (model: nn.Module): Record<string, Got> =>
  Object.fromEntries([...model.namedParameters()].map(([name, p]) => [`final.${name}`, p]));

interface OptimizerArgs {
  readonly opt: string;
  readonly hyper: Record<string, unknown>;
}

const optimizerFor = (model: nn.Module, { opt, hyper }: OptimizerArgs) =>
  MAKE[opt]!([...model.parameters()], camelCase<object>(hyper));

interface SentenceArgs extends OptimizerArgs {
  readonly sample: string;
  readonly dictionary: readonly string[];
  readonly steps: number;
  readonly kind: string;
}

/** The lesson: a sentence whose outputs are the logits. */
function sentence(c: Case): Outcome {
  const { sample, dictionary, steps, kind, ...rest } = c.args as unknown as SentenceArgs;
  const size = dictionary.length;
  const model = layerFor(kind, { input_size: size, hidden_size: size, batch_first: true });
  loadParams(model, c);
  const indices = [...sample].map((letter) => dictionary.indexOf(letter));
  const X = oneHot(tensor([indices.slice(0, -1)]), size);
  const Y = tensor([indices.slice(1)]);
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = optimizerFor(model, rest);
  const losses: number[] = [];
  const decoded: string[] = [];
  for (let step = 0; step < steps; step++) {
    optimizer.zeroGrad();
    const [outputs] = model.run(X);
    const loss = criterion.forward(outputs.view(-1, size), Y.view(-1));
    loss.backward();
    optimizer.step();
    losses.push(loss.item());
    decoded.push(
      outputs
        .argmax(2)
        .view(-1)
        .tolist<number[]>()
        .map((i) => dictionary[i])
        .join(''),
    );
  }
  return { out: { losses, decoded, ...finalOf(model) } };
}

interface TextArgs extends OptimizerArgs {
  readonly kind: string;
  readonly text: string;
  readonly chars: readonly string[];
  readonly E: number;
  readonly H: number;
  readonly L: number;
  readonly seq_len: number;
  readonly clip: number;
  readonly prompt: string;
  readonly generate: number;
  /** Windows of independent batches, by step. */
  readonly starts?: readonly (readonly number[])[];
  /** Streams side by side whose state is carried. */
  readonly streams?: number;
  readonly epochs?: number;
}

type State = readonly Tensor[];

class CharModel extends nn.Module {
  readonly embed: nn.Embedding;
  readonly rnn: ReturnType<typeof layerFor>;
  readonly fc: nn.Linear;

  constructor({ kind, chars, E, H, L }: TextArgs) {
    super();
    this.embed = new nn.Embedding(chars.length, E);
    this.rnn = layerFor(kind, { input_size: E, hidden_size: H, num_layers: L, batch_first: true });
    this.fc = new nn.Linear(H, chars.length);
  }

  forward(indices: Tensor, state?: State): [logits: Tensor, state: State] {
    const [outputs, next] = this.rnn.run(this.embed.forward(indices), state);
    return [this.fc.forward(outputs), next];
  }
}

/** Character models: batches of windows, or truncated backpropagation through streams; then a greedy text. */
function text(c: Case): Outcome {
  const args = c.args as unknown as TextArgs;
  const { chars, seq_len: length, starts, streams = 1, epochs = 1, clip, prompt, generate } = args;
  const model = new CharModel(args);
  loadParams(model, c);
  const encode = (letters: string): number[] => [...letters].map((letter) => chars.indexOf(letter));
  const data = encode(args.text);
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = optimizerFor(model, args);
  const losses: number[] = [];
  const norms: number[] = [];

  const step = (rows: readonly number[], size: number, state?: State): State => {
    const X = tensor(rows.map((start) => data.slice(start, start + size)));
    const Y = tensor(rows.map((start) => data.slice(start + 1, start + 1 + size)));
    optimizer.zeroGrad();
    const [logits, next] = model.forward(X, state);
    const loss = criterion.forward(logits.view(-1, chars.length), Y.view(-1));
    loss.backward();
    norms.push(optim.clipGradNorm(model.parameters(), clip));
    optimizer.step();
    losses.push(loss.item());
    return next.map((s) => s.detach());
  };

  let state: State | undefined;
  if (starts !== undefined) for (const rows of starts) step(rows, length);
  else {
    const size = Math.floor((data.length - 1) / streams);
    for (let epoch = 0; epoch < epochs; epoch++) {
      state = undefined;
      for (let t = 0; t < size; t += length) {
        const rows = Array.from({ length: streams }, (_, i) => i * size + t);
        state = step(rows, Math.min(length, size - t), state);
      }
    }
  }

  const said: number[] = [];
  noGrad(() => {
    let [logits, carried] = model.forward(tensor([encode(prompt)]));
    while (said.length < generate) {
      said.push(logits.select(1, -1).argmax().item());
      [logits, carried] = model.forward(tensor([said.slice(-1)]), carried);
    }
  });
  const states = Object.fromEntries((state ?? []).map((s, i) => [`state.${i}`, s]));
  const generated = said.map((i) => chars[i]).join('');
  return { out: { losses, grad_norms: norms, generated, ...states, ...finalOf(model) } };
}

/** Whole training runs from given weights. */
export const train: Runner = (c): Outcome => {
  if (c.op === 'train_seed_rnn') return sentence(c);
  return c.op === 'train_char' || c.op === 'train_tbptt' ? text(c) : unsupported(c.op);
};
