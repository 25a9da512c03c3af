import { stdout } from 'node:process';
import { graphemes } from '../../data/graphemes.js';
import { decodeUtf8 } from '../../data/text.js';
import { Vocabulary } from '../../data/vocabulary.js';
import { ValueError } from '../../errors.js';
import { readFileBytes } from '../../formats/platform-files.js';
import type { LanguageModel } from '../../models/language-model.js';
import type { Network, Order, Plan } from '../code/plan.js';
import { pytorchProgram } from '../code/pytorch.js';
import { typescriptProgram } from '../code/typescript.js';
import { define } from '../command.js';
import { UsageError } from '../failure.js';
import { modelPath } from '../model-path.js';
import { modelOfKind } from '../models.js';
import { choice, type ValuesOf, words } from '../settings/setting.js';
import { headOf, LEARNING_SETTINGS, MODEL_SETTINGS, orderOf, TEXT_DEFAULTS } from '../settings/training.js';
import { statSync } from 'node:fs';

const SETTINGS = {
  to: choice('--to <language>', 'the language of the program', ['pytorch', 'ts'], { fallback: 'pytorch' }),
  text: words('--text <sentence>', 'the sentence that the program learns'),
  ...MODEL_SETTINGS,
  ...LEARNING_SETTINGS,
};
type Values = ValuesOf<typeof SETTINGS>;

/** `unrolled code`: what a command does, as a program to go on with. */
export const codeCommand = define({
  name: 'code',
  summary: 'the same as a program for PyTorch or TypeScript',
  description:
    'Writes a program that does what the command does.\n\n' +
    '  unrolled code --text "if you want you"           the lesson, for PyTorch\n' +
    '  unrolled code book.txt --hidden 256 --to ts      learning a file, in TypeScript\n' +
    '  unrolled code book.safetensors                   loading a model and letting it write',
  arguments: [['[file]', 'a text to learn, a model, or the folder of a run']],
  settings: SETTINGS,
  run: ({ args: [file], values }) => {
    const plan = planOf(file, values);
    stdout.write(values.to === 'ts' ? typescriptProgram(plan) : pytorchProgram(plan));
  },
});

function planOf(file: string | undefined, values: Values): Plan {
  if (values.text !== undefined && file !== undefined)
    throw new UsageError('give a file or --text, not both');
  if (values.text !== undefined) return sentencePlan(values.text, values);
  if (file === undefined) {
    throw new UsageError('there is nothing to write a program about', {
      hint: 'unrolled code --text "if you want you", or unrolled code FILE',
    });
  }
  const isModel =
    file.endsWith('.safetensors') || (statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false);
  return isModel ? modelPlan(modelPath(file), values.to) : filePlan(file, values);
}

function sentencePlan(text: string, values: Values): Plan {
  const { order, vocabulary } = numbered(text, values.vocab);
  const { cell = 'rnn', hidden = vocabulary.size, layers = 1, epochs = 50, lr = 0.1, seed } = values;
  const network = { cell: known(cell), size: vocabulary.size, hiddenSize: hidden, numLayers: layers };
  const head = headOf(values.head, hidden, vocabulary.size);
  const units = graphemes(text);
  return { kind: 'sentence', text, units, order, network: { ...network, head }, epochs, lr, seed };
}

function filePlan(path: string, values: Values): Plan {
  const { order, vocabulary } = numbered(decodeUtf8(readFileBytes(path), path), values.vocab);
  const { cell = 'lstm', layers = 2, epochs = TEXT_DEFAULTS.epochs, lr = TEXT_DEFAULTS.lr, seed } = values;
  const { hidden = values.head === false ? vocabulary.size : 128 } = values;
  const { batch = 32, seqLength = 64, clip = 5 } = values;
  const network = { cell: known(cell), size: vocabulary.size, hiddenSize: hidden, numLayers: layers };
  const head = headOf(values.head, hidden, vocabulary.size);
  return {
    ...{ kind: 'file', path, order, network: { ...network, head } },
    ...{ epochs, lr, seed, batch, seqLength, clip },
  };
}

function modelPlan(path: string, to: Values['to']): Plan {
  const { cell, rnn, head, vocabulary, embedding } = modelOfKind(path, 'language-model');
  const { hiddenSize, numLayers } = rnn;
  if (to === 'pytorch' && (vocabulary.unit !== 'char' || embedding !== null)) {
    const what = embedding === null ? `${vocabulary.unit}s` : 'an embedding';
    throw new ValueError(
      `the PyTorch program is for models of one-hot characters, and this one has ${what}`,
      {
        hint: `its weights can be loaded by safetensors all the same; or: unrolled code ${path} --to ts`,
      },
    );
  }
  const network = { cell: known(cell), size: vocabulary.size, hiddenSize, numLayers, head: head !== null };
  return { kind: 'model', path, network, units: vocabulary.units };
}

/** Python's characters are code points: where ours are not, the dictionary is written out. */
function numbered(text: string, vocab: string): { order: Order; vocabulary: Vocabulary } {
  const order = orderOf(vocab);
  const vocabulary = Vocabulary.from(text, order);
  return { order: typeof order === 'object' ? { units: vocabulary.units } : order, vocabulary };
}

function known(cell: LanguageModel['cell']): Network['cell'] {
  if (cell !== 'mingru') return cell;
  throw new ValueError('PyTorch has no minimal GRU, so that there is no such program', {
    hint: 'take --cell rnn, lstm or gru',
  });
}
