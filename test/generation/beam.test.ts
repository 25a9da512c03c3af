import { beforeEach, describe, expect, it } from 'vitest';
import { Vocabulary } from '../../src/data/vocabulary.js';
import { ValueError, VocabularyError } from '../../src/errors.js';
import { beamSearch } from '../../src/generation/beam.js';
import { generate } from '../../src/generation/sample.js';
import { LanguageModel } from '../../src/models/language-model.js';
import { noGrad } from '../../src/tensor/autograd.js';
import { tensor } from '../../src/tensor/create.js';
import { manualSeed } from '../../src/tensor/generator.js';
import '../../src/tensor/methods.js';
import { logSoftmax } from '../../src/tensor/ops/softmax.js';

let model: LanguageModel;
beforeEach(() => {
  manualSeed(3);
  model = new LanguageModel(Vocabulary.from('abc'), { cell: 'gru', hiddenSize: 8, numLayers: 2 });
  // Further from each other than fresh weights are.
  noGrad(() => model.head!.weight.mul_(6));
});

/** log p of a text behind a prompt, by running the model over all of it. */
function logProbability(prompt: string, text: string): number {
  const [start, added] = [prompt, text].map((part) => [...model.vocabulary.encode(part)]);
  const all = [...start, ...added];
  const rows = noGrad(() => logSoftmax(model.forward(tensor([all]))[0], 2)).tolist<number[][][]>();
  return added.reduce((sum, unit, i) => sum + rows[0][start.length - 1 + i][unit], 0);
}

/** Every text of a length. */
const texts = (length: number): string[] =>
  length === 0 ? [''] : texts(length - 1).flatMap((text) => ['a', 'b', 'c'].map((letter) => text + letter));

describe('beam search', () => {
  it('finds the likeliest texts of all where the beams hold every one', () => {
    const found = beamSearch(model, { prompt: 'ab', length: 4, beams: 81 });
    const all = texts(4).map((text) => ({ text, logProbability: logProbability('ab', text) }));
    all.sort((a, b) => b.logProbability - a.logProbability);
    expect(found.map(({ text }) => text)).toEqual(all.map(({ text }) => text));
    found.forEach((result, i) => {
      expect(result.logProbability).toBeCloseTo(all[i].logProbability, 4);
      expect(result.score).toBeCloseTo(result.logProbability / 4, 10);
    });
  });

  it('with one beam takes the likeliest at each step', () => {
    const [best, ...others] = beamSearch(model, { prompt: 'a', length: 12, beams: 1 });
    expect(others).toEqual([]);
    expect(`a${best.text}`).toBe(generate(model, { prompt: 'a', length: 12, temperature: 0 }));
  });

  it('finds nothing worse with more beams, and gives what the model says', () => {
    const best = (beams: number) => beamSearch(model, { prompt: 'a', length: 8, beams })[0];
    expect(best(9).logProbability).toBeGreaterThanOrEqual(best(1).logProbability - 1e-6);
    expect(best(9).logProbability).toBeCloseTo(logProbability('a', best(9).text), 4);
  });

  it('lets texts end at a stop string, whose units count, and which is left out', () => {
    const found = beamSearch(model, { prompt: 'a', length: 3, beams: 81, stop: 'c', lengthPenalty: 0 });
    const endings = [0, 1, 2].flatMap(texts).filter((text) => !text.includes('c'));
    const whole = texts(3).filter((text) => !text.includes('c'));
    const all = [
      ...endings.map((text) => ({ text, logProbability: logProbability('a', `${text}c`) })),
      ...whole.map((text) => ({ text, logProbability: logProbability('a', text) })),
    ].sort((a, b) => b.logProbability - a.logProbability);
    expect(found.map(({ text }) => text)).toEqual(all.map(({ text }) => text));
    expect(found.map((result) => result.score)).toEqual(found.map((result) => result.logProbability));
  });

  it('prefers long texts the more, the higher the length penalty', () => {
    const length = (lengthPenalty: number): number =>
      beamSearch(model, { prompt: 'a', length: 8, beams: 4, stop: 'c', lengthPenalty })[0].text.length;
    expect(length(-2)).toBeLessThanOrEqual(length(0));
    expect(length(0)).toBeLessThanOrEqual(length(3));
    expect(length(-2)).toBeLessThan(length(3));
  });

  it('ends early where no text can beat what it found', () => {
    let steps = 0;
    const forward = model.forward.bind(model);
    model.forward = (...args) => {
      steps += 1;
      return forward(...args);
    };
    const found = beamSearch(model, { prompt: 'a', length: 1000, beams: 2, stop: 'b', lengthPenalty: 0 });
    expect(found).toHaveLength(2);
    expect(steps).toBeLessThan(200);
  });

  it('refuses what cannot be', () => {
    expect(() => beamSearch(model, { prompt: '' })).toThrow('needs a prompt');
    expect(() => beamSearch(model, { prompt: 'z' })).toThrow(VocabularyError);
    for (const options of [
      { length: 0 },
      { beams: 0 },
      { beams: 1.5 },
      { lengthPenalty: NaN },
      { stop: '' },
    ]) {
      expect(() => beamSearch(model, { prompt: 'a', ...options })).toThrow(ValueError);
    }
    noGrad(() => model.head!.weight.mul_(NaN));
    expect(() => beamSearch(model, { prompt: 'a' })).toThrow('cannot say what comes next');
  });
});
