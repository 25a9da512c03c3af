import { existsSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { stderr, stdout } from 'node:process';
import { Command, Option } from 'commander';
import { decodeUtf8 } from '../../data/text.js';
import { Vocabulary, type VocabularyOrder } from '../../data/vocabulary.js';
import { ValueError } from '../../errors.js';
import { expectWritable, readFileBytes, writeFileAtomic } from '../../formats/platform-files.js';
import { CELLS, type CellName, LanguageModel } from '../../models/language-model.js';
import { manualSeed } from '../../tensor/generator.js';
import type { RunEvent } from '../../training/events.js';
import { trainSentence } from '../../training/sentence.js';
import { trainText } from '../../training/text.js';
import { EXIT, UsageError } from '../failure.js';
import { number, whole } from '../options.js';
import { type ColorChoice, terminalOf } from '../terminal.js';
import { lessonView } from '../views/python.js';
import { sentenceView } from '../views/sentence.js';
import { textView } from '../views/text.js';
import { jsonView, type View } from '../views/view.js';

interface TrainOptions {
  readonly text?: string;
  readonly cell: CellName;
  readonly hidden?: number;
  readonly layers: number;
  readonly head?: boolean;
  readonly lr?: number;
  readonly epochs?: number;
  readonly batch?: number;
  readonly seqLength?: number;
  readonly clip?: number;
  readonly seed: number;
  readonly vocab: string;
  readonly out?: string;
  readonly format: 'people' | 'lesson';
  readonly json?: boolean;
  readonly color: ColorChoice;
}

/** `unrolled train`: a sentence, as in the lesson, or a text file. */
export function trainCommand(): Command {
  return new Command('train')
    .summary('learn a sentence or a text file, character by character')
    .description(
      'Learns which character comes next.\n\n' +
        '  unrolled train --text "if you want you"          the lesson: one sentence, 50 epochs\n' +
        '  unrolled train book.txt --hidden 256             a file of any length, saved as book.safetensors',
    )
    .argument('[file]', 'a UTF-8 text')
    .option('--text <sentence>', 'learn this sentence instead of a file')
    .addOption(new Option('--cell <cell>', 'recurrent cell').choices([...CELLS]).default('rnn'))
    .option('--hidden <units>', 'hidden units (default: as many as characters; file: 128)', whole(1))
    .option('--layers <layers>', 'recurrent layers', whole(1), 1)
    .option('--head', 'linear layer from hidden units to characters (default: where sizes differ)')
    .option('--no-head', 'use the hidden units as they are')
    .option('--lr <rate>', 'learning rate of Adam (default: 0.1; file: 0.002)', number(0))
    .option('--epochs <epochs>', 'passes over the text (default: 50; file: 10)', whole(0))
    .option('--batch <streams>', 'file: streams side by side (default: 32)', whole(1))
    .option('--seq-length <steps>', 'file: steps through which gradients flow (default: 64)', whole(1))
    .option('--clip <norm>', 'file: greatest length of the gradient (default: 5)', number(0))
    .option('--seed <seed>', 'where random numbers start', whole(0), 0)
    .option('--vocab <order>', 'first (appearance), sorted, or the characters themselves in order', 'first')
    .option('--out <model>', 'where to save the model (file: NAME.safetensors)')
    .addOption(
      new Option('--format <format>', "for people, or the lesson's own lines as Python prints them")
        .choices(['people', 'lesson'])
        .default('people'),
    )
    .option('--json', 'one event a line, as JSON')
    .addOption(new Option('--color <when>').choices(['auto', 'always', 'never']).default('auto'))
    .action(train);
}

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

function orderOf(vocab: string): VocabularyOrder {
  return vocab === 'first' || vocab === 'sorted' ? vocab : { characters: vocab };
}

function makeModel(vocabulary: Vocabulary, options: TrainOptions, isSentence: boolean): LanguageModel {
  const { cell, layers, head, seed } = options;
  const hiddenSize = options.hidden ?? (isSentence || head === false ? vocabulary.size : 128);
  if (head === false && hiddenSize !== vocabulary.size) {
    throw new UsageError(
      `--no-head needs as many hidden units as characters: ${vocabulary.size}, not --hidden ${hiddenSize}`,
    );
  }
  manualSeed(seed);
  return new LanguageModel(vocabulary, { cell, hiddenSize, numLayers: layers, head });
}

function viewFor(options: TrainOptions, text: string, isSentence: boolean): View {
  const out = terminalOf(stdout, options.color);
  if (options.json === true) return jsonView(out.write);
  if (options.format === 'lesson') {
    if (!isSentence) throw new UsageError('--format lesson is for --text');
    return lessonView(out.write);
  }
  return isSentence ? sentenceView(out, text) : textView(out, terminalOf(stderr, options.color));
}
