import type { Vocabulary } from '../data/vocabulary.js';
import type { Schema } from '../options.js';
import { defaultGenerator, Generator as RandomGenerator } from '../tensor/generator.js';
import { CHOICE, type ChoiceOptions, type Choose, chooser } from './choose.js';
import { Spoken } from './spoken.js';

/** How texts are written. */
export interface WriteOptions extends ChoiceOptions {
  /** Units to add: characters, or what else the vocabulary is of. Default 200. */
  readonly length?: number;
  /** Where the text ends before `length`: such a string itself is left out. Default: nowhere. */
  readonly stop?: string | readonly string[];
  /** Where the dice come from. Default: the generator that `manualSeed` sets. */
  readonly generator?: RandomGenerator;
}

/** What these options may be. */
export const WRITE: Schema<WriteOptions> = {
  ...CHOICE,
  length: 'a whole number of 0 or more',
  stop: ['text', 'a list of words'],
  generator: RandomGenerator,
};

/**
 * A text that is being written, unit by unit.
 *
 * @throws VocabularyError if the prompt has units that the vocabulary does not know
 * @throws ValueError for options that cannot be
 */
export class Draft {
  /** What the model has to read first. */
  readonly start: Int32Array;
  /** Text of the first unit where it was drawn for want of a prompt. */
  readonly opening: string;
  /** The unit the model has to read next. */
  last = 0;
  private left: number;
  private readonly choose: Choose;
  private readonly spoken: Spoken;
  private readonly generator: RandomGenerator;
  private readonly seen: Set<number>;

  constructor(vocabulary: Vocabulary, prompt: string, options: WriteOptions) {
    const { length = 200, stop, generator = defaultGenerator } = options;
    this.choose = chooser(options);
    this.spoken = new Spoken(vocabulary, stop);
    this.generator = generator;
    this.left = length;
    this.start = vocabulary.encode(prompt);
    this.opening = '';
    if (this.start.length === 0 && length > 0) {
      this.start = Int32Array.of(generator.random() % vocabulary.size);
      this.left -= 1;
      this.opening = this.spoken.say(this.start[0]);
    }
    this.seen = new Set(this.start);
  }

  /** Whether there is nothing more to write. */
  get isDone(): boolean {
    return this.left === 0 || this.spoken.isStopped;
  }

  /** Picks a unit; gives the text that is certain with it. */
  write(logits: Float32Array): string {
    this.last = this.choose(logits, this.seen, this.generator);
    this.seen.add(this.last);
    this.left -= 1;
    return this.spoken.say(this.last);
  }

  /** The rest of the text, once it is done. */
  finish(): string {
    return this.spoken.finish();
  }
}
