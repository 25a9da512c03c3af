import { beforeEach, describe, expect, it } from 'vitest';
import { Vocabulary } from '../../src/data/vocabulary.js';
import { ValueError, VocabularyError } from '../../src/errors.js';
import { languageMetrics } from '../../src/evaluation/language.js';
import { LanguageModel } from '../../src/models/language-model.js';
import { noGrad } from '../../src/tensor/autograd.js';
import { tensor } from '../../src/tensor/create.js';
import { manualSeed } from '../../src/tensor/generator.js';
import '../../src/tensor/methods.js';
import { logSoftmax } from '../../src/tensor/ops/softmax.js';

const TEXT = 'abcabdcabbadcabcaddbcab';
let model: LanguageModel;
beforeEach(() => {
  manualSeed(0);
  model = new LanguageModel(Vocabulary.from('abcd'), { cell: 'lstm', hiddenSize: 8 });
});

/** Sets the output to the same logits everywhere. */
function always(...logits: number[]): void {
  noGrad(() => {
    model.head!.weight.mul_(0);
    model.head!.bias!.copy_(tensor(logits, { dtype: 'float32' }));
  });
}

describe('metrics of a language model', () => {
  it('of one that only guesses are those of guessing', () => {
    always(0, 0, 0, 0);
    const { loss, bitsPerUnit, perplexity, units } = languageMetrics(model, TEXT, { batchSize: 1 });
    expect(loss).toBeCloseTo(Math.log(4), 6);
    expect(bitsPerUnit).toBeCloseTo(2, 6);
    expect(perplexity).toBeCloseTo(4, 5);
    expect(units).toBe(22);
  });

  it('count how often the likeliest is right', () => {
    always(0, 1, 0, 0);
    // b follows 6 times in 22.
    const times = [...TEXT.slice(1)].filter((letter) => letter === 'b').length;
    expect(languageMetrics(model, TEXT, { batchSize: 1 }).accuracy).toBe(times / 22);
  });

  it('carry the state over the whole text, however it is cut', () => {
    const indices = [...model.vocabulary.encode(TEXT)];
    const rows = logSoftmax(model.forward(tensor([indices]))[0], 2).tolist<number[][][]>();
    const whole = indices.slice(1).reduce((sum, next, i) => sum - rows[0][i][next], 0) / 22;
    for (const seqLength of [1, 5, 22, 256]) {
      expect(languageMetrics(model, TEXT, { batchSize: 1, seqLength }).loss).toBeCloseTo(whole, 5);
    }
  });

  it('run streams side by side', () => {
    const { loss, units } = languageMetrics(model, TEXT, { batchSize: 2, seqLength: 4 });
    const halves = [TEXT.slice(0, 12), TEXT.slice(11, 23)].map((text) => {
      return languageMetrics(model, text, { batchSize: 1 }).loss;
    });
    expect(units).toBe(22);
    expect(loss).toBeCloseTo((halves[0] + halves[1]) / 2, 5);
  });

  it('take a text that is encoded already', () => {
    const indices = model.vocabulary.encode(TEXT);
    expect(languageMetrics(model, indices)).toEqual(languageMetrics(model, TEXT));
  });

  it('leave the model in training, and without gradients', () => {
    languageMetrics(model, TEXT);
    expect(model.training).toBe(true);
    expect([...model.parameters()].every((p) => p.grad === null)).toBe(true);
  });

  it('refuse texts that are too short or unknown, and models that diverged', () => {
    expect(() => languageMetrics(model, 'a')).toThrow(ValueError);
    expect(() => languageMetrics(model, 'az')).toThrow(VocabularyError);
    noGrad(() => model.head!.weight.mul_(NaN));
    expect(() => languageMetrics(model, TEXT)).toThrow('its loss is NaN');
  });
});
