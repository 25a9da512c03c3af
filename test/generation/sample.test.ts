import { beforeEach, describe, expect, it } from 'vitest';
import { Vocabulary } from '../../src/data/vocabulary.js';
import { ValueError, VocabularyError } from '../../src/errors.js';
import { generate, sample, sampleBatch } from '../../src/generation/sample.js';
import { LanguageModel, type ModelState } from '../../src/models/language-model.js';
import { tensor } from '../../src/tensor/create.js';
import { Generator, manualSeed } from '../../src/tensor/generator.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { trainSentence } from '../../src/training/sentence.js';

const SENTENCE = 'if you want you';
const vocabulary = Vocabulary.from(SENTENCE);
let fresh: LanguageModel;

beforeEach(() => {
  manualSeed(0);
  fresh = new LanguageModel(vocabulary);
});

function trained(): LanguageModel {
  manualSeed(0);
  const model = new LanguageModel(vocabulary, { hiddenSize: 16 });
  Array.from(trainSentence(model, SENTENCE, { seed: 0 }));
  return model;
}

const seeded = (seed: number): { generator: Generator } => ({ generator: new Generator(seed) });

describe('sample', () => {
  it.each([0, 1, 20])('gives %i characters of the vocabulary, without the prompt', (length) => {
    const characters = [...sample(fresh, { prompt: 'if', length })];
    expect(characters).toHaveLength(length);
    expect(characters.every((c) => vocabulary.units.includes(c))).toBe(true);
  });

  it('starts with a character at random where there is no prompt, which counts', () => {
    expect([...sample(fresh, { length: 5 })]).toHaveLength(5);
    expect([...sample(fresh, { length: 0 })]).toHaveLength(0);
    const firsts = Array.from({ length: 50 }, (_, seed) => generate(fresh, { length: 1, ...seeded(seed) }));
    expect(new Set(firsts).size).toBeGreaterThan(5);
  });

  it('is the same for the same seed, and another for another', () => {
    const text = (seed: number): string => generate(fresh, { prompt: 'i', length: 40, ...seeded(seed) });
    expect(text(1)).toBe(text(1));
    expect(text(1)).not.toBe(text(2));
  });

  it('throws its dice with the generator of manualSeed by default', () => {
    const text = (): string => {
      manualSeed(7);
      return generate(fresh, { length: 40 });
    };
    expect(text()).toBe(text());
  });

  it('takes the likeliest at temperature 0, and throws no dice', () => {
    const model = trained();
    expect(generate(model, { prompt: 'i', length: 14, temperature: 0, ...seeded(1) })).toBe(SENTENCE);
    expect(generate(model, { prompt: 'i', length: 14, temperature: 0, ...seeded(2) })).toBe(SENTENCE);
  });

  it('keeps to what it learnt when cold and strays when hot', () => {
    const model = trained();
    const text = (temperature: number): string =>
      generate(model, { prompt: 'i', length: 14, temperature, ...seeded(3) });
    expect(text(0.01)).toBe(SENTENCE);
    expect(text(100)).not.toBe(SENTENCE);
  });

  it.each([1e-30, 1e-38, 1e-300, 1e30])('still gives characters at a temperature of %d', (temperature) => {
    expect(generate(fresh, { prompt: 'if', length: 5, temperature })).toHaveLength(7);
  });

  it('remembers the whole prompt, not its last letter only', () => {
    const model = trained();
    // The first `you` is followed by ` want`.
    expect(generate(model, { prompt: 'if you', length: 5, temperature: 0 })).toBe('if you want');
  });

  it('leaves no gradients behind', () => {
    generate(fresh, { length: 5 });
    expect([...fresh.parameters()].every((p) => p.grad === null)).toBe(true);
  });

  it('draws from the likeliest only, where told', () => {
    const greedy = generate(fresh, { prompt: 'if', length: 30, temperature: 0 });
    const narrow = { prompt: 'if', length: 30, ...seeded(1) };
    expect(generate(fresh, { ...narrow, topK: 1 })).toBe(greedy);
    expect(generate(fresh, { ...narrow, topP: 0 })).toBe(greedy);
    expect(generate(fresh, { ...narrow, minP: 1 })).toBe(greedy);
    expect(generate(fresh, narrow)).not.toBe(greedy);
  });

  it('repeats less with a penalty, which knows the prompt too', () => {
    const drawn = (repetitionPenalty: number): Set<string> =>
      new Set(sample(fresh, { prompt: 'if', length: 30, repetitionPenalty, ...seeded(1) }));
    expect(drawn(1e6).size).toBeGreaterThan(drawn(0.001).size);
  });

  it('ends before a stop string, which may spread over units', () => {
    const model = trained();
    const text = (stop: string | string[]): string =>
      generate(model, { prompt: 'i', length: 14, temperature: 0, stop });
    expect(text(' want')).toBe('if you');
    expect(text(['want', 'ou'])).toBe('if y');
    expect(text('zebra')).toBe(SENTENCE);
  });

  it('reads a prompt of any length in stretches, to the same effect', () => {
    const model = trained();
    const times: number[] = [];
    const forward = model.forward.bind(model);
    model.forward = (indices: Tensor, state?: ModelState) => {
      times.push(indices.shape[1]);
      return forward(indices, state);
    };
    const prompt = `${'you want '.repeat(100)}if yo`;
    const [next] = sample(model, { prompt, length: 1, temperature: 0 });
    expect(times).toEqual([256, 256, 256, 137]);
    model.forward = forward;
    const [logits] = forward(tensor([[...vocabulary.encode(prompt)]]));
    const last = logits.tolist<number[][][]>()[0].at(-1)!;
    expect(next).toBe(vocabulary.units[last.indexOf(Math.max(...last))]);
  });

  it('is without dropout, and leaves the model in training as it was', () => {
    const seen: boolean[] = [];
    const forward = fresh.forward.bind(fresh);
    fresh.forward = (...args) => {
      seen.push(fresh.training || fresh.rnn.training);
      return forward(...args);
    };
    fresh.rnn.training = false;
    generate(fresh, { prompt: 'i', length: 2 });
    expect(seen).toEqual([false]);
    expect([fresh.training, fresh.rnn.training]).toEqual([true, false]);
  });

  it('refuses a prompt with characters that the model does not know', () => {
    const run = (): unknown => sample(fresh, { prompt: 'zebra' }).next();
    expect(run).toThrow(VocabularyError);
    expect(run).toThrow('z');
  });

  it.each([{ temperature: -1 }, { temperature: NaN }, { length: -1 }, { length: 1.5 }, { length: NaN }])(
    'refuses %o',
    (options) => {
      expect(() => sample(fresh, options).next()).toThrow(ValueError);
    },
  );
});

describe('a batch of samples', () => {
  const prompts = ['if', 'you want', 'i', ''];

  it('goes on from prompts of different lengths as each alone', () => {
    const model = trained();
    const prompts = ['i', 'if you', 'if you want', 'i'];
    const options = { length: 9, temperature: 0 };
    const alone = prompts.map((prompt) => [...sample(model, { ...options, prompt })].join(''));
    expect(sampleBatch(model, { ...options, prompts })).toEqual(alone);
    expect(alone[0]).toBe('f you wan');
  });

  it('throws dice of its own for each, the same for the same seed', () => {
    const texts = (some: string[], seed = 1): string[] =>
      sampleBatch(fresh, { prompts: some, length: 20, ...seeded(seed) });
    expect(texts(prompts)).toEqual(texts(prompts));
    expect(texts(prompts)).not.toEqual(texts(prompts, 2));
    const [a, b] = texts(['if', 'if']);
    expect(a).not.toBe(b);
    // What stands beside it makes no difference.
    expect(texts(['if', 'you'])[0]).toBe(texts(['if'])[0]);
    expect(texts(prompts).map((text) => text.length)).toEqual([20, 20, 20, 20]);
  });

  it('lets each end at its own stop string', () => {
    const model = trained();
    const prompts = ['if', 'if you w', 'if '];
    const options = { length: 12, temperature: 0, stop: ' want' };
    const alone = prompts.map((prompt) => [...sample(model, { ...options, prompt })].join(''));
    expect(sampleBatch(model, { ...options, prompts })).toEqual(alone);
    expect(alone[0]).toBe(' you');
  });

  it('is empty without prompts or length', () => {
    expect(sampleBatch(fresh, { prompts: [] })).toEqual([]);
    expect(sampleBatch(fresh, { prompts, length: 0 })).toEqual(['', '', '', '']);
    expect(sampleBatch(fresh, { prompts: ['', 'i'], length: 1 }).map((text) => text.length)).toEqual([1, 1]);
  });

  it('refuses prompts with characters that the model does not know', () => {
    expect(() => sampleBatch(fresh, { prompts: ['if', 'zebra'] })).toThrow(VocabularyError);
  });
});

describe('generate', () => {
  it('puts the prompt first', () => {
    expect(generate(fresh, { prompt: 'want', length: 0 })).toBe('want');
    expect(generate(fresh, { prompt: 'want', length: 3 })).toMatch(/^want.{3}$/);
  });

  it('writes the prompt as the model knows it, in composed form', () => {
    const korean = new LanguageModel(Vocabulary.from('안녕'));
    expect(generate(korean, { prompt: '안녕'.normalize('NFD'), length: 0 })).toBe('안녕');
  });
});
