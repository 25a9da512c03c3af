// Sentences through a vector and back (Bowman et al., 2016): packed GRUs, words dropped from the decoder's input, a rising weight of the divergence.

import {
  arange,
  exp,
  full,
  manualSeed,
  nn,
  noGrad,
  optim,
  rand,
  randint,
  randn,
  sort,
  type Tensor,
} from 'unrolled';

const F = nn.functional;

manualSeed(10);

const [PAD, UNK, SOS, EOS] = [0, 1, 2, 3];
const [VOCABULARY, EMBEDDING, HIDDEN, LATENT, BATCH, LONGEST] = [25, 10, 16, 4, 8, 9];

class SentenceVAE extends nn.Module {
  readonly wordDropoutRate: number;
  readonly embedding: nn.Embedding;
  readonly embeddingDropout: nn.Dropout;
  readonly encoderRnn: nn.GRU;
  readonly decoderRnn: nn.GRU;
  readonly hidden2mean: nn.Linear;
  readonly hidden2logv: nn.Linear;
  readonly latent2hidden: nn.Linear;
  readonly outputs2vocab: nn.Linear;

  constructor({ wordDropout, embeddingDropout }: { wordDropout: number; embeddingDropout: number }) {
    super();
    this.wordDropoutRate = wordDropout;
    this.embedding = new nn.Embedding(VOCABULARY, EMBEDDING);
    this.embeddingDropout = new nn.Dropout(embeddingDropout);
    this.encoderRnn = new nn.GRU(EMBEDDING, HIDDEN, { bidirectional: true, batchFirst: true });
    this.decoderRnn = new nn.GRU(EMBEDDING, HIDDEN, { batchFirst: true });
    this.hidden2mean = new nn.Linear(HIDDEN * 2, LATENT);
    this.hidden2logv = new nn.Linear(HIDDEN * 2, LATENT);
    this.latent2hidden = new nn.Linear(LATENT, HIDDEN);
    this.outputs2vocab = new nn.Linear(HIDDEN, VOCABULARY);
  }

  override forward(sequence: Tensor, length: Tensor): [logp: Tensor, mean: Tensor, logv: Tensor, z: Tensor] {
    const batchSize = sequence.size(0);
    const { values: sortedLengths, indices: sortedIdx } = sort(length, -1, { descending: true });
    sequence = sequence.at(sortedIdx);

    let embedded = this.embedding.forward(sequence);
    let packed = nn.packPaddedSequence(embedded, sortedLengths.tolist<number[]>(), { batchFirst: true });
    let [, hidden] = this.encoderRnn.forward(packed);
    hidden = hidden.transpose(0, 1).reshape(batchSize, HIDDEN * 2);

    const mean = this.hidden2mean.forward(hidden);
    const logv = this.hidden2logv.forward(hidden);
    const std = exp(logv.mul(0.5));
    let z = randn([batchSize, LATENT]);
    z = z.mul(std).add(mean);
    hidden = this.latent2hidden.forward(z).unsqueeze(0);

    if (this.wordDropoutRate > 0) {
      const prob = rand(sequence.size());
      prob.at(sequence.sub(SOS).mul(sequence.sub(PAD)).eq(0)).fill_(1);
      const decoderSequence = sequence.clone();
      decoderSequence.at(prob.lt(this.wordDropoutRate)).fill_(UNK);
      embedded = this.embedding.forward(decoderSequence);
    }
    embedded = this.embeddingDropout.forward(embedded);
    packed = nn.packPaddedSequence(embedded, sortedLengths.tolist<number[]>(), { batchFirst: true });
    const [outputs] = this.decoderRnn.forward(packed, hidden);

    let padded = nn.padPackedSequence(outputs, { batchFirst: true })[0];
    padded = padded.contiguous();
    const { indices: reversedIdx } = sort(sortedIdx);
    padded = padded.at(reversedIdx);
    const [b, s] = padded.size();
    const logp = F.logSoftmax(this.outputs2vocab.forward(padded.view(-1, padded.size(2))), -1);
    return [logp.view(b, s, VOCABULARY), mean, logv, z];
  }
}

const klAnneal = (step: number, k = 0.5, x0 = 10): number => 1 / (1 + Math.exp(-k * (step - x0)));

const criterion = new nn.NLLLoss({ ignoreIndex: PAD, reduction: 'sum' });

function lossFn(logp: Tensor, target: Tensor, length: Tensor, mean: Tensor, logv: Tensor, step: number) {
  target = target.at(':', [0, length.max().item()]).contiguous().view(-1);
  logp = logp.view(-1, logp.size(2));
  const nllLoss = criterion.forward(logp, target);
  const klLoss = logv.add(1).sub(mean.pow(2)).sub(logv.exp()).sum().mul(-0.5);
  return [nllLoss, klLoss, klAnneal(step)] as const;
}

/** Rising words between <sos> and <eos>: what goes in, what should come out, and how long they are. */
function randomBatch(): [source: Tensor, target: Tensor, length: Tensor] {
  const length = randint(3, LONGEST + 1, [BATCH]);
  const source = full([BATCH, LONGEST], PAD);
  const target = full([BATCH, LONGEST], PAD);
  for (const [i, n] of length.tolist<number[]>().entries()) {
    const first = randint(4, VOCABULARY - LONGEST, [1]).item();
    const words = arange(first, first + n - 1);
    source.at(i, 0).fill_(SOS);
    source.at(i, [1, n]).copy_(words);
    target.at(i, [0, n - 1]).copy_(words);
    target.at(i, n - 1).fill_(EOS);
  }
  return [source, target, length];
}

const model = new SentenceVAE({ wordDropout: 0.3, embeddingDropout: 0.5 });
const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });

export const losses: number[] = [];
for (let step = 0; step < 20; step++) {
  const [source, target, length] = randomBatch();
  const [logp, mean, logv] = model.forward(source, length);
  const [nllLoss, klLoss, klWeight] = lossFn(logp, target, length, mean, logv, step);
  const loss = nllLoss.add(klLoss.mul(klWeight)).div(BATCH);
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  losses.push(loss.item());
}

/** Words that are likeliest one after the other, from random vectors. */
function inference(n: number): Tensor {
  const z = randn([n, LATENT]);
  let hidden = model.latent2hidden.forward(z).unsqueeze(0);
  const generations = full([n, LONGEST], PAD);
  let running = arange(n);
  let words = full([n], SOS);
  for (let t = 0; t < LONGEST; t++) {
    const [output, next] = model.decoderRnn.forward(model.embedding.forward(words.unsqueeze(1)), hidden);
    const { indices: sample } = model.outputs2vocab.forward(output).topk(1, -1);
    words = sample.reshape(-1);
    generations.at(running, t).copy_(words);
    const goingOn = words.ne(EOS);
    if (!goingOn.any().item()) break;
    [running, words, hidden] = [running.at(goingOn), words.at(goingOn), next.at(':', goingOn)];
  }
  return generations;
}

model.eval();
export const also = noGrad(() => inference(4).tolist());
