import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { stderr } from 'node:process';
import { Corpus } from '../data/corpus.js';
import { textChunks } from '../data/text.js';
import { Vocabulary } from '../data/vocabulary.js';
import { ValueError } from '../errors.js';
import { expectWritable, readFileBytes, readFileChunks, writeFileAtomic } from '../formats/platform-files.js';
import { LanguageModel } from '../models/language-model.js';
import { manualSeed } from '../tensor/generator.js';
import { type RunConfig, RunFolder, runName } from '../training/platform-run-folder.js';
import { TextTask } from '../training/text-task.js';
import { Trainer } from '../training/trainer.js';
import type { TrainValues } from './commands/train.js';
import { EXIT, UsageError } from './failure.js';
import { interruptible } from './interrupt.js';
import { modelPath } from './model-path.js';
import { headOf, orderOf } from './settings/training.js';
import type { View } from './views/view.js';

/** What may be another when a run goes on; all else makes it another run. */
const CHANGEABLE = [
  'epochs',
  'lr',
  'checkpointEvery',
  'out',
  'format',
  'json',
  'color',
  'resume',
  'runs',
  'text',
];

/** A text file as data: its units, and by which fingerprint it is known again. */
interface Data {
  readonly path: string;
  readonly sha256: string;
  readonly model: LanguageModel;
  readonly corpus: Corpus;
}

/** Learns a text file in a run folder, a new one or an earlier one. */
export async function trainFile(file: string | undefined, values: TrainValues, view: View): Promise<void> {
  const { resume, out } = values;
  const earlier = resume === undefined ? null : RunFolder.configOf(resume);
  const path = file ?? String(earlier?.file);
  if (earlier !== null) expectSame(earlier, values);
  // Before hours of work: can the model be written at all?
  if (out !== undefined) expectWritable(out);
  const data = await read(path, values);
  if (earlier !== null && earlier.sha256 !== data.sha256) {
    throw new ValueError(`${path} is not the text that the run in ${resume!} learns`, {
      hint: `to learn another text from where the run stands: unrolled train ${path} --init-from ${resume!}`,
    });
  }
  const { batch, clip = 5, patience, checkpointEvery } = values;
  const task = new TextTask(data.model, data.corpus, { ...values, batchSize: batch, validation: values.val });
  const trainer = new Trainer(task, {
    ...{ ...values, patience, clip: clip === 0 ? Infinity : clip },
    progressEvery: Math.min(500, 1000 * checkpointEvery),
  });
  const folder = resume === undefined ? newFolder(path, data, values) : RunFolder.resume(resume);
  try {
    if (folder.hasState) trainer.restore(folder.state(), changedRate(earlier, values));
    if (resume !== undefined)
      for (const event of RunFolder.eventsOf(folder.path)) if (event.type !== 'done') view(event);
    await follow(trainer, data.model, folder, view, { out, everyMs: 1000 * checkpointEvery });
  } finally {
    folder.close();
  }
}

async function follow(
  trainer: Trainer,
  model: LanguageModel,
  folder: RunFolder,
  view: View,
  { out, everyMs }: { readonly out: string | undefined; readonly everyMs: number },
): Promise<void> {
  let saved = performance.now();
  const save = (): void => {
    folder.checkpoint(trainer, () => model.save());
    saved = performance.now();
  };
  const stopped = await interruptible(trainer.run(), (event) => {
    view(event);
    folder.append(event);
    if (event.type === 'epoch' || (event.type === 'progress' && performance.now() - saved >= everyMs)) save();
  });
  if (stopped !== null) {
    save();
    stderr.write(`\nstopped; to go on: unrolled train --resume ${folder.path}\n`);
    process.exitCode = EXIT[stopped];
    return;
  }
  if (out !== undefined) {
    writeFileAtomic(
      out,
      trainer.withBest(() => model.save()),
    );
  }
  view({ v: 1, type: 'checkpoint', epoch: trainer.epoch - 1, path: out ?? folder.path });
}

function newFolder(path: string, { sha256 }: Data, values: TrainValues): RunFolder {
  const name = join(values.runs, runName(basename(path, extname(path))));
  const free = (attempt: number): string => (attempt === 1 ? name : `${name}-${attempt}`);
  let attempt = 1;
  while (existsSync(free(attempt))) attempt += 1;
  const settings = Object.fromEntries(
    Object.entries(values).filter(([key, value]) => value !== undefined && key !== 'resume'),
  );
  const config: RunConfig = { version: 1, command: 'train', file: resolve(path), sha256, settings };
  return RunFolder.create(free(attempt), config);
}

/** @throws UsageError that names what differs from the run to go on with */
function expectSame(earlier: RunConfig, values: TrainValues): void {
  const before = (earlier.settings ?? {}) as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(values)) {
    if (CHANGEABLE.includes(name) || JSON.stringify(before[name]) === JSON.stringify(value)) continue;
    throw new UsageError(`the run was started with ${name} ${shown(before[name])}, not ${shown(value)}`, {
      hint: 'a run goes on as it began; only epochs, lr and output may change',
    });
  }
  const isScheduled = values.schedule !== 'constant';
  if (isScheduled && before.lr !== values.lr) {
    throw new UsageError(
      `the schedule '${values.schedule}' sets the learning rate: it cannot be changed on the way`,
    );
  }
}

const shown = (value: unknown): string => (value === undefined ? 'left to itself' : JSON.stringify(value));

function changedRate(earlier: RunConfig | null, { lr }: TrainValues): { readonly lr?: number } {
  const before = ((earlier?.settings ?? {}) as Readonly<Record<string, unknown>>).lr;
  return before === lr || lr === undefined ? {} : { lr };
}

async function read(path: string, values: TrainValues): Promise<Data> {
  if (!existsSync(path) && extname(path) === '') {
    throw new UsageError(`there is no file ${path}`, {
      hint: `to learn the words themselves: unrolled train --text "${path}"`,
    });
  }
  const hash = createHash('sha256');
  const parts = function* (): Generator<string> {
    for (const text of textChunks(readFileChunks(path), path)) {
      hash.update(text);
      yield text;
    }
  };
  const { initFrom, tokens: unit, unknown, minCount, vocab, seed } = values;
  if (initFrom !== undefined) {
    const model = loaded(initFrom, values);
    const corpus = await Corpus.fromChunks(parts(), model.vocabulary.withUnknown(unknown));
    return { path, sha256: hash.digest('hex'), model, corpus };
  }
  const order = orderOf(vocab);
  const vocabulary = await Vocabulary.fromChunks(parts(), { order, unit, unknown, minCount });
  if (vocabulary.size === 0 || (unit === 'byte' && readFileChunks(path).next().done === true)) {
    throw new ValueError(`${path} is empty`);
  }
  const corpus = await Corpus.fromChunks(textChunks(readFileChunks(path), path), vocabulary);
  const { cell = 'lstm', dropout } = values;
  const numLayers = values.layers ?? 2;
  const hiddenSize = values.hidden ?? (values.head === false ? vocabulary.size : 128);
  const head = headOf(values.head, hiddenSize, vocabulary.size);
  manualSeed(seed);
  const model = new LanguageModel(vocabulary, { cell, hiddenSize, numLayers, head, dropout });
  return { path, sha256: hash.digest('hex'), model, corpus };
}

/** A model to start from, with its units; sizes that are asked for must be its own. */
function loaded(path: string, values: TrainValues): LanguageModel {
  manualSeed(values.seed);
  const model = LanguageModel.load(readFileBytes(modelPath(path)));
  const own = { cell: model.cell, hidden: model.rnn.hiddenSize, layers: model.rnn.numLayers };
  for (const [name, value] of Object.entries(own)) {
    const asked = values[name as keyof typeof own];
    if (asked === undefined || asked === value) continue;
    throw new UsageError(`the model in ${path} has ${name} ${value}, not ${asked}`, {
      hint: `--init-from keeps the sizes and units of the model; leave --${name} out`,
    });
  }
  return model;
}
