import { describe, expect, it } from 'vitest';
import { nn, optim, tensor, zeros } from '../../src/index.js';

const parameter = (...values: number[]): nn.Parameter => new nn.Parameter(tensor(Float32Array.from(values)));

describe('optimisers', () => {
  it('SGD with momentum: 1, then 1.9 times the step', () => {
    const p = parameter(0);
    const optimizer = new optim.SGD([p], { lr: 1, momentum: 0.9 });
    for (const want of [-1, -2.9]) {
      p.grad = tensor([1], { dtype: 'float32' });
      optimizer.step();
      expect(p.item()).toBeCloseTo(want, 6);
    }
  });

  it("Adam's first step is lr in the gradient's direction, whatever its size", () => {
    const p = parameter(1, 1);
    p.grad = tensor([1000, -0.001]);
    new optim.Adam([p], { lr: 0.1 }).step();
    p.tolist();
    expect((p.tolist() as number[])[0]).toBeCloseTo(0.9, 5);
    expect((p.tolist() as number[])[1]).toBeCloseTo(1.1, 4);
  });

  it('goes on from a saved state bit for bit', () => {
    const run = (steps: number, model: nn.Linear, optimizer: optim.Adam): void => {
      for (let i = 0; i < steps; i++) {
        optimizer.zeroGrad();
        model
          .forward(tensor([[1, 2.5]]))
          .square()
          .sum()
          .backward();
        optimizer.step();
      }
    };
    const a = new nn.Linear(2, 1);
    const b = new nn.Linear(2, 1);
    b.loadStateDict(a.stateDict());
    const first = new optim.Adam(a.parameters(), { lr: 0.01 });
    run(5, a, first);
    const half = new optim.Adam(b.parameters(), { lr: 0.01 });
    run(2, b, half);
    const other = new optim.Adam(b.parameters());
    other.loadStateDict(half.stateDict());
    run(3, b, other);
    expect(b.weight.tolist()).toEqual(a.weight.tolist());
  });

  it('keeps a gradient that somebody has seen when gradients are cleared', () => {
    const p = parameter(1, 2);
    p.square().sum().backward();
    const seen = p.grad;
    new optim.SGD([p]).zeroGrad();
    expect(p.grad).toBeNull();
    expect(seen?.tolist()).toEqual([2, 4]);
  });

  it('refuses what cannot be meant', () => {
    const p = parameter(1);
    expect(() => new optim.SGD([p], { lr: -1 })).toThrow('lr must be 0 or more');
    expect(() => new optim.SGD([p], { nesterov: true })).toThrow('nesterov needs a momentum');
    expect(() => new optim.Adam([{ params: [p] }, { params: [p] }])).toThrow('in more than one place');
    expect(() => new optim.Adam(zeros([1]) as unknown as nn.Parameter[])).toThrow('not one tensor');
    expect(() => new optim.Adam([])).toThrow('there are no parameters');
  });

  it('clips gradients together to a length', () => {
    const [p, q] = [parameter(0), parameter(0)];
    p.grad = tensor([3], { dtype: 'float32' });
    q.grad = tensor([4], { dtype: 'float32' });
    expect(optim.clipGradNorm([p, q], 1)).toBeCloseTo(5, 6);
    expect(p.grad.item()).toBeCloseTo(0.6, 5);
    expect(q.grad.item()).toBeCloseTo(0.8, 5);
  });
});
