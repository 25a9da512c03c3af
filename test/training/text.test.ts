import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../src/data/vocabulary.js';
import { ValueError, VocabularyError } from '../../src/errors.js';
import { LanguageModel, type LanguageModelOptions } from '../../src/models/language-model.js';
import { constant_ } from '../../src/nn/init.js';
import { manualSeed } from '../../src/tensor/generator.js';
import { DivergedError } from '../../src/training/diverged.js';
import type {
  AlertEvent,
  DoneEvent,
  EpochEvent,
  ProgressEvent,
  StartEvent,
} from '../../src/training/events.js';
import { type TextOptions, trainText } from '../../src/training/text.js';

/** 600 characters in which the one before says what comes next. */
const TEXT = 'abcdef'.repeat(100);

function run(options: Partial<TextOptions> = {}, sizes: LanguageModelOptions = {}, text = TEXT) {
  manualSeed(0);
  const model = new LanguageModel(Vocabulary.from(TEXT), { hiddenSize: 16, ...sizes });
  return { model, events: trainText(model, text, { seed: 0, batchSize: 4, seqLength: 10, ...options }) };
}

const epochsOf = (options: Partial<TextOptions>): EpochEvent[] =>
  [...run(options).events].filter((event) => event.type === 'epoch');

/** Makes the first weights NaN. */
function spoil(model: LanguageModel): void {
  const [weight] = model.parameters();
  constant_(weight, NaN);
}

describe('trainText', () => {
  it('tells first what it trains', () => {
    const start = run({ epochs: 3, lr: 0.01 }).events.next().value as StartEvent;
    expect(start).toEqual({
      v: 1,
      type: 'start',
      unit: 'character',
      model: {
        ...{ cell: 'rnn', inputSize: 6, hiddenSize: 16, numLayers: 1, head: true },
        parameters: 16 * 6 + 16 * 16 + 16 + 16 + (6 * 16 + 6),
      },
      vocabulary: [...'abcdef'],
      ...{ epochs: 3, lr: 0.01, seed: 0, characters: 600 },
      input: [4, 10, 6],
      guess: Math.log(6),
      floor: null,
    });
  });

  it('starts near the loss of guessing and learns what comes next', () => {
    const losses = epochsOf({ epochs: 20, lr: 0.01 }).map(({ loss }) => loss);
    expect(losses).toHaveLength(20);
    expect(losses[0]).toBeLessThan(Math.log(6) + 0.2);
    expect(losses[19]).toBeLessThan(0.05);
  });

  it('has one epoch event an epoch and ends with the last loss', () => {
    const events = [...run({ epochs: 3 }).events];
    expect(events.map(({ type }) => type)).toEqual(['start', 'epoch', 'epoch', 'epoch', 'done']);
    const [last, done] = events.slice(-2) as [EpochEvent, DoneEvent];
    expect(last).toMatchObject({ epoch: 2, lr: 0.002 });
    expect(done).toMatchObject({ v: 1, epochs: 3, loss: last.loss });
  });

  it('is the same run for the same seed', () => {
    const losses = (): number[] => epochsOf({ epochs: 2 }).map(({ loss }) => loss);
    expect(losses()).toEqual(losses());
  });

  it('tells after each step how far it is, if so asked', () => {
    const events = [...run({ epochs: 2, progressEvery: 0 }).events];
    const progress = events.filter((event): event is ProgressEvent => event.type === 'progress');
    // 599 steps in 4 streams are 149 each, in windows of 10: 15.
    expect(progress.map(({ step }) => step)).toEqual([...Array(30).keys()].map((i) => (i % 15) + 1));
    expect(progress.every(({ steps, charactersPerSecond }) => steps === 15 && charactersPerSecond > 0)).toBe(
      true,
    );
    expect(progress.at(-1)).toMatchObject({ epoch: 1, secondsLeft: 0 });
  });

  it('gives the mean over all characters, whatever the length of the last window', () => {
    // A rate of 0 leaves the model as it is, and state runs on: the windows make no difference.
    const [[one], [many]] = [64, 10].map((seqLength) =>
      epochsOf({ epochs: 1, lr: 0, batchSize: 1, seqLength }),
    );
    expect(many.loss).toBeCloseTo(one.loss, 5);
  });

  it('clips long gradients, but tells their own length', () => {
    const [clipped] = epochsOf({ epochs: 1, clip: 1e-3, lr: 0 });
    const [free] = epochsOf({ epochs: 1, clip: 1e9, lr: 0 });
    expect(clipped.gradNorm).toBe(free.gradNorm);
    expect(clipped.gradNorm).toBeGreaterThan(1e-3);
  });

  it('takes a text shorter than a window', () => {
    const { events } = run({ epochs: 1, seqLength: 64, batchSize: 32 }, {}, 'abc');
    const [start, alert, epoch] = [...events] as [StartEvent, AlertEvent, EpochEvent];
    expect(alert.message).toContain('the text is short: 1 streams of 2 characters a step instead of');
    expect(start.input).toEqual([1, 2, 6]);
    expect(epoch.loss).toBeGreaterThan(0);
  });

  it('takes several layers', () => {
    const [start] = run({ epochs: 1 }, { numLayers: 2 }).events as Iterable<StartEvent>;
    expect(start.model.numLayers).toBe(2);
  });

  it.each(['', 'a'])("refuses the text '%s', in which nothing comes next", (text) => {
    expect(() => run({}, {}, text).events.next()).toThrow(ValueError);
  });

  it('refuses characters that the model does not know', () => {
    expect(() => run({}, {}, 'xyz').events.next()).toThrow(VocabularyError);
  });

  it.each([{ batchSize: 0 }, { seqLength: 1.5 }])('refuses %o', (sizes) => {
    expect(() => run(sizes).events.next()).toThrow(ValueError);
  });

  it('stops where the loss leaves the finite numbers, and says where', () => {
    const { model, events } = run();
    spoil(model);
    let error: unknown;
    try {
      Array.from(events);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(DivergedError);
    expect(String(error)).toContain('the loss is NaN at epoch 0, step 1');
    expect((error as DivergedError).hint).toContain('--lr 0.0002');
  });
});
