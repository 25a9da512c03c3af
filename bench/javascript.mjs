// An exported JavaScript module beside nn.Stepper, letter by letter: node bench/javascript.mjs [layers] [hidden]
import { argv } from 'node:process';
import { LanguageModel, manualSeed, Vocabulary } from 'unrolled';
import { toJavaScript } from 'unrolled/interop';

const [numLayers, hiddenSize] = [Number(argv[2] ?? 2), Number(argv[3] ?? 128)];
manualSeed(0);
const characters = Array.from({ length: 65 }, (_, i) => String.fromCharCode(48 + i)).join('');
const model = new LanguageModel(Vocabulary.from(characters), { cell: 'lstm', hiddenSize, numLayers });

const began = performance.now();
const { code } = await toJavaScript(model, { weights: 'float32' });
const exported = performance.now() - began;
const { sample } = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);

/** Letters a second, the best of three. */
function rate(run, letters) {
  const times = [0, 1, 2, 3].map(() => {
    const start = performance.now();
    run(letters);
    return performance.now() - start;
  });
  return (1000 * letters) / Math.min(...times.slice(1));
}

const stepper = model.stepper();
const own = rate((letters) => {
  for (let i = 0; i < letters; i++) stepper.pick(i % 65);
}, 4000);
const plain = rate((letters) => {
  for (const _ of sample({ prompt: characters, length: letters })) void _;
}, 1500);
console.log(
  `LSTM ${numLayers} x ${hiddenSize}: exported in ${exported.toFixed(0)} ms, ${(code.length / 1024).toFixed(0)} KB`,
);
console.log(
  `letters/s: nn.Stepper ${own.toFixed(0)}, exported module ${plain.toFixed(0)} (${(plain / own).toFixed(2)})`,
);
