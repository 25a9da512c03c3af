import { describe, expect, it } from 'vitest';
import { nn, ones, optim, StateDictError, type Tensor, tensor, ValueError, zeros } from '../../src/index.js';

const parameter = (...values: number[]): nn.Parameter => new nn.Parameter(tensor(Float32Array.from(values)));

describe('Optimizer', () => {
  it('takes parameters, or groups of them with hyperparameters of their own', () => {
    const [p, q] = [parameter(1), parameter(2)];
    expect(new optim.SGD([p, q]).paramGroups).toHaveLength(1);
    const { paramGroups } = new optim.SGD([{ params: [p] }, { params: [q], lr: 2 }], { momentum: 0.5 });
    expect(paramGroups.map(({ lr, momentum }) => [lr, momentum])).toEqual([
      [0.001, 0.5],
      [2, 0.5],
    ]);
  });

  it('takes parameters that come one by one', () => {
    const model = new nn.Linear(2, 3);
    const { params } = new optim.Adam(model.parameters()).paramGroups[0];
    expect(params).toHaveLength(2);
    expect(params[0]).toBe(model.weight);
    expect(params[1]).toBe(model.bias);
  });

  it('takes groups later', () => {
    const [p, q] = [parameter(1), parameter(1)];
    const optimizer = new optim.Adagrad([p], { lr: 0.5 });
    optimizer.addParamGroup({ params: [q], lr: 0.25 });
    p.grad = ones([1]);
    q.grad = ones([1]);
    optimizer.step();
    expect([p.item(), q.item()]).toEqual([0.5, 0.75]);
  });

  it('evaluates the model anew for a closure, and returns its loss', () => {
    const p = parameter(1);
    const optimizer = new optim.SGD([p], { lr: 0.5 });
    const loss = optimizer.step(() => {
      optimizer.zeroGrad();
      const loss = p.mul(3).sum();
      loss.backward();
      return loss;
    });
    expect([loss.item(), p.item()]).toEqual([3, -0.5]);
  });

  it('clears gradients, or fills them with zeros', () => {
    const p = parameter(1, 2);
    const optimizer = new optim.SGD([p]);
    optimizer.zeroGrad();
    p.grad = ones([2]);
    optimizer.zeroGrad({ setToNone: false });
    expect(p.grad.tolist()).toEqual([0, 0]);
    p.grad = tensor([NaN, Infinity]);
    optimizer.zeroGrad({ setToNone: false });
    expect(p.grad.tolist()).toEqual([0, 0]);
    optimizer.zeroGrad();
    expect(p.grad).toBeNull();
  });

  it('keeps a gradient that somebody has seen when gradients are cleared', () => {
    const p = parameter(1, 2);
    p.square().sum().backward();
    const seen = p.grad;
    new optim.SGD([p]).zeroGrad();
    expect(p.grad).toBeNull();
    expect(seen?.tolist()).toEqual([2, 4]);
  });

  it('tells its state by position of the parameter, hyperparameters by group', () => {
    const [p, q] = [parameter(1), parameter(2)];
    const optimizer = new optim.SGD([{ params: [p] }, { params: [q], lr: 2 }], { momentum: 0.5 });
    q.grad = ones([1]);
    optimizer.step();
    const { state, paramGroups } = optimizer.stateDict();
    expect([...state.keys()]).toEqual([1]);
    expect(paramGroups.map(({ params, lr }) => [params, lr])).toEqual([
      [[0], 0.001],
      [[1], 2],
    ]);
  });

  it('remembers from the start with Adagrad', () => {
    const { state } = new optim.Adagrad([parameter(1)], { initialAccumulatorValue: 3 }).stateDict();
    expect(state.get(0)?.step).toBe(0);
    expect((state.get(0)?.sum as Tensor).tolist()).toEqual([3]);
  });

  it('refuses a state of other groups or shapes', () => {
    const [p, q] = [parameter(1), parameter(1, 2)];
    const optimizer = new optim.Adam([p]);
    p.grad = ones([1]);
    optimizer.step();
    const saved = optimizer.stateDict();
    expect(() => {
      new optim.Adam([p, q]).loadStateDict(saved);
    }).toThrow(StateDictError);
    expect(() => {
      new optim.Adam([q]).loadStateDict(saved);
    }).toThrow('exp_avg is (1,), but its parameter is (2,)');
  });

  it('refuses parameters that cannot be meant', () => {
    const p = parameter(1);
    const all = zeros([1]) as unknown as nn.Parameter[];
    expect(() => new optim.Adam([{ params: [p] }, { params: [p] }])).toThrow('in more than one place');
    expect(() => new optim.Adam(all)).toThrow('parameters must be a list');
    expect(() => new optim.Adam([])).toThrow('there are no parameters');
    expect(() => new optim.Adam([p.mul(2)])).toThrow('is the result of an operation');
    expect(() => new optim.Adam([{ params: [1] as unknown as nn.Parameter[] }])).toThrow(
      'must be a tensor, not 1',
    );
    const turned = zeros([2, 3]).t();
    expect(() => new optim.Adam([turned])).toThrow('does not lie in one piece');
  });

  const p = parameter(1);
  it.each([
    ['lr must be 0 or more', () => new optim.SGD([p], { lr: -1 })],
    ['lr must be 0 or more', () => new optim.SGD([p], { lr: NaN })],
    ['momentum must be 0 or more', () => new optim.SGD([p], { momentum: -1 })],
    ['nesterov needs a momentum', () => new optim.SGD([p], { nesterov: true })],
    ['nesterov needs', () => new optim.SGD([p], { nesterov: true, momentum: 0.9, dampening: 0.1 })],
    ['betas[0] must be at least 0 and less than 1', () => new optim.Adam([p], { betas: [1, 0.9] })],
    ['AdamW: eps must be', () => new optim.AdamW([p], { eps: -1 })],
    ['NAdam: momentumDecay must be', () => new optim.NAdam([p], { momentumDecay: -1 })],
    ['RAdam: weightDecay must be', () => new optim.RAdam([p], { weightDecay: -1 })],
    ['Adamax: betas[1] must be', () => new optim.Adamax([p], { betas: [0.9, -0.1] })],
    ['RMSprop: alpha must be', () => new optim.RMSprop([p], { alpha: -1 })],
    ['Adagrad: lrDecay must be', () => new optim.Adagrad([p], { lrDecay: -1 })],
    ['Adagrad: initialAccumulatorValue', () => new optim.Adagrad([p], { initialAccumulatorValue: -1 })],
    ['Adadelta: rho must be between 0 and 1', () => new optim.Adadelta([p], { rho: 1.5 })],
    ['Rprop: etas must lie on both sides of 1', () => new optim.Rprop([p], { etas: [1.2, 0.5] })],
    ['Rprop: the least of stepSizes comes first', () => new optim.Rprop([p], { stepSizes: [50, 1] })],
  ])('refuses: %s', (message, make) => {
    expect(make).toThrow(ValueError);
    expect(make).toThrow(message);
  });
});

describe('optimisers by arithmetic', () => {
  it('SGD with momentum: 1, then 1.9 times the step', () => {
    const p = parameter(0);
    const optimizer = new optim.SGD([p], { lr: 1, momentum: 0.9 });
    for (const want of [-1, -2.9]) {
      p.grad = ones([1]);
      optimizer.step();
      expect(p.item()).toBeCloseTo(want, 6);
    }
  });

  it("Adam's first step is lr in the gradient's direction, whatever its size", () => {
    const p = parameter(1, 1);
    p.grad = tensor([1000, -0.001]);
    new optim.Adam([p], { lr: 0.1 }).step();
    const [a, b] = p.data;
    expect(a).toBeCloseTo(0.9, 5);
    expect(b).toBeCloseTo(1.1, 4);
  });

  it('Rprop steps 0.1, then 0.12, and waits where the gradient turns', () => {
    const p = parameter(0);
    const optimizer = new optim.Rprop([p], { lr: 0.1 });
    for (const [g, want] of [
      [5, -0.1],
      [1, -0.22],
      [-3, -0.22],
      [-3, -0.16],
    ]) {
      p.grad = tensor([g], { dtype: 'float32' });
      optimizer.step();
      expect(p.item()).toBeCloseTo(want, 6);
    }
  });
});
