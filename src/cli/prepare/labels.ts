import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { Vocabulary } from '../../data/vocabulary.js';
import { classificationMetrics } from '../../evaluation/classification.js';
import { readFileBytes } from '../../formats/platform-files.js';
import { Classifier } from '../../models/classifier.js';
import { readLabelled } from '../../tables/labelled.js';
import { manualSeed } from '../../tensor/generator.js';
import { LabelTask } from '../../training/label-task.js';
import type { TrainValues } from '../commands/train.js';
import { modelPath } from '../model-path.js';
import type { Prepared } from '../run.js';
import { orderOf } from '../settings/training.js';
import { confusionTable } from '../views/comparison.js';
import { wholeFile } from './kind.js';

/** Labelled texts, for a classifier. */
export function prepareLabels(path: string, values: TrainValues): Prepared {
  const { textColumn, labelColumn, tokens: unit, minCount, vocab, seed, val, batch, bidirectional } = values;
  const { text, bytes } = wholeFile(path);
  const format = extname(path).toLowerCase() === '.jsonl' ? 'jsonl' : 'csv';
  const data = readLabelled(text, { format, text: textColumn, label: labelColumn, name: path });
  manualSeed(seed);
  const model =
    values.initFrom === undefined
      ? new Classifier(
          Vocabulary.from(data.map((row) => row.text).join('\n'), {
            ...{ order: orderOf(vocab), unit, minCount },
            // A letter that was never seen is no reason to say nothing about a text.
            unknown: values.unknown === 'error' ? 'skip' : values.unknown,
          }),
          [...new Set(data.map(({ label }) => label))].sort(),
          {
            ...{ cell: values.cell, hiddenSize: values.hidden, numLayers: values.layers },
            ...{ bidirectional, embeddingSize: values.embedding, dropout: values.dropout },
          },
        )
      : Classifier.load(readFileBytes(modelPath(values.initFrom)));
  const task = new LabelTask(model, data, { batchSize: batch, validation: val, seed });
  const report = (): string => {
    if (task.heldOut.length === 0) return '';
    const given = task.heldOut.map((row) => model.predict(row.text)[0].label);
    return confusionTable(
      classificationMetrics(
        task.heldOut.map(({ label }) => label),
        given,
        model.labels,
      ),
    );
  };
  return { task, save: () => model.save(), report, sha256: createHash('sha256').update(bytes).digest('hex') };
}
