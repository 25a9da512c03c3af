// Sentiment of reviews of several lengths: a packed bidirectional LSTM whose last states of both directions are read.

import { cat, manualSeed, nn, noGrad, optim, randint, randn, tensor, type Tensor, zeros } from 'unrolled';

manualSeed(1234);

const [VOCABULARY, EMBEDDING, HIDDEN, UNK, PAD, BATCH] = [40, 12, 16, 0, 1, 6];

class Sentiment extends nn.Module {
  readonly embedding: nn.Embedding;
  readonly rnn: nn.LSTM;
  readonly fc: nn.Linear;
  readonly dropout: nn.Dropout;

  constructor(
    vocabulary: number,
    embeddingDim: number,
    hiddenDim: number,
    outputDim: number,
    { layers, dropout, pad }: { layers: number; dropout: number; pad: number },
  ) {
    super();
    this.embedding = new nn.Embedding(vocabulary, embeddingDim, { paddingIdx: pad });
    this.rnn = new nn.LSTM(embeddingDim, hiddenDim, { numLayers: layers, bidirectional: true, dropout });
    this.fc = new nn.Linear(hiddenDim * 2, outputDim);
    this.dropout = new nn.Dropout(dropout);
  }

  override forward(text: Tensor, lengths: Tensor): Tensor {
    const embedded = this.dropout.forward(this.embedding.forward(text));
    const packed = nn.packPaddedSequence(embedded, lengths, { enforceSorted: false });
    const [packedOutput, [hidden]] = this.rnn.forward(packed);
    const [output] = nn.padPackedSequence(packedOutput);
    if (output.size(1) !== lengths.size(0)) throw new Error('each review has its outputs');
    const last = this.dropout.forward(cat([hidden.at(-2, ':', ':'), hidden.at(-1, ':', ':')], 1));
    return this.fc.forward(last);
  }
}

/** Padded words (time, batch), lengths, and labels: 1 where words of the upper half are more. */
function randomReviews(): [text: Tensor, lengths: Tensor, labels: Tensor] {
  const lengths = randint(2, 10, [BATCH]);
  const reviews = [...lengths].map((n) => randint(2, VOCABULARY, [n.item()]));
  const positive = (r: Tensor): boolean =>
    r
      .ge(VOCABULARY / 2)
      .float()
      .mean()
      .item() > 0.5;
  const labels = tensor(reviews.map(positive)).float();
  return [nn.padSequence(reviews, { paddingValue: PAD }), lengths, labels];
}

function binaryAccuracy(predictions: Tensor, y: Tensor): Tensor {
  const correct = predictions.sigmoid().round().eq(y).float();
  return correct.sum().div(correct.size(0));
}

const trainBatches = Array.from({ length: 9 }, randomReviews);
const validBatches = Array.from({ length: 3 }, randomReviews);
const model = new Sentiment(VOCABULARY, EMBEDDING, HIDDEN, 1, { layers: 2, dropout: 0.5, pad: PAD });
const pretrained = randn([VOCABULARY, EMBEDDING]);
const vectors = model.embedding.weight.detach();
vectors.copy_(pretrained);
vectors.at(UNK).copy_(zeros([EMBEDDING]));
vectors.at(PAD).copy_(zeros([EMBEDDING]));
const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
const criterion = new nn.BCEWithLogitsLoss();

export const losses: number[] = [];
export const also: number[] = [];
for (let epoch = 0; epoch < 2; epoch++) {
  model.train();
  for (const [text, lengths, labels] of trainBatches) {
    optimizer.zeroGrad();
    const predictions = model.forward(text, lengths).squeeze(1);
    const loss = criterion.forward(predictions, labels);
    also.push(binaryAccuracy(predictions, labels).item());
    loss.backward();
    optimizer.step();
    losses.push(loss.item());
  }

  model.eval();
  let total = 0;
  noGrad(() => {
    for (const [text, lengths, labels] of validBatches) {
      const predictions = model.forward(text, lengths).squeeze(1);
      total += criterion.forward(predictions, labels).item();
    }
  });
  losses.push(total / validBatches.length);
}
