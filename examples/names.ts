// Which of four invented languages is a name of? npx node examples/names.ts
import { Classifier, fit, LabelTask, manualSeed, Vocabulary } from 'unrolled';
import { evaluateClassifier } from 'unrolled/evaluation';

manualSeed(0);

/** Syllables of each language; they share letters, so that no letter alone tells them apart. */
const languages = {
  Kelmi: [
    ['ka', 'le', 'mi', 'su', 'vai', 'nee'],
    ['nen', 'la', 'ri', 'kko', 'ki'],
  ],
  Torvan: [
    ['tor', 'grim', 'ske', 'bal', 'hor', 'svan'],
    ['vald', 'gard', 'rik', 'sen', 'mund'],
  ],
  Ossari: [
    ['o', 'li', 'fa', 'bri', 'gia', 've'],
    ['ssari', 'netti', 'llo', 'rano', 'zzi'],
  ],
  Zhenko: [
    ['zhe', 'pav', 'dmi', 'kol', 'yar', 'bo'],
    ['nko', 'lov', 'vich', 'sky', 'ev'],
  ],
} as const;

let dice = 1;
const roll = <T>(of: readonly T[]): T => {
  dice = (dice * 48271) % 2147483647;
  return of[dice % of.length];
};
const names = Object.entries(languages).flatMap(([label, [starts, ends]]) =>
  Array.from({ length: 200 }, () => {
    const middle = roll([true, false]) ? roll(starts) : '';
    return { text: `${roll(starts)}${middle}${roll(ends)}`, label };
  }),
);

const vocabulary = Vocabulary.from(names.map(({ text }) => text).join(''), { unknown: 'skip' });
const model = new Classifier(vocabulary, Object.keys(languages), { embeddingSize: 12, hiddenSize: 24 });
const task = new LabelTask(model, names, { validation: 0.2 });
for (const event of fit(task, { epochs: 10, lr: 0.01 })) {
  if (event.type === 'epoch')
    console.log(
      `epoch ${event.epoch + 1}  loss ${event.loss.toFixed(4)}  held out ${event.valLoss?.toFixed(4)}`,
    );
}

const { accuracy, labels, confusion } = evaluateClassifier(model, task.heldOut);
console.log(`${(100 * accuracy).toFixed(1)} % of ${task.heldOut.length} names it never saw are right`);
console.log(`${''.padEnd(8)}${labels.map((label) => label.padStart(8)).join('')}`);
confusion.forEach((row, i) => {
  console.log(`${labels[i].padEnd(8)}${row.map((count) => String(count).padStart(8)).join('')}`);
});
for (const name of ['vaikkonen', 'horsen', 'brinetti', 'yarsky']) {
  const [{ label, probability }] = model.predict(name);
  console.log(`${name}: ${label} (${(100 * probability).toFixed(0)} %)`);
}
