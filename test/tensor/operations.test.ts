import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arange,
  cat,
  noGrad,
  ones,
  randn,
  stack,
  tensor,
  type Tensor,
  ValueError,
  zeros,
} from '../../src/index.js';

const float = { dtype: 'float32' } as const;

describe('views', () => {
  const x = arange(6, float).view(2, 3);

  it('share memory with what they look at', () => {
    const y = zeros([2, 3]);
    y.t().select(0, 1).fill_(7);
    expect(y.tolist()).toEqual([
      [0, 7, 0],
      [0, 7, 0],
    ]);
  });

  it('reshape a transposed tensor only by a copy', () => {
    expect(() => x.t().view(6)).toThrow('without a copy');
    expect(x.t().reshape(-1).tolist()).toEqual([0, 3, 1, 4, 2, 5]);
  });

  it('index as Python does', () => {
    expect(x.at(-1).tolist()).toEqual([3, 4, 5]);
    expect(x.at(':', [1, 3]).tolist()).toEqual([
      [1, 2],
      [4, 5],
    ]);
    expect(x.at('...', [0, 3, 2]).tolist()).toEqual([
      [0, 2],
      [3, 5],
    ]);
    expect(x.at(null).shape).toEqual([1, 2, 3]);
    expect(() => x.at(2)).toThrow('index 2 is outside axis 0 of size 2');
  });

  it('join and part', () => {
    expect(cat([x, x], 1).shape).toEqual([2, 6]);
    expect(stack([x, x], -1).shape).toEqual([2, 3, 2]);
    expect(x.split([1, 2], 1).map((part) => part.shape)).toEqual([
      [2, 1],
      [2, 2],
    ]);
    expect(() => cat([x, zeros([2, 2])])).toThrow('does not go behind');
  });

  it('say when a tensor is too large for any memory', () => {
    expect(() => zeros([2 ** 20, 2 ** 20])).toThrow('does not fit into 4 GiB');
    expect(() => randn([1e8, 1e8])).toThrow('does not fit into 4 GiB');
  });

  it('say which sizes do not fit', () => {
    expect(() => x.view(4)).toThrow('6 elements do not fit the shape (4,)');
    expect(() => x.expand(2, 4)).toThrow('(2, 3) cannot be stretched to (2, 4)');
    expect(x.unsqueeze(0).expand(4, 2, 3).sum().item()).toBe(60);
  });
});

describe('arithmetic', () => {
  it('broadcasts any pair of shapes as loops do', () => {
    const size = fc.constantFrom(1, 2, 3, 5);
    const shapes = fc.array(fc.tuple(size, fc.boolean(), fc.boolean()), { maxLength: 4 });
    fc.assert(
      fc.property(shapes, fc.nat(4), (axes, drop) => {
        const a = axes.map(([n, one]) => (one ? 1 : n));
        const b = axes.map(([n, , one]) => (one ? 1 : n)).slice(drop);
        const whole = a.map((n, i) => Math.max(n, i < drop ? 1 : b[i - drop]));
        const [x, y] = [randn(a), randn(b)];
        const [left, right] = [x.expand(whole).contiguous().data, y.expand(whole).contiguous().data];
        const z = x.sub(y);
        expect(z.shape).toEqual(whole);
        expect([...z.data]).toEqual([...left].map((v, i) => Math.fround(v - right[i])));
      }),
      { numRuns: 60 },
    );
  });

  it('keeps whole numbers whole, divides in float32', () => {
    expect(tensor([7, -7]).remainder(3).tolist()).toEqual([1, 2]);
    expect(tensor([1, 2]).add(1).dtype).toBe('int32');
    expect(tensor([1, 2]).mul(0.5).tolist()).toEqual([0.5, 1]);
    expect(tensor([1, 2]).div(2).tolist()).toEqual([0.5, 1]);
    expect(tensor([1, 3]).gt(2).tolist()).toEqual([false, true]);
  });

  it('multiplies matrices with the rules of PyTorch for vectors and batches', () => {
    const [v, m] = [tensor([1, 2, 3], float), arange(6, float).view(3, 2)];
    expect(v.matmul(v).item()).toBe(14);
    expect(v.matmul(m).tolist()).toEqual([16, 22]);
    expect(randn([4, 1, 2, 3]).matmul(randn([5, 3, 2])).shape).toEqual([4, 5, 2, 2]);
    expect(() => m.matmul(m)).toThrow('(3, 2) and (3, 2) do not fit');
    expect(() => tensor([1, 2]).matmul(tensor([0.5, 2]))).toThrow('needs float32');
  });

  it('reduces along axes', () => {
    const x = tensor(
      [
        [1, 5, 2],
        [4, 3, 6],
      ],
      float,
    );
    expect(x.sum(0).tolist()).toEqual([5, 8, 8]);
    expect(x.mean(1, { keepdim: true }).shape).toEqual([2, 1]);
    expect(x.max(1).indices.tolist()).toEqual([1, 2]);
    expect(x.argmax().item()).toBe(5);
    expect(x.prod().item()).toBe(720);
    expect(x.std(0, { correction: 0 }).tolist()).toEqual([1.5, 1, 2]);
    expect(x.gt(3).any(0).tolist()).toEqual([true, true, true]);
    expect(x.gt(3).all(0).tolist()).toEqual([false, false, false]);
  });
});

describe('printing', () => {
  it.each<[Tensor, string]>([
    [tensor([1, 2, 30]), 'tensor([ 1,  2, 30])'],
    [tensor([1, 2.5]), 'tensor([1.0000, 2.5000])'],
    [tensor([1, -2], float), 'tensor([ 1., -2.])'],
    [tensor([1e-5, 1]), 'tensor([1.0000e-05, 1.0000e+00])'],
    [tensor([true, false]), 'tensor([ True, False])'],
    [tensor(3.25), 'tensor(3.2500)'],
    [zeros([0]), 'tensor([])'],
    [
      tensor([
        [0.5, NaN],
        [Infinity, 1],
      ]),
      'tensor([[0.5000,    nan],\n        [   inf, 1.0000]])',
    ],
    [ones([2000]), 'tensor([1., 1., 1.,  ..., 1., 1., 1.])'],
    [tensor([0.5], { requiresGrad: true }), 'tensor([0.5000], requiresGrad=true)'],
  ])('%#', (x, text) => {
    expect(x.toString()).toBe(text);
  });

  it('is nested lists in JSON, alone and within other things', () => {
    const x = tensor([[1, 2], [3, 4]]); // prettier-ignore
    expect(JSON.stringify({ rows: [x, x.at(1)], loss: tensor(1.5), right: tensor([true]) })).toBe(
      '{"rows":[[[1,2],[3,4]],[3,4]],"loss":1.5,"right":[true]}',
    );
  });
});

describe("a tensor beside JavaScript's operators, which programs without types meet", () => {
  const loss = tensor(1.5) as unknown as number;
  const list = tensor([1, 2]) as unknown as number;

  it('is its number if it has one element, as for Python', () => {
    expect(Number(tensor(1.5))).toBe(1.5);
    expect(loss < 2).toBe(true);
    expect(loss > 2).toBe(false);
    expect(Math.max(loss, 1)).toBe(1.5);
    expect(`${loss}`).toBe('tensor(1.5000)');
  });

  it('is an error where it would be NaN or a text in silence', () => {
    expect(() => loss + 1).toThrow(/a\.add\(b\)/);
    expect(() => list * 2).toThrow(/shape \(2,\)/);
    expect(() => list > 0).toThrow(ValueError);
  });
});

describe('autograd', () => {
  const leaf = (): Tensor => tensor([1.5, -2], { requiresGrad: true });

  it('adds up gradients over passes and branches', () => {
    const x = leaf();
    x.mul(x).add(x).sum().backward();
    x.mul(3).sum().backward();
    expect(x.grad?.tolist()).toEqual([7, 0]);
  });

  it('keeps a gradient whose parts go different ways until all have arrived', () => {
    const [a, b] = [ones([2], { requiresGrad: true }), ones([3], { requiresGrad: true })];
    // Each leaf gets a part of two gradients, the second added to the first.
    cat([a, b])
      .mul(2)
      .sum()
      .add(cat([b, a]).mul(3).sum())
      .backward();
    expect([a.grad!.tolist(), b.grad!.tolist()]).toEqual([
      [5, 5],
      [5, 5, 5],
    ]);
  });

  it('refuses a second backward, and says what to do', () => {
    const loss = leaf().square().sum();
    loss.backward();
    expect(() => loss.backward()).toThrow(/freed by an earlier backward.*\n.*retainGraph/);
  });

  it('runs again where the graph is kept', () => {
    const x = leaf();
    const loss = x.square().sum();
    loss.backward({ retainGraph: true });
    loss.backward();
    expect(x.grad?.tolist()).toEqual([6, -8]);
  });

  it('refuses to start from several elements without a gradient', () => {
    expect(() => leaf().mul(2).backward()).toThrow('starts by itself only for one element');
    const x = leaf();
    x.mul(2).backward({ gradient: tensor([1, 10], float) });
    expect(x.grad?.tolist()).toEqual([2, 20]);
  });

  it('notices changes in place of what a gradient needs', () => {
    const x = leaf();
    expect(() => x.add_(1)).toThrow('a leaf that requires a gradient cannot be changed in place');
    const y = x.mul(1);
    const z = y.square();
    y.add_(1);
    expect(() => z.sum().backward()).toThrow('was changed in place since');
  });

  it('follows a change in place that spoils nothing', () => {
    const x = leaf();
    const y = x.mul(2);
    y.add_(1).mul_(3);
    y.sum().backward();
    expect(x.grad?.tolist()).toEqual([6, 6]);
  });

  it('records nothing without need', () => {
    const x = leaf();
    expect(noGrad(() => x.mul(2)).requiresGrad).toBe(false);
    expect(x.detach().mul(2).requiresGrad).toBe(false);
    expect(() => zeros([1]).backward()).toThrow('does not require a gradient');
  });
});
