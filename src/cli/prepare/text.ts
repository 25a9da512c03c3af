import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { Corpus } from '../../data/corpus.js';
import { textChunks } from '../../data/encoding.js';
import { Vocabulary } from '../../data/vocabulary.js';
import { ValueError } from '../../errors.js';
import { readFileBytes, readFileChunks } from '../../formats/platform-files.js';
import { generate } from '../../generation/sample.js';
import { LanguageModel } from '../../models/language-model.js';
import { Generator as RandomGenerator, manualSeed } from '../../tensor/generator.js';
import { TextTask } from '../../training/text-task.js';
import type { TrainValues } from '../commands/train.js';
import { UsageError } from '../failure.js';
import { modelPath } from '../model-path.js';
import type { Prepared } from '../run.js';
import { headOf, orderOf } from '../settings/training.js';

/** A text of any size, for a language model. */
export async function prepareText(path: string, values: TrainValues): Promise<Prepared> {
  const { model, corpus, sha256 } = await read(path, values);
  const { batch, val } = values;
  const task = new TextTask(model, corpus, { ...values, batchSize: batch, validation: val });
  // Dice of its own: what is written must not change what is learnt.
  const sample = (epoch: number): string =>
    generate(model, { length: values.sample, temperature: 0.8, generator: new RandomGenerator(epoch) });
  return { task, sha256, save: () => model.save(), ...(values.sample > 0 && { sample }) };
}

interface Data {
  readonly model: LanguageModel;
  readonly corpus: Corpus;
  readonly sha256: string;
}

async function read(path: string, values: TrainValues): Promise<Data> {
  const hash = createHash('sha256');
  const parts = function* (): Generator<string> {
    for (const text of textChunks(readFileChunks(path), path)) {
      hash.update(text);
      yield text;
    }
  };
  // No unit is less than a byte of the file.
  const bytes = statSync(path, { throwIfNoEntry: false })?.size;
  const { initFrom, tokens: unit, unknown, minCount, vocab, seed } = values;
  if (initFrom !== undefined) {
    const model = loaded(initFrom, values);
    const corpus = await Corpus.fromChunks(parts(), model.vocabulary.withUnknown(unknown), bytes);
    return { model, corpus, sha256: hash.digest('hex') };
  }
  const order = orderOf(vocab);
  const vocabulary = await Vocabulary.fromChunks(parts(), { order, unit, unknown, minCount });
  if (vocabulary.size === 0 || (unit === 'byte' && readFileChunks(path).next().done === true)) {
    throw new ValueError(`${path} is empty`);
  }
  const corpus = await Corpus.fromChunks(textChunks(readFileChunks(path), path), vocabulary, bytes);
  const { cell = 'lstm', dropout, tieWeights } = values;
  const numLayers = values.layers ?? 2;
  const hiddenSize = values.hidden ?? (values.head === false ? vocabulary.size : 128);
  const head = headOf(values.head, hiddenSize, vocabulary.size);
  const embeddingSize = values.embedding ?? (tieWeights ? hiddenSize : undefined);
  manualSeed(seed);
  const sizes = { cell, hiddenSize, numLayers, dropout, embeddingSize, tieWeights };
  const model = new LanguageModel(vocabulary, { ...sizes, head: head || tieWeights });
  return { model, corpus, sha256: hash.digest('hex') };
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
