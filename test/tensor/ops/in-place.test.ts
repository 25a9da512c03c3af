import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arange,
  manualSeed,
  nn,
  noGrad,
  ones,
  randn,
  stack,
  tensor,
  type Tensor,
  zeros,
} from '../../../src/index.js';

const float = { dtype: 'float32' } as const;
const leaf = (values: number[]): Tensor => tensor(values, { ...float, requiresGrad: true });

describe('a write in place', () => {
  it('into a tensor changes the gradients of its views', () => {
    const x = leaf([1, 2, 3]);
    const y = x.mul(1);
    const v = y.narrow(0, 0, 2);
    y.mul_(3);
    v.sum().backward();
    expect(x.grad!.tolist()).toEqual([3, 3, 0]);
  });

  it('into a view changes the gradients of the tensor, and of its other views', () => {
    const x = leaf([1, 2, 3]);
    const y = x.mul(2);
    const other = y.slice(0, 1, 3);
    y.narrow(0, 0, 2).mul_(5);
    expect(other.tolist()).toEqual([20, 6]);
    other.sum().add(y.sum()).backward();
    // Elements 0 and 1 were multiplied by 2 and 5, and `other` sees 1 and 2.
    expect(x.grad!.tolist()).toEqual([10, 20, 4]);
  });

  it('through views of views of a transposed tensor lands where they look', () => {
    const x = leaf([1, 2, 3, 4, 5, 6]);
    const y = x.mul(1).view(2, 3);
    y.t().narrow(0, 1, 2).select(1, 0).mul_(10);
    expect(y.tolist()).toEqual([
      [1, 20, 30],
      [4, 5, 6],
    ]);
    y.sum().backward();
    expect(x.grad!.tolist()).toEqual([1, 10, 10, 1, 1, 1]);
  });

  it('is followed by a view that repeats elements', () => {
    const x = leaf([1, 2]);
    const y = x.mul(1);
    const wide = y.view(2, 1).expand(2, 3);
    y.mul_(tensor([5, 7], float));
    wide.sum().backward();
    expect(x.grad!.tolist()).toEqual([15, 21]);
  });

  it('fills a buffer step by step, as decoders do', () => {
    const inputs = [leaf([1, 2]), leaf([3, 4]), leaf([5, 6])];
    const outputs = zeros([3, 2]);
    inputs.forEach((x, t) => outputs.select(0, t).copy_(x.square()));
    expect(outputs.requiresGrad).toBe(true);
    outputs
      .mul(tensor([1, 10, 100], float).view(3, 1))
      .sum()
      .backward();
    expect(inputs.map((x) => x.grad!.tolist())).toEqual([
      [2, 4],
      [60, 80],
      [1000, 1200],
    ]);
  });

  it('gives a decoder that fills its outputs the bits of one that stacks them', () => {
    manualSeed(3);
    const cell = new nn.GRUCell(3, 4);
    const inputs = randn([5, 2, 3]);
    const gradients = (collect: (states: Tensor[]) => Tensor): unknown[] => {
      cell.zeroGrad();
      const states: Tensor[] = [];
      for (let t = 0; t < 5; t++) states.push(cell.forward(inputs.select(0, t), states.at(-1)));
      collect(states).square().sum().backward();
      return [...cell.parameters()].map((p) => p.grad!.tolist());
    };
    const filled = gradients((states) => {
      const outputs = zeros([2, 5, 4]);
      states.forEach((state, t) => outputs.select(1, t).copy_(state));
      return outputs;
    });
    expect(filled).toEqual(gradients((states) => stack(states, 1)));
  });

  it('keeps the history that PyTorch keeps where all is overwritten: gradients of 0', () => {
    const x = leaf([1, 2]);
    const filled = x.mul(3).fill_(7);
    expect(filled.requiresGrad).toBe(true);
    filled.sum().backward();
    expect(x.grad!.tolist()).toEqual([0, 0]);

    const [a, b] = [leaf([1, 2]), leaf([3])];
    a.mul(3).copy_(b).sum().backward();
    expect([a.grad!.tolist(), b.grad!.tolist()]).toEqual([[0, 0], [2]]);
  });

  it('leaves a history alone inside noGrad', () => {
    const x = leaf([1, 2]);
    const y = x.mul(3);
    const v = y.narrow(0, 1, 1);
    noGrad(() => y.fill_(9));
    expect(v.tolist()).toEqual([9]);
    v.sum().backward();
    expect(x.grad!.tolist()).toEqual([0, 3]);
  });

  it('agrees with picking and putting back, whatever views it goes through', () => {
    const step = fc.constantFrom('t', 'narrow', 'select', 'slice', 'flip axes', 'unsqueeze', 'flatten');
    const write = fc.record({
      path: fc.array(step, { maxLength: 3 }),
      at: fc.nat(2),
      factor: fc.integer({ min: 2, max: 5 }),
    });
    const look = (x: Tensor, path: readonly string[], at: number): Tensor =>
      path.reduce((v, name) => {
        if (v.ndim === 0) return v.unsqueeze(0);
        const size = v.shape[0];
        if (name === 't' && v.ndim === 2) return v.t();
        if (name === 'narrow') return v.narrow(0, Math.min(at, size - 1), 1);
        if (name === 'select') return v.select(v.ndim - 1, Math.min(at, v.shape[v.ndim - 1] - 1));
        if (name === 'slice') return v.slice(0, 0, size, 2);
        if (name === 'flip axes') return v.T;
        if (name === 'unsqueeze') return v.unsqueeze(at % 2);
        return v.isContiguous() ? v.flatten() : v;
      }, x);
    fc.assert(
      fc.property(
        fc.array(write, { minLength: 1, maxLength: 4 }),
        fc.array(step, { maxLength: 3 }),
        (writes, seen) => {
          const weights = arange(12, float).add(1);
          const x = ones([12], { requiresGrad: true });
          const y = x.mul(weights).view(3, 4);
          const watcher = look(y, seen, 1);
          for (const { path, at, factor } of writes) look(y, path, at).mul_(factor).add_(at);
          watcher.sum().add(y.square().sum()).backward();

          const z = ones([12], { requiresGrad: true });
          let flat = z.mul(weights);
          const numbers = arange(12).view(3, 4);
          for (const { path, at, factor } of writes) {
            const places = look(numbers, path, at).reshape(-1);
            flat = flat.scatter(0, places, flat.gather(0, places).mul(factor).add(at));
          }
          const watched = flat.gather(0, look(numbers, seen, 1).reshape(-1));
          watched.sum().add(flat.square().sum()).backward();
          expect(y.reshape(-1).tolist()).toEqual(flat.tolist());
          expect(x.grad!.tolist()).toEqual(z.grad!.tolist());
        },
      ),
      { numRuns: 200 },
    );
  });
});

it('changes what was computed inside noGrad outside of it, as results are no views', () => {
  const frozen = new nn.GRU(3, 2, { batchFirst: true });
  const compute: (() => Tensor)[] = [
    () => frozen.forward(ones([2, 4, 3]))[0],
    () => ones([2, 3]).matmul(ones([3, 2])),
    () => ones([3, 2]).at(tensor([0, 2])),
    () => ones([2, 2]).flip(0),
  ];
  for (const make of compute) {
    const y = noGrad(make);
    const [before, w, b] = [y.sum().item(), leaf([3]), leaf([1])];
    y.mul_(w).add_(b);
    y.sum().backward();
    expect(w.grad!.item()).toBeCloseTo(before, 5);
    expect(b.grad!.item()).toBe(y.numel());
  }
});

describe('a write in place is refused', () => {
  it('for a view of a leaf that requires a gradient, whose gradient it would spoil', () => {
    const x = leaf([1, 2]);
    expect(() => x.narrow(0, 0, 1).fill_(0)).toThrow('a view of a leaf that requires a gradient');
    expect(() => x.at(tensor([0])).fill_(0)).toThrow('a leaf that requires a gradient');
    noGrad(() => x.narrow(0, 0, 1).fill_(0));
    expect(x.tolist()).toEqual([0, 2]);
  });

  it('for a view made inside noGrad of what has a history, outside of it', () => {
    const y = leaf([1, 2]).mul(2);
    const v = noGrad(() => y.narrow(0, 0, 1));
    expect(() => v.mul_(leaf([2]))).toThrow('made inside noGrad');
    noGrad(() => v.mul_(2));
    expect(y.tolist()).toEqual([4, 4]);
  });

  it('where elements share a place', () => {
    expect(() => zeros([1]).expand(3).add_(1)).toThrow('write into a clone()');
    expect(zeros([1]).expand(3).fill_(1).tolist()).toEqual([1, 1, 1]);
  });

  it('where the result does not fit', () => {
    expect(() => zeros([2]).add_(ones([3, 2]))).toThrow('the result (3, 2) does not fit into (2,)');
    expect(() => zeros([2]).copy_(ones([3, 2]))).toThrow('(3, 2) does not broadcast to (2,)');
    expect(() => tensor([1, 2]).mul_(0.5)).toThrow('use x.float() first');
  });

  it('by backward, where it spoilt what a gradient needs', () => {
    const x = leaf([1, 2]);
    const y = x.mul(1);
    const loss = y.square().sum();
    y.narrow(0, 0, 1).fill_(0);
    expect(() => {
      loss.backward();
    }).toThrow('was changed in place since');
  });
});

describe('copy_', () => {
  it('reads a source on its own memory before it writes', () => {
    const x = arange(4, float);
    x.narrow(0, 1, 3).copy_(x.narrow(0, 0, 3));
    expect(x.tolist()).toEqual([0, 0, 1, 2]);
  });
});
