import { describe, expect, it } from 'vitest';
import { nn, ones, tensor } from '../../../src/index.js';

const { pad } = nn.functional;

// What it gives stands in test/golden/data/made; here is what it refuses.
describe('pad', () => {
  it('refuses more than a mode reaches, and modes that do not exist', () => {
    const x = ones([1, 3]);
    expect(() => pad(x, [3, 0], { mode: 'reflect' })).toThrow('cannot take 3 before');
    expect(() => pad(x, [4, 0], { mode: 'circular' })).toThrow('cannot take 4 before');
    expect(() => pad(x, [-2, -2])).toThrow('cannot take -2 before');
    expect(() => pad(x, [1])).toThrow('must be [before, after]');
    expect(() => pad(x, [0, 0, 0, 0, 1, 1])).toThrow('up to 2 axes');
    expect(() => pad(x, [1, 1], { mode: 'mirror' as never })).toThrow("not 'mirror'");
  });

  it('leaves whole numbers whole', () => {
    expect(pad(tensor([1, 2]), [1, 0], { value: 9 }).dtype).toBe('int32');
  });
});
