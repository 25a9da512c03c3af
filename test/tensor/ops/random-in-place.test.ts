import { describe, expect, it } from 'vitest';
import { Generator, manualSeed, nn, ones, rand, randn, tensor, zeros } from '../../../src/index.js';

// The numbers themselves stand in test/golden/data/made, and are PyTorch's bit for bit.
describe('uniform_, normal_ and bernoulli_', () => {
  it('fill the tensor itself with what the functions draw', () => {
    manualSeed(1);
    const [u, n] = [rand([20]).tolist(), randn([20]).tolist()];
    manualSeed(1);
    const x = zeros([20]);
    expect(x.uniform_()).toBe(x);
    expect(x.tolist()).toEqual(u);
    expect(x.normal_().tolist()).toEqual(n);
  });

  it('fill views in the tensor that they look into, and nothing beside', () => {
    const x = zeros([3, 4]);
    x.at(':', [1, 3]).uniform_(5, 6);
    expect(x.ge(5).tolist()).toEqual(Array(3).fill([false, true, true, false]));
  });

  it('draw from a generator of their own', () => {
    const generator = new Generator(3);
    const first = zeros([5]).normal_(0, 1, { generator }).tolist();
    expect(
      zeros([5])
        .normal_(0, 1, { generator: new Generator(3) })
        .tolist(),
    ).toEqual(first);
    expect(generator.getState().next).toBeGreaterThan(0);
  });

  it('draw nothing where they refuse', () => {
    manualSeed(1);
    const next = rand([1]).item();
    manualSeed(1);
    expect(() => zeros([2], { requiresGrad: true }).normal_()).toThrow('a leaf that requires a gradient');
    expect(() => ones([1]).expand(3).uniform_()).toThrow('clone()');
    expect(() => tensor([1]).normal_()).toThrow('normal_: fills float32 tensors, not int32');
    expect(() => zeros([1]).normal_(0, -1)).toThrow('normal_: std must be 0 or more, not -1');
    expect(() => zeros([1]).uniform_(2, 1)).toThrow('uniform_: there is nothing from 2 to 1');
    expect(() => zeros([1]).bernoulli_(2)).toThrow('bernoulli_: p must be between 0 and 1, not 2');
    expect(rand([1]).item()).toBe(next);
  });

  it('fill parameters through nn.init, transposed ones too', () => {
    const w = nn.init.normal_(zeros([6, 8]).t().requiresGrad_());
    manualSeed(4);
    nn.init.normal_(w);
    manualSeed(4);
    expect(w.tolist()).toEqual(zeros([6, 8]).t().normal_().tolist());
  });
});
