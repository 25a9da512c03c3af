import { describe, expect, it } from 'vitest';
import { capture, manualSeed, nn, noGrad, optim, rand, tensor, type Tensor, zeros } from '../../src/index.js';

const leaf = (...values: number[]): Tensor => tensor(Float32Array.from(values), { requiresGrad: true });

describe('registerHook', () => {
  it('sees the gradient of a result, and puts another in its place', () => {
    const x = leaf(1, 2);
    const y = x.mul(3);
    const seen: unknown[] = [];
    y.registerHook((grad) => {
      seen.push(grad.tolist());
      return grad.mul(10);
    });
    y.mul(5).sum().backward();
    expect(seen).toEqual([[5, 5]]);
    expect(x.grad!.tolist()).toEqual([150, 150]);
  });

  it('sees all of a gradient at once, however many operations it comes from', () => {
    const x = leaf(1, 2);
    const y = x.mul(1);
    const seen: unknown[] = [];
    for (const t of [x, y]) {
      t.registerHook((grad) => {
        seen.push(grad.tolist());
        return null;
      });
    }
    y.mul(2).add(y.mul(3)).add(x.mul(4)).sum().backward();
    expect(seen).toEqual([
      [5, 5],
      [9, 9],
    ]);
    expect(x.grad!.tolist()).toEqual([9, 9]);
  });

  it('of a leaf sees each pass by itself, before it is added to grad', () => {
    const x = leaf(1);
    const seen: number[] = [];
    x.registerHook((grad) => {
      seen.push(grad.item());
      return grad.neg();
    });
    x.mul(2).backward();
    x.mul(3).backward();
    expect(seen).toEqual([2, 3]);
    expect(x.grad!.item()).toBe(-5);
  });

  it('runs hooks in order, each on what the one before gave, and a function twice that is registered twice', () => {
    const x = leaf(1);
    const twice = (grad: Tensor): Tensor => grad.mul(2);
    x.registerHook(twice);
    x.registerHook((grad) => grad.add(1));
    x.registerHook(twice);
    x.mul(1).backward();
    expect(x.grad!.item()).toBe(6);
  });

  it('is gone when removed', () => {
    const x = leaf(1);
    const y = x.mul(1);
    const handles = [x, y].map((t) => t.registerHook((grad) => grad.mul(100)));
    for (const handle of handles) handle.remove();
    handles[0].remove();
    y.backward();
    expect(x.grad!.item()).toBe(1);
  });

  it('runs for the tensor that backward starts from, a leaf or not', () => {
    const x = leaf(1);
    const y = x.mul(2);
    y.registerHook((grad) => grad.mul(3));
    y.backward();
    expect(x.grad!.item()).toBe(6);
    x.registerHook((grad) => grad.mul(5));
    x.backward();
    expect(x.grad!.item()).toBe(11);
  });

  it('stays with what the tensor was when it is changed in place', () => {
    const x = leaf(1);
    const y = x.mul(2);
    const seen: number[] = [];
    y.registerHook((grad) => {
      seen.push(grad.item());
      return null;
    });
    y.mul_(7);
    y.backward();
    expect(seen).toEqual([7]);
  });

  it('may keep gradients, which nothing overwrites', () => {
    const kept: Tensor[] = [];
    const x = leaf(1, 2);
    let y = x;
    for (let i = 0; i < 5; i++) {
      y = y.mul(2);
      y.registerHook((grad) => {
        kept.push(grad);
        return null;
      });
    }
    y.sum().backward();
    x.registerHook((grad) => {
      kept.push(grad);
      return null;
    });
    y = x.mul(3);
    y.sum().backward();
    x.grad!.mul_(0);
    expect(kept.map((grad) => grad.tolist<number[]>()[0])).toEqual([1, 2, 4, 8, 16, 3]);
  });

  it('clips gradients inside a recurrent network as PyTorch does', () => {
    manualSeed(0);
    const cell = new nn.RNNCell(2, 3);
    const x = rand([4, 1, 2]);
    let h: Tensor = zeros([1, 3]);
    for (const step of x) {
      h = cell.forward(step, h);
      h.registerHook((grad) => grad.clamp(-0.05, 0.05));
    }
    h.sum().backward();
    const wanted = [
      [-0.0089115, -0.019312, 0.0216872],
      [-0.0154833, -0.0295983, 0.0340724],
      [-0.006206, -0.0140455, 0.0159495],
    ];
    cell.weight_hh.grad!.tolist<number[][]>().forEach((row, i) => {
      row.forEach((value, k) => expect(value).toBeCloseTo(wanted[i][k], 6));
    });
  });

  it('runs in a captured step too', () => {
    const p = new nn.Parameter(zeros([1]));
    const optimizer = new optim.SGD([p], { lr: 1 });
    let calls = 0;
    p.registerHook((grad) => {
      calls += 1;
      return grad.mul(2);
    });
    const step = capture((x: Tensor) => {
      optimizer.zeroGrad();
      p.mul(x).sum().backward();
      optimizer.step();
    });
    for (let i = 0; i < 5; i++) step(tensor([1.5]));
    expect([calls, p.item()]).toEqual([5, -15]);
  });

  it('refuses tensors without a gradient, and gradients of another shape', () => {
    expect(() => zeros([1]).registerHook(() => null)).toThrow('requires no gradient');
    expect(() => noGrad(() => leaf(1).mul(2)).registerHook(() => null)).toThrow('requires no gradient');
    const x = leaf(1, 2);
    x.registerHook(() => zeros([3]));
    expect(() => x.sum().backward()).toThrow('a hook gave a gradient of shape (3,) in place of one of (2,)');
  });
});
