import { describe, expect, it } from 'vitest';
import { nn, optim, tensor, type Tensor } from '../../src/index.js';
import { expectClose, noise } from '../kernels/assembly/lab.js';
import * as reference from './reference.js';

type Any = optim.Optimizer<{ lr: number; maximize: boolean }>;
type Make = (params: optim.Params<object>, more?: object) => Any;

/** An optimiser with options, the same in plain code, and what it remembers. */
interface Trial {
  readonly name: string;
  readonly make: Make;
  readonly rule: reference.Rule;
  readonly remembers: readonly string[];
  /** What a remembered number begins with instead of 0. */
  readonly begin?: Record<string, number>;
}

function trial<Options extends object>(
  make: new (params: Iterable<Tensor>, options?: Partial<Options>) => unknown,
  what: string,
  options: Partial<Options>,
  rule: reference.Rule,
  remembers: readonly string[],
  begin?: Record<string, number>,
): Trial {
  return {
    name: `${make.name} ${what}`,
    make: (params, more) => new make(params as Iterable<Tensor>, { ...options, ...more }) as Any,
    ...{ rule, remembers, begin },
  };
}

const { Adadelta, Adagrad, Adam, Adamax, AdamW, NAdam, RAdam, RMSprop, Rprop, SGD } = optim;
const MOMENTS = ['step', 'exp_avg', 'exp_avg_sq'];

const TRIALS: readonly Trial[] = [
  trial(SGD, 'plain', { lr: 0.1 }, reference.sgd({ lr: 0.1 }), []),
  trial(
    SGD,
    'with momentum, dampening and decay',
    { lr: 0.1, momentum: 0.8, dampening: 0.3, weightDecay: 0.1 },
    reference.sgd({ lr: 0.1, momentum: 0.8, dampening: 0.3, l2: 0.1 }),
    ['momentum_buffer'],
  ),
  trial(
    SGD,
    'after Nesterov',
    { lr: 0.1, momentum: 0.9, nesterov: true },
    reference.sgd({ lr: 0.1, momentum: 0.9, nesterov: true }),
    ['momentum_buffer'],
  ),
  trial(Adam, 'by default', {}, reference.adam({ lr: 0.001 }), MOMENTS),
  trial(
    Adam,
    'with all options',
    { lr: 0.1, betas: [0.8, 0.9], eps: 0.01, weightDecay: 0.1, amsgrad: true },
    reference.adam({ lr: 0.1, beta1: 0.8, beta2: 0.9, eps: 0.01, l2: 0.1, amsgrad: true }),
    [...MOMENTS, 'max_exp_avg_sq'],
  ),
  trial(AdamW, 'by default', {}, reference.adam({ lr: 0.001, decay: 0.01 }), MOMENTS),
  trial(
    AdamW,
    'with all options',
    { lr: 0.1, weightDecay: 0.5, amsgrad: true },
    reference.adam({ lr: 0.1, decay: 0.5, amsgrad: true }),
    [...MOMENTS, 'max_exp_avg_sq'],
  ),
  trial(NAdam, 'by default', {}, reference.nadam({ lr: 0.002 }), [...MOMENTS, 'mu_product']),
  trial(
    NAdam,
    'with decay in the gradient',
    { lr: 0.05, weightDecay: 0.1, momentumDecay: 0.5 },
    reference.nadam({ lr: 0.05, l2: 0.1, momentumDecay: 0.5 }),
    [...MOMENTS, 'mu_product'],
  ),
  trial(
    NAdam,
    'with decay apart',
    { lr: 0.05, weightDecay: 0.1, decoupledWeightDecay: true },
    reference.nadam({ lr: 0.05, decay: 0.1 }),
    [...MOMENTS, 'mu_product'],
  ),
  trial(RAdam, 'by default', {}, reference.radam({ lr: 0.001 }), MOMENTS),
  trial(
    RAdam,
    'with decay in the gradient',
    { lr: 0.05, weightDecay: 0.1, eps: 0.1, betas: [0.5, 0.95] },
    reference.radam({ lr: 0.05, l2: 0.1, eps: 0.1, beta1: 0.5, beta2: 0.95 }),
    MOMENTS,
  ),
  trial(
    RAdam,
    'with decay apart',
    { lr: 0.05, weightDecay: 0.1, decoupledWeightDecay: true },
    reference.radam({ lr: 0.05, decay: 0.1 }),
    MOMENTS,
  ),
  trial(Adamax, 'by default', {}, reference.adamax({ lr: 0.002 }), ['step', 'exp_avg', 'exp_inf']),
  trial(Adamax, 'with decay', { lr: 0.1, weightDecay: 0.1 }, reference.adamax({ lr: 0.1, l2: 0.1 }), [
    'step',
    'exp_avg',
    'exp_inf',
  ]),
  trial(RMSprop, 'by default', {}, reference.rmsprop({ lr: 0.01 }), ['step', 'square_avg']),
  trial(
    RMSprop,
    'with all options',
    { lr: 0.02, alpha: 0.8, momentum: 0.9, centered: true, weightDecay: 0.1, eps: 0.1 },
    reference.rmsprop({ lr: 0.02, alpha: 0.8, momentum: 0.9, centered: true, l2: 0.1, eps: 0.1 }),
    ['step', 'square_avg', 'grad_avg', 'momentum_buffer'],
  ),
  trial(Adagrad, 'by default', {}, reference.adagrad({ lr: 0.01 }), ['step', 'sum']),
  trial(
    Adagrad,
    'with all options',
    { lr: 0.1, lrDecay: 0.5, weightDecay: 0.1, initialAccumulatorValue: 2 },
    reference.adagrad({ lr: 0.1, lrDecay: 0.5, l2: 0.1 }),
    ['step', 'sum'],
    { sum: 2 },
  ),
  trial(Adadelta, 'by default', {}, reference.adadelta({ lr: 1, rho: 0.9 }), [
    'step',
    'square_avg',
    'acc_delta',
  ]),
  trial(
    Adadelta,
    'with all options',
    { lr: 0.5, rho: 0.5, weightDecay: 0.1, eps: 0.01 },
    reference.adadelta({ lr: 0.5, rho: 0.5, l2: 0.1, eps: 0.01 }),
    ['step', 'square_avg', 'acc_delta'],
  ),
  trial(Rprop, 'by default', {}, reference.rprop(0.5, 1.2, 1e-6, 50), ['step', 'prev', 'step_size'], {
    step_size: 0.01,
  }),
  trial(
    Rprop,
    'with all options',
    { lr: 0.25, etas: [0.25, 2], stepSizes: [0.1, 0.5] },
    reference.rprop(0.25, 2, 0.1, 0.5),
    ['step', 'prev', 'step_size'],
    { step_size: 0.25 },
  ),
];

const SIZES = [1, 3, 4, 7, 18];
const STEPS = 8;

const parametersOf = (): nn.Parameter[] => SIZES.map((n) => new nn.Parameter(tensor(noise(n, n))));
const gradientOf = (n: number, step: number): Float32Array => noise(n, 31 * step + n);
const valuesOf = (params: readonly Tensor[]): number[][] => params.map((p) => [...p.data]);

function take(steps: readonly number[], params: readonly Tensor[], optimizer: Any): void {
  for (const step of steps) {
    for (const p of params) p.grad = tensor(gradientOf(p.numel(), step));
    optimizer.step();
  }
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe.each(TRIALS)('$name', ({ make, rule, remembers, begin = {} }) => {
  const weightsOf = (params: readonly Tensor[]): reference.Weight[][] =>
    params.map((p) =>
      Array.from(p.data, (value): reference.Weight => {
        const rest = remembers.map((name) => [name, begin[name] ?? 0]);
        const spare = ['grad_avg', 'momentum_buffer', 'max_exp_avg_sq'].map((name) => [name, 0]);
        return { ...Object.fromEntries([...spare, ...rest]), p: value, t: 0 } as reference.Weight;
      }),
    );

  it('goes where plain code goes, and remembers the same', () => {
    const params = parametersOf();
    const weights = weightsOf(params);
    const optimizer = make(params);
    take(range(0, STEPS), params, optimizer);
    weights.forEach((own, i) => {
      for (let step = 0; step < STEPS; step++) {
        const g = gradientOf(own.length, step);
        own.forEach((w, k) => {
          w.t += 1;
          rule(w, g[k]);
        });
      }
      expectClose(
        params[i].data,
        own.map((w) => w.p),
        1e-5,
      );
      const state = optimizer.state.get(params[i]) ?? {};
      expect(Object.keys(state).sort()).toEqual([...remembers].sort());
      for (const [name, value] of Object.entries(state)) {
        if (name === 'step') expect(value).toBe(STEPS);
        else if (typeof value === 'number') expect(value).toBeCloseTo(own[0][name], 6);
        else
          expectClose(
            value.data,
            own.map((w) => w[name]),
            1e-5,
          );
      }
    });
  });

  it('leaves alone what has no gradient, which is behind in steps from then on', () => {
    const params = parametersOf();
    const [late] = weightsOf([params[2]]);
    const optimizer = make(params);
    for (let step = 0; step < 4; step++) {
      const before = valuesOf([params[2]]);
      for (const p of params) p.grad = tensor(gradientOf(p.numel(), step));
      if (step % 2 === 0) params[2].grad = null;
      optimizer.step();
      if (step % 2 === 0) expect(valuesOf([params[2]])).toEqual(before);
      else {
        late.forEach((w, k) => {
          w.t += 1;
          rule(w, gradientOf(late.length, step)[k]);
        });
      }
    }
    expectClose(
      params[2].data,
      late.map((w) => w.p),
      1e-5,
    );
  });

  it('goes on from a saved state as if nothing had happened', () => {
    const [unbroken, broken] = [parametersOf(), parametersOf()];
    const first = make(unbroken);
    take(range(0, STEPS), unbroken, first);

    const half = make(broken);
    take(range(0, 3), broken, half);
    const saved = half.stateDict();
    const other = make(broken, { lr: 123 });
    other.loadStateDict(saved);
    take(range(3, STEPS), broken, other);
    expect(valuesOf(broken)).toEqual(valuesOf(unbroken));
    expect(other.stateDict().paramGroups).toEqual(first.stateDict().paramGroups);
  });

  it('climbs by the gradient where it descends by the opposite', () => {
    const [up, down] = [parametersOf(), parametersOf()];
    const [climbing, descending] = [make(up, { maximize: true }), make(down)];
    for (const p of up) p.grad = tensor(gradientOf(p.numel(), 0));
    for (const p of down) p.grad = tensor(gradientOf(p.numel(), 0).map((g) => -g));
    climbing.step();
    descending.step();
    expect(valuesOf(up)).toEqual(valuesOf(down));
  });

  it('takes groups with learning rates of their own, and gradients of any strides', () => {
    const [a, b, c, d] = range(0, 4).map(() => new nn.Parameter(tensor(noise(6)).reshape([2, 3])));
    const g = tensor(noise(6, 5)).reshape([3, 2]).t();
    expect(g.isContiguous()).toBe(false);
    [a.grad, b.grad, c.grad, d.grad] = [g, g, g.contiguous(), g.contiguous()];
    make([{ params: [a] }, { params: [b], lr: 0.125 }] as optim.Params<object>).step();
    make([c]).step();
    make([d], { lr: 0.125 }).step();
    expect([a.tolist(), b.tolist()]).toEqual([c.tolist(), d.tolist()]);
  });
});
