import { describe, expect, it } from 'vitest';
import { nn, ones, rand, randint, randn, type Tensor, tensor } from '../../src/index.js';

const f = nn.functional;
const input = rand([3, 2]);
const target = rand([3, 2]);
const classes = randint(0, 2, [3]);
const weight = tensor([0.5, 2]);
const probabilities = input.softmax(-1);

describe('loss modules', () => {
  it.each([
    [
      'MSELoss',
      new nn.MSELoss({ reduction: 'sum' }).forward(input, target),
      f.mseLoss(input, target, { reduction: 'sum' }),
    ],
    ['L1Loss', new nn.L1Loss().forward(input, target), f.l1Loss(input, target)],
    [
      'SmoothL1Loss',
      new nn.SmoothL1Loss({ beta: 0.1 }).forward(input, target),
      f.smoothL1Loss(input, target, { beta: 0.1 }),
    ],
    [
      'HuberLoss',
      new nn.HuberLoss({ delta: 0.1 }).forward(input, target),
      f.huberLoss(input, target, { delta: 0.1 }),
    ],
    [
      'NLLLoss',
      new nn.NLLLoss({ weight, ignoreIndex: 0 }).forward(input, classes),
      f.nllLoss(input, classes, { weight, ignoreIndex: 0 }),
    ],
    [
      'BCELoss',
      new nn.BCELoss({ weight }).forward(probabilities, target),
      f.binaryCrossEntropy(probabilities, target, { weight }),
    ],
    [
      'BCEWithLogitsLoss',
      new nn.BCEWithLogitsLoss({ posWeight: weight }).forward(input, target),
      f.binaryCrossEntropyWithLogits(input, target, { posWeight: weight }),
    ],
    [
      'KLDivLoss',
      new nn.KLDivLoss({ reduction: 'batchmean', logTarget: true }).forward(input, target),
      f.klDiv(input, target, { reduction: 'batchmean', logTarget: true }),
    ],
  ] as [string, Tensor, Tensor][])('%s hands its options on', (_, module, direct) => {
    expect(module.tolist()).toEqual(direct.tolist());
  });

  it('CTCLoss hands its options on', () => {
    const logProbs = randn([5, 3]).logSoftmax(-1);
    const options = { blank: 2, reduction: 'sum' } as const;
    expect(new nn.CTCLoss(options).forward(logProbs, tensor([0, 1]), 5, 2).item()).toBe(
      f.ctcLoss(logProbs, tensor([0, 1]), 5, 2, options).item(),
    );
  });

  it('keep their weights as buffers, under the names of PyTorch', () => {
    const state = (module: nn.Module): string[] => [...module.stateDict().keys()];
    expect(state(new nn.BCEWithLogitsLoss({ weight: ones([2]), posWeight: ones([2]) }))).toEqual([
      'weight',
      'pos_weight',
    ]);
    expect(state(new nn.NLLLoss({ weight: ones([2]) }))).toEqual(['weight']);
    expect(state(new nn.BCELoss())).toEqual([]);
    expect([...new nn.NLLLoss({ weight: ones([2]) }).parameters()]).toEqual([]);
  });

  it('print as PyTorch does', () => {
    expect(new nn.HuberLoss().toString()).toBe('HuberLoss()');
  });

  it('refuse at once what their function would', () => {
    const reduction = 'average' as 'mean';
    const kinds = [nn.MSELoss, nn.L1Loss, nn.SmoothL1Loss, nn.HuberLoss, nn.NLLLoss, nn.BCELoss];
    for (const Loss of [...kinds, nn.BCEWithLogitsLoss, nn.CTCLoss, nn.KLDivLoss, nn.CrossEntropyLoss]) {
      expect(() => new Loss({ reduction })).toThrow(`${Loss.name}: reduction must be`);
    }
    expect(() => new nn.MSELoss({ reduction: 'batchmean' as 'mean' })).toThrow("not 'batchmean'");
    expect(() => new nn.SmoothL1Loss({ beta: NaN })).toThrow('SmoothL1Loss: beta must be 0 or more, not NaN');
    expect(() => new nn.HuberLoss({ delta: -1 })).toThrow('HuberLoss: delta must be above 0, not -1');
  });
});
