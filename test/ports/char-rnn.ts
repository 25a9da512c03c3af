// A language model of characters that reads one-hot vectors: two layers of LSTM with dropout between and behind them.

import { manualSeed, multinomial, nn, optim, randint, tensor, type Tensor, zerosLike } from 'unrolled';

const F = nn.functional;

manualSeed(42);

const [HIDDEN, LAYERS, BATCH, STEPS, CLIP] = [24, 2, 4, 9, 5];

const WORDS = ['the', 'rain', 'in', 'may', 'makes', 'many', 'tiny', 'trees', 'and', 'then', 'rests'];
const text = randint(0, WORDS.length, [150])
  .tolist<number[]>()
  .map((i) => WORDS[i])
  .join(' ');
const chars = [...new Set(text)].sort();
const int2char = new Map(chars.entries());
const char2int = new Map(chars.map((c, i) => [c, i]));
const encoded = tensor([...text].map((c) => char2int.get(c)!));

class CharRNN extends nn.Module {
  readonly lstm: nn.LSTM;
  readonly dropout: nn.Dropout;
  readonly fc: nn.Linear;

  constructor(
    tokens: number,
    readonly nHidden: number,
    readonly nLayers: number,
    dropProb = 0.5,
  ) {
    super();
    this.lstm = new nn.LSTM(tokens, nHidden, { numLayers: nLayers, dropout: dropProb, batchFirst: true });
    this.dropout = new nn.Dropout(dropProb);
    this.fc = new nn.Linear(nHidden, tokens);
  }

  override forward(x: Tensor, hidden: nn.LSTMState): [logits: Tensor, hidden: nn.LSTMState] {
    const [output, next] = this.lstm.forward(x, hidden);
    let out = this.dropout.forward(output);
    out = out.contiguous().view(-1, this.nHidden);
    return [this.fc.forward(out), next];
  }

  initHidden(batch: number): nn.LSTMState {
    const [weight] = this.parameters();
    return [
      weight.newEmpty(this.nLayers, batch, this.nHidden).zero_(),
      weight.newEmpty(this.nLayers, batch, this.nHidden).zero_(),
    ];
  }
}

/** Windows over streams that lie side by side, and the same one character on; the last one wraps around. */
function* getBatches(array: Tensor, batch: number, steps: number): Generator<[x: Tensor, y: Tensor]> {
  const count = Math.floor(array.size(0) / (batch * steps));
  array = array.at([0, count * batch * steps]).view(batch, -1);
  for (let n = 0; n < array.size(1); n += steps) {
    const x = array.at(':', [n, n + steps]);
    const y = zerosLike(x);
    y.at(':', [0, -1]).copy_(x.at(':', [1]));
    y.at(':', -1).copy_(n + steps < array.size(1) ? array.at(':', n + steps) : array.at(':', 0));
    yield [x, y];
  }
}

const detached = ([h, c]: nn.LSTMState): nn.LSTMState => [h.detach(), c.detach()];

const valFrom = Math.floor(encoded.size(0) * 0.8);
const [data, valData] = [encoded.at([0, valFrom]), encoded.at([valFrom])];
const net = new CharRNN(chars.length, HIDDEN, LAYERS);
const opt = new optim.Adam(net.parameters(), { lr: 0.01 });
const criterion = new nn.CrossEntropyLoss();

export const losses: number[] = [];
for (let epoch = 0; epoch < 2; epoch++) {
  let h = net.initHidden(BATCH);
  let counter = 0;
  for (const [inputs, targets] of getBatches(data, BATCH, STEPS)) {
    if (counter++ === 9) break;
    const x = F.oneHot(inputs, chars.length).float();
    h = detached(h);
    net.zeroGrad();
    const [output, next] = net.forward(x, h);
    h = next;
    const loss = criterion.forward(output, targets.reshape(BATCH * STEPS));
    loss.backward();
    optim.clipGradNorm(net.parameters(), CLIP);
    opt.step();
    losses.push(loss.item());
  }

  net.eval();
  let valH = net.initHidden(BATCH);
  const valLosses: number[] = [];
  for (const [inputs, targets] of getBatches(valData, BATCH, STEPS)) {
    const x = F.oneHot(inputs, chars.length).float();
    valH = detached(valH);
    const [output, next] = net.forward(x, valH);
    valH = next;
    valLosses.push(criterion.forward(output, targets.reshape(BATCH * STEPS)).item());
  }
  net.train();
  losses.push(valLosses.reduce((a, b) => a + b) / valLosses.length);
}

function predict(char: string, state: nn.LSTMState, topK: number): [char: string, state: nn.LSTMState] {
  const x = F.oneHot(tensor([[char2int.get(char)!]]), chars.length).float();
  const [out, next] = net.forward(x, detached(state));
  const probabilities = F.softmax(out, 1).detach();
  const { values, indices } = probabilities.topk(topK);
  const [p, topCh] = [values.squeeze(), indices.squeeze()];
  const choice = multinomial(p.div(p.sum()), 1);
  return [int2char.get(topCh.at(choice).item())!, next];
}

net.eval();
const said = ['t'];
let state = net.initHidden(1);
for (let i = 0; i < 30; i++) {
  const [char, next] = predict(said.at(-1)!, state, 5);
  state = next;
  said.push(char);
}

export const also = said.join('');
