import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { Corpus } from '../../data/corpus.js';
import { textChunks } from '../../data/encoding.js';
import { Vocabulary } from '../../data/vocabulary.js';
import { ValueError } from '../../errors.js';
import { readFileChunks } from '../../formats/platform-files.js';
import { generate } from '../../generation/sample.js';
import { LanguageModel } from '../../models/language-model.js';
import { Generator as RandomGenerator, manualSeed } from '../../tensor/generator.js';
import { TextTask } from '../../training/text-task.js';
import type { TrainValues } from '../commands/train.js';
import { modelToStartFrom } from '../models.js';
import type { Prepared } from '../run.js';
import { headOf, orderOf } from '../settings/training.js';

/** A text of any size, for a language model. */
export async function prepareText(path: string, values: TrainValues): Promise<Prepared> {
  const { model, corpus, sha256 } = await read(path, values);
  const { batch, seqLength, val } = values;
  const task = new TextTask(model, corpus, { batchSize: batch, seqLength, validation: val });
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
    for (const text of textChunks(readFileChunks(path), path, values.encoding)) {
      hash.update(text);
      yield text;
    }
  };
  // No unit is less than a byte of the file.
  const bytes = statSync(path, { throwIfNoEntry: false })?.size;
  const { initFrom, tokens: unit, unknown, minCount, vocab, seed } = values;
  if (initFrom !== undefined) {
    manualSeed(seed);
    const model = modelToStartFrom(initFrom, 'language-model', values);
    const corpus = await Corpus.fromChunks(parts(), model.vocabulary.withUnknown(unknown), bytes);
    return { model, corpus, sha256: hash.digest('hex') };
  }
  const order = orderOf(vocab);
  const vocabulary = await Vocabulary.fromChunks(parts(), { order, unit, unknown, minCount });
  if (vocabulary.size === 0 || (unit === 'byte' && readFileChunks(path).next().done === true)) {
    throw new ValueError(`${path} is empty`);
  }
  const corpus = await Corpus.fromChunks(
    textChunks(readFileChunks(path), path, values.encoding),
    vocabulary,
    bytes,
  );
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
