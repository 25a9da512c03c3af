import { describe, expect, it } from 'vitest';
import * as u from '../../../src/index.js';
import { expectGradients } from '../../gradients.js';

const { tensor } = u;
const float = { dtype: 'float32' } as const;
/** Away from the kinks of all of them. */
const points = (): u.Tensor => tensor([-2.3, -1.4, -0.6, 0.4, 0.7, 1.6]);
const positive = (): u.Tensor => tensor([0.3, 0.9, 1.7, 2.6]);

describe('functions of one tensor', () => {
  it.each<[string, (x: u.Tensor) => u.Tensor, (x: number) => number, u.Tensor?]>([
    ['neg', u.neg, (x) => -x],
    ['abs', u.abs, Math.abs],
    ['exp', u.exp, Math.exp],
    ['expm1', u.expm1, Math.expm1],
    ['log', u.log, Math.log, positive()],
    ['log1p', u.log1p, Math.log1p, positive()],
    ['sqrt', u.sqrt, Math.sqrt, positive()],
    ['rsqrt', u.rsqrt, (x) => 1 / Math.sqrt(x), positive()],
    ['square', u.square, (x) => x * x],
    ['reciprocal', u.reciprocal, (x) => 1 / x],
    ['sin', u.sin, Math.sin],
    ['cos', u.cos, Math.cos],
    ['tanh', u.tanh, Math.tanh],
    ['sigmoid', u.sigmoid, (x) => 1 / (1 + Math.exp(-x))],
    ['relu', u.relu, (x) => Math.max(x, 0)],
    ['silu', u.silu, (x) => x / (1 + Math.exp(-x))],
    ['softplus', u.softplus, (x) => Math.log1p(Math.exp(x))],
    ['logSigmoid', u.logSigmoid, (x) => -Math.log1p(Math.exp(-x))],
    ['elu', u.elu, (x) => (x > 0 ? x : Math.expm1(x))],
    ['leakyRelu', u.leakyRelu, (x) => (x > 0 ? x : x / 100)],
    ['hardtanh', u.hardtanh, (x) => Math.min(Math.max(x, -1), 1)],
    ['relu6', u.relu6, (x) => Math.min(Math.max(x, 0), 6)],
    ['hardsigmoid', u.hardsigmoid, (x) => x / 6 + 0.5],
    ['softsign', u.softsign, (x) => x / (1 + Math.abs(x))],
    ['pow(x, 3)', (x) => u.pow(x, 3), (x) => x ** 3],
    ['pow(2, x)', (x) => u.pow(2, x), (x) => 2 ** x],
    ['clamp from −1', (x) => u.clamp(x, -1), (x) => Math.max(x, -1)],
    ['div(1, x)', (x) => u.div(1, x), (x) => 1 / x],
  ])('%s is what it is called, with the slope of central differences', (_name, f, plain, x = points()) => {
    const wanted = [...x.data].map(plain);
    [...f(x).data].forEach((y, i) => expect(y).toBeCloseTo(wanted[i], 5));
    expectGradients(f, [x], { tolerance: 0.005 });
  });

  it('the error function and gelu agree with tables', () => {
    const erf = u.erf(tensor([-0.5, 0.5, 1, 3.5])).data;
    [-0.5204999, 0.5204999, 0.8427008, 0.9999993].forEach((y, i) => expect(erf[i]).toBeCloseTo(y, 6));
    expect(u.gelu(tensor([1.5])).item()).toBeCloseTo(1.3997891, 6);
    expectGradients(u.erf, [points()]);
    expectGradients((x) => u.gelu(x), [points()]);
    expectGradients((x) => u.gelu(x, { approximate: 'tanh' }), [points()]);
    expectGradients(u.selu, [points()]);
  });

  it.each([
    ['floor', u.floor, [-3, -2, -1, 0, 0, 1]],
    ['ceil', u.ceil, [-2, -1, -0, 1, 1, 2]],
    ['round', u.round, [-2, -1, -1, 0, 1, 2]],
    ['sign', u.sign, [-1, -1, -1, 1, 1, 1]],
  ] as const)('%s is flat', (_name, f, wanted) => {
    const x = points().requiresGrad_();
    const y = f(x);
    expect(y.tolist()).toEqual(wanted);
    y.sum().backward();
    expect(x.grad!.tolist()).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('whole numbers stay whole where the function allows it', () => {
    const x = tensor([-2, 0, 3]);
    const results = [x.abs(), x.neg(), x.sign(), x.floor(), x.relu(), x.square(), x.clamp(-1, 1), x.pow(2)];
    expect(results.map((y) => y.dtype)).toEqual(results.map(() => 'int32'));
    expect(results.map((y) => y.tolist())).toEqual([
      [2, 0, 3],
      [2, 0, -3],
      [-1, 0, 1],
      [-2, 0, 3],
      [0, 0, 3],
      [4, 0, 9],
      [-1, 0, 1],
      [4, 0, 9],
    ]);
    expect(x.exp().dtype).toBe('float32');
  });
});

describe('functions of two tensors', () => {
  const a = (): u.Tensor =>
    tensor([
      [0.5, 1.5, 2.5],
      [3.5, 1.2, 0.7],
    ]);
  const b = (): u.Tensor => tensor([1.1, 0.4, 2.2]);

  it.each<[string, (a: u.Tensor, b: u.Tensor) => u.Tensor]>([
    ['add', u.add],
    ['sub', u.sub],
    ['mul', u.mul],
    ['div', u.div],
    ['pow', u.pow],
    ['maximum', u.maximum],
    ['minimum', u.minimum],
    ['remainder by a', (x, y) => u.remainder(y, x.add(2))],
  ])('%s broadcasts, with the gradients of central differences', (_name, f) => {
    expectGradients(f, [a(), b()], { tolerance: 0.005 });
  });

  it('powers at 0 have the gradients of PyTorch', () => {
    const [x, p] = [tensor([0, 0, 2], float).requiresGrad_(), tensor([0, 2, 0], float).requiresGrad_()];
    u.pow(x, p).sum().backward();
    expect(x.grad!.tolist()).toEqual([0, 0, 0]);
    expect(p.grad!.tolist()).toEqual([0, 0, Math.fround(Math.log(2))]);
  });

  it('divide and raise whole numbers as Python does', () => {
    expect(u.floorDivide(tensor([7, -7]), 2).tolist()).toEqual([3, -4]);
    expect(u.remainder(tensor([7, -7]), 3).tolist()).toEqual([1, 2]);
    expect(u.floorDivide(tensor([7.5]), 2).tolist()).toEqual([3]);
    expect(u.pow(tensor([2, -3]), tensor([[10], [3]])).tolist()).toEqual([
      [1024, 59049],
      [8, -27],
    ]);
    expect(() => u.floorDivide(tensor([1]), 0)).toThrow('cannot be divided by 0');
    expect(() => u.remainder(tensor([1]), tensor([0]))).toThrow('cannot be divided by 0');
    expect(() => u.pow(tensor([2]), -1)).toThrow('negative whole powers');
  });

  it('treat booleans as PyTorch does', () => {
    const [p, q] = [tensor([true, true, false]), tensor([true, false, false])];
    expect(p.add(q).tolist()).toEqual([true, true, false]);
    expect(p.mul(q).tolist()).toEqual([true, false, false]);
    expect(() => p.sub(q)).toThrow('cannot be subtracted');
    expect(p.logicalAnd(q).tolist()).toEqual([true, false, false]);
    expect(p.logicalOr(q).tolist()).toEqual([true, true, false]);
    expect(p.logicalXor(q).tolist()).toEqual([false, true, false]);
  });

  it('compare', () => {
    const x = tensor([1, 2, 3]);
    expect([x.eq(2), x.ne(2), x.lt(2), x.le(2), x.gt(2), x.ge(2)].map((y) => y.tolist())).toEqual([
      [false, true, false],
      [true, false, true],
      [true, false, false],
      [true, true, false],
      [false, false, true],
      [false, true, true],
    ]);
  });
});

describe('reductions', () => {
  const x = (): u.Tensor =>
    tensor([
      [0.5, -1.5, 2.5],
      [3.5, 1.2, -0.7],
    ]);

  it.each<[string, (x: u.Tensor) => u.Tensor]>([
    ['sum', (y) => y.sum(1)],
    ['mean', (y) => y.mean(0)],
    ['prod', (y) => y.prod(1)],
    ['variance', (y) => y.variance(1)],
    ['std', (y) => y.std()],
    ['max', (y) => y.max(1).values],
    ['min of all', (y) => y.min()],
    ['amax', (y) => y.amax([0, 1])],
    ['amin', (y) => y.amin(1, { keepdim: true })],
    ['logsumexp', (y) => y.logsumexp(1)],
    ['norm', (y) => y.norm()],
    ['norm 1', (y) => y.norm(1, 1)],
    ['norm 3', (y) => y.norm(3, 0)],
    ['norm ∞', (y) => y.norm(Infinity)],
    ['norm −∞', (y) => y.norm(-Infinity)],
    ['cumsum', (y) => y.cumsum(1)],
    ['cumprod', (y) => y.cumprod(1)],
    ['softmax', (y) => y.softmax(1)],
    ['logSoftmax', (y) => y.logSoftmax(0)],
  ])('%s has the gradient of central differences', (_name, f) => {
    expectGradients(f, [x()], { tolerance: 0.005 });
  });

  it('a product and a running product with a zero keep their gradients', () => {
    const y = tensor([2, 0, 3], float).requiresGrad_();
    y.cumprod(0).sum().backward();
    // d(2 + 2·0 + 2·0·3): by x₀ 1, by x₁ 2 + 2·3, by x₂ 0.
    expect(y.grad!.tolist()).toEqual([1, 8, 0]);
    y.grad = null;
    y.prod().backward();
    expect(y.grad!.tolist()).toEqual([0, 6, 0]);
  });

  it('share a gradient among equals', () => {
    const y = tensor([1, 3, 3], float).requiresGrad_();
    y.amax().backward();
    expect(y.grad!.tolist()).toEqual([0, 0.5, 0.5]);
  });

  it('count, and take the logarithm of nothing but −∞', () => {
    expect(tensor([0, 0.5, 3]).norm(0).item()).toBe(2);
    expect(tensor([-Infinity, -Infinity]).logsumexp(0).item()).toBe(-Infinity);
    expect(tensor([Infinity, 1]).logsumexp(0).item()).toBe(Infinity);
    expect(() => tensor([1.5]).norm(NaN)).toThrow('not NaN');
  });

  it('the gradient of a length of 0 is 0', () => {
    const y = u.zeros([2], { requiresGrad: true });
    y.norm().backward();
    expect(y.grad!.tolist()).toEqual([0, 0]);
  });

  it('add up whole numbers and booleans to whole numbers', () => {
    expect(tensor([true, true, false]).sum().item()).toBe(2);
    expect(tensor([true, true, false]).cumsum(0).tolist()).toEqual([1, 2, 2]);
    expect(tensor([2, 3]).cumprod(0).tolist()).toEqual([2, 6]);
  });
});
