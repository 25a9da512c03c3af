import { describe, expect, it } from 'vitest';
import { noGrad, ones, tensor, zeros } from '../../../src/index.js';

describe('unsqueeze_ and squeeze_', () => {
  it('change the shape of the tensor itself', () => {
    const x = zeros([2, 3]);
    expect(x.unsqueeze_(1)).toBe(x);
    expect([x.shape, x.strides, x.ndim]).toEqual([[2, 1, 3], [3, 1, 1], 3]);
    expect(x.unsqueeze_(-1).shape).toEqual([2, 1, 3, 1]);
    expect(x.squeeze_(0).shape).toEqual([2, 1, 3, 1]);
    expect(x.squeeze_(1).shape).toEqual([2, 3, 1]);
    expect(x.squeeze_().shape).toEqual([2, 3]);
  });

  it('leave other views of the memory as they are, and write where they wrote', () => {
    const x = zeros([2, 3]);
    const row = x.at(1);
    row.unsqueeze_(0);
    expect([row.shape, x.shape]).toEqual([
      [1, 3],
      [2, 3],
    ]);
    row.fill_(7);
    expect(x.tolist()).toEqual([[0, 0, 0], [7, 7, 7]]); // prettier-ignore
  });

  it('take an expanded tensor, of which nothing is written', () => {
    expect(ones([1]).expand(3).unsqueeze_(0).tolist()).toEqual([[1, 1, 1]]);
  });

  it('are part of the history', () => {
    const x = tensor([1.5, 2, 3], { requiresGrad: true });
    const y = x.mul(2);
    y.unsqueeze_(0);
    y.mul(tensor([[1], [10]]))
      .sum()
      .backward();
    expect(x.grad!.tolist()).toEqual([22, 22, 22]);
  });

  it('of a view leave the history of what it looks into', () => {
    const x = tensor([1.5, 2, 3], { requiresGrad: true });
    const y = x.mul(2);
    const v = y.narrow(0, 0, 2);
    v.unsqueeze_(0);
    v.sum().add(y.sum()).backward();
    // PyTorch: tensor([4., 4., 2.])
    expect(x.grad!.tolist()).toEqual([4, 4, 2]);
  });

  it('of a view that is written to later lead to what was written', () => {
    const x = tensor([1.5, 2, 3], { requiresGrad: true });
    const y = x.mul(2);
    const v = y.narrow(0, 0, 2);
    v.unsqueeze_(0);
    y.mul_(3);
    v.sum().backward();
    expect(x.grad!.tolist()).toEqual([6, 6, 0]);
  });

  it('refuse a leaf that requires a gradient, but not where nothing is recorded', () => {
    const x = zeros([3], { requiresGrad: true });
    expect(() => x.unsqueeze_(0)).toThrow('unsqueeze_: a leaf that requires a gradient');
    expect(noGrad(() => x.unsqueeze_(0)).shape).toEqual([1, 3]);
  });

  it('refuse a tensor on whose shape a gradient depends', () => {
    const x = zeros([1, 3], { requiresGrad: true });
    const y = x.mul(2);
    const loss = y.narrow(1, 0, 2).sum();
    expect(() => y.squeeze_()).toThrow('squeeze_: a recorded operation has read this tensor');
    loss.backward();
    expect(x.grad!.tolist()).toEqual([[2, 2, 0]]);
  });

  it('refuse an axis that does not exist', () => {
    expect(() => zeros([3]).unsqueeze_(3)).toThrow('there is no axis 3');
    expect(() => zeros([3]).squeeze_(1)).toThrow('there is no axis 1');
  });
});
