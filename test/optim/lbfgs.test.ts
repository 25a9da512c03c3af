import { describe, expect, it } from 'vitest';
import { linspace, manualSeed, nn, optim, randn, tensor, type Tensor } from '../../src/index.js';

type Options = Partial<optim.LBFGSOptions>;

/** Losses at the start of each step, and the optimiser after the last. */
function losses(
  params: Iterable<Tensor>,
  options: Options,
  steps: number,
  compute: () => Tensor,
): { found: number[]; optimizer: optim.LBFGS } {
  const optimizer = new optim.LBFGS(params, options);
  const closure = (): Tensor => {
    optimizer.zeroGrad();
    const loss = compute();
    loss.backward();
    return loss;
  };
  return { found: Array.from({ length: steps }, () => optimizer.step(closure).item()), optimizer };
}

/** (1 − x)² + 100 (y − x²)², which PyTorch starts at 24.2 from (−1.2, 1). */
const rosenbrock = (p: Tensor) => (): Tensor => {
  const [x, y] = p;
  return x.neg().add(1).square().add(y.sub(x.square()).square().mul(100));
};

const expectNear = (found: readonly number[], wanted: readonly number[], tolerance = 1e-4): void => {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - wanted[i]) / Math.abs(wanted[i]), `value ${i}: ${value}`).toBeLessThan(tolerance);
  });
};

describe('LBFGS', () => {
  const start = (): nn.Parameter => new nn.Parameter(tensor([-1.2, 1]));

  it('with a line search takes PyTorch’s way through Rosenbrock’s valley', () => {
    const p = start();
    const { found, optimizer } = losses([p], { lineSearchFn: 'strongWolfe', maxIter: 4 }, 8, rosenbrock(p));
    expectNear(
      found,
      [24.2000046, 4.1211271, 3.9091432, 2.4562583, 1.6579658, 0.652897, 0.4234611, 0.0779348],
      1e-3,
    );
    expectNear(p.tolist(), [0.8923298, 0.7903445], 1e-3);
    const { func_evals, n_iter } = optimizer.state.get(p)!;
    expect([func_evals, n_iter]).toEqual([41, 26]);
  });

  it('forgets what is older than its history', () => {
    const p = start();
    const options: Options = { lineSearchFn: 'strongWolfe', maxIter: 5, historySize: 2 };
    const { found, optimizer } = losses([p], options, 6, rosenbrock(p));
    expectNear(found, [24.2000046, 4.1117764, 2.7726798, 2.012999, 0.9382354, 0.4244219], 1e-3);
    expect((optimizer.state.get(p)!.old_dirs as Tensor).shape).toEqual([2, 2]);
  });

  it('without a line search goes as far as lr says', () => {
    const p = start();
    const { found, optimizer } = losses([p], { lr: 0.002, maxIter: 5 }, 4, rosenbrock(p));
    expectNear(found, [24.2000046, 23.5617104, 23.2103462, 22.862114]);
    expectNear(p.tolist(), [-1.1938351, 1.0044725]);
    expect(optimizer.state.get(p)!.func_evals).toBe(20);
  });

  it('fits a linear model with PyTorch’s losses and ends when nothing changes', () => {
    const fit = (options: Options, steps: number): [number[], optim.LBFGS, nn.Linear] => {
      manualSeed(0);
      const model = new nn.Linear(3, 1);
      const [x, y] = [randn([8, 3]), randn([8, 1])];
      const compute = (): Tensor => nn.functional.mseLoss(model.forward(x), y);
      const { found, optimizer } = losses(model.parameters(), options, steps, compute);
      return [found, optimizer, model];
    };
    const [half] = fit({ lr: 0.5, maxIter: 3 }, 4);
    expectNear(half, [1.209466, 0.8450419, 0.7432691, 0.6193186]);
    const [found, optimizer, { weight }] = fit({}, 2);
    expectNear(found, [1.209466, 0.5418038]);
    expectNear(weight.tolist<number[][]>()[0], [0.2195124, 0.06409, 1.6639478]);
    // 25 would be allowed for two steps; PyTorch makes 11.
    expect(optimizer.state.get(weight)!.func_evals).toBeLessThan(16);
  });

  it('trains a recurrent network with PyTorch’s losses', () => {
    const train = (options: Options, steps: number): number[] => {
      manualSeed(0);
      const [rnn, head] = [new nn.RNN(1, 8, { batchFirst: true }), new nn.Linear(8, 1)];
      const s = linspace(0, 12, 61).sin();
      const [x, y] = [s.at([0, -1]).view(1, -1, 1), s.at([1]).view(1, -1, 1)];
      const compute = (): Tensor => nn.functional.mseLoss(head.forward(rnn.forward(x)[0]), y);
      return losses([...rnn.parameters(), ...head.parameters()], options, steps, compute).found;
    };
    const searched = train({ lineSearchFn: 'strongWolfe', maxIter: 5 }, 6);
    expectNear(searched, [0.7610505, 0.0685163, 0.0260206, 0.0026518, 0.0005787, 0.0001871], 1e-2);
    expectNear(train({ lr: 0.8, maxIter: 5 }, 4), [0.7610505, 0.0483518, 0.0157965, 0.0048317], 1e-3);
  });

  it('goes on from a saved state as it would have', () => {
    const options: Options = { lineSearchFn: 'strongWolfe', maxIter: 3 };
    const p = start();
    const { optimizer } = losses([p], options, 2, rosenbrock(p));
    const q = new nn.Parameter(p.detach());
    const other = new optim.LBFGS([q], options);
    other.loadStateDict(optimizer.stateDict());
    const step = (o: optim.LBFGS, x: Tensor): number =>
      o
        .step(() => {
          o.zeroGrad();
          const loss = rosenbrock(x)();
          loss.backward();
          return loss;
        })
        .item();
    for (let i = 0; i < 3; i++) expect(step(other, q)).toBe(step(optimizer, p));
    expect(q.tolist()).toEqual(p.tolist());
  });

  it('takes numbers as losses, parameters without gradients, and stays where there is no slope', () => {
    const [p, idle] = [start(), new nn.Parameter(tensor([7.5]))];
    const optimizer = new optim.LBFGS([p, idle]);
    const result = optimizer.step(() => {
      optimizer.zeroGrad();
      const loss = p.sub(3).square().sum();
      loss.backward();
      return loss.item();
    });
    expect(result).toBeCloseTo(4.2 ** 2 + 2 ** 2, 4);
    expectNear(p.tolist(), [3, 3]);
    expect(idle.item()).toBe(7.5);
    expect(losses([p], {}, 1, () => p.mul(0).sum()).optimizer.state.get(p)!.n_iter).toBe(0);
  });

  it('refuses what it cannot do', () => {
    const p = start();
    expect(() => new optim.LBFGS([p]).step()).toThrow('LBFGS: step needs a function');
    expect(() => new optim.LBFGS([{ params: [p] }, { params: [start()] }])).toThrow('only one group');
    expect(() => new optim.LBFGS([p], { lineSearchFn: 'armijo' as never })).toThrow("not 'armijo'");
    expect(() => new optim.LBFGS([p], { maxIter: 0 })).toThrow('LBFGS: maxIter');
    expect(() => new optim.LBFGS([p], { lr: -1 })).toThrow('LBFGS: lr');
  });
});
