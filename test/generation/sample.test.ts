import { beforeEach, describe, expect, it } from 'vitest';
import { Vocabulary } from '../../src/data/vocabulary.js';
import { ValueError, VocabularyError } from '../../src/errors.js';
import { generate, sample } from '../../src/generation/sample.js';
import { LanguageModel } from '../../src/models/language-model.js';
import { Generator, manualSeed } from '../../src/tensor/generator.js';
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
