import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  manualSeed,
  nn,
  ones,
  rand,
  randint,
  randn,
  tensor,
  type Tensor,
  zeros,
} from '../../../src/index.js';
import { expectGradients } from '../../gradients.js';

const { binaryCrossEntropy, binaryCrossEntropyWithLogits, crossEntropy, klDiv, nllLoss } = nn.functional;

const reduction = fc.constantFrom('mean', 'sum', 'none');
const size = fc.integer({ min: 1, max: 4 });
const shapes = fc.array(size, { maxLength: 3 });
const between = (shape: readonly number[], low: number, high: number): Tensor =>
  rand(shape)
    .mul(high - low)
    .add(low)
    .detach();

describe('nllLoss and crossEntropy', () => {
  const kinds = fc.record({
    batch: fc.option(size),
    classes: size,
    rest: fc.array(size, { maxLength: 2 }),
    weighted: fc.boolean(),
    reduction,
    labelSmoothing: fc.constantFrom(0, 0.2),
  });

  it('have the gradients of central differences', () => {
    fc.assert(
      fc.property(kinds, ({ batch, classes, rest, weighted, reduction, labelSmoothing }) => {
        manualSeed(classes);
        const outer = batch === null ? [] : [batch, ...rest];
        const shape = batch === null ? [classes] : [batch, classes, ...rest];
        const target = randint(0, classes, outer);
        const weight = weighted ? between([classes], 0.5, 1.5) : null;
        expectGradients((x) => nllLoss(x, target, { weight, reduction }), [randn(shape)]);
        expectGradients(
          (x) => crossEntropy(x, target, { weight, reduction, labelSmoothing }),
          [randn(shape)],
        );
        expectGradients(
          (x, q) => crossEntropy(x, q, { weight, reduction, labelSmoothing }),
          [randn(shape), rand(shape)],
        );
      }),
      { numRuns: 15 },
    );
  });

  it('are the same through logSoftmax', () => {
    const [x, t] = [randn([4, 3, 2]), randint(0, 3, [4, 2])];
    const options = { weight: tensor([0.5, 1, 2]), ignoreIndex: 1, reduction: 'none' } as const;
    const [a, b] = [nllLoss(x.logSoftmax(1), t, options), crossEntropy(x, t, options)];
    expect(a.sub(b).abs().max().item()).toBeLessThan(1e-6);
  });

  it('divide by the weights of the targets that count', () => {
    const x = tensor([[-1, -2], [-3, -4], [-5, -6]], { dtype: 'float32' }); // prettier-ignore
    const weight = tensor([1, 3], { dtype: 'float32' });
    // (1 · 1 + 3 · 4) / (1 + 3)
    expect(nllLoss(x, tensor([0, 1, -100]), { weight }).item()).toBe(13 / 4);
    expect(nllLoss(x, tensor([0, 1, 0]), { weight, ignoreIndex: 0 }).item()).toBe(4);
    expect(nllLoss(x, tensor([0, 0, 0]), { ignoreIndex: 0 }).item()).toBeNaN();
  });

  it('give no gradient to what is ignored', () => {
    const x = tensor([[-1, -2], [-3, -4]], { dtype: 'float32', requiresGrad: true }); // prettier-ignore
    nllLoss(x, tensor([1, -100])).backward();
    expect(x.grad?.tolist()).toEqual([[-0, -1], [0, 0]].map((row) => row.map((v) => v + 0))); // prettier-ignore
  });

  it('say what does not fit', () => {
    expect(() => nllLoss(zeros([2, 3]), tensor([0, 3]))).toThrow('nllLoss: index 3 (element 1 of (2,))');
    expect(() => nllLoss(zeros([2, 3]), tensor([[0], [1]]))).toThrow('nllLoss: target is (2, 1)');
    expect(() => nllLoss(zeros([2, 3]), zeros([2]))).toThrow('target must be int32 classes, not float32');
    expect(() => nllLoss(tensor([[1, 2]]), tensor([0]))).toThrow('input must be float32, not int32');
    expect(() => nllLoss(tensor(1.5), tensor(0))).toThrow('input needs an axis of classes');
    expect(() => nllLoss(zeros([1, 3]), tensor([0]), { weight: ones([2]) })).toThrow(
      'weight is (2,), but there are 3 classes',
    );
    expect(() => nllLoss(zeros([1, 3]), tensor([0]), { weight: tensor([1, 1, 1]) })).toThrow(
      'weight must be float32, not int32',
    );
    expect(() => nllLoss(zeros([1, 3]), tensor([0]), { reduction: 'all' as 'sum' })).toThrow("not 'all'");
  });
});

describe('binaryCrossEntropy', () => {
  it('has the gradients of central differences', () => {
    fc.assert(
      fc.property(shapes, reduction, fc.boolean(), (shape, reduction, weighted) => {
        manualSeed(shape.length);
        const weight = weighted ? between(shape.slice(-1), 0.5, 1.5) : null;
        expectGradients(
          (x, t) => binaryCrossEntropy(x, t, { weight, reduction }),
          [between(shape, 0.2, 0.8), rand(shape)],
        );
      }),
      { numRuns: 10 },
    );
  });

  it('ends at 100 where an answer is certain and wrong', () => {
    const x = tensor([0, 1, 1, 0], { dtype: 'float32', requiresGrad: true });
    const losses = binaryCrossEntropy(x, tensor([1, 0, 1, 0], { dtype: 'float32' }), { reduction: 'none' });
    expect(losses.abs().tolist()).toEqual([100, 100, 0, 0]);
    losses.sum().backward();
    expect(x.grad?.tolist()).toEqual([Math.fround(-1e12), Math.fround(1e12), 0, 0]);
  });

  it('keeps small probabilities', () => {
    expect(binaryCrossEntropy(tensor([1e-9]), zeros([1])).item()).toBeCloseTo(1e-9, 15);
  });

  it('says what does not fit', () => {
    expect(() => binaryCrossEntropy(tensor([0.5, 1.5]), zeros([2]))).toThrow(
      /from 0 to 1, but has 1.5\n.*BCEWithLogitsLoss/,
    );
    expect(() => binaryCrossEntropy(tensor([-0.5, 0.5]), zeros([2]))).toThrow('but has -0.5');
    expect(() => binaryCrossEntropy(tensor([NaN]), zeros([1]))).toThrow('but has NaN');
    expect(() => binaryCrossEntropy(zeros([2, 1]), zeros([2]))).toThrow('target is (2,)');
    expect(() => binaryCrossEntropy(zeros([2]), zeros([2]), { weight: ones([3, 2]) })).toThrow(
      "weight is (3, 2), which does not broadcast to the input's (2,)",
    );
    expect(binaryCrossEntropy(zeros([0]), zeros([0]), { reduction: 'sum' }).item()).toBe(0);
  });
});

describe('binaryCrossEntropyWithLogits', () => {
  it('has the gradients of central differences, for its weights too', () => {
    fc.assert(
      fc.property(shapes, reduction, fc.boolean(), (shape, reduction, weighted) => {
        manualSeed(shape.length);
        const inputs = [randn(shape), rand(shape)];
        if (weighted) inputs.push(between(shape.slice(-1), 0.5, 1.5), between(shape.slice(-1), 0.5, 2));
        expectGradients(
          (x, t, weight = undefined as never, posWeight = undefined as never) =>
            binaryCrossEntropyWithLogits(x, t, { weight, posWeight, reduction }),
          inputs,
        );
      }),
      { numRuns: 10 },
    );
  });

  it('is binaryCrossEntropy of the sigmoid', () => {
    const [x, t] = [randn([20]).mul(3), rand([20])];
    const difference = binaryCrossEntropyWithLogits(x, t).sub(binaryCrossEntropy(x.sigmoid(), t));
    expect(difference.item()).toBeCloseTo(0, 5);
  });

  it('does not overflow', () => {
    const x = tensor([-200, 200, -200, 200], { dtype: 'float32', requiresGrad: true });
    const t = tensor([1, 0, 0, 1], { dtype: 'float32' });
    const losses = binaryCrossEntropyWithLogits(x, t, { reduction: 'none' });
    expect(losses.tolist()).toEqual([200, 200, 0, 0]);
    losses.sum().backward();
    expect(x.grad?.abs().tolist()).toEqual([1, 1, 0, 0]);
  });

  it('says which weight does not broadcast', () => {
    expect(() => binaryCrossEntropyWithLogits(zeros([2]), zeros([2]), { posWeight: ones([2, 2]) })).toThrow(
      'posWeight is (2, 2)',
    );
  });
});

describe('klDiv', () => {
  it('has the gradients of central differences', () => {
    const reductions = fc.constantFrom('mean', 'sum', 'none', 'batchmean');
    fc.assert(
      fc.property(shapes, reductions, fc.boolean(), fc.boolean(), (shape, reduction, logTarget, stretch) => {
        manualSeed(shape.length);
        const target = between(stretch ? shape.slice(-1) : shape, 0.3, 0.9);
        expectGradients(
          (x, t) => klDiv(x, t, { reduction, logTarget }),
          [randn(shape), logTarget ? target.log().detach() : target],
        );
      }),
      { numRuns: 12 },
    );
  });

  it('counts nothing where the target is 0', () => {
    const x = tensor([-0.5, -2], { requiresGrad: true });
    const loss = klDiv(x, tensor([0, 1], { dtype: 'float32' }), { reduction: 'none' });
    expect(loss.abs().tolist()).toEqual([0, 2]);
    loss.sum().backward();
    expect(x.grad?.abs().tolist()).toEqual([0, 1]);
  });

  it('divides by all elements, or by the batch', () => {
    const [x, t] = [zeros([2, 3]), ones([2, 3])];
    const of = (reduction: 'mean' | 'batchmean' | 'sum'): number => klDiv(x.sub(1), t, { reduction }).item();
    expect([of('sum'), of('mean'), of('batchmean')]).toEqual([6, 1, 3]);
    expect(klDiv(tensor(-1.5), tensor(1, { dtype: 'float32' }), { reduction: 'batchmean' }).item()).toBe(1.5);
  });

  it('is NaN for targets below 0, which are no probabilities', () => {
    expect(klDiv(zeros([1]), tensor([-0.5])).item()).toBeNaN();
  });

  it('refuses an unknown reduction', () => {
    expect(() => klDiv(zeros([1]), zeros([1]), { reduction: 'batch' as 'mean' })).toThrow(
      "'batchmean', 'mean', 'sum' or 'none', not 'batch'",
    );
  });
});
