import { describe, expect, it } from 'vitest';
import * as u from '../../src/index.js';

const { tensor, zeros } = u;
const shapes = (xs: readonly u.Tensor[]): u.Shape[] => xs.map((x) => x.shape);

// Shapes and values as in PyTorch, whose expression is the same.
describe('empty tensors', () => {
  it('part into empty tensors', () => {
    expect(shapes(zeros([0, 3]).chunk(2))).toEqual([
      [0, 3],
      [0, 3],
    ]);
    expect(shapes(zeros([2, 0]).chunk(3, 1))).toEqual([
      [2, 0],
      [2, 0],
      [2, 0],
    ]);
    expect(shapes(zeros([0, 3]).split(2))).toEqual([[0, 3]]);
    expect(shapes(zeros([0, 3]).split(0))).toEqual([[0, 3]]);
    expect(() => zeros([3, 3]).split(0)).toThrow(u.ValueError);
    expect(() => zeros([3, 3]).split(-1)).toThrow(u.ValueError);
  });

  it.each<[u.Tensor, number[], number[]]>([
    [zeros([0, 3]), [3, 0], [3, 0]],
    [zeros([0, 3]), [-1], [0]],
    [zeros([0, 3]), [-1, 3], [0, 3]],
    [zeros([2, 0, 3]), [6, -1], [6, 0]],
    [zeros([2, 0, 3]), [2, -1, 3], [2, 0, 3]],
    [zeros([0, 3]).t(), [3, 0], [3, 0]],
    [zeros([2, 3, 0]).transpose(0, 1), [6, 0], [6, 0]],
    [zeros([3, 1]).expand(3, 4).narrow(1, 0, 0), [0], [0]],
  ])('are seen under any shape of nothing: %s as %j', (x, wanted, shape) => {
    expect(x.view(wanted).shape).toEqual(shape);
    expect(x.reshape(wanted).shape).toEqual(shape);
  });

  it('leave a size open only where it can be told', () => {
    for (const wanted of [
      [0, -1],
      [-1, 0],
    ])
      expect(() => zeros([0, 3]).view(wanted)).toThrow('-1');
  });

  it('have a logsumexp of −∞, a sum of 0, a product of 1, and no mean', () => {
    expect(zeros([0]).logsumexp(0).item()).toBe(-Infinity);
    expect(zeros([2, 0]).logsumexp(1).tolist()).toEqual([-Infinity, -Infinity]);
    expect(zeros([2, 0]).logsumexp(0).shape).toEqual([0]);
    expect(zeros([0]).sum().item()).toBe(0);
    expect(zeros([0], { dtype: 'int32' }).prod().item()).toBe(1);
    expect(zeros([0]).mean().item()).toBeNaN();
    expect(zeros([0]).std().item()).toBeNaN();
    expect(zeros([0]).norm().item()).toBe(0);
    expect(() => zeros([2, 0]).median()).toThrow(u.IndexError);
  });

  it('go through a linear layer without features, and one without outputs', () => {
    const { linear } = u.nn.functional;
    const [x, w, b] = [zeros([2, 0]), zeros([3, 0]), u.ones([3])].map((t) => t.requiresGrad_());
    const y = linear(x, w, b);
    expect(y.tolist()).toEqual([
      [1, 1, 1],
      [1, 1, 1],
    ]);
    expect(linear(x, w).tolist()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    y.sum().backward();
    expect([x, w].map((t) => t.grad!.shape)).toEqual([
      [2, 0],
      [3, 0],
    ]);
    expect(b.grad!.tolist()).toEqual([2, 2, 2]);

    const [z, v] = [u.ones([2, 3]), zeros([0, 3])].map((t) => t.requiresGrad_());
    const none = linear(z, v, zeros([0]));
    expect(none.shape).toEqual([2, 0]);
    none.sum().backward();
    expect(z.grad!.tolist()).toEqual(zeros([2, 3]).tolist());
    expect(v.grad!.shape).toEqual([0, 3]);

    const layer = new u.nn.Linear(0, 3);
    expect([layer.weight.shape, layer.bias!.tolist()]).toEqual([
      [3, 0],
      [0, 0, 0],
    ]);
    expect(new u.nn.Linear(3, 0).forward(z).shape).toEqual([2, 0]);
  });
});

describe('oneHot', () => {
  it('takes as many classes as there are for −1', () => {
    expect(u.oneHot(tensor([0, 2]), -1).tolist()).toEqual([
      [1, 0, 0],
      [0, 0, 1],
    ]);
    expect(u.oneHot(zeros([0], { dtype: 'int32' }), 3).shape).toEqual([0, 3]);
  });

  it('refuses what has no classes', () => {
    expect(() => u.oneHot(tensor([-1, 2]), -1)).toThrow(u.IndexError);
    expect(() => u.oneHot(tensor([0, 2]), 0)).toThrow(u.IndexError);
    expect(() => u.oneHot(tensor([0, 2]), -2)).toThrow(u.ValueError);
    expect(() => u.oneHot(tensor([0, 2]), 2.5)).toThrow(u.ValueError);
    expect(() => u.oneHot(zeros([0], { dtype: 'int32' }))).toThrow(/how many classes/);
  });
});
