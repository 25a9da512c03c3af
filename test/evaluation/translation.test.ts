import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../src/data/vocabulary.js';
import { ValueError } from '../../src/errors.js';
import { evaluateTranslator } from '../../src/evaluation/translation.js';
import { Translator } from '../../src/models/translator.js';

const vocabulary = Vocabulary.from('abc');

/** A model that says the same of everything. */
function saying(text: string): Translator {
  const model = new Translator(vocabulary, vocabulary, { embeddingSize: 2, hiddenSize: 2 });
  model.translate = () => text;
  return model;
}

describe('evaluateTranslator', () => {
  it('counts what is right to the last unit, and the units that are wrong', () => {
    const pairs = ['abc', 'ab', 'bc', 'cabc', 'cba'].map((target) => ({ source: 'a', target }));
    const { count, exact, errorRate, said } = evaluateTranslator(saying('abc'), pairs);
    expect(count).toBe(5);
    expect(exact).toBe(0.2);
    // One taken out twice, one put in, two replaced: 5 of 14.
    expect(errorRate).toBeCloseTo(5 / 14, 12);
    expect(said).toEqual(Array(5).fill('abc'));
  });

  it('needs pairs', () => {
    expect(() => evaluateTranslator(saying(''), [])).toThrow(ValueError);
  });
});
