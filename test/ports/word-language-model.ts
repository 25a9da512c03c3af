// A language model of words: an LSTM whose output layer shares the embedding's weight, trained through windows of a long stream.

import { manualSeed, multinomial, nn, noGrad, optim, randint, tensor, Tensor } from 'unrolled';

const F = nn.functional;

manualSeed(1111);

const [TOKENS, SIZE, LAYERS, BPTT, CLIP] = [30, 20, 2, 7, 0.25];

class Model extends nn.Module {
  readonly drop: nn.Dropout;
  readonly encoder: nn.Embedding;
  readonly rnn: nn.LSTM;
  readonly decoder: nn.Linear;

  constructor(
    readonly tokens: number,
    readonly size: number,
    readonly layers: number,
    { dropout = 0.2, tieWeights = false } = {},
  ) {
    super();
    this.drop = new nn.Dropout(dropout);
    this.encoder = new nn.Embedding(tokens, size);
    this.rnn = new nn.LSTM(size, size, { numLayers: layers, dropout });
    this.decoder = new nn.Linear(size, tokens);
    if (tieWeights) this.decoder.weight = this.encoder.weight;
    this.initWeights();
  }

  initWeights(): void {
    const bound = 0.1;
    nn.init.uniform_(this.encoder.weight, -bound, bound);
    nn.init.zeros_(this.decoder.bias!);
    nn.init.uniform_(this.decoder.weight, -bound, bound);
  }

  override forward(text: Tensor, hidden: nn.LSTMState): [logProbs: Tensor, hidden: nn.LSTMState] {
    const embedded = this.drop.forward(this.encoder.forward(text));
    const [raw, next] = this.rnn.forward(embedded, hidden);
    const output = this.drop.forward(raw);
    const decoded = this.decoder.forward(output).view(-1, this.tokens);
    return [F.logSoftmax(decoded, 1), next];
  }

  initHidden(batch: number): nn.LSTMState {
    const [weight] = this.parameters();
    return [weight.newZeros(this.layers, batch, this.size), weight.newZeros(this.layers, batch, this.size)];
  }
}

/** Words of which each depends on the one before. */
function randomText(length: number): Tensor {
  const noise = randint(0, 3, [length]).tolist<number[]>();
  const words = [0];
  for (const n of noise) words.push((words.at(-1)! * 7 + 3 + n) % TOKENS);
  return tensor(words);
}

function batchify(data: Tensor, batch: number): Tensor {
  const steps = Math.floor(data.size(0) / batch);
  data = data.narrow(0, 0, steps * batch);
  return data.view(batch, -1).t().contiguous();
}

/** States without their history, so that backward stops at the window's start. */
function repackageHidden<T extends Tensor | readonly Tensor[]>(h: T): T {
  return (h instanceof Tensor ? h.detach() : h.map(repackageHidden)) as T;
}

function getBatch(source: Tensor, i: number): [data: Tensor, targets: Tensor] {
  const length = Math.min(BPTT, source.size(0) - 1 - i);
  return [source.at([i, i + length]), source.at([i + 1, i + 1 + length]).view(-1)];
}

const trainData = batchify(randomText(380), 6);
const validData = batchify(randomText(90), 4);
const model = new Model(TOKENS, SIZE, LAYERS, { tieWeights: true });
const criterion = new nn.NLLLoss();
let lr = 5;
export const losses: number[] = [];

function evaluate(source: Tensor): number {
  model.eval();
  let total = 0;
  let hidden = model.initHidden(4);
  noGrad(() => {
    for (let i = 0; i < source.size(0) - 1; i += BPTT) {
      const [data, targets] = getBatch(source, i);
      const [output, next] = model.forward(data, hidden);
      hidden = repackageHidden(next);
      total += data.size(0) * criterion.forward(output, targets).item();
    }
  });
  return total / (source.size(0) - 1);
}

function train(): void {
  model.train();
  let hidden = model.initHidden(6);
  for (let i = 0; i < trainData.size(0) - 1; i += BPTT) {
    const [data, targets] = getBatch(trainData, i);
    model.zeroGrad();
    hidden = repackageHidden(hidden);
    const [output, next] = model.forward(data, hidden);
    hidden = next;
    const loss = criterion.forward(output, targets);
    loss.backward();
    optim.clipGradNorm(model.parameters(), CLIP);
    noGrad(() => {
      for (const p of model.parameters()) p.sub_(p.grad!.mul(lr));
    });
    losses.push(loss.item());
  }
}

let best: number | null = null;
for (let epoch = 0; epoch < 2; epoch++) {
  train();
  const valLoss = evaluate(validData);
  losses.push(valLoss);
  if (best === null || valLoss < best) best = valLoss;
  else lr /= 4;
}

model.eval();
let hidden = model.initHidden(1);
const word = randint(0, TOKENS, [1, 1]);
export const also: number[] = [];
noGrad(() => {
  for (let i = 0; i < 20; i++) {
    const [output, next] = model.forward(word, hidden);
    hidden = next;
    const weights = output.squeeze().div(0.7).exp();
    const index = multinomial(weights, 1).at(0);
    word.fill_(index.item());
    also.push(index.item());
  }
});
