import { describe, expect, it } from 'vitest';
import { ones, tensor, zeros } from '../../../src/index.js';

// What it gives stands in test/golden/data/made; here is what it refuses.
describe('indexAdd, indexCopy and indexFill', () => {
  const [x, index] = [zeros([3, 2]), tensor([0, 1])];

  it('refuse positions outside, and sources of another shape', () => {
    expect(() => x.indexAdd(0, tensor([3]), ones([1, 2]))).toThrow('index 3');
    expect(() => x.indexAdd(0, tensor([-1]), ones([1, 2]))).toThrow('index -1');
    expect(() => x.indexFill(0, tensor([-4]), 1)).toThrow('position -4 is outside axis 0 of size 3');
    expect(() => x.indexAdd(0, index, ones([2]))).toThrow('take (2, 2)');
    expect(() => x.indexCopy(0, index.float(), ones([2, 2]))).toThrow('positions are int32');
    expect(() => x.indexFill(0, index.view(1, 2), 1)).toThrow('one axis');
    expect(() => x.indexFill(0, index, ones([1]))).toThrow('have no axes');
  });
});
