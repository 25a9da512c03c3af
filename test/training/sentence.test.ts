import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../src/data/vocabulary.js';
import { ValueError, VocabularyError } from '../../src/errors.js';
import { LanguageModel } from '../../src/models/language-model.js';
import { constant_ } from '../../src/nn/init.js';
import { manualSeed } from '../../src/tensor/generator.js';
import { DivergedError } from '../../src/training/diverged.js';
import type { DoneEvent, EpochEvent, StartEvent } from '../../src/training/events.js';
import { type SentenceOptions, trainSentence } from '../../src/training/sentence.js';

/** The lesson, run by PyTorch with `torch.manual_seed(0)`. */
const torch = JSON.parse(readFileSync('test/golden/course/open/seed_torch_seed0.json', 'utf8')) as {
  readonly sample: string;
  readonly chars: readonly string[];
  readonly input_ids: readonly number[];
  readonly target_ids: readonly number[];
  readonly initial: Readonly<Record<string, { readonly shape: number[]; readonly data: number[] }>>;
  readonly first_step: { readonly grad: Readonly<Record<string, number[]>> };
  readonly loss: readonly number[];
  readonly text: readonly string[];
  readonly final: Readonly<Record<string, { readonly data: number[] }>>;
};

const vocabulary = Vocabulary.from(torch.sample, { characters: torch.chars.join('') });

function lesson(options: Partial<SentenceOptions> = {}, text = torch.sample) {
  manualSeed(0);
  const model = new LanguageModel(vocabulary);
  const events = trainSentence(model, text, { seed: 0, ...options });
  return { model, events };
}

function eventsOf(options: Partial<SentenceOptions> = {}) {
  const { model, events } = lesson(options);
  const all = [...events];
  const epochs = all.slice(1, -1) as EpochEvent[];
  return { model, all, start: all[0] as StartEvent, epochs, done: all.at(-1) as DoneEvent };
}

/** Makes the first weights NaN. */
function spoil(model: LanguageModel): void {
  const [weight] = model.parameters();
  constant_(weight, NaN);
}

describe('the lesson', () => {
  const { model, start, epochs, done } = eventsOf();

  it("starts from PyTorch's weights, bit for bit", () => {
    const initial = lesson().model.stateDict();
    for (const [name, { shape, data }] of Object.entries(torch.initial)) {
      const weight = initial.get(`rnn.${name}`)!;
      expect(weight.shape).toEqual(shape);
      expect(weight.tolist<number[][]>().flat(), name).toEqual(data);
    }
  });

  it("has PyTorch's 50 losses", () => {
    expect(epochs).toHaveLength(50);
    epochs.forEach(({ loss }, i) => {
      expect(Math.abs(loss - torch.loss[i]), `loss ${i}`).toBeLessThanOrEqual(1e-5);
    });
  });

  it("says PyTorch's 50 strings", () => {
    expect(epochs.map(({ predictionStr }) => predictionStr)).toEqual(torch.text.map((text) => [text]));
  });

  it("ends near PyTorch's weights", () => {
    const final = model.stateDict();
    for (const [name, { data }] of Object.entries(torch.final)) {
      const values = final.get(`rnn.${name}`)!.tolist<number[][]>().flat();
      values.forEach((value, i) => {
        expect(Math.abs(value - data[i]), `${name}[${i}]`).toBeLessThan(1e-3);
      });
    }
  });

  it('tells first what it trains', () => {
    expect(start).toEqual({
      v: 1,
      type: 'start',
      unit: 'character',
      model: {
        ...{ cell: 'rnn', inputSize: 10, hiddenSize: 10, numLayers: 1 },
        ...{ head: false, parameters: 10 * 10 + 10 * 10 + 10 + 10 },
      },
      vocabulary: torch.chars,
      ...{ epochs: 50, lr: 0.1, seed: 0, characters: 15 },
      input: [1, 14, 10],
      guess: Math.log(10),
      floor: Math.log(1 + 9 * Math.exp(-2)),
    });
  });

  it('counts epochs from 0 and predictions that are right', () => {
    expect(epochs.map(({ epoch }) => epoch)).toEqual(torch.loss.map((_, i) => i));
    for (const { prediction, trueY, predictionStr, correct, total } of epochs) {
      expect(trueY).toEqual([torch.target_ids]);
      expect(prediction![0].map((i) => torch.chars[i]).join('')).toBe(predictionStr![0]);
      expect(correct).toBe(prediction![0].filter((p, i) => p === torch.target_ids[i]).length);
      expect(total).toBe(14);
    }
  });

  it('tells the length of the gradient', () => {
    const squares = Object.values(torch.first_step.grad)
      .flat()
      .map((g) => g * g);
    expect(epochs[0].gradNorm).toBeCloseTo(Math.sqrt(squares.reduce((a, b) => a + b)), 5);
  });

  it('tells at the end the last loss and what the model says by itself', () => {
    expect(done).toMatchObject({ v: 1, type: 'done', epochs: 50, loss: epochs[49].loss });
    expect(done.seconds).toBeGreaterThan(0);
    expect(done.freeRun).toHaveLength(14);
  });
});

describe('trainSentence', () => {
  it('is the same run for the same seed', () => {
    const losses = (): number[] => eventsOf({ epochs: 5 }).epochs.map(({ loss }) => loss);
    expect(losses()).toEqual(losses());
  });

  it('learns with a linear layer below the floor of tanh', () => {
    manualSeed(0);
    const model = new LanguageModel(vocabulary, { hiddenSize: 16 });
    const events = [...trainSentence(model, torch.sample, { seed: 0 })];
    expect((events[0] as StartEvent).floor).toBeNull();
    const done = events.at(-1) as DoneEvent;
    expect(done.loss).toBeLessThan(0.1);
    expect(done.freeRun).toBe('f you want you');
  });

  it('takes no step without epochs, and has no loss to tell', () => {
    const { all, done } = eventsOf({ epochs: 0 });
    expect(all.map(({ type }) => type)).toEqual(['start', 'done']);
    expect(done.loss).toBeNaN();
  });

  it('takes a step only when asked for the next event', () => {
    const { model, events } = lesson();
    const before = model.save();
    events.next();
    expect(model.save()).toEqual(before);
    events.next();
    expect(model.save()).not.toEqual(before);
  });

  it('learns Korean by syllables', () => {
    const korean = '안녕하세요 세계';
    const model = new LanguageModel(Vocabulary.from(korean));
    const [start, first] = trainSentence(model, korean, { seed: 0, epochs: 1 }) as Iterable<never>;
    expect(start).toMatchObject({ characters: 8, vocabulary: ['안', '녕', '하', '세', '요', ' ', '계'] });
    expect(first).toMatchObject({ total: 7 });
  });

  it.each(['', 'i'])("refuses the text '%s', in which nothing comes next", (text) => {
    const run = (): unknown => lesson({}, text).events.next();
    expect(run).toThrow(ValueError);
    expect(run).toThrow(`the text has ${text.length} characters; learning which comes next takes 2`);
  });

  it('refuses characters that the model does not know', () => {
    expect(() => lesson({}, 'if zebras').events.next()).toThrow(VocabularyError);
  });

  it('stops where the loss leaves the finite numbers, and says what to try', () => {
    const { model, events } = lesson();
    spoil(model);
    expect(() => [...events]).toThrow(DivergedError);
    const again = lesson({ lr: 3 });
    spoil(again.model);
    expect(() => [...again.events]).toThrow(
      'the loss is NaN at epoch 0\n  try a smaller learning rate, such as --lr 0.3',
    );
  });
});
