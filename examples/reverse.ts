// A translator that learns to say words backwards, from pairs it makes itself. npx node examples/reverse.ts
import { fit, manualSeed, PairTask, Translator, Vocabulary } from 'unrolled';
import { evaluateTranslator } from 'unrolled/evaluation';

manualSeed(0);
const letters = 'abcdefghij';

/** A word of 3 to 8 letters; numbers from a small generator, so that the data are the same everywhere. */
let dice = 1;
const roll = (sides: number): number => {
  dice = (dice * 48271) % 2147483647;
  return dice % sides;
};
const word = (): string => Array.from({ length: 3 + roll(6) }, () => letters[roll(letters.length)]).join('');

const words = [...new Set(Array.from({ length: 3000 }, word))];
const pairs = words.map((source) => ({ source, target: [...source].reverse().join('') }));

const vocabulary = Vocabulary.from(letters);
const model = new Translator(vocabulary, vocabulary, { embeddingSize: 16, hiddenSize: 48 });
const task = new PairTask(model, pairs, { batchSize: 50, validation: 0.1 });
for (const event of fit(task, { epochs: 14, lr: 0.005, schedule: 'cosine', clip: 1 })) {
  if (event.type === 'epoch')
    console.log(
      `epoch ${event.epoch + 1}  loss ${event.loss.toFixed(4)}  held out ${event.valLoss?.toFixed(4)}`,
    );
}

const { exact, errorRate } = evaluateTranslator(model, task.heldOut);
console.log(
  `${(100 * exact).toFixed(1)} % of ${task.heldOut.length} words it never saw are right, letter for letter`,
);
console.log(`${(100 * errorRate).toFixed(2)} % of their letters are wrong`);
for (const { source } of task.heldOut.slice(0, 3)) console.log(`${source} → ${model.translate(source)}`);

// Where it looks for each letter it says: the last letter first.
const { source, target, attention } = model.explain('abcdefg');
console.log(`      ${source.join('     ')}`);
attention.forEach((row, t) => {
  console.log(`${target[t] || '·'}  ${row.map((part) => part.toFixed(2)).join('  ')}`);
});
