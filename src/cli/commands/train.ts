import { stderr, stdout } from 'node:process';
import { Vocabulary } from '../../data/vocabulary.js';
import { expectWritable, writeFileAtomic } from '../../formats/platform-files.js';
import { LanguageModel } from '../../models/language-model.js';
import { manualSeed } from '../../tensor/generator.js';
import { RunFolder } from '../../training/platform-run-folder.js';
import { trainSentence } from '../../training/sentence.js';
import { define, OUTPUT } from '../command.js';
import { UsageError } from '../failure.js';
import { interruptible } from '../interrupt.js';
import { choice, number, type ValuesOf, words, yes } from '../settings/setting.js';
import { TASK_SETTINGS } from '../settings/tasks.js';
import { headOf, LEARNING_SETTINGS, MODEL_SETTINGS, orderOf } from '../settings/training.js';
import { terminalOf } from '../terminal.js';
import { trainFiles } from '../run.js';
import { RUNS_SETTING, runPath } from '../run-path.js';
import { withPlot } from '../views/plot.js';
import { lessonView } from '../views/python.js';
import { sentenceView } from '../views/sentence.js';
import { textView } from '../views/text.js';
import { jsonView, type View } from '../views/view.js';

const SETTINGS = {
  text: words('--text <sentence>', 'learn this sentence instead of a file'),
  ...MODEL_SETTINGS,
  ...LEARNING_SETTINGS,
  ...TASK_SETTINGS,
  runs: RUNS_SETTING,
  resume: words('--resume <run>', 'go on with this run: its folder, the start of its name, or latest', {
    isPath: true,
  }),
  initFrom: words('--init-from <model>', 'file: start from the weights and units of this model', {
    isPath: true,
  }),
  checkpointEvery: number('--checkpoint-every <seconds>', 'file: how often to save within an epoch', {
    fallback: 60,
  }),
  out: words('--out <model>', 'where to save the model besides', { isPath: true }),
  plot: yes('--plot', 'draw the losses at the end', { fallback: false }),
  format: choice(
    '--format <format>',
    "for people, or the lesson's own lines as Python prints them",
    ['people', 'lesson'],
    { fallback: 'people' },
  ),
  ...OUTPUT,
};

/** The values of `unrolled train`. */
export type TrainValues = ValuesOf<typeof SETTINGS>;

/** `unrolled train`: a sentence, as in the lesson, or a text file. */
export const trainCommand = define({
  name: 'train',
  summary: 'learn a sentence, a text, a table or labelled texts',
  description:
    'Learns what comes next in a text or a time series, or what a text is.\n\n' +
    '  unrolled train --text "if you want you"          the lesson: one sentence, 50 epochs\n' +
    '  unrolled train book.txt --hidden 256             a file of any length; the run is saved in runs/TIME-book\n' +
    '  unrolled train prices.csv --target close         a forecaster, beside naive forecasts\n' +
    '  unrolled train reviews.csv                       a classifier, of a table with a text and a label a row\n' +
    '  unrolled train names/                            a classifier, of .txt files that are named after their labels\n' +
    '  unrolled train pairs.tsv                         a translator, of pairs with a tab between\n' +
    '  unrolled train --resume runs/TIME-book           goes on with it, as if it had never stopped',
  arguments: [
    [
      '[files...]',
      'a text, a table (.csv), pairs (.tsv), one JSON object a line (.jsonl), .txt files by label or their folder; - reads a pipe',
    ],
  ],
  settings: SETTINGS,
  remembered: ({ resume, text, runs }) => {
    if (resume === undefined || text !== undefined) return null;
    const path = runPath(resume, runs);
    return { path, values: settingsIn(RunFolder.configOf(path)) };
  },
  run: ({ args, values }) =>
    train(
      args.filter((file) => file !== undefined),
      values,
    ),
});

const settingsIn = (config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  (config.settings ?? {}) as Readonly<Record<string, unknown>>;

async function train(files: readonly string[], values: TrainValues): Promise<void> {
  const { text, resume, source, targetFile } = values;
  const isNamed = files.length > 0 || source !== undefined || targetFile !== undefined;
  if (text !== undefined && files.length > 0) throw new UsageError('give a file or --text, not both');
  if (text !== undefined && resume !== undefined)
    throw new UsageError('--resume is for runs on a file, not for --text');
  if (text === undefined && !isNamed && resume === undefined) {
    throw new UsageError('there is nothing to learn', {
      hint: 'unrolled train --text "if you want you", or unrolled train FILE',
    });
  }
  if (text !== undefined) await trainText(text, values);
  else {
    const { runs, initFrom } = values;
    const pathOf = (named: string | undefined) => (named === undefined ? undefined : runPath(named, runs));
    const paths = { resume: pathOf(resume), initFrom: pathOf(initFrom) };
    await trainFiles(files, { ...values, ...paths }, fileView(values));
  }
}

/** The lesson. */
async function trainText(text: string, values: TrainValues): Promise<void> {
  if (text === '') throw new UsageError('the text is empty');
  const { cell = 'rnn', layers = 1, seed, out } = values;
  const vocabulary = Vocabulary.from(text, orderOf(values.vocab));
  const hiddenSize = values.hidden ?? vocabulary.size;
  const head = headOf(values.head, hiddenSize, vocabulary.size);
  manualSeed(seed);
  const model = new LanguageModel(vocabulary, { cell, hiddenSize, numLayers: layers, head });
  const view = sentenceViewFor(values, text);
  // Before any work: can the model be written at all?
  if (out !== undefined) expectWritable(out);
  const stopped = await interruptible(
    trainSentence(model, text, { epochs: values.epochs, lr: values.lr, seed }),
    (event) => {
      view(event);
      if (event.type !== 'done' || out === undefined) return;
      writeFileAtomic(out, model.save());
      view({ v: 1, type: 'checkpoint', epoch: event.epochs - 1, path: out });
    },
  );
  if (stopped === null) return;
  if (out !== undefined) writeFileAtomic(out, model.save());
  stderr.write(`\n${stopped.why}${out === undefined ? '' : `; the model so far is in ${out}`}\n`);
  process.exitCode = stopped.exit;
}

function sentenceViewFor(values: TrainValues, text: string): View {
  const out = terminalOf(stdout, values.color);
  if (values.json) return jsonView(out.write);
  if (values.format === 'lesson') return lessonView(out.write);
  const view = sentenceView(out, text);
  return values.plot ? withPlot(view, out) : view;
}

function fileView(values: TrainValues): View {
  const out = terminalOf(stdout, values.color);
  if (values.json) return jsonView(out.write);
  if (values.format === 'lesson') throw new UsageError('--format lesson is for --text');
  const view = textView(out, terminalOf(stderr, values.color));
  return values.plot ? withPlot(view, out) : view;
}
