import { ValueError } from '../errors.js';
import type { PaddedPairs, Pair, Translator } from '../models/translator.js';
import { readOptions, type Schema } from '../options.js';
import { crossEntropy } from '../tensor/ops/cross-entropy.js';
import { view } from '../tensor/ops/views.js';
import type { Tensor } from '../tensor/tensor.js';
import type { StartEvent } from './events.js';
import { isReadable, leftOut, plainText } from './readable.js';
import { shuffledBatches, splitByLot } from './shuffled.js';
import { parametersOf } from './start.js';
import type { Batch, Outcome, Task } from './task.js';

/** How a translator learns. */
export interface PairTaskOptions {
  /** Pairs in a step. Default 32. */
  readonly batchSize?: number;
  /** Part of the pairs, drawn by lot, that is held out; those of equal sources stay together. Default 0. */
  readonly validation?: number;
  /** Where the order of pairs starts, and which are held out. Default 0. */
  readonly seed?: number;
}

const OPTIONS: Schema<PairTaskOptions> = {
  batchSize: 'a whole number above 0',
  validation: 'between 0 and 1',
  seed: 'a whole number',
};

/**
 * Translation: pairs in random order, the right unit read at each step (teacher forcing), and the cross-entropy of the next.
 *
 * @throws ValueError for too few pairs
 */
export class PairTask implements Task {
  readonly steps: number;
  readonly units: number;
  readonly notes: readonly string[];
  /** The pairs that are held out. */
  readonly heldOut: readonly Pair[];
  private readonly training: readonly Pair[];
  private readonly batchSize: number;
  private readonly seed: number;

  constructor(
    readonly model: Translator,
    pairs: readonly Pair[],
    options?: PairTaskOptions,
  ) {
    const { batchSize = 32, validation = 0, seed = 0 } = readOptions('PairTask', options, OPTIONS);
    const readable = pairs.filter(({ source }) => isReadable(model.source, source));
    const key = ({ source }: Pair): string => plainText(source);
    [this.training, this.heldOut] = splitByLot(readable, { validation, seed, key });
    const { length } = this.training;
    if (length === 0) throw new ValueError('there are no pairs to learn from');
    this.batchSize = Math.min(batchSize, length);
    this.seed = seed;
    this.steps = Math.ceil(length / this.batchSize);
    this.units = this.training.reduce((sum, { target }) => sum + model.target.encode(target).length + 1, 0);
    this.notes = [
      ...leftOut(pairs.length - readable.length, 'sources have'),
      ...(this.batchSize < batchSize
        ? [`there are few pairs: ${this.batchSize} a step instead of ${batchSize}`]
        : []),
      ...(validation > 0 && this.heldOut.length === 0 ? ['there are too few pairs to hold a part out'] : []),
    ];
  }

  describe(): Omit<StartEvent, 'v' | 'type' | 'epochs' | 'lr' | 'seed'> {
    const { model, training } = this;
    const { inputSize, hiddenSize, numLayers } = model.encoder;
    const longest = training.reduce((most, { source }) => Math.max(most, source.length), 0);
    const parameters = parametersOf(model);
    return {
      unit: 'pair',
      model: { cell: model.cell, inputSize, hiddenSize, numLayers, head: true, parameters },
      vocabulary: model.source.units,
      characters: training.length,
      input: [this.batchSize, longest, inputSize],
      guess: Math.log(model.target.size + 1),
      floor: null,
    };
  }

  *batches(epoch: number, from: number): IterableIterator<Batch> {
    const { training, batchSize, seed, model } = this;
    for (const picked of shuffledBatches(training.length, { batchSize, seed, epoch, from })) {
      const batch = model.batch(picked.map((i) => training[i]));
      yield { inputs: tensorsOf(batch), units: batch.units };
    }
  }

  loss([indices, lengths, padding, input, wanted]: readonly Tensor[]): Outcome {
    const logits = this.model.forward({ indices, lengths, padding }, input);
    return { loss: crossEntropy(view(logits, [-1, this.model.target.size + 1]), wanted), state: [] };
  }

  validate(): number | null {
    const { heldOut, batchSize, model } = this;
    if (heldOut.length === 0) return null;
    let [total, units] = [0, 0];
    for (let start = 0; start < heldOut.length; start += batchSize) {
      const batch = model.batch(heldOut.slice(start, start + batchSize));
      total += this.loss(tensorsOf(batch)).loss.item() * batch.units;
      units += batch.units;
    }
    return total / units;
  }
}

const tensorsOf = ({ indices, lengths, padding, input, wanted }: PaddedPairs): Tensor[] => [
  indices,
  lengths,
  padding,
  input,
  wanted,
];
