import { describe, expect, it } from 'vitest';
import { quantile } from '../../src/data/quantile.js';
import { ValueError } from '../../src/errors.js';

describe('a quantile', () => {
  it.each([
    [0, 1],
    [0.5, 2.5],
    [1, 4],
    [0.1, 1.3],
  ])('at %d lies between its neighbours, as in NumPy', (q, value) => {
    expect(quantile([4, 1, 3, 2], q)).toBeCloseTo(value, 12);
  });

  it('is of something, and between 0 and 1', () => {
    expect(() => quantile([], 0.5)).toThrow(ValueError);
    expect(() => quantile([1], 1.5)).toThrow(ValueError);
  });
});
