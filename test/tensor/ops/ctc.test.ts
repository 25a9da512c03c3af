import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manualSeed, nn, randint, randn, tensor, type Tensor, zeros } from '../../../src/index.js';
import { expectGradients } from '../../gradients.js';

const { ctcLoss } = nn.functional;

/** What a sequence of classes reads as: repetitions join, then blanks fall out. */
const reading = (path: readonly number[], blank: number): string =>
  path.filter((c, t) => c !== path[t - 1] && c !== blank).join();

/** −ln of the sum over all paths that read as the labels: the definition, without dynamic programming. */
function byDefinition(logProbs: number[][], labels: readonly number[], blank: number): number {
  const classes = logProbs[0].length;
  let total = 0;
  for (let code = 0; code < classes ** logProbs.length; code++) {
    const path = logProbs.map((_, t) => Math.floor(code / classes ** t) % classes);
    if (reading(path, blank) !== labels.join()) continue;
    total += Math.exp(path.reduce((sum, c, t) => sum + logProbs[t][c], 0));
  }
  return -Math.log(total);
}

describe('ctcLoss', () => {
  const cases = fc.record({
    time: fc.integer({ min: 1, max: 5 }),
    classes: fc.integer({ min: 2, max: 3 }),
    length: fc.integer({ min: 0, max: 3 }),
    blank: fc.constantFrom(0, 1),
    seed: fc.nat(99),
  });

  it('sums over all alignments', () => {
    fc.assert(
      fc.property(cases, ({ time, classes, length, blank, seed }) => {
        manualSeed(seed);
        const logProbs = randn([time, classes]).logSoftmax(-1);
        const labels = randint(0, classes - 1, [length])
          .tolist<number[]>()
          .map((c) => c + Number(c >= blank));
        const loss = ctcLoss(logProbs, tensor(labels, { dtype: 'int32' }), time, length, {
          blank,
          reduction: 'sum',
        });
        const expected = byDefinition(logProbs.tolist<number[][]>(), labels, blank);
        if (expected === Infinity) expect(loss.item()).toBe(Infinity);
        else expect(loss.item()).toBeCloseTo(expected, 4);
      }),
      { numRuns: 30 },
    );
  });

  it('has the gradients of central differences, by logits and by any log-probabilities', () => {
    const targets = tensor([[1, 1, 2], [3, 0, 0], [2, 1, 0]]); // prettier-ignore
    const lengths = [[6, 4, 5], [3, 1, 2]] as const; // prettier-ignore
    for (const reduction of ['mean', 'sum', 'none'] as const) {
      manualSeed(3);
      const loss = (x: Tensor): Tensor => ctcLoss(x, targets, ...lengths, { reduction });
      expectGradients(loss, [randn([6, 3, 4]).sub(2).detach()], { elements: 24 });
      expectGradients((x) => loss(x.logSoftmax(-1)), [randn([6, 3, 4])], { elements: 24 });
    }
  });

  it('takes targets padded or in one row, and lengths as tensors or numbers', () => {
    const logProbs = randn([7, 2, 4]).logSoftmax(-1);
    const padded = ctcLoss(logProbs, tensor([[1, 2, 9], [3, 3, 1]]), [7, 6], [2, 3]); // prettier-ignore
    const joined = ctcLoss(logProbs, tensor([1, 2, 3, 3, 1]), tensor([7, 6]), tensor([2, 3]));
    expect(joined.item()).toBe(padded.item());
  });

  it('takes one sequence without a batch', () => {
    const x = randn([5, 3]).requiresGrad_();
    const [alone, inBatch] = [x.logSoftmax(-1), x.detach().view(5, 1, 3).logSoftmax(-1)];
    const loss = ctcLoss(alone, tensor([1, 2]), tensor(5), tensor(2), { reduction: 'none' });
    expect(loss.shape).toEqual([]);
    expect(loss.item()).toBe(ctcLoss(inBatch, tensor([[1, 2]]), [5], [2], { reduction: 'sum' }).item());
    loss.backward();
    expect(x.grad?.shape).toEqual([5, 3]);
  });

  it('divides each loss by the length of its target before the mean', () => {
    const logProbs = zeros([4, 2, 3]).logSoftmax(-1);
    const targets = tensor([[1, 2], [1, 0]]); // prettier-ignore
    const [a, b] = ctcLoss(logProbs, targets, [4, 4], [2, 0], { reduction: 'none' }).data;
    expect(ctcLoss(logProbs, targets, [4, 4], [2, 0]).item()).toBeCloseTo((a / 2 + b / 1) / 2, 6);
  });

  it('is infinite where a target cannot be read, or 0 without gradient by zeroInfinity', () => {
    // Two equal labels need a blank between them: three steps.
    const run = (zeroInfinity: boolean): [number, Tensor] => {
      const x = zeros([2, 1, 3]).requiresGrad_();
      const loss = ctcLoss(x.logSoftmax(-1), tensor([[1, 1]]), [2], [2], { zeroInfinity, reduction: 'sum' });
      loss.backward();
      return [loss.item(), x.grad!];
    };
    const [infinite, nan] = run(false);
    expect(infinite).toBe(Infinity);
    expect(nan.data.every(Number.isNaN)).toBe(true);
    const [zero, gradient] = run(true);
    expect(zero).toBe(0);
    expect(gradient.abs().max().item()).toBe(0);
  });

  it('has nothing to read in no steps', () => {
    const losses = ctcLoss(zeros([2, 2, 3]), tensor([[1], [1]]), [0, 0], [0, 1], { reduction: 'none' });
    expect(losses.tolist()).toEqual([0, Infinity]);
  });

  it('survives classes that are impossible', () => {
    const x = tensor([[0.5, 0.5, 0], [0.5, 0.5, 0]]).log().requiresGrad_(); // prettier-ignore
    const loss = ctcLoss(x, tensor([1]), 2, 1);
    expect(loss.item()).toBeCloseTo(-Math.log(3 / 4), 6);
    loss.backward();
    // Of the readings 11, 10 and 01 two have class 1 at a step.
    x.grad!.tolist<number[][]>().forEach(([blank, one, two]) => {
      expect(blank).toBeCloseTo(-1 / 3, 6);
      expect(one).toBeCloseTo(-2 / 3, 6);
      expect(two).toBe(0);
    });
  });

  it('says what does not fit', () => {
    const x = zeros([4, 1, 3]);
    const one = tensor([[1, 2]]);
    const call = (...args: Partial<Parameters<typeof ctcLoss>>) => {
      const [logProbs = x, targets = one, steps = [4], lengths = [2], options] = args;
      return () => ctcLoss(logProbs, targets, steps, lengths, options);
    };
    expect(call(undefined, undefined, [5])).toThrow('inputLengths must be whole numbers from 0 to 4, not 5');
    expect(call(undefined, undefined, undefined, [3])).toThrow(
      'targetLengths must be whole numbers from 0 to 2',
    );
    expect(call(undefined, undefined, [4, 4])).toThrow('inputLengths has 2 lengths, but the batch is 1');
    expect(call(undefined, undefined, tensor([4.5]))).toThrow('inputLengths must be int32, not float32');
    expect(call(undefined, tensor([1, 2, 1]))).toThrow(
      'targetLengths add up to 2, but targets holds 3 labels',
    );
    expect(call(undefined, tensor([[1, 3]]))).toThrow('label 3 (number 1 of sequence 0) is outside 0 to 2');
    expect(call(undefined, tensor([[1, 0]]))).toThrow('label 0 (number 1 of sequence 0) is the blank');
    expect(call(undefined, tensor([[1], [2]]))).toThrow('targets is (2, 1)');
    expect(call(undefined, zeros([1, 2]))).toThrow('targets must be int32');
    expect(call(zeros([4]))).toThrow('logProbs is (4,)');
    expect(call(undefined, undefined, undefined, undefined, { blank: 3 })).toThrow(
      'blank must be a class from 0 to 2',
    );
  });
});
