import { describe, expect, it } from 'vitest';
import { nn, ones, tensor } from '../../../src/index.js';

const { cosineEmbeddingLoss, gaussianNllLoss, marginRankingLoss, tripletMarginLoss } = nn.functional;

// What it gives stands in test/golden/data/made; here is what it refuses.
describe('losses with a margin', () => {
  it('refuse what does not fit', () => {
    const [a, b] = [ones([2, 3]), ones([2, 3])];
    expect(() => marginRankingLoss(a, b, tensor([1]))).toThrow('equally many axes');
    expect(() => tripletMarginLoss(a, b, ones([3]))).toThrow('equally many axes');
    expect(() => tripletMarginLoss(a, b, b, { margin: 0 })).toThrow('margin must be above 0');
    expect(() => cosineEmbeddingLoss(a, b, tensor(1))).toThrow('must be (N, D)');
    expect(() => gaussianNllLoss(a, b, a.neg())).toThrow('cannot be negative');
    expect(() => gaussianNllLoss(a, b, ones([3, 1]))).toThrow('a variance of (3, 1)');
    expect(() => new nn.TripletMarginLoss({ margin: 0 })).toThrow('TripletMarginLoss: margin');
    expect(() => new nn.MarginRankingLoss({ reduction: 'avg' as never })).toThrow("not 'avg'");
  });

  it('take one variance for all', () => {
    // ½ (ln 4 + 4 / 4)
    expect(gaussianNllLoss(ones([2]), ones([2]).mul(3), 4).item()).toBeCloseTo(0.5 * (Math.log(4) + 1), 6);
  });
});
