import { Vocabulary } from '../../data/vocabulary.js';
import { evaluateTranslator } from '../../evaluation/translation.js';
import { Translator } from '../../models/translator.js';
import { manualSeed } from '../../tensor/generator.js';
import type { TranslationEvent } from '../../training/events.js';
import { PairTask } from '../../training/pair-task.js';
import type { TrainValues } from '../commands/train.js';
import { modelToStartFrom } from '../models.js';
import type { Prepared } from '../run.js';
import { orderOf } from '../settings/training.js';
import { readPairFiles } from './pair-files.js';

/** Translations take a while: so many of what is held out are measured. */
const MEASURED = 500;

/** Pairs of texts, for a translator. */
export function preparePairs(paths: readonly string[], values: TrainValues): Prepared {
  const { tokens: unit, minCount, vocab, seed, val, batch } = values;
  const { pairs, sha256, notes } = readPairFiles(paths, values);
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
      : modelToStartFrom(values.initFrom, 'translator', values);
  const task = new PairTask(model, pairs, { batchSize: batch, validation: val, seed });
  const evaluate = (): TranslationEvent => {
    const { count, exact, errorRate } = evaluateTranslator(model, task.heldOut.slice(0, MEASURED));
    return { v: 1, type: 'evaluation', task: 'translate', count, exact, errorRate };
  };
  return { task, sha256, notes, save: () => model.save(), ...(task.heldOut.length > 0 && { evaluate }) };
}
