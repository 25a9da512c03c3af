// A tagger of words: a bidirectional LSTM scores tags, a conditional random field their order (Lample et al., 2016).

import {
  cat,
  exp,
  full,
  log,
  manualSeed,
  nn,
  noGrad,
  optim,
  randint,
  randn,
  sum,
  tensor,
  type Tensor,
  zeros,
} from 'unrolled';

manualSeed(1);

const [START, STOP] = ['<START>', '<STOP>'];
const TAGS: Readonly<Record<string, number>> = { B: 0, I: 1, O: 2, [START]: 3, [STOP]: 4 };
const COUNT = Object.keys(TAGS).length;
const [WORDS, EMBEDDING, HIDDEN] = [15, 5, 4];

function argmax(vec: Tensor): number {
  const { indices } = vec.max(1);
  return indices.item();
}

/** Of (1, tags), without overflow. */
function logSumExp(vec: Tensor): Tensor {
  const largest = vec.at(0, argmax(vec));
  const largestEverywhere = largest.view(1, -1).expand(1, vec.size()[1]);
  return largest.add(log(sum(exp(vec.sub(largestEverywhere)))));
}

class Tagger extends nn.Module {
  readonly wordEmbeds: nn.Embedding;
  readonly lstm: nn.LSTM;
  readonly hidden2tag: nn.Linear;
  /** [to, from]: nothing leads to the start, nothing comes after the stop. */
  readonly transitions: nn.Parameter;
  hidden: nn.LSTMState;

  constructor(
    words: number,
    readonly tags: Readonly<Record<string, number>>,
    embeddingDim: number,
    readonly hiddenDim: number,
  ) {
    super();
    this.wordEmbeds = new nn.Embedding(words, embeddingDim);
    this.lstm = new nn.LSTM(embeddingDim, hiddenDim / 2, { numLayers: 1, bidirectional: true });
    this.hidden2tag = new nn.Linear(hiddenDim, COUNT);
    this.transitions = new nn.Parameter(randn([COUNT, COUNT]));
    this.transitions.detach().at(tags[START], ':').fill_(-10000);
    this.transitions.detach().at(':', tags[STOP]).fill_(-10000);
    this.hidden = this.initHidden();
  }

  initHidden(): nn.LSTMState {
    return [randn([2, 1, this.hiddenDim / 2]), randn([2, 1, this.hiddenDim / 2])];
  }

  forwardAlgorithm(feats: Tensor): Tensor {
    const initAlphas = full([1, COUNT], -10000, { dtype: 'float32' });
    initAlphas.at(0).at(this.tags[START]).fill_(0);
    let forwardVar = initAlphas;
    for (const feat of feats) {
      const alphas: Tensor[] = [];
      for (let tag = 0; tag < COUNT; tag++) {
        const emitScore = feat.at(tag).view(1, -1).expand(1, COUNT);
        const transScore = this.transitions.at(tag).view(1, -1);
        const tagVar = forwardVar.add(transScore).add(emitScore);
        alphas.push(logSumExp(tagVar).view(1));
      }
      forwardVar = cat(alphas).view(1, -1);
    }
    const terminalVar = forwardVar.add(this.transitions.at(this.tags[STOP]));
    return logSumExp(terminalVar);
  }

  lstmFeatures(sentence: Tensor): Tensor {
    this.hidden = this.initHidden();
    const embeds = this.wordEmbeds.forward(sentence).view(sentence.size(0), 1, -1);
    const [lstmOut, hidden] = this.lstm.forward(embeds, this.hidden);
    this.hidden = hidden;
    return this.hidden2tag.forward(lstmOut.view(sentence.size(0), this.hiddenDim));
  }

  scoreSentence(feats: Tensor, tags: Tensor): Tensor {
    let score = zeros([1]);
    tags = cat([tensor([this.tags[START]]), tags]);
    for (const [i, feat] of [...feats].entries()) {
      score = score.add(this.transitions.at(tags.at(i + 1), tags.at(i))).add(feat.at(tags.at(i + 1)));
    }
    return score.add(this.transitions.at(this.tags[STOP], tags.at(-1)));
  }

  viterbiDecode(feats: Tensor): [score: Tensor, path: number[]] {
    const backpointers: number[][] = [];
    const initVvars = full([1, COUNT], -10000, { dtype: 'float32' });
    initVvars.at(0).at(this.tags[START]).fill_(0);
    let forwardVar = initVvars;
    for (const feat of feats) {
      const bptrs: number[] = [];
      const viterbiVars: Tensor[] = [];
      for (let tag = 0; tag < COUNT; tag++) {
        const tagVar = forwardVar.add(this.transitions.at(tag));
        const bestTag = argmax(tagVar);
        bptrs.push(bestTag);
        viterbiVars.push(tagVar.at(0).at(bestTag).view(1));
      }
      forwardVar = cat(viterbiVars).add(feat).view(1, -1);
      backpointers.push(bptrs);
    }
    const terminalVar = forwardVar.add(this.transitions.at(this.tags[STOP]));
    let bestTag = argmax(terminalVar);
    const pathScore = terminalVar.at(0).at(bestTag);
    const bestPath = [bestTag];
    for (const bptrs of backpointers.reverse()) {
      bestTag = bptrs[bestTag];
      bestPath.push(bestTag);
    }
    const start = bestPath.pop();
    if (start !== this.tags[START]) throw new Error('a path begins at the start');
    return [pathScore, bestPath.reverse()];
  }

  negLogLikelihood(sentence: Tensor, tags: Tensor): Tensor {
    const feats = this.lstmFeatures(sentence);
    return this.forwardAlgorithm(feats).sub(this.scoreSentence(feats, tags));
  }

  override forward(sentence: Tensor): [score: Tensor, path: number[]] {
    return this.viterbiDecode(this.lstmFeatures(sentence));
  }
}

/** Words, of which the last five begin a name that goes on through words of 5 to 9. */
function randomSentence(): [words: Tensor, tags: Tensor] {
  const words = randint(0, WORDS, [randint(4, 9, [1]).item()]).tolist<number[]>();
  const tags: number[] = [];
  for (const word of words) {
    const inside = tags.length > 0 && tags.at(-1) !== TAGS.O;
    tags.push(word >= 10 ? TAGS.B : word >= 5 && inside ? TAGS.I : TAGS.O);
  }
  return [tensor(words), tensor(tags)];
}

const sentences = Array.from({ length: 5 }, randomSentence);
const model = new Tagger(WORDS, TAGS, EMBEDDING, HIDDEN);
const optimizer = new optim.SGD(model.parameters(), { lr: 0.05, weightDecay: 1e-4 });

export const losses: number[] = [];
for (let epoch = 0; epoch < 4; epoch++) {
  for (const [sentence, tags] of sentences) {
    model.zeroGrad();
    const loss = model.negLogLikelihood(sentence, tags);
    loss.backward();
    optimizer.step();
    losses.push(loss.item());
  }
}

export const also = noGrad(() => sentences.map(([sentence]) => model.forward(sentence)[1]));
