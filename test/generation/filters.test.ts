import { describe, expect, it } from 'vitest';
import { keepMinP, keepTopK, keepTopP, penalizeRepetition } from '../../src/generation/filters.js';

/** Logits of given probabilities. */
const logits = (...probabilities: number[]): Float32Array => Float32Array.from(probabilities, Math.log);
/** Places that are not ruled out. */
const left = (filtered: Float32Array): number[] =>
  [...filtered.keys()].filter((i) => filtered[i] > -Infinity);

describe('the repetition penalty', () => {
  it('divides what is positive and multiplies what is negative', () => {
    const raw = Float32Array.of(2, -2, 3, 0);
    expect([...penalizeRepetition(raw, [0, 1, 3], 4)]).toEqual([0.5, -8, 3, 0]);
    expect([...raw]).toEqual([2, -2, 3, 0]);
  });

  it('does not count how often', () => {
    expect([...penalizeRepetition(Float32Array.of(2, 2), [0, 0, 0], 2)]).toEqual([1, 2]);
  });

  it('favours repetition below 1', () => {
    expect([...penalizeRepetition(Float32Array.of(2, -2), [0, 1], 0.5)]).toEqual([4, -1]);
  });
});

describe('top-k', () => {
  it('keeps the k likeliest as they are', () => {
    expect([...keepTopK(Float32Array.of(1, 4, 2, 3), 2)]).toEqual([-Infinity, 4, -Infinity, 3]);
  });

  it('keeps all that are as likely as the last', () => {
    expect(left(keepTopK(Float32Array.of(1, 3, 3, 3), 2))).toEqual([1, 2, 3]);
  });

  it('keeps all where there are not more', () => {
    expect(left(keepTopK(Float32Array.of(1, 2), 5))).toEqual([0, 1]);
  });
});

describe('top-p', () => {
  it.each([
    [0.4, [1]],
    [0.5, [1]],
    // 0.5 is not enough, 0.8 is.
    [0.51, [1, 3]],
    [0.79, [1, 3]],
    [0.81, [1, 2, 3]],
    [0.99, [0, 1, 2, 3]],
    [1, [0, 1, 2, 3]],
    [0, [1]],
  ])('of %d keeps the fewest that come to it', (p, places) => {
    expect(left(keepTopP(logits(0.05, 0.5, 0.15, 0.3), p))).toEqual(places);
  });

  it('counts shares of what earlier filters left', () => {
    // 0.5 of 0.8 is 0.625.
    const narrowed = keepTopK(logits(0.05, 0.5, 0.15, 0.3), 2);
    expect(left(keepTopP(narrowed, 0.62))).toEqual([1]);
    expect(left(keepTopP(narrowed, 0.63))).toEqual([1, 3]);
  });
});

describe('min-p', () => {
  it.each([
    [0.05, [0, 1, 2, 3]],
    [0.2, [1, 2, 3]],
    [0.5, [1, 3]],
    [0.7, [1]],
    [1, [1]],
  ])('of %d keeps what is so many times as likely as the likeliest', (p, places) => {
    // 0.1, 1, 0.3 and 0.6 times the likeliest.
    expect(left(keepMinP(logits(0.05, 0.5, 0.15, 0.3), p))).toEqual(places);
  });
});
