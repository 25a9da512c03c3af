import { describe, expect, it } from 'vitest';
import { arange, ones, tensor, zeros } from '../../../src/index.js';

const float = { dtype: 'float32' } as const;

describe('writing through at', () => {
  it('reaches pairs of positions', () => {
    const m = zeros([2, 3]);
    m.at(tensor([0, 1]), tensor([2, 0])).fill_(1);
    expect(m.tolist()).toEqual([
      [0, 0, 1],
      [1, 0, 0],
    ]);
  });

  it('reaches what a mask names', () => {
    const x = arange(5, float);
    x.at(x.gt(2)).mul_(10);
    expect(x.tolist()).toEqual([0, 1, 2, 30, 40]);
  });

  it('reaches rows, with values that broadcast, behind other indices and through views', () => {
    const x = zeros([2, 3, 2]);
    x.at(1, tensor([0, 2])).copy_(tensor([1, 2]));
    expect(x.at(1).tolist()).toEqual([
      [1, 2],
      [0, 0],
      [1, 2],
    ]);
    x.at(':', tensor([1]))
      .select(2, 0)
      .fill_(7);
    expect(x.select(2, 0).tolist()).toEqual([
      [0, 7, 0],
      [1, 7, 1],
    ]);
  });

  it('passes gradients on, to what was there and to what was written', () => {
    const x = ones([3], { requiresGrad: true });
    const v = tensor([5], { ...float, requiresGrad: true });
    const y = x.mul(2);
    y.at(tensor([0, 2])).copy_(v);
    y.mul(tensor([1, 10, 100], float))
      .sum()
      .backward();
    expect(x.grad!.tolist()).toEqual([0, 20, 0]);
    expect(v.grad!.tolist()).toEqual([101]);
  });
});

describe('indexPut_', () => {
  it('adds as often as an element is named, or keeps the last', () => {
    const places = [tensor([1, 1, 0])];
    expect(
      zeros([3])
        .indexPut_(places, tensor([1, 2, 3]))
        .tolist(),
    ).toEqual([3, 2, 0]);
    expect(
      zeros([3])
        .indexPut_(places, tensor([1, 2, 3]), { accumulate: true })
        .tolist(),
    ).toEqual([3, 3, 0]);
    expect(zeros([3]).indexPut_(places, 2, { accumulate: true }).tolist()).toEqual([2, 4, 0]);
  });

  it('has gradients when it adds', () => {
    const x = ones([2], { requiresGrad: true });
    const v = tensor([1, 2], { ...float, requiresGrad: true });
    const y = x.mul(3).indexPut_([tensor([1, 1])], v, { accumulate: true });
    y.mul(tensor([1, 10], float))
      .sum()
      .backward();
    expect(x.grad!.tolist()).toEqual([3, 30]);
    expect(v.grad!.tolist()).toEqual([10, 10]);
  });

  it('refuses what does not fit', () => {
    expect(() => zeros([3]).indexPut_([tensor([0, 1])], ones([3]))).toThrow(
      'shapes (2,) and (3,) do not go together',
    );
    expect(() => tensor([1, 2]).indexPut_([tensor([0])], 0.5)).toThrow('x.float()');
    expect(() => zeros([3]).indexPut_([tensor([3])], 1)).toThrow('outside 0 to 2');
  });
});
