import { Corpus } from '../data/corpus.js';
import { streams, streamShape } from '../data/text.js';
import { ValueError } from '../errors.js';
import type { LanguageModel } from '../models/language-model.js';
import { CrossEntropyLoss } from '../nn/cross-entropy-loss.js';
import { readOptions, type Schema } from '../options.js';
import { tensor } from '../tensor/create.js';
import { view } from '../tensor/ops/views.js';
import type { Tensor } from '../tensor/tensor.js';
import type { StartEvent } from './events.js';
import { describeModel } from './start.js';
import type { Batch, Outcome, Task } from './task.js';

/** How a text is cut. */
export interface TextTaskOptions {
  /** Streams that run side by side. Default 32. */
  readonly batchSize?: number;
  /** Steps through which gradients flow. Default 64. */
  readonly seqLength?: number;
  /** The last part of the text that is held out, to see how the model does on what it never saw. Default 0. */
  readonly validation?: number;
}

/** What these options may be. */
export const TEXT_TASK: Schema<TextTaskOptions> = {
  batchSize: 'a whole number above 0',
  seqLength: 'a whole number above 0',
  validation: 'a number',
};

/**
 * A text by truncated backpropagation through time: it runs past in parallel streams, and each window goes on from the state
 * in which the one before it ended.
 *
 * @throws ValueError for a text of fewer than two units, and for a vocabulary of one
 */
export class TextTask implements Task {
  readonly steps: number;
  readonly units: number;
  readonly notes: readonly string[];
  private readonly training: Corpus;
  private readonly heldOut: Corpus;
  private readonly sizes: { readonly batchSize: number; readonly seqLength: number };
  private readonly input: readonly [batch: number, time: number, size: number];
  private readonly criterion = new CrossEntropyLoss();

  constructor(
    readonly model: LanguageModel,
    private readonly text: Corpus,
    options?: TextTaskOptions,
  ) {
    const { batchSize = 32, seqLength = 64, validation = 0 } = readOptions('TextTask', options, TEXT_TASK);
    const { size, unit } = model.vocabulary;
    const name = unit === 'char' ? 'characters' : `${unit}s`;
    if (text.length < 2) {
      throw new ValueError(`the text has ${text.length} ${name}; learning which comes next takes 2`);
    }
    if (size < 2) {
      throw new ValueError(
        `the vocabulary has one ${unit === 'char' ? 'character' : unit} only: it always comes next`,
      );
    }
    this.sizes = { batchSize, seqLength };
    [this.training, this.heldOut] = text.split(validation);
    if (this.training.length < 2) {
      throw new ValueError(`the text has ${text.length} ${name}; too few to hold ${validation} of them out`);
    }
    const { batch, length } = streamShape(this.training.length, batchSize, seqLength);
    this.steps = Math.ceil(length / seqLength);
    this.units = batch * length;
    this.input = [batch, Math.min(seqLength, length), size];
    const notes: string[] = [];
    if (batch < batchSize || length < seqLength) {
      notes.push(
        `the text is short: ${batch} streams of ${this.input[1]} ${name} a step instead of ${batchSize} of ${seqLength}`,
      );
    }
    if (validation > 0 && this.heldOut.length < 2) notes.push('the text is too short to hold a part out');
    this.notes = notes;
  }

  describe(): Omit<StartEvent, 'v' | 'type' | 'epochs' | 'lr' | 'seed'> {
    return { ...describeModel(this.model), characters: this.text.length, input: this.input };
  }

  *batches(_: number, from: number): Generator<Batch> {
    for (const { input, target, batch, time } of streams(this.training, { ...this.sizes, from })) {
      yield { inputs: [view(tensor(input), [batch, time]), tensor(target)], units: batch * time };
    }
  }

  loss([input, target]: readonly Tensor[], state: readonly Tensor[] | null): Outcome {
    const [logits, next] = this.model.forward(input, state ?? undefined);
    const loss = this.criterion.forward(view(logits, [-1, this.model.vocabulary.size]), target);
    return { loss, state: next };
  }

  validate(): number | null {
    if (this.heldOut.length < 2) return null;
    let state: readonly Tensor[] | null = null;
    let [total, units] = [0, 0];
    for (const { input, target, batch, time } of streams(this.heldOut, this.sizes)) {
      const inputs = [view(tensor(input), [batch, time]), tensor(target)];
      const outcome: Outcome = this.loss(inputs, state);
      state = outcome.state;
      total += outcome.loss.item() * batch * time;
      units += batch * time;
    }
    return total / units;
  }
}
