import { describe, expect, it } from 'vitest';
import { randn, tensor } from '../../../src/index.js';

// What it gives stands in test/golden/data/made; here is what it refuses.
describe('unique', () => {
  it('has no gradient', () => {
    const x = randn([3]).requiresGrad_();
    expect(() => x.unique().sum().backward()).toThrow('unique has no gradient');
  });

  it('takes empty tensors and scalars', () => {
    expect(tensor([]).unique({ returnCounts: true }).counts.tolist()).toEqual([]);
    expect(tensor(3).unique({ returnInverse: true }).inverse.tolist()).toBe(0);
    expect(tensor([true, false, true]).unique().tolist()).toEqual([false, true]);
  });
});
