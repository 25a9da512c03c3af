import { existsSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { stderr, stdout } from 'node:process';
import { decodeUtf8 } from '../../data/text.js';
import { Vocabulary } from '../../data/vocabulary.js';
import { ValueError } from '../../errors.js';
import { expectWritable, readFileBytes, writeFileAtomic } from '../../formats/platform-files.js';
import { LanguageModel } from '../../models/language-model.js';
import { manualSeed } from '../../tensor/generator.js';
import type { RunEvent } from '../../training/events.js';
import { trainSentence } from '../../training/sentence.js';
import { trainText } from '../../training/text.js';
import { define, OUTPUT } from '../command.js';
import { EXIT, UsageError } from '../failure.js';
import { choice, type ValuesOf, words } from '../settings/setting.js';
import { headOf, LEARNING_SETTINGS, MODEL_SETTINGS, orderOf } from '../settings/training.js';
import { terminalOf } from '../terminal.js';
import { lessonView } from '../views/python.js';
import { sentenceView } from '../views/sentence.js';
import { textView } from '../views/text.js';
import { jsonView, type View } from '../views/view.js';

const SETTINGS = {
  text: words('--text <sentence>', 'learn this sentence instead of a file'),
  ...MODEL_SETTINGS,
  ...LEARNING_SETTINGS,
  out: words('--out <model>', 'where to save the model', { note: 'file: NAME.safetensors', isPath: true }),
  format: choice(
    '--format <format>',
    "for people, or the lesson's own lines as Python prints them",
    ['people', 'lesson'],
    {
      fallback: 'people',
    },
  ),
  ...OUTPUT,
};
type TrainOptions = ValuesOf<typeof SETTINGS>;

/** `unrolled train`: a sentence, as in the lesson, or a text file. */
export const trainCommand = define({
  name: 'train',
  summary: 'learn a sentence or a text file, character by character',
  description:
    'Learns which character comes next.\n\n' +
    '  unrolled train --text "if you want you"          the lesson: one sentence, 50 epochs\n' +
    '  unrolled train book.txt --hidden 256             a file of any length, saved as book.safetensors',
  arguments: [['[file]', 'a UTF-8 text']],
  settings: SETTINGS,
  run: ({ args: [file], values }) => train(file, values),
});

async function train(file: string | undefined, options: TrainOptions): Promise<void> {
  const isSentence = options.text !== undefined;
  if (isSentence && file !== undefined) throw new UsageError('give a file or --text, not both');
  if (!isSentence && file === undefined) {
    throw new UsageError('there is nothing to learn', {
      hint: 'unrolled train --text "if you want you", or unrolled train FILE',
    });
  }
  const text = options.text ?? readText(file!);
  const out = options.out ?? (isSentence ? undefined : defaultOut(file!));
  if (text === '')
    throw isSentence ? new UsageError('the text is empty') : new ValueError(`${file!} is empty`);

  const vocabulary = Vocabulary.from(text, orderOf(options.vocab));
  const model = makeModel(vocabulary, options, isSentence);
  const view = viewFor(options, text, isSentence);
  const events = isSentence
    ? trainSentence(model, text, options)
    : trainText(model, text, { ...options, batchSize: options.batch });

  const save = (epoch: number): void => {
    if (out === undefined) return;
    writeFileAtomic(out, model.save());
    view({ v: 1, type: 'checkpoint', epoch, path: out });
  };
  // Before hours of work: can the model be written at all?
  if (out !== undefined) expectWritable(out);
  const interrupted = await run(events, (event) => {
    view(event);
    if (event.type === 'epoch' && !isSentence) save(event.epoch);
    if (event.type === 'done' && isSentence) save(event.epochs - 1);
  });
  if (!interrupted) return;
  if (out !== undefined) writeFileAtomic(out, model.save());
  stderr.write(`\nstopped${out === undefined ? '' : `; the model so far is in ${out}`}\n`);
  process.exitCode = EXIT.interrupted;
}

/** Takes events one after the other, letting signals through; true if the user stopped it. */
async function run(events: Iterable<RunEvent>, take: View): Promise<boolean> {
  const interrupt = new AbortController();
  const stop = (): void => {
    interrupt.abort();
  };
  // The first Ctrl-C ends the run after this step; the second, with no listener left, ends the process.
  process.once('SIGINT', stop);
  try {
    let breathed = performance.now();
    for (const event of events) {
      take(event);
      if (performance.now() - breathed > 50) {
        await new Promise((resolve) => setImmediate(resolve));
        breathed = performance.now();
      }
      if (interrupt.signal.aborted) return true;
    }
    return false;
  } finally {
    process.off('SIGINT', stop);
  }
}

function readText(file: string): string {
  if (!existsSync(file) && extname(file) === '') {
    throw new UsageError(`there is no file ${file}`, {
      hint: `to learn the words themselves: unrolled train --text "${file}"`,
    });
  }
  return decodeUtf8(readFileBytes(file), file);
}

function defaultOut(file: string): string {
  const out = `${basename(file, extname(file))}.safetensors`;
  if (existsSync(out)) {
    throw new UsageError(`${out} is there already`, {
      hint: `say --out ${out} to replace it, or another name`,
    });
  }
  return out;
}

function makeModel(vocabulary: Vocabulary, options: TrainOptions, isSentence: boolean): LanguageModel {
  const { head, seed } = options;
  const { cell = isSentence ? 'rnn' : 'lstm', layers = isSentence ? 1 : 2 } = options;
  const hiddenSize = options.hidden ?? (isSentence || head === false ? vocabulary.size : 128);
  manualSeed(seed);
  return new LanguageModel(vocabulary, {
    cell,
    hiddenSize,
    numLayers: layers,
    head: headOf(head, hiddenSize, vocabulary.size),
  });
}

function viewFor(options: TrainOptions, text: string, isSentence: boolean): View {
  const out = terminalOf(stdout, options.color);
  if (options.json) return jsonView(out.write);
  if (options.format === 'lesson') {
    if (!isSentence) throw new UsageError('--format lesson is for --text');
    return lessonView(out.write);
  }
  return isSentence ? sentenceView(out, text) : textView(out, terminalOf(stderr, options.color));
}
