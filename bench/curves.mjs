// Curves of learning for docs/sizes.md: npm run -s fresh && npx node bench/curves.mjs TEXT [FOLDER]
// Learning rates, sizes and cells on the same text, the last tenth held out; SVG pictures into FOLDER, tables on the screen.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { LanguageModel, manualSeed, trainText, Vocabulary } from '../dist/index.js';
import { lineChart } from '../dist/plots/index.js';

const [, , file, folder] = process.argv;
if (file === undefined) {
  console.error('which text? npx node bench/curves.mjs TEXT [FOLDER]');
  process.exit(2);
}
const text = readFileSync(file, 'utf8');
const vocabulary = Vocabulary.from(text);
const DEFAULTS = { cell: 'lstm', hiddenSize: 128, lr: 0.002, epochs: 4 };

/** Loss on what is held out after each epoch, and seconds an epoch. */
function curve(settings) {
  const { cell, hiddenSize, lr, epochs } = { ...DEFAULTS, ...settings };
  manualSeed(0);
  const model = new LanguageModel(vocabulary, { cell, hiddenSize, numLayers: 2 });
  const [y, started] = [[], performance.now()];
  try {
    for (const event of trainText(model, text, { lr, epochs, validation: 0.1 })) {
      if (event.type === 'epoch') y.push(event.valLoss);
    }
  } catch (error) {
    if (error.code !== 'E_DIVERGED') throw error;
  }
  return { y, seconds: (performance.now() - started) / 1000 / Math.max(1, y.length) };
}

function compare(name, title, settings) {
  const lines = settings.map(([label, setting]) => {
    const { y, seconds } = curve(setting);
    const losses = y.map((loss) => loss.toFixed(3)).join(' | ');
    console.log(`| ${label} | ${losses} | ${seconds.toFixed(1)} |`);
    return { name: label, y, x: y.map((_, epoch) => epoch + 1) };
  });
  if (folder === undefined) return;
  const picture = lineChart(lines, { title, xLabel: 'epoch', yLabel: 'nats a character, held out' });
  writeFileSync(join(folder, `${name}.svg`), picture);
}

const rates = [0.0003, 0.001, 0.002, 0.005, 0.02].map((lr) => [`lr ${lr}`, { lr }]);
const sizes = [32, 64, 128, 256].map((hiddenSize) => [`2x${hiddenSize}`, { hiddenSize }]);
const cells = ['rnn', 'gru', 'lstm', 'mingru'].map((cell) => [cell, { cell }]);
compare('rates', 'Learning rates, LSTM 2x128', rates);
compare('sizes', 'Hidden units, LSTM of two layers', sizes);
compare('cells', 'Cells, 2x128', cells);
