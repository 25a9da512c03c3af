import { describe, expect, it } from 'vitest';
import {
  capture,
  manualSeed,
  nn,
  noGrad,
  oneHot,
  ones,
  optim,
  randn,
  tensor,
  type Tensor,
  zeros,
} from '../../../src/index.js';

/** Two networks with the same weights, each with an optimiser of its own. */
function twins<Model extends nn.Module, Optimizer>(
  make: () => Model,
  optimizer: (p: Iterable<Tensor>) => Optimizer,
) {
  return [0, 1].map(() => {
    manualSeed(7);
    const model = make();
    return { model, optimizer: optimizer(model.parameters()) };
  });
}

const adam = (p: Iterable<Tensor>) => new optim.Adam(p, { lr: 0.05 });

/** A step on a network whose forward gives outputs, or outputs and states. */
function stepOf({ model, optimizer }: { model: nn.Module; optimizer: { zeroGrad(): void; step(): void } }) {
  let runs = 0;
  const step = (x: Tensor, y: Tensor): Tensor => {
    runs += 1;
    optimizer.zeroGrad();
    const out = (model.forward as (x: Tensor) => Tensor | [Tensor]).call(model, x);
    const loss = (Array.isArray(out) ? out[0] : out).sub(y).square().mean();
    loss.backward();
    optimizer.step();
    return loss;
  };
  return { step, runs: () => runs };
}

const weights = (model: nn.Module): number[] => Array.from(model.parameters(), (p) => [...p.data]).flat();

describe('a captured step', () => {
  it.each([
    ['Linear with Adam', () => new nn.Linear(3, 2), adam, [4, 3], [4, 2]],
    ['RNN with Adam', () => new nn.RNN(3, 5, { batchFirst: true }), adam, [2, 6, 3], [2, 6, 5]],
    [
      'LSTM of two layers with AdamW',
      () => new nn.LSTM(3, 5, { numLayers: 2 }),
      (p: Iterable<Tensor>) => new optim.AdamW(p),
      [6, 2, 3],
      [6, 2, 5],
    ],
    [
      'bidirectional GRU with SGD and momentum',
      () => new nn.GRU(3, 4, { bidirectional: true }),
      (p: Iterable<Tensor>) => new optim.SGD(p, { lr: 0.1, momentum: 0.9 }),
      [6, 2, 3],
      [6, 2, 8],
    ],
  ] as const)(
    'of %s gives the same bits as the step itself, and does not run it again',
    (_name, make, optimizer, xs, ys) => {
      const [plain, fast] = twins<nn.Module, optim.Optimizer<object>>(make, optimizer);
      const [a, b] = [stepOf(plain), stepOf(fast)];
      const captured = capture(b.step);
      for (let i = 0; i < 8; i++) {
        manualSeed(100 + i);
        const [x, y] = [randn([...xs]), randn([...ys])];
        expect(captured(x, y).item()).toBe(a.step(x, y).item());
      }
      expect(weights(fast.model)).toEqual(weights(plain.model));
      expect(b.runs()).toBe(2);
      expect([...fast.model.parameters()].map((p) => p.grad!.shape)).toEqual(
        [...plain.model.parameters()].map((p) => p.grad!.shape),
      );
    },
  );

  it('is recorded anew for other shapes, and goes back to the first without', () => {
    const [plain, fast] = twins(() => new nn.Linear(3, 2), adam);
    const [a, b] = [stepOf(plain), stepOf(fast)];
    const captured = capture(b.step);
    for (let i = 0; i < 9; i++) {
      const rows = [4, 4, 2][i % 3];
      manualSeed(i);
      const [x, y] = [randn([rows, 3]), randn([rows, 2])];
      expect(captured(x, y).item()).toBe(a.step(x, y).item());
    }
    expect(b.runs()).toBe(4);
  });

  it('follows one-hot inputs to other letters', () => {
    const [plain, fast] = twins(() => new nn.RNN(4, 3, { batchFirst: true }), adam);
    const [a, b] = [stepOf(plain), stepOf(fast)];
    const captured = capture(b.step);
    for (const letters of [
      [0, 1, 2],
      [3, 2, 1],
      [1, 1, 0],
      [2, 3, 3],
    ]) {
      const [x, y] = [oneHot(tensor([letters]), 4), zeros([1, 3, 3])];
      expect(captured(x, y).item()).toBe(a.step(x, y).item());
    }
    expect(b.runs()).toBe(2);
  });

  it('uses learning rates and weights that were changed from outside', () => {
    const [plain, fast] = twins(() => new nn.Linear(3, 2), adam);
    const [a, b] = [stepOf(plain), stepOf(fast)];
    const captured = capture(b.step);
    const [x, y] = [ones([4, 3]), zeros([4, 2])];
    for (let i = 0; i < 8; i++) {
      for (const { model, optimizer } of [plain, fast]) {
        if (i === 4) optimizer.paramGroups[0].lr = 0.5;
        if (i === 6) noGrad(() => [...model.parameters()][0].fill_(1));
      }
      expect(captured(x, y).item()).toBe(a.step(x, y).item());
    }
    expect(b.runs()).toBe(2);
  });

  it('notices dropout, and simply runs', () => {
    const [plain, fast] = twins(
      () => new nn.Sequential(new nn.Linear(3, 8), new nn.Dropout(0.5), new nn.Linear(8, 2)),
      adam,
    );
    const [a, b] = [stepOf(plain), stepOf(fast)];
    const captured = capture(b.step);
    const [x, y] = [ones([4, 3]), zeros([4, 2])];
    for (let i = 0; i < 6; i++) {
      manualSeed(i);
      const loss = a.step(x, y).item();
      manualSeed(i);
      expect(captured(x, y).item()).toBe(loss);
    }
    expect(b.runs()).toBe(6);
  });

  it('notices the change from evaluation to training', () => {
    const model = new nn.Dropout(0.5);
    const captured = capture((x: Tensor) => model.forward(x));
    model.eval();
    for (let i = 0; i < 4; i++)
      expect(
        captured(ones([50]))
          .sum()
          .item(),
      ).toBe(50);
    model.train();
    const sums = Array.from({ length: 4 }, () =>
      captured(ones([50]))
        .sum()
        .item(),
    );
    expect(new Set(sums).size).toBeGreaterThan(1);
  });

  it('notices what is frozen meanwhile', () => {
    const [plain, fast] = twins(() => new nn.Linear(3, 2), adam);
    const [a, b] = [stepOf(plain), stepOf(fast)];
    const captured = capture(b.step);
    const [x, y] = [ones([4, 3]), zeros([4, 2])];
    for (let i = 0; i < 8; i++) {
      if (i === 4) for (const { model } of [plain, fast]) model.bias!.requiresGrad = false;
      expect(captured(x, y).item()).toBe(a.step(x, y).item());
    }
  });

  it('simply runs where numbers are read inside it', () => {
    let runs = 0;
    const captured = capture((x: Tensor) => {
      runs += 1;
      return x.sum().item() > 0 ? x.mul(2) : x.neg();
    });
    for (const sign of [1, 1, 1, -1, 1])
      expect(
        captured(ones([2]).mul(sign))
          .sum()
          .item(),
      ).toBe(sign > 0 ? 4 : 2);
    expect(runs).toBe(5);
  });

  it('simply runs where its graph is used outside', () => {
    const w = new nn.Parameter(ones([2]));
    const captured = capture((x: Tensor) => w.mul(x).sum());
    for (let i = 1; i <= 4; i++) {
      captured(ones([2])).backward();
      expect(w.grad!.tolist()).toEqual([i, i]);
    }
  });

  it('never misses gradients that add up', () => {
    const w = new nn.Parameter(ones([2]));
    const captured = capture((x: Tensor) => {
      const loss = w.mul(x).sum();
      loss.backward();
      return loss;
    });
    for (let i = 1; i <= 5; i++) {
      captured(ones([2]));
      expect(w.grad!.tolist()).toEqual([i, i]);
    }
    w.grad = null;
    captured(ones([2]));
    expect(w.grad!.tolist()).toEqual([1, 1]);
  });

  it('tells other values apart that are no tensors', () => {
    const captured = capture((x: Tensor, by: number) => x.mul(by));
    for (const by of [2, 2, 2, 3, 2, 3, 3]) expect(captured(ones([1]), by).item()).toBe(by);
  });

  it('finds wrong targets at a replay as at any call', () => {
    const criterion = new nn.CrossEntropyLoss();
    const captured = capture((x: Tensor, y: Tensor) => criterion.forward(x, y));
    const x = ones([2, 3]);
    for (let i = 0; i < 3; i++) captured(x, tensor([0, 2]));
    expect(() => captured(x, tensor([0, 3]))).toThrow('outside 0 to 2');
    // A mean over fewer targets divides by another number.
    const padded = tensor([0, -100]);
    expect(captured(x, padded).item()).toBe(criterion.forward(x, padded).item());
  });

  it('clears gradients at its end though nobody looked at them', () => {
    const [plain, fast] = twins(() => new nn.Linear(3, 2), adam);
    const losses = [plain, fast].map(({ model, optimizer }, k) => {
      const run = (x: Tensor): Tensor => {
        const loss = model.forward(x).square().mean();
        loss.backward();
        optimizer.step();
        optimizer.zeroGrad();
        return loss;
      };
      const step = k === 0 ? run : capture(run);
      return Array.from({ length: 6 }, (_, i) => step(ones([4, 3]).mul(i)).item());
    });
    expect(losses[1]).toEqual(losses[0]);
  });

  it.each<[string, (step: (w: Tensor, x: Tensor) => Tensor) => (i: number) => unknown]>([
    [
      'lists and objects of other tensors',
      (step) => {
        const w = ones([2]);
        const captured = capture(([x]: Tensor[], { by }: { by: Tensor }) => step(w, x.mul(by)));
        return (i) => captured([ones([2]).mul(i)], { by: ones([2]) });
      },
    ],
    [
      'what it returned',
      (step) => {
        const captured = capture((h: Tensor, x: Tensor) => [step(h, x)]);
        let h = ones([2]);
        return () => ([h] = captured(h, ones([2])));
      },
    ],
    [
      'a state that it copies into a tensor outside',
      (step) => {
        const h = ones([2]);
        const captured = capture((x: Tensor) => h.copy_(step(h, x)));
        return () => captured(ones([2]));
      },
    ],
    [
      'weights that are trained, with gradients clipped by value',
      (step) => {
        const w = new nn.Parameter(ones([2]));
        const optimizer = new optim.SGD([w], { lr: 0.1 });
        const captured = capture((x: Tensor) => {
          step(w, x).sum().backward();
          optim.clipGradValue([w], 0.5);
          optimizer.step();
          optimizer.zeroGrad();
        });
        return () => captured(ones([2]));
      },
    ],
    [
      'transposed arguments',
      (step) => {
        const w = ones([2, 3]);
        const captured = capture((x: Tensor) => step(w, x.t()));
        return () => captured(ones([2, 3]).t().mul(1).t().t());
      },
    ],
  ])('runs twice, and no more, for %s', (_name, make) => {
    let runs = 0;
    const call = make((w, x) => {
      runs += 1;
      return w.mul(x).add(x);
    });
    for (let i = 0; i < 6; i++) call(i);
    expect(runs).toBe(2);
  });

  it('runs once more after a change of mode, to see whether it still does the same', () => {
    let runs = 0;
    const model = new nn.Linear(3, 2);
    const captured = capture((x: Tensor) => {
      runs += 1;
      return model.forward(x);
    });
    for (let i = 0; i < 12; i++) {
      if (i % 4 === 3) model.eval().train();
      noGrad(() => captured(ones([4, 3])));
    }
    expect(runs).toBe(5);
  });

  it('stops recording what never does the same twice', () => {
    let by = 0;
    const captured = capture((x: Tensor) => x.mul(++by));
    const products = Array.from({ length: 9 }, () => captured(ones([1])).item());
    expect(products).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
