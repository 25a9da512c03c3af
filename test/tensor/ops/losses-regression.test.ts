import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manualSeed, nn, rand, randn, tensor, type Tensor, zeros } from '../../../src/index.js';
import { expectGradients } from '../../gradients.js';

const { huberLoss, l1Loss, mseLoss, smoothL1Loss } = nn.functional;

const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 });
const reductions = fc.constantFrom('mean', 'sum', 'none');

/** Distances of −2.5, −1.5, −0.5, 0.5 …, moved by up to 0.4: away from the kinks at whole numbers. */
function apart(shape: number[]): [input: Tensor, target: Tensor] {
  const target = randn(shape);
  const steps = rand(shape).mul(6).floor().sub(2.5);
  return [target.add(steps).add(rand(shape).sub(0.5).mul(0.8)).detach(), target];
}

describe.each([
  ['mseLoss', mseLoss],
  ['l1Loss', l1Loss],
  ['smoothL1Loss', smoothL1Loss],
  ['smoothL1Loss with beta 0', (x, t, o) => smoothL1Loss(x, t, { ...o, beta: 0 })],
  ['smoothL1Loss with beta 2', (x, t, o) => smoothL1Loss(x, t, { ...o, beta: 2 })],
  ['huberLoss', huberLoss],
  ['huberLoss with delta 2', (x, t, o) => huberLoss(x, t, { ...o, delta: 2 })],
] as [string, typeof mseLoss][])('%s', (_, loss) => {
  it('has the gradients of central differences, for input and target', () => {
    fc.assert(
      fc.property(shapes, reductions, (shape, reduction) => {
        manualSeed(shape.length);
        const [input, target] = apart(shape);
        expectGradients((x, t) => loss(x, t, { reduction }), [input, target]);
      }),
      { numRuns: 10 },
    );
  });

  it('gives the gradient to whom it may concern', () => {
    const [input, target] = [randn([3]).requiresGrad_(), randn([3])];
    loss(input, target).backward();
    expect(input.grad?.shape).toEqual([3]);
    expect(target.grad).toBeNull();
  });
});

describe('losses of a distance', () => {
  const d = tensor([-3, -0.5, 0, 0.5, 3]);
  const losses = (loss: (x: Tensor, t: Tensor, o: { reduction: 'none' }) => Tensor): unknown =>
    loss(d, zeros([5]), { reduction: 'none' }).tolist();

  it('have the values of their definitions', () => {
    expect(losses(mseLoss)).toEqual([9, 0.25, 0, 0.25, 9]);
    expect(losses(l1Loss)).toEqual([3, 0.5, 0, 0.5, 3]);
    expect(losses(smoothL1Loss)).toEqual([2.5, 0.125, 0, 0.125, 2.5]);
    expect(losses((x, t, o) => smoothL1Loss(x, t, { ...o, beta: 2 }))).toEqual([2, 0.0625, 0, 0.0625, 2]);
    expect(losses((x, t, o) => huberLoss(x, t, { ...o, delta: 2 }))).toEqual([4, 0.125, 0, 0.125, 4]);
  });

  it('are flat where input and target are equal', () => {
    for (const loss of [mseLoss, l1Loss, smoothL1Loss, huberLoss]) {
      const x = tensor([1.5], { requiresGrad: true });
      loss(x, tensor([1.5])).backward();
      expect(x.grad?.item()).toBe(0);
    }
  });

  it('let NaN through', () => {
    for (const loss of [mseLoss, l1Loss, smoothL1Loss, huberLoss]) {
      const x = tensor([NaN, 1.5], { requiresGrad: true });
      const y = loss(x, tensor([0.5, 1.5]));
      y.backward();
      expect(y.item()).toBeNaN();
      // PyTorch's sign of NaN is 0.
      expect(x.grad?.tolist()).toEqual([loss === l1Loss ? 0 : NaN, 0]);
    }
  });

  it('are NaN as the mean of nothing, 0 as its sum', () => {
    expect(mseLoss(zeros([0]), zeros([0])).item()).toBeNaN();
    expect(mseLoss(zeros([0]), zeros([0]), { reduction: 'sum' }).item()).toBe(0);
  });
});

describe('what does not fit', () => {
  it('is a shape that PyTorch would broadcast with a warning', () => {
    expect(() => mseLoss(zeros([4, 1]), zeros([4]))).toThrow(
      'mseLoss: input is (4, 1), but target is (4,)\n  input.squeeze(-1) makes them alike',
    );
    expect(() => l1Loss(zeros([2, 3]), zeros([3, 2]))).toThrow('target.reshape([...input.shape])');
    expect(() => huberLoss(zeros([2, 3]), zeros([3]))).toThrow('one target for each element');
  });

  it('is another dtype', () => {
    expect(() => mseLoss(zeros([2]), tensor([1, 2]))).toThrow(
      /target must be float32, not int32\n.*tensor\(data/,
    );
  });

  it('is an option out of range', () => {
    const [x, t] = [zeros([1]), zeros([1])];
    expect(() => smoothL1Loss(x, t, { beta: -1 })).toThrow('smoothL1Loss: beta must be 0 or more, not -1');
    expect(() => huberLoss(x, t, { delta: 0 })).toThrow('huberLoss: delta must be above 0, not 0');
    expect(() => mseLoss(x, t, { reduction: 'avg' as 'mean' })).toThrow(
      "reduction must be 'mean', 'sum' or 'none', not 'avg'",
    );
  });
});
