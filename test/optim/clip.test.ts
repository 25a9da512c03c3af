import { describe, expect, it } from 'vitest';
import { nn, optim, tensor, type Tensor, ValueError, zeros } from '../../src/index.js';

/** Parameters with these gradients; none for null. */
function parameters(...grads: (Tensor | null)[]): nn.Parameter[] {
  return grads.map((grad) => {
    const p = new nn.Parameter(zeros(grad?.shape ?? [1]));
    p.grad = grad;
    return p;
  });
}

const floats = (...values: number[]): Tensor => tensor(Float32Array.from(values));
const gradsOf = (params: readonly Tensor[]): number[] => params.flatMap((p) => [...(p.grad?.data ?? [])]);

describe('clipGradNorm', () => {
  it('scales gradients together to a length, and tells the length before', () => {
    const params = parameters(floats(3), null, floats(4));
    expect(optim.clipGradNorm(params, 1)).toBeCloseTo(5, 6);
    expect(gradsOf(params)[0]).toBeCloseTo(0.6, 5);
    expect(gradsOf(params)[1]).toBeCloseTo(0.8, 5);
  });

  it('leaves short gradients as they are', () => {
    const params = parameters(floats(3), floats(4));
    expect(optim.clipGradNorm(params, 10)).toBeCloseTo(5, 6);
    expect(gradsOf(params)).toEqual([3, 4]);
  });

  it.each([
    [1, 7],
    [2, 5],
    [3, 91 ** (1 / 3)],
    [0.5, (Math.sqrt(3) + 2) ** 2],
    [-1, 12 / 7],
    [Infinity, 4],
    [-Infinity, 3],
    [0, 2],
  ])('measures by the %f-norm', (normType, want) => {
    const params = parameters(floats(3), floats(-4));
    expect(optim.gradNorm(params, normType)).toBeCloseTo(want, 5);
    expect(optim.clipGradNorm(params, want / 2, { normType })).toBeCloseTo(want, 5);
    expect(gradsOf(params)[0]).toBeCloseTo(1.5, 5);
    expect(gradsOf(params)[1]).toBeCloseTo(-2, 5);
  });

  it('makes everything 0 for a length of 0', () => {
    const params = parameters(floats(3, -4));
    optim.clipGradNorm(params, 0);
    expect(gradsOf(params).map(Math.abs)).toEqual([0, 0]);
  });

  it('takes gradients of any strides, in place', () => {
    const grad = tensor([
      [3, 0],
      [4, 0.5],
    ])
      .t()
      .select(0, 0);
    const params = parameters(grad, floats(0));
    optim.clipGradNorm(params, 2.5);
    expect([...grad.data].map((g) => g.toFixed(4))).toEqual(['1.5000', '2.0000']);
  });

  it('takes one parameter, those of a model as they come, and none', () => {
    const [p] = parameters(floats(5));
    expect(optim.clipGradNorm(p, 1)).toBe(5);
    const model = new nn.Linear(1, 1);
    model.weight.grad = tensor([[3]], { dtype: 'float32' });
    model.bias!.grad = floats(4);
    expect(optim.clipGradNorm(model.parameters(), 1)).toBe(5);
    expect(gradsOf([model.bias!])[0]).toBeCloseTo(0.8, 5);
    expect(optim.clipGradNorm([], 1)).toBe(0);
    expect(optim.clipGradNorm(parameters(null), 1)).toBe(0);
  });

  it('spreads what is not finite, or throws', () => {
    const params = parameters(floats(NaN), floats(1));
    expect(() => optim.clipGradNorm(params, 1, { errorIfNonfinite: true })).toThrow('is NaN');
    expect(gradsOf(params)).toEqual([NaN, 1]);
    expect(optim.clipGradNorm(params, 1)).toBeNaN();
    expect(gradsOf(params)).toEqual([NaN, NaN]);
    const infinite = parameters(floats(Infinity, 1));
    expect(optim.clipGradNorm(infinite, 1, { normType: Infinity })).toBe(Infinity);
    expect(gradsOf(infinite)).toEqual([NaN, 0]);
  });

  it('refuses lengths and norms that are none', () => {
    expect(() => optim.clipGradNorm([], -1)).toThrow(ValueError);
    expect(() => optim.clipGradNorm([], NaN)).toThrow('maxNorm must be 0 or more');
    expect(() => optim.clipGradNorm([], 1, { normType: NaN })).toThrow('normType');
  });
});

describe('clipGradValue', () => {
  it('limits every number; NaN stays', () => {
    const params = parameters(floats(-2, 0.25, Infinity), null, floats(NaN, -0.5));
    optim.clipGradValue(params, 0.5);
    expect(gradsOf(params)).toEqual([-0.5, 0.25, 0.5, NaN, -0.5]);
  });

  it('takes gradients of any strides, in place', () => {
    const grad = tensor([
      [3, 0.5],
      [-4, 1],
    ]).t();
    optim.clipGradValue(parameters(grad), 1);
    expect(grad.tolist()).toEqual([
      [1, -1],
      [0.5, 1],
    ]);
  });

  it('refuses a negative limit', () => {
    expect(() => {
      optim.clipGradValue([], -1);
    }).toThrow('clipValue must be 0 or more');
  });
});
