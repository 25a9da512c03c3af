import { ValueError } from '../errors.js';
import type { Classifier } from '../models/classifier.js';
import { CrossEntropyLoss } from '../nn/cross-entropy-loss.js';
import { readOptions, type Schema } from '../options.js';
import { tensor } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import type { StartEvent } from './events.js';
import { isReadable, leftOut, plainText } from './readable.js';
import { shuffledBatches, splitByLot } from './shuffled.js';
import { parametersOf } from './start.js';
import type { Batch, Outcome, Task } from './task.js';

/** A text and what it is. */
export interface Labelled {
  readonly text: string;
  readonly label: string;
}

/** How a classifier learns. */
export interface LabelTaskOptions {
  /** Texts in a step. Default 32. */
  readonly batchSize?: number;
  /** Part of the texts, drawn by lot, that is held out; equal texts stay together. Default 0. */
  readonly validation?: number;
  /** Where the order of texts starts, and which are held out. Default 0. */
  readonly seed?: number;
}

const OPTIONS: Schema<LabelTaskOptions> = {
  batchSize: 'a whole number above 0',
  validation: 'between 0 and 1',
  seed: 'a whole number',
};

/**
 * Classification: texts in random order, packed by their lengths, and the cross-entropy of their labels.
 *
 * @throws ValueError for a label that the classifier does not know, and for too few texts
 */
export class LabelTask implements Task {
  readonly steps: number;
  readonly units: number;
  readonly notes: readonly string[];
  /** The texts that are held out. */
  readonly heldOut: readonly Labelled[];
  private readonly training: readonly Labelled[];
  private readonly batchSize: number;
  private readonly seed: number;
  private readonly criterion = new CrossEntropyLoss();

  constructor(
    readonly model: Classifier,
    data: readonly Labelled[],
    options?: LabelTaskOptions,
  ) {
    const { batchSize = 32, validation = 0, seed = 0 } = readOptions('LabelTask', options, OPTIONS);
    const unknown = data.find(({ label }) => !model.labels.includes(label));
    if (unknown !== undefined) {
      throw new ValueError(`the classifier has no label '${unknown.label}'`, {
        hint: `it has ${model.labels.join(', ')}`,
      });
    }
    const readable = data.filter(({ text }) => isReadable(model.vocabulary, text));
    const key = ({ text }: Labelled): string => plainText(text);
    [this.training, this.heldOut] = splitByLot(readable, { validation, seed, key });
    if (this.training.length === 0) throw new ValueError('there are no texts to learn from');
    this.batchSize = Math.min(batchSize, this.training.length);
    this.seed = seed;
    this.steps = Math.ceil(this.training.length / this.batchSize);
    this.units = this.training.length;
    this.notes = [
      ...leftOut(data.length - readable.length, 'texts have'),
      ...(this.batchSize < batchSize
        ? [`there are few texts: ${this.batchSize} a step instead of ${batchSize}`]
        : []),
      ...(validation > 0 && this.heldOut.length === 0 ? ['there are too few texts to hold a part out'] : []),
    ];
  }

  describe(): Omit<StartEvent, 'v' | 'type' | 'epochs' | 'lr' | 'seed'> {
    const { model } = this;
    const { inputSize, hiddenSize, numLayers } = model.rnn;
    const longest = this.training.reduce((most, { text }) => Math.max(most, text.length), 0);
    return {
      unit: 'text',
      model: {
        cell: model.cell,
        inputSize,
        hiddenSize,
        numLayers,
        head: true,
        parameters: parametersOf(model),
      },
      vocabulary: model.vocabulary.units,
      characters: this.training.length,
      input: [this.batchSize, longest, inputSize],
      guess: Math.log(model.labels.length),
      floor: null,
    };
  }

  *batches(epoch: number, from: number): IterableIterator<Batch> {
    const { training, batchSize, seed } = this;
    for (const picked of shuffledBatches(training.length, { batchSize, seed, epoch, from })) {
      yield { inputs: this.inputs(picked.map((i) => training[i])), units: picked.length };
    }
  }

  loss([indices, lengths, labels]: readonly Tensor[]): Outcome {
    return { loss: this.criterion.forward(this.model.forward(indices, lengths), labels), state: [] };
  }

  validate(): number | null {
    const { heldOut, batchSize } = this;
    if (heldOut.length === 0) return null;
    let total = 0;
    for (let start = 0; start < heldOut.length; start += batchSize) {
      const part = heldOut.slice(start, start + batchSize);
      total += this.loss(this.inputs(part)).loss.item() * part.length;
    }
    return total / heldOut.length;
  }

  private inputs(data: readonly Labelled[]): Tensor[] {
    const { indices, lengths } = this.model.batch(data.map(({ text }) => text));
    const { labels } = this.model;
    return [indices, lengths, tensor(Int32Array.from(data, ({ label }) => labels.indexOf(label)))];
  }
}
