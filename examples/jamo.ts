// Korean by jamo: 28 letters instead of thousands of syllables. npx node examples/jamo.ts
import { generate, Generator, LanguageModel, manualSeed, trainText, Vocabulary } from 'unrolled';

manualSeed(0);

/** Sentences from a few patterns, in an order that is the same everywhere. */
const who = ['나는', '너는', '친구는', '동생은', '선생님은', '고양이는'];
const when = ['오늘', '어제', '아침에', '저녁에', '주말에'];
const where = ['집에서', '학교에서', '공원에서', '바다에서', '도서관에서'];
const what = ['책을 읽는다', '노래를 부른다', '밥을 먹는다', '편지를 쓴다', '그림을 그린다', '잠을 잔다'];
let dice = 1;
const roll = (of: readonly string[]): string => {
  dice = (dice * 48271) % 2147483647;
  return of[dice % of.length];
};
const text = Array.from(
  { length: 700 },
  () => `${roll(when)} ${roll(who)} ${roll(where)} ${roll(what)}.`,
).join('\n');

const vocabulary = Vocabulary.from(text, { unit: 'jamo', unknown: 'skip' });
const syllables = new Set([...text].filter((letter) => letter >= '가' && letter <= '힣')).size;
console.log(
  `${syllables} different syllables are made of ${vocabulary.size} units: ${vocabulary.units.join('')}`,
);
console.log(`nothing is lost: ${vocabulary.decode(vocabulary.encode(text)) === text.normalize('NFC')}`);

const model = new LanguageModel(vocabulary, { cell: 'gru', hiddenSize: 64 });
for (const event of trainText(model, text, { epochs: 8, lr: 0.01, batchSize: 16, validation: 0.1 })) {
  if (event.type === 'epoch')
    console.log(
      `epoch ${event.epoch + 1}  loss ${event.loss.toFixed(4)}  held out ${event.valLoss?.toFixed(4)}`,
    );
}

const generator = new Generator(1);
console.log(generate(model, { prompt: '오늘 ', length: 120, temperature: 0.5, generator }));
