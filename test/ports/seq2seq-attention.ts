// Sequences of digits translated to their reverse, token by token, with additive attention (Bahdanau et al., 2015).

import { cat, full, manualSeed, nn, noGrad, optim, rand, randint, type Tensor, tanh, zeros } from 'unrolled';

const F = nn.functional;

manualSeed(7);

const [SOS, EOS] = [0, 1];
const [VOCABULARY, HIDDEN, LENGTH, BATCH] = [12, 16, 6, 8];

class Encoder extends nn.Module {
  readonly embedding: nn.Embedding;
  readonly gru: nn.GRU;
  readonly dropout: nn.Dropout;

  constructor(inputSize: number, hiddenSize: number, dropout = 0.1) {
    super();
    this.embedding = new nn.Embedding(inputSize, hiddenSize);
    this.gru = new nn.GRU(hiddenSize, hiddenSize, { batchFirst: true });
    this.dropout = new nn.Dropout(dropout);
  }

  override forward(source: Tensor): [outputs: Tensor, hidden: Tensor] {
    const embedded = this.dropout.forward(this.embedding.forward(source));
    const [output, hidden] = this.gru.forward(embedded);
    return [output, hidden];
  }
}

class Attention extends nn.Module {
  readonly query: nn.Linear;
  readonly keys: nn.Linear;
  readonly energy: nn.Linear;

  constructor(hiddenSize: number) {
    super();
    this.query = new nn.Linear(hiddenSize, hiddenSize);
    this.keys = new nn.Linear(hiddenSize, hiddenSize);
    this.energy = new nn.Linear(hiddenSize, 1);
  }

  override forward(query: Tensor, keys: Tensor): [context: Tensor, weights: Tensor] {
    let scores = this.energy.forward(tanh(this.query.forward(query).add(this.keys.forward(keys))));
    scores = scores.squeeze(2).unsqueeze(1);
    const weights = F.softmax(scores, -1);
    const context = weights.bmm(keys);
    return [context, weights];
  }
}

class Decoder extends nn.Module {
  readonly embedding: nn.Embedding;
  readonly attention: Attention;
  readonly gru: nn.GRU;
  readonly out: nn.Linear;
  readonly dropout: nn.Dropout;

  constructor(
    hiddenSize: number,
    readonly outputSize: number,
    dropout = 0.1,
  ) {
    super();
    this.embedding = new nn.Embedding(outputSize, hiddenSize);
    this.attention = new Attention(hiddenSize);
    this.gru = new nn.GRU(2 * hiddenSize, hiddenSize, { batchFirst: true });
    this.out = new nn.Linear(hiddenSize, outputSize);
    this.dropout = new nn.Dropout(dropout);
  }

  override forward(encoderOutputs: Tensor, hidden: Tensor, target: Tensor | null = null, forcing = 0) {
    const batch = encoderOutputs.size(0);
    let token = full([batch, 1], SOS);
    const outputs = zeros([LENGTH + 1, batch, this.outputSize]);
    const attentions: Tensor[] = [];
    for (let t = 0; t < LENGTH + 1; t++) {
      const [output, next, weights] = this.step(token, hidden, encoderOutputs);
      hidden = next;
      outputs.at(t).copy_(output.squeeze(1));
      attentions.push(weights);
      if (target !== null && rand([1]).item() < forcing) {
        token = target.at(':', t).unsqueeze(1);
      } else {
        const { indices: best } = output.topk(1);
        token = best.squeeze(-1).detach();
      }
    }
    const logProbs = F.logSoftmax(outputs.transpose(0, 1), -1);
    return [logProbs, hidden, cat(attentions, 1)] as const;
  }

  step(token: Tensor, hidden: Tensor, encoderOutputs: Tensor) {
    const embedded = this.dropout.forward(this.embedding.forward(token));
    const query = hidden.permute(1, 0, 2);
    const [context, weights] = this.attention.forward(query, encoderOutputs);
    const gruInput = cat([embedded, context], 2);
    const [output, next] = this.gru.forward(gruInput, hidden);
    return [this.out.forward(output), next, weights] as const;
  }
}

function randomPairs(): [source: Tensor, target: Tensor] {
  const source = randint(2, VOCABULARY, [BATCH, LENGTH]);
  const end = full([BATCH, 1], EOS);
  return [cat([source, end], 1), cat([source.flip(1), end], 1)];
}

const encoder = new Encoder(VOCABULARY, HIDDEN);
const decoder = new Decoder(HIDDEN, VOCABULARY);
const encoderOptimizer = new optim.Adam(encoder.parameters(), { lr: 0.01 });
const decoderOptimizer = new optim.Adam(decoder.parameters(), { lr: 0.01 });
const criterion = new nn.NLLLoss();

export const losses: number[] = [];
for (let i = 0; i < 20; i++) {
  const [source, target] = randomPairs();
  encoderOptimizer.zeroGrad();
  decoderOptimizer.zeroGrad();
  const [encoderOutputs, encoderHidden] = encoder.forward(source);
  const [logProbs] = decoder.forward(encoderOutputs, encoderHidden, target, 0.5);
  const loss = criterion.forward(logProbs.view(-1, logProbs.size(-1)), target.view(-1));
  loss.backward();
  encoderOptimizer.step();
  decoderOptimizer.step();
  losses.push(loss.item());
}

encoder.eval();
decoder.eval();
export const also = noGrad(() => {
  const [source] = randomPairs();
  const [encoderOutputs, encoderHidden] = encoder.forward(source);
  const [logProbs] = decoder.forward(encoderOutputs, encoderHidden);
  return logProbs.argmax(-1).tolist();
});
