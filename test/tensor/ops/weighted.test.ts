import { describe, expect, it } from 'vitest';
import { addmm, zeros } from '../../../src/index.js';

// What it gives stands in test/golden/data/made; here is what it refuses.
describe('addmm', () => {
  it('refuses what does not stretch to the product', () => {
    expect(() => addmm(zeros([3, 3]), zeros([2, 4]), zeros([4, 3]))).toThrow('expand: (3, 3)');
    expect(() => addmm(zeros([3]), zeros([2, 4]), zeros([3, 4]))).toThrow('matmul');
  });
});
