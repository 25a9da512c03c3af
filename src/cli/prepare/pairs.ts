import { createHash } from 'node:crypto';
import { Vocabulary } from '../../data/vocabulary.js';
import { evaluateTranslator } from '../../evaluation/translation.js';
import { readFileBytes } from '../../formats/platform-files.js';
import { Translator } from '../../models/translator.js';
import { readPairs } from '../../tables/pairs.js';
import { manualSeed } from '../../tensor/generator.js';
import { PairTask } from '../../training/pair-task.js';
import type { TrainValues } from '../commands/train.js';
import { modelPath } from '../model-path.js';
import type { Prepared } from '../run.js';
import { orderOf } from '../settings/training.js';
import { translationTable } from '../views/comparison.js';
import { wholeFile } from './kind.js';

/** Pairs of texts, for a translator. */
export function preparePairs(path: string, values: TrainValues): Prepared {
  const { tokens: unit, minCount, vocab, seed, val, batch } = values;
  const { text, bytes } = wholeFile(path);
  const pairs = readPairs(text, { name: path });
  manualSeed(seed);
  const vocabularyOf = (texts: readonly string[]): Vocabulary =>
    Vocabulary.from(texts.join('\n'), {
      ...{ order: orderOf(vocab), unit, minCount },
      unknown: values.unknown === 'error' ? 'skip' : values.unknown,
    });
  const model =
    values.initFrom === undefined
      ? new Translator(
          vocabularyOf(pairs.map(({ source }) => source)),
          vocabularyOf(pairs.map(({ target }) => target)),
          {
            ...{ cell: values.cell, hiddenSize: values.hidden, numLayers: values.layers },
            ...{ embeddingSize: values.embedding, dropout: values.dropout },
          },
        )
      : Translator.load(readFileBytes(modelPath(values.initFrom)));
  const task = new PairTask(model, pairs, { batchSize: batch, validation: val, seed });
  const report = (): string =>
    task.heldOut.length === 0 ? '' : translationTable(evaluateTranslator(model, task.heldOut.slice(0, 500)));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { task, sha256, save: () => model.save(), report };
}
