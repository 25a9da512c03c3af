import { describe, expect, it } from 'vitest';
import { ValueError } from '../../src/errors.js';
import { classificationMetrics, evaluateClassifier } from '../../src/evaluation/classification.js';

describe('metrics of a classification', () => {
  it('count which label was given for which', () => {
    const metrics = classificationMetrics(
      ['cat', 'cat', 'cat', 'dog', 'dog'],
      ['cat', 'cat', 'dog', 'dog', 'cat'],
    );
    expect(metrics.labels).toEqual(['cat', 'dog']);
    expect(metrics.confusion).toEqual([
      [2, 1],
      [1, 1],
    ]);
    expect(metrics.accuracy).toBe(3 / 5);
    expect(metrics.count).toBe(5);
    expect(metrics.classes).toEqual([
      { label: 'cat', precision: 2 / 3, recall: 2 / 3, f1: 2 / 3, support: 3 },
      { label: 'dog', precision: 1 / 2, recall: 1 / 2, f1: 1 / 2, support: 2 },
    ]);
    const mean = (2 / 3 + 1 / 2) / 2;
    expect(metrics.macro).toEqual({ precision: mean, recall: mean, f1: mean });
  });

  it('say nothing about what did not occur', () => {
    const { classes, macro } = classificationMetrics(['a', 'b'], ['a', 'a'], ['a', 'b', 'c']);
    expect(classes[0]).toMatchObject({ precision: 1 / 2, recall: 1 });
    expect(classes[1]).toMatchObject({ precision: null, recall: 0, f1: 0 });
    expect(classes[2]).toEqual({ label: 'c', precision: null, recall: null, f1: null, support: 0 });
    // a: 2 · ½ · 1 / 1½ = ⅔; b: 0; c is not counted.
    expect(macro).toEqual({ precision: 1 / 4, recall: 1 / 2, f1: 1 / 3 });
  });

  it('refuse lists that do not fit', () => {
    expect(() => classificationMetrics([], [])).toThrow(ValueError);
    expect(() => classificationMetrics(['a'], [])).toThrow('0 labels were given, but 1 are');
    expect(() => classificationMetrics(['a'], ['b'], ['a'])).toThrow("'b' is not one of the labels a");
  });
});

describe('a classifier on labelled texts', () => {
  const model = {
    labels: ['long', 'short'],
    predict: (text: string) =>
      text.length > 3
        ? [
            { label: 'long', probability: 0.75 },
            { label: 'short', probability: 0.25 },
          ]
        : [
            { label: 'short', probability: 0.5 },
            { label: 'long', probability: 0.5 },
          ],
  };

  it('is measured by its likeliest labels and by the probability of the right ones', () => {
    const { accuracy, confusion, loss } = evaluateClassifier(model, [
      { text: 'abcd', label: 'long' },
      { text: 'abcd', label: 'short' },
      { text: 'ab', label: 'short' },
    ]);
    expect(accuracy).toBe(2 / 3);
    expect(confusion).toEqual([
      [1, 0],
      [1, 1],
    ]);
    expect(loss).toBeCloseTo(-(Math.log(0.75) + Math.log(0.25) + Math.log(0.5)) / 3, 12);
  });

  it('is not asked for labels it does not know', () => {
    expect(() => evaluateClassifier(model, [{ text: 'a', label: 'tiny' }])).toThrow("'tiny' is not one of");
  });
});
