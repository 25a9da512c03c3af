import { describe, expect, it } from 'vitest';
import {
  arange,
  empty,
  emptyLike,
  eye,
  fullLike,
  linspace,
  ones,
  onesLike,
  tensor,
  zeros,
  zerosLike,
} from '../../src/index.js';

describe('tensors like others', () => {
  const x = ones([2, 3]);

  it('have the dtype of the tensor they come from, unless said', () => {
    const made = [x.newZeros(2, 3), x.newOnes([2]), x.newFull([1], 7), x.newTensor([[1, 2]]), x.newEmpty(4)];
    expect(made.map((y) => y.dtype)).toEqual(made.map(() => 'float32'));
    expect(made.slice(0, 4).map((y) => y.tolist())).toEqual([[[0, 0, 0], [0, 0, 0]], [1, 1], [7], [[1, 2]]]); // prettier-ignore
    expect(made[4].shape).toEqual([4]);
    const i = tensor([1]);
    expect([i.newZeros(2), i.newZeros([2], { dtype: 'bool' }), fullLike(i, 3)].map((y) => y.dtype)).toEqual([
      ...['int32', 'bool', 'int32'],
    ]);
    expect(x.newOnes([2], { requiresGrad: true }).requiresGrad).toBe(true);
    expect(
      [x.newZeros([2], { dtype: undefined }), eye(2), zeros([1], { dtype: undefined })].map((y) => y.dtype),
    ).toEqual(['float32', 'float32', 'float32']);
  });

  it('may have no contents yet, and then have the order of memory that PyTorch gives them', () => {
    expect(empty([2, 3]).shape).toEqual([2, 3]);
    expect(empty([50], { dtype: 'bool' }).any().item()).toBe(0);
    expect(emptyLike(zeros([2, 3]).t()).strides).toEqual([1, 3]);
    // PyTorch: torch.empty_like(torch.zeros(4, 6)[:, ::2].t()).stride()
    expect(emptyLike(zeros([4, 6]).slice(1, 0, 6, 2).t()).strides).toEqual([1, 3]);
    expect(emptyLike(zeros([2, 0, 3])).shape).toEqual([2, 0, 3]);
    expect(() => empty([-1])).toThrow('empty: sizes must be');
    expect(() => empty([1], { dtype: 'float64' as never })).toThrow('there is no float64');
  });

  it('lie in memory as the tensor they come from, so that dropout draws the same masks', () => {
    // PyTorch: torch.zeros_like(torch.zeros(2, 3).t()).stride(), and of ones_like, full_like, flip
    const turned = zeros([2, 3]).t();
    const made = [zerosLike(turned), onesLike(turned), fullLike(turned, 7), turned.flip(1)];
    expect(made.map((y) => y.strides)).toEqual([[1, 3], [1, 3], [1, 3], [1, 3]]); // prettier-ignore
    expect(made.map((y) => [...y.data])).toEqual(
      [0, 1, 7, 0].map((value) => Array.from({ length: 6 }, () => value)),
    );
    const [w, back] = [arange(6, { dtype: 'float32' }).view(2, 3).requiresGrad_(), tensor([[1, 2], [3, 4], [5, 6]])]; // prettier-ignore
    const flipped = w.t().flip([0]);
    expect(flipped.tolist()).toEqual([[2, 5], [1, 4], [0, 3]]); // prettier-ignore
    flipped.mul(back).sum().backward();
    expect(w.grad!.tolist()).toEqual([[5, 3, 1], [6, 4, 2]]); // prettier-ignore
  });

  it('take the shape or the dtype of another', () => {
    const flat = tensor([1, 2, 3, 4, 5, 6]);
    expect([flat.viewAs(x).shape, x.t().reshapeAs(flat).shape, flat.typeAs(x).dtype]).toEqual([
      [2, 3],
      [6],
      'float32',
    ]);
    expect(() => x.t().viewAs(flat)).toThrow('view:');
  });
});

describe('iteration', () => {
  it('gives rows, which are views', () => {
    const x = tensor([[1, 2], [3, 4]], { dtype: 'float32' }); // prettier-ignore
    for (const row of x) row.mul_(10);
    expect([...x].map((row) => row.tolist())).toEqual([[10, 20], [30, 40]]); // prettier-ignore
    const [[a, b]] = x;
    expect([a.item(), b.item()]).toEqual([10, 20]);
  });

  it('carries gradients', () => {
    const x = tensor([1, 2, 3], { dtype: 'float32', requiresGrad: true });
    const [first, , last] = x;
    first.mul(last).backward();
    expect(x.grad!.tolist()).toEqual([3, 0, 1]);
  });

  it('refuses a scalar', () => {
    expect(() => [...tensor(1)]).toThrow('a scalar has no rows');
  });
});

describe('linspace', () => {
  it('refuses what makes no sense', () => {
    expect(() => linspace(0, 1, -1)).toThrow('linspace: sizes must be');
    expect(() => linspace(0, 1, 2, { dtype: 'bool' })).toThrow('no steps from false to true');
  });
});
