import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manualSeed, nn, randn, tensor, zeros } from '../../src/index.js';
import { expectGradients } from '../gradients.js';

const { layerNorm } = nn.functional;

describe('LayerNorm', () => {
  it('brings the last axes to mean 0 and variance 1', () => {
    const y = new nn.LayerNorm([3, 4]).forward(randn([5, 3, 4]).mul(7).add(2)).detach();
    expect(y.mean([1, 2]).abs().max().item()).toBeLessThan(1e-6);
    expect(y.variance([1, 2], { correction: 0 }).sub(1).abs().max().item()).toBeLessThan(1e-5);
  });

  it('has the gradients of central differences', () => {
    const size = fc.integer({ min: 1, max: 4 });
    const sizes = fc.tuple(fc.array(size, { maxLength: 2 }), fc.array(size, { minLength: 1, maxLength: 2 }));
    fc.assert(
      fc.property(sizes, fc.boolean(), fc.boolean(), ([lead, shape], elementwiseAffine, bias) => {
        manualSeed(shape[0]);
        // A larger ε keeps rows of few elements smooth enough for differences.
        const layer = new nn.LayerNorm(shape, { elementwiseAffine, bias, eps: 0.5 });
        const x = randn([...lead, ...shape]);
        expectGradients(() => layer.forward(x), [x, ...layer.parameters()]);
      }),
      { numRuns: 15 },
    );
  });

  it('takes rows of one value to 0', () => {
    expect(layerNorm(tensor([[3, 3, 3]], { dtype: 'float32' }), [3]).tolist()).toEqual([[0, 0, 0]]);
    // Three times 0.3696 is not a float32, so that a mean of that precision is off, and 1 / √ε magnifies it.
    expect(
      layerNorm(tensor([0.3696]).expand(2, 3), [3])
        .abs()
        .max()
        .item(),
    ).toBe(0);
  });

  it('keeps small differences of large numbers', () => {
    // 10000 ± 1: mean 10000, deviation 1.
    const y = layerNorm(tensor([[9999, 10001]], { dtype: 'float32' }), [2], { eps: 0 });
    expect(y.tolist()).toEqual([[-1, 1]]);
  });

  it('scales and shifts, and has the parameters asked for', () => {
    const [weight, bias] = [tensor([2.5, 2]), tensor([0.5, 1])];
    expect(
      layerNorm(tensor([[-1, 1]], { dtype: 'float32' }), [2], { weight, bias, eps: 0 }).tolist(),
    ).toEqual([[-2, 3]]);
    const names = (layer: nn.LayerNorm): string[] => [...layer.stateDict().keys()];
    expect(names(new nn.LayerNorm(2))).toEqual(['weight', 'bias']);
    expect(names(new nn.LayerNorm(2, { bias: false }))).toEqual(['weight']);
    expect(names(new nn.LayerNorm(2, { elementwiseAffine: false }))).toEqual([]);
  });

  it('takes a view that is not contiguous', () => {
    const x = randn([4, 3]);
    const [a, b] = [layerNorm(x.t(), [4]), layerNorm(x.t().contiguous(), [4])];
    expect(a.tolist()).toEqual(b.tolist());
  });

  it('prints as PyTorch does', () => {
    expect(new nn.LayerNorm(4).toString()).toBe('LayerNorm((4,), eps=0.00001, elementwiseAffine=true)');
  });

  it('says what is wrong', () => {
    expect(() => new nn.LayerNorm(4).forward(zeros([4, 3]))).toThrow(
      'layerNorm: input is (4, 3), but should end in the normalised shape (4,)',
    );
    expect(() => layerNorm(zeros([2]), [])).toThrow('normalised shape ()');
    expect(() => layerNorm(zeros([2]), [2], { bias: zeros([3]) })).toThrow(
      'bias is (3,), but should be (2,)',
    );
    expect(() => layerNorm(tensor([1, 2]), [2])).toThrow('input must be float32');
    expect(() => new nn.LayerNorm([2, 0])).toThrow('normalizedShape must be a whole number above 0, not 0');
  });
});
