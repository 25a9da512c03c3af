import { describe, expect, it } from 'vitest';
import { Corpus } from '../../src/data/corpus.js';
import { Vocabulary } from '../../src/data/vocabulary.js';
import { FormatError, StateDictError, ValueError } from '../../src/errors.js';
import { LanguageModel, type LanguageModelOptions } from '../../src/models/language-model.js';
import { manualSeed } from '../../src/tensor/generator.js';
import type { EpochEvent, RunEvent } from '../../src/training/events.js';
import { TextTask } from '../../src/training/text-task.js';
import { type FitOptions, Trainer } from '../../src/training/trainer.js';

const TEXT = 'the cat sat on the mat. the dog ate the hat. '.repeat(8);
const SETTINGS: FitOptions = { epochs: 3, lr: 0.01, schedule: 'cosine', seed: 5, progressEvery: 0 };

function trainer(options: Partial<FitOptions> = {}, sizes: LanguageModelOptions = {}): Trainer {
  manualSeed(5);
  const vocabulary = Vocabulary.from(TEXT);
  const model = new LanguageModel(vocabulary, {
    cell: 'lstm',
    hiddenSize: 12,
    numLayers: 2,
    dropout: 0.3,
    ...sizes,
  });
  const task = new TextTask(model, Corpus.of(TEXT, vocabulary), {
    batchSize: 3,
    seqLength: 16,
    validation: 0.2,
  });
  return new Trainer(task, { ...SETTINGS, ...options });
}

/** What must be the same: weights bit for bit, and the losses told. */
const weights = (of: Trainer): unknown => [...of.task.model.stateDict()].map(([name, x]) => [name, x.data]);
const losses = (events: readonly RunEvent[]): unknown =>
  events.flatMap((event) =>
    event.type === 'epoch' ? [[event.loss, event.valLoss, event.lr, event.best]] : [],
  );

describe('a trainer', () => {
  const whole = trainer();
  const all = [...whole.run()];

  it('goes on bit for bit from a checkpoint at any step', () => {
    const cuts = all.map((_, i) => i).filter((i) => i % 4 === 1);
    for (const cut of cuts) {
      const first = trainer();
      const before: RunEvent[] = [];
      for (const event of first.run()) {
        before.push(event);
        if (before.length > cut) break;
      }
      const bytes = first.checkpoint();
      const second = trainer();
      // What was drawn meanwhile makes no difference.
      manualSeed(99);
      second.restore(bytes);
      const after = [...second.run()];
      expect(losses([...before, ...after]), `after event ${cut}`).toEqual(losses(all));
      expect(weights(second)).toEqual(weights(whole));
      expect(second.bestLoss).toEqual(whole.bestLoss);
    }
  });

  it('goes on for more epochs than it was started with', () => {
    const constant: Partial<FitOptions> = { schedule: 'constant' };
    const long = trainer({ ...constant, epochs: 4 });
    const expected = losses([...long.run()]);
    const short = trainer({ ...constant, epochs: 2 });
    const before = [...short.run()];
    const bytes = short.checkpoint();
    const on = trainer({ ...constant, epochs: 4 });
    on.restore(bytes);
    expect(losses([...before, ...on.run()])).toEqual(expected);
    expect(weights(on)).toEqual(weights(long));
  });

  it('tells the validation loss and whether it is the best, and keeps the best weights', () => {
    const epochs = all.filter((event): event is EpochEvent => event.type === 'epoch');
    const least = Math.min(...epochs.map(({ valLoss }) => valLoss!));
    expect(whole.bestLoss!.loss).toBe(least);
    expect(epochs[whole.bestLoss!.epoch]).toMatchObject({ valLoss: least, best: true });
    const present = weights(whole);
    expect(whole.withBest(() => whole.task.validate())).toBeCloseTo(least, 6);
    expect(weights(whole)).toEqual(present);
  });

  it('stops when patience is at its end', () => {
    // With a rate of 0 nothing gets better after the first epoch.
    const events = [...trainer({ lr: 0, epochs: 50, patience: 2, schedule: 'constant' }).run()];
    expect(events.filter(({ type }) => type === 'epoch')).toHaveLength(3);
    expect(events.at(-1)).toMatchObject({ type: 'done', epochs: 3 });
  });

  it.each(['adam', 'adamw', 'rmsprop', 'sgd'] as const)('learns with %s', (optimizer) => {
    const lr = optimizer === 'sgd' ? 1 : 0.02;
    const events = [...trainer({ optimizer, lr, epochs: 6, schedule: 'plateau' }, { dropout: 0 }).run()];
    const epochs = events.filter((event): event is EpochEvent => event.type === 'epoch');
    expect(epochs.at(-1)!.loss).toBeLessThan(epochs[0].loss);
  });

  it('refuses names that are none', () => {
    expect(() => trainer({ optimizer: 'adamm' as 'adam' })).toThrow(ValueError);
    expect(() => trainer({ schedule: 'linear' as 'cosine' })).toThrow(
      /schedule must be 'constant', 'cosine'/,
    );
  });

  it('takes no checkpoint of another model, nor a broken one', () => {
    const bytes = whole.checkpoint();
    expect(() => {
      trainer({}, { hiddenSize: 13 }).restore(bytes);
    }).toThrow(StateDictError);
    for (let length = 0; length < bytes.length; length += 1000) {
      expect(() => {
        trainer().restore(bytes.slice(0, length));
      }, `${length} bytes`).toThrow(FormatError);
    }
    const model = new LanguageModel(Vocabulary.from(TEXT)).save();
    expect(() => {
      trainer().restore(model);
    }).toThrow('the file is not the state of a run');
  });
});
