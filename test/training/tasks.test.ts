import { describe, expect, it } from 'vitest';
import { Scaler } from '../../src/data/scaler.js';
import { type Series, splitByTime } from '../../src/data/series.js';
import { Vocabulary } from '../../src/data/vocabulary.js';
import { ValueError } from '../../src/errors.js';
import { Classifier } from '../../src/models/classifier.js';
import { Forecaster } from '../../src/models/forecaster.js';
import { manualSeed } from '../../src/tensor/generator.js';
import type { EpochEvent, StartEvent } from '../../src/training/events.js';
import { LabelTask } from '../../src/training/label-task.js';
import { SeriesTask } from '../../src/training/series-task.js';
import { shuffledBatches, splitByLot } from '../../src/training/shuffled.js';
import { fit, Trainer } from '../../src/training/trainer.js';
import type { Task } from '../../src/training/task.js';

const wave: Series = {
  columns: ['y'],
  dates: null,
  values: [Float64Array.from({ length: 100 }, (_, t) => 5 + Math.sin(t / 3))],
};
const [past, future] = splitByTime(wave, 0.2);

function seriesTask(): SeriesTask {
  manualSeed(1);
  const scaler = Scaler.fit(past.values);
  const model = new Forecaster({
    columns: ['y'],
    targets: ['y'],
    window: 8,
    horizon: 2,
    scaler,
    hiddenSize: 12,
    numLayers: 2,
    dropout: 0.1,
  });
  return new SeriesTask(model, past, future, { batchSize: 16, seed: 3 });
}

function labelTask(): LabelTask {
  manualSeed(1);
  const data = Array.from({ length: 40 }, (_, i) =>
    i % 2 === 0
      ? { text: 'a'.repeat(1 + (i % 7)), label: 'vowel' }
      : { text: 'b'.repeat(1 + (i % 5)), label: 'other' },
  );
  const model = new Classifier(Vocabulary.from('ab', { unknown: 'skip' }), ['vowel', 'other'], {
    hiddenSize: 8,
    embeddingSize: 4,
  });
  return new LabelTask(model, data, { batchSize: 8, validation: 0.25, seed: 3 });
}

describe('batches in an order by lot', () => {
  it('have everything once, the same way for an epoch, and another way for the next', () => {
    const of = (epoch: number, from = 0): number[][] => [
      ...shuffledBatches(10, { batchSize: 4, seed: 1, epoch, from }),
    ];
    expect(of(0).map((batch) => batch.length)).toEqual([4, 4, 2]);
    expect(
      of(0)
        .flat()
        .sort((a, b) => a - b),
    ).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(of(0)).toEqual(of(0));
    expect(of(1)).not.toEqual(of(0));
    expect(of(0, 1)).toEqual(of(0).slice(1));
  });
});

describe('a part that is held out by lot', () => {
  const split = (data: readonly string[], seed = 0): [string[], string[]] =>
    splitByLot(data, { validation: 0.1, seed, key: (text) => text });

  it('is of the size that was asked for, and another for each seed', () => {
    const data = Array.from({ length: 200 }, (_, i) => String(i));
    const [training, heldOut] = split(data);
    expect([training.length, heldOut.length]).toEqual([180, 20]);
    expect([...training, ...heldOut].sort()).toEqual([...data].sort());
    expect(split(data)).toEqual([training, heldOut]);
    expect(split(data, 1)[1]).not.toEqual(heldOut);
  });

  it('has nothing in it that is learnt, and of what is there often no more than its part', () => {
    const often = Array.from({ length: 1000 }, (_, i) => `often ${i % 50}`);
    const data = [...often, ...Array.from({ length: 1000 }, (_, i) => `once ${i}`)];
    for (let seed = 0; seed < 5; seed++) {
      const [training, heldOut] = split(data, seed);
      const learnt = new Set(training);
      expect(heldOut.filter((text) => learnt.has(text))).toEqual([]);
      expect(Math.abs(heldOut.length - 200)).toBeLessThanOrEqual(10);
      // A half of all; a lot for each of them, not for each text, would make it nearly all.
      const share = heldOut.filter((text) => text.startsWith('often')).length / heldOut.length;
      expect(share).toBeGreaterThan(0.2);
      expect(share).toBeLessThan(0.8);
    }
  });

  it('leaves something to learn from', () => {
    expect(split(Array<string>(20).fill('same'))).toEqual([Array(20).fill('same'), []]);
    const [training, heldOut] = splitByLot(['a', 'b'], { validation: 0.9, seed: 0, key: (text) => text });
    expect([training.length, heldOut.length]).toEqual([1, 1]);
  });
});

describe.each<[string, () => Task, number]>([
  ['forecasting', seriesTask, 0.1],
  ['classification', labelTask, 0.05],
])('%s', (_, taskOf, least) => {
  it('is learnt', () => {
    const epochs = [...fit(taskOf(), { epochs: 30, lr: 0.02, seed: 1 })].filter(
      (event): event is EpochEvent => event.type === 'epoch',
    );
    expect(epochs.at(-1)!.valLoss).toBeLessThan(least);
  });

  it('goes on bit for bit from any step', () => {
    const settings = { epochs: 2, lr: 0.02, seed: 1, progressEvery: 0, schedule: 'exponential' } as const;
    const whole = new Trainer(taskOf(), settings);
    const all = [...whole.run()];
    for (let cut = 1; cut < all.length - 1; cut += 2) {
      const first = new Trainer(taskOf(), settings);
      let seen = 0;
      for (const event of first.run()) if (event.type !== 'alert' && seen++ === cut) break;
      const bytes = first.checkpoint();
      const second = new Trainer(taskOf(), settings);
      second.restore(bytes);
      for (const event of second.run()) expect(event.type).not.toBe('start');
      const weights = (trainer: Trainer) => [...trainer.task.model.stateDict()].map(([, x]) => x.data);
      expect(weights(second), `after event ${cut}`).toEqual(weights(whole));
    }
  });
});

describe('tasks', () => {
  it('tell what there is to learn', () => {
    const [series] = fit(seriesTask(), { seed: 0 });
    expect(series as StartEvent).toMatchObject({
      unit: 'window',
      characters: 71,
      input: [16, 8, 1],
      vocabulary: [],
    });
    const texts = labelTask();
    const [labels] = fit(texts, { seed: 0 });
    const characters = 40 - texts.heldOut.length;
    expect(labels as StartEvent).toMatchObject({ unit: 'text', characters, guess: Math.log(2) });
  });

  it('say when there is little to learn from', () => {
    const { model } = seriesTask();
    expect(new SeriesTask(model, past, future, { batchSize: 100 }).notes).toEqual([
      'the series is short: 71 windows a step instead of 100',
    ]);
    const [all, little] = splitByTime(wave, 0.01);
    expect(new SeriesTask(model, all, little).notes).toEqual([
      'the part that is held out is short: 1 of the 2 steps are measured on it',
    ]);
    const task = labelTask();
    expect(new LabelTask(task.model, [{ text: 'a', label: 'vowel' }]).notes).toEqual([
      'there are few texts: 1 a step instead of 32',
    ]);
    const some = ['?', 'a', 'ab', '!'.repeat(99) + 'b'].map((text) => ({ text, label: 'vowel' }));
    const noted = new LabelTask(task.model, some, { batchSize: 3 });
    expect([noted.units, noted.notes]).toEqual([
      ...[3, ['1 texts have nothing that the vocabulary knows, and are left out']],
    ]);
  });

  it('refuse data that is not the model’s', () => {
    const { model } = seriesTask();
    expect(() => new SeriesTask(model, { ...past, columns: ['x'] }, future)).toThrow(
      "the series has no column 'y'",
    );
    expect(() => new LabelTask(labelTask().model, [{ text: 'a', label: 'z' }])).toThrow(
      "the classifier has no label 'z'",
    );
    expect(() => new LabelTask(labelTask().model, [])).toThrow(ValueError);
  });
});
