import { Vocabulary } from '../../data/vocabulary.js';
import { classificationMetrics } from '../../evaluation/classification.js';
import { Classifier } from '../../models/classifier.js';
import { manualSeed } from '../../tensor/generator.js';
import type { ClassificationEvent } from '../../training/events.js';
import { LabelTask } from '../../training/label-task.js';
import type { TrainValues } from '../commands/train.js';
import { modelToStartFrom } from '../models.js';
import type { Prepared } from '../run.js';
import { orderOf } from '../settings/training.js';
import { readLabelledFiles } from './labelled-files.js';

/** Labelled texts, for a classifier. */
export function prepareLabels(paths: readonly string[], values: TrainValues): Prepared {
  const { tokens: unit, minCount, vocab, seed, val, batch, bidirectional } = values;
  const { data, sha256, about } = readLabelledFiles(paths, values);
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
      : modelToStartFrom(values.initFrom, 'classifier', values);
  const task = new LabelTask(model, data, { batchSize: batch, validation: val, seed });
  const evaluate = (): ClassificationEvent => {
    const truth = task.heldOut.map(({ label }) => label);
    const given = task.heldOut.map(({ text }) => model.predict(text)[0].label);
    const { accuracy, baseline, count, labels, confusion, classes } = classificationMetrics(
      truth,
      given,
      model.labels,
    );
    return {
      ...{ v: 1, type: 'evaluation', task: 'classify', accuracy, baseline, count },
      ...{ labels, confusion, classes },
    };
  };
  return {
    ...{ task, sha256, notes: [about], save: () => model.save() },
    ...(task.heldOut.length > 0 && { evaluate }),
  };
}
