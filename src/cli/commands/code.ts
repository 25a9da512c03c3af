import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stdout } from 'node:process';
import { graphemes } from '../../data/graphemes.js';
import { decodeUtf8 } from '../../data/text.js';
import { Vocabulary } from '../../data/vocabulary.js';
import { ValueError } from '../../errors.js';
import { isFolder, readFileBytes } from '../../formats/platform-files.js';
import { LanguageModel } from '../../models/language-model.js';
import type { Network, Order, Plan, TaskPlan, UsePlan } from '../code/plan.js';
import { pytorchProgram } from '../code/pytorch.js';
import { pytorchModel } from '../code/pytorch-model.js';
import { isInPytorch, type LabelNames, pytorchLabels } from '../code/pytorch-labels.js';
import { taskPlan } from '../code/task-plan.js';
import { typescriptProgram } from '../code/typescript.js';
import { define } from '../command.js';
import { UsageError } from '../failure.js';
import { modelPath } from '../model-path.js';
import { anyModel, kindOfModel } from '../models.js';
import { readLabelledTable } from '../../tables/labelled.js';
import { kindOf, wholeFile } from '../prepare/kind.js';
import { namedFiles } from '../prepare/pair-files.js';
import { RUNS_SETTING, runPath } from '../run-path.js';
import { choice, type ValuesOf, words } from '../settings/setting.js';
import { TASK_SETTINGS } from '../settings/tasks.js';
import { headOf, LEARNING_SETTINGS, MODEL_SETTINGS, orderOf, TASK_DEFAULTS } from '../settings/training.js';

const SETTINGS = {
  to: choice('--to <language>', 'the language of the program', ['pytorch', 'ts'], { fallback: 'pytorch' }),
  text: words('--text <sentence>', 'the sentence that the program learns'),
  ...MODEL_SETTINGS,
  ...LEARNING_SETTINGS,
  ...TASK_SETTINGS,
  runs: RUNS_SETTING,
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
    '  unrolled code prices.csv --target close --to ts  a table, labels or pairs, in TypeScript\n' +
    '  unrolled code book.safetensors                   a model of any kind, loaded and asked',
  arguments: [['[files...]', 'what `unrolled train` would learn, a model, or the folder of a run']],
  settings: SETTINGS,
  run: ({ args, values }) => {
    const plan = planOf(
      args.filter((file) => file !== undefined),
      values,
    );
    if (values.to === 'ts') stdout.write(typescriptProgram(plan));
    else if ('task' in plan && isInPytorch(plan)) stdout.write(pytorchLabels(plan, labelNames(plan)));
    else if ('task' in plan) throw notInPytorch(plan);
    else if (plan.kind === 'use') stdout.write(pytorchModel(anyModel(plan.path), plan.path));
    else stdout.write(pytorchProgram(plan));
  },
});

function planOf(named: readonly string[], values: Values): Plan | TaskPlan | UsePlan {
  if (values.text !== undefined && named.length > 0) throw new UsageError('give a file or --text, not both');
  if (values.text !== undefined) return sentencePlan(values.text, values);
  const files = namedFiles(named, values);
  if (files.length === 0) {
    throw new UsageError('there is nothing to write a program about', {
      hint: 'unrolled code --text "if you want you", or unrolled code FILE',
    });
  }
  const path = runPath(files[0], values.runs);
  const isRun = isFolder(path) && existsSync(join(path, 'config.json'));
  if (path.endsWith('.safetensors') || isRun) return modelPlan(modelPath(path));
  const kind = kindOf(files, values);
  if (kind === 'text' && isPlain(values)) return filePlan(path, values);
  return taskPlan(kind, files, values);
}

/** Whether a text is learnt as the program with a loop of its own does it. */
const isPlain = (values: Values): boolean => {
  const { cell, dropout, tokens, embedding, tieWeights, optimizer, schedule, patience, minCount, unknown } =
    values;
  const isOfLetters = tokens === 'char' && minCount === 1 && unknown === 'error';
  const isOneHot = embedding === undefined && !tieWeights && dropout === 0 && cell !== 'mingru';
  const isSteady = optimizer === 'adam' && schedule === 'constant' && patience === undefined;
  return isOfLetters && isOneHot && isSteady && values.clip !== 0 && values.encoding === undefined;
};

/** What the columns are called, which Python reads by name. @throws UsageError where the table has no names */
function labelNames(plan: TaskPlan): LabelNames {
  const [path] = plan.paths;
  const { text, label, hasNames } = readLabelledTable(wholeFile(path).text, {
    ...plan.reading,
    format: plan.reading.format === 'jsonl' ? 'jsonl' : 'csv',
    name: path,
  });
  if (hasNames) return { text, label };
  throw new UsageError('the PyTorch program reads columns by name, and these have none', {
    hint: 'put a line such as text,label above them; or --to ts',
  });
}

const WHAT = {
  text: 'a text with these settings',
  labels: 'labels like these',
  pairs: 'pairs',
  table: 'a table',
};

const notInPytorch = (plan: TaskPlan): UsageError =>
  new UsageError(
    `there is no PyTorch program for ${WHAT[plan.kind]}: there is for sentences, for texts and labelled texts by character, and for models`,
    { hint: '--to ts writes the program of ours' },
  );

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
  const { text } = TASK_DEFAULTS;
  const { cell = 'lstm', layers = 2, epochs = text.epochs, lr = text.lr, seed, val } = values;
  const { hidden = values.head === false ? vocabulary.size : 128 } = values;
  const { batch = 32, seqLength = 64, clip = 5 } = values;
  const network = { cell: known(cell), size: vocabulary.size, hiddenSize: hidden, numLayers: layers };
  const head = headOf(values.head, hidden, vocabulary.size);
  return {
    ...{ kind: 'file', path, order, network: { ...network, head } },
    ...{ epochs, lr, seed, batch, seqLength, clip, val },
  };
}

const modelPlan = (path: string): UsePlan => ({ kind: 'use', path, of: kindOfModel(anyModel(path)) });

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
