import { describe, expect, it } from 'vitest';
import { nn, zeros } from '../../../src/index.js';

const { gumbelSoftmax } = nn.functional;

// What it gives stands in test/golden/data/made; here is what it refuses.
describe('gumbelSoftmax', () => {
  it('refuses a temperature of 0', () => {
    expect(() => gumbelSoftmax(zeros([2]), { tau: 0 })).toThrow('tau must be above 0');
  });
});
