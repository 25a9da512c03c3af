// Lab 11-5: English to Korean, four sentences, an encoder and a decoder. npx node examples/lab11/seq2seq.ts
import { manualSeed, nn, noGrad, optim, randint, tensor, zeros, type Tensor } from 'unrolled';

manualSeed(0);
const pairs = [
  ['I feel hungry.', '나는 배가 고프다.'],
  ['Pytorch is very easy.', '파이토치는 매우 쉽다.'],
  ['Pytorch is a framework for deep learning.', '파이토치는 딥러닝을 위한 프레임워크이다.'],
  ['Pytorch is very clear to use.', '파이토치는 사용하기 매우 직관적이다.'],
] as const;

const SOS = 0;
const EOS = 1;
const hiddenSize = 16;
const iterations = 5000;
const printEvery = 1000;

/** The words of all sentences, behind the two marks. */
const wordsOf = (sentences: readonly string[]): string[] => [
  ...new Set(['<SOS>', '<EOS>', ...sentences.flatMap((sentence) => sentence.split(' '))]),
];
const source = wordsOf(pairs.map(([english]) => english));
const target = wordsOf(pairs.map(([, korean]) => korean));
console.log(`${source.length} English and ${target.length} Korean words`);

/** Word numbers of a sentence and its end, (words). */
const tensorize = (words: readonly string[], sentence: string): Tensor =>
  tensor([...sentence.split(' ').map((word) => words.indexOf(word)), EOS]);

class Encoder extends nn.Module {
  readonly embedding = new nn.Embedding(source.length, hiddenSize);
  readonly gru = new nn.GRU(hiddenSize, hiddenSize);

  forward(word: Tensor, hidden: Tensor): [output: Tensor, hidden: Tensor] {
    return this.gru.forward(this.embedding.forward(word).view(1, 1, -1), hidden);
  }
}

class Decoder extends nn.Module {
  readonly embedding = new nn.Embedding(target.length, hiddenSize);
  readonly gru = new nn.GRU(hiddenSize, hiddenSize);
  readonly out = new nn.Linear(hiddenSize, target.length);
  readonly softmax = new nn.LogSoftmax(1);

  forward(word: Tensor, hidden: Tensor): [output: Tensor, hidden: Tensor] {
    const [x, next] = this.gru.forward(this.embedding.forward(word).view(1, 1, -1), hidden);
    return [this.softmax.forward(this.out.forward(x.select(0, 0))), next];
  }
}

const encoder = new Encoder();
const decoder = new Decoder();

/** The encoder's state after the whole sentence. */
function encoded(words: Tensor): Tensor {
  let hidden = zeros([1, 1, hiddenSize]);
  for (const word of words.unbind()) [, hidden] = encoder.forward(word, hidden);
  return hidden;
}

const encoderOptimizer = new optim.SGD(encoder.parameters(), { lr: 0.01 });
const decoderOptimizer = new optim.SGD(decoder.parameters(), { lr: 0.01 });
const criterion = new nn.NLLLoss();
const choices = randint(0, pairs.length, [iterations]).tolist<number[]>();

let total = 0;
for (let i = 1; i <= iterations; i++) {
  const [english, korean] = pairs[choices[i - 1]];
  const wanted = tensorize(target, korean);
  encoderOptimizer.zeroGrad();
  decoderOptimizer.zeroGrad();

  let hidden = encoded(tensorize(source, english));
  let word = tensor([SOS]);
  let loss = zeros([]);
  for (const next of wanted.view(-1, 1).unbind()) {
    const [output, state] = decoder.forward(word, hidden);
    loss = loss.add(criterion.forward(output, next));
    hidden = state;
    word = next; // teacher forcing: the right word, whatever was said
  }
  loss.backward();
  encoderOptimizer.step();
  decoderOptimizer.step();

  total += loss.item() / wanted.numel();
  if (i % printEvery === 0) {
    console.log(`[${i} - ${(i / iterations) * 100}%] loss = ${(total / printEvery).toFixed(4)}`);
    total = 0;
  }
}

/** What the decoder says when it is fed its own words. */
function translate(english: string): string {
  return noGrad(() => {
    let hidden = encoded(tensorize(source, english));
    let word = SOS;
    const said: string[] = [];
    while (said.length < 12) {
      const [output, state] = decoder.forward(tensor([word]), hidden);
      hidden = state;
      word = output.argmax().item();
      if (word === EOS) break;
      said.push(target[word]);
    }
    return said.join(' ');
  });
}

for (const [english, korean] of pairs) console.log(`> ${english}\n= ${korean}\n< ${translate(english)}\n`);
