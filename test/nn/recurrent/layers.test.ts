import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { full, manualSeed, nn, oneHot, randn, tensor, type Tensor, zeros } from '../../../src/index.js';
import { expectGradients } from '../../gradients.js';

const LAYERS = {
  'RNN (tanh)': (i: number, h: number, o: nn.RecurrentOptions) => new nn.RNN(i, h, o),
  LSTM: (i: number, h: number, o: nn.RecurrentOptions) => new nn.LSTM(i, h, o),
  'LSTM with a projection': (i: number, h: number, o: nn.RecurrentOptions) =>
    new nn.LSTM(i, h + 1, { ...o, projSize: h }),
  GRU: (i: number, h: number, o: nn.RecurrentOptions) => new nn.GRU(i, h, o),
  MinGRU: (i: number, h: number, o: nn.RecurrentOptions) => new nn.MinGRU(i, h, o),
};

const names = Object.keys(LAYERS) as (keyof typeof LAYERS)[];

/** Initial states that a layer takes, at random. */
function statesFor(layer: nn.RecurrentModule, batch: number): Tensor[] {
  const lead = layer.numLayers * (layer.bidirectional ? 2 : 1);
  const size = layer instanceof nn.LSTM && layer.projSize > 0 ? layer.projSize : layer.hiddenSize;
  const h = randn([lead, batch, size]);
  return layer instanceof nn.LSTM ? [h, randn([lead, batch, layer.hiddenSize])] : [h];
}

const options = fc.record({
  numLayers: fc.integer({ min: 1, max: 2 }),
  bias: fc.boolean(),
  batchFirst: fc.boolean(),
  bidirectional: fc.boolean(),
});
const size = fc.integer({ min: 1, max: 4 });

describe.each(names)('%s', (name) => {
  it('has the gradients of central differences, for any options and shapes', () => {
    fc.assert(
      fc.property(options, size, size, size, size, (chosen, input, hidden, steps, batch) => {
        manualSeed(1);
        const layer = LAYERS[name](input, hidden, chosen);
        const x = randn(chosen.batchFirst ? [batch, steps, input] : [steps, batch, input]);
        const states = statesFor(layer, batch);
        const run = (): Tensor[] => {
          const [output, final] = layer.run(x, states);
          return [output, ...final];
        };
        expectGradients(run, [x, ...states, ...layer.parameters()], { elements: 2 });
      }),
      { numRuns: 12, seed: 7 },
    );
  });

  it('gives packed sequences what each would get alone', () => {
    manualSeed(2);
    const layer = LAYERS[name](3, 4, { numLayers: 2, bidirectional: true });
    const sequences = [randn([2, 3]), randn([5, 3]), randn([1, 3]), randn([5, 3])];
    const [output, final] = layer.run(nn.packSequence(sequences, { enforceSorted: false }));
    const [padded, lengths] = nn.padPackedSequence(output);
    expect(lengths.tolist()).toEqual([2, 5, 1, 5]);
    nn.unpadSequence(padded, lengths).forEach((rows, i) => {
      const [alone, states] = layer.run(sequences[i].unsqueeze(1));
      expect(rows.allclose(alone.squeeze(1), { atol: 1e-6 })).toBe(true);
      states.forEach((state, s) => {
        expect(final[s].select(1, i).allclose(state.select(1, 0), { atol: 1e-6 })).toBe(true);
      });
    });
  });

  it('goes on from its state as if it had never stopped', () => {
    manualSeed(3);
    const layer = LAYERS[name](2, 3, { numLayers: 2 });
    const x = randn([6, 2, 2]);
    const [whole] = layer.run(x);
    const [first, state] = layer.run(x.narrow(0, 0, 4));
    const [second] = layer.run(x.narrow(0, 4, 2), state);
    expect(whole.narrow(0, 0, 4).allclose(first, { atol: 1e-6 })).toBe(true);
    expect(whole.narrow(0, 4, 2).allclose(second, { atol: 1e-6 })).toBe(true);
  });

  it('reads one-hot input without its zeros to the same result', () => {
    manualSeed(4);
    const layer = LAYERS[name](5, 3, { batchFirst: true });
    const x = oneHot(tensor([[0, 4, 2]]), 5);
    const [sparse] = layer.run(x);
    const [full] = layer.run(x.add(0));
    expect(sparse.allclose(full, { atol: 1e-6 })).toBe(true);
  });
});

describe('recurrent layers', () => {
  it('give outputs and states in the shapes of PyTorch', () => {
    const lstm = new nn.LSTM(3, 5, { projSize: 2, numLayers: 2, bidirectional: true, batchFirst: true });
    const [output, [h, c]] = lstm.forward(zeros([4, 7, 3]));
    expect([output.shape, h.shape, c.shape]).toEqual([
      [4, 7, 4],
      [4, 4, 2],
      [4, 4, 5],
    ]);
    const [single, hidden] = new nn.GRU(3, 5).forward(zeros([7, 3]));
    expect([single.shape, hidden.shape]).toEqual([
      [7, 5],
      [1, 5],
    ]);
  });

  it("drop out between layers while training, from PyTorch's generator", () => {
    manualSeed(5);
    const gru = new nn.GRU(2, 8, { numLayers: 2, dropout: 0.5 });
    const x = randn([3, 1, 2]);
    const [a] = gru.forward(x);
    const [b] = gru.forward(x);
    expect(a.equal(b)).toBe(false);
    gru.eval();
    expect(gru.forward(x)[0].equal(gru.forward(x)[0])).toBe(true);
  });

  it('print as PyTorch prints them', () => {
    const printed = new nn.LSTM(3, 5, {
      projSize: 2,
      numLayers: 2,
      dropout: 0.1,
      bias: false,
      bidirectional: true,
    });
    expect(String(printed)).toBe(
      'LSTM(3, 5, projSize=2, numLayers=2, bias=false, dropout=0.1, bidirectional=true)',
    );
  });

  it.each([
    ['a projection as large as the cells', () => new nn.LSTM(3, 4, { projSize: 4 }), 'less than hiddenSize'],
    ['a projection of −1', () => new nn.LSTM(3, 4, { projSize: -1 }), 'whole number of 0 or more'],
    ['a projection of a GRU', () => new nn.GRU(3, 4, { projSize: 2 } as object), "no option 'projSize'"],
    [
      'one state for an LSTM',
      () => new nn.LSTM(3, 4).forward(zeros([2, 1, 3]), [zeros([1, 1, 4])] as never),
      'a pair',
    ],
    [
      'a state of another batch',
      () => new nn.GRU(3, 4).forward(zeros([2, 1, 3]), zeros([1, 2, 4])),
      '(1, 1, 4)',
    ],
    [
      'a cell state of another size',
      () => new nn.LSTM(3, 4).forward(zeros([2, 1, 3]), [zeros([1, 1, 4]), zeros([1, 1, 3])]),
      'c0 is (1, 1, 3)',
    ],
    ['other features', () => new nn.GRU(3, 4).forward(zeros([2, 1, 4])), 'did you mean new GRU(4, …)'],
    ['no steps', () => new nn.GRU(3, 4).forward(zeros([0, 1, 3])), 'the sequence is empty'],
    ['no steps and no batch', () => new nn.GRU(3, 4).forward(zeros([0, 0, 3])), 'the sequence is empty'],
    ['cells without size', () => new nn.LSTM(3, 0), 'LSTM: hiddenSize must be a whole number above 0'],
    ['four axes', () => new nn.GRU(3, 4).forward(zeros([1, 2, 1, 3])), '4 axes'],
    ['whole numbers', () => new nn.GRU(3, 4).forward(tensor([[1, 2, 3]])), 'layers compute in float32'],
    [
      'packed data of three axes',
      () => new nn.GRU(3, 4).forward(nn.packSequence([zeros([2, 1, 3])])),
      '(rows, feature)',
    ],
    ['a dropout of 2', () => new nn.GRU(3, 4, { dropout: 2 }), 'between 0 and 1'],
  ])('refuse %s', (_what, call, sentence) => {
    expect(call).toThrow(sentence);
  });
});

/** Gradients of a sum of nothing, where memory was in use before. */
function expectZeroGradients(module: nn.Module, output: () => Tensor): void {
  const used = Array.from({ length: 20 }, () => full([64], NaN));
  for (const x of used) x.dispose();
  module.zeroGrad();
  output().sum().backward();
  for (const p of module.parameters()) expect(p.grad!.data.every((g) => g === 0)).toBe(true);
}

describe('an empty batch', () => {
  it.each(names)('goes through %s with its shapes, and gradients of 0', (name) => {
    for (const numLayers of [1, 2]) {
      for (const batchFirst of [false, true]) {
        const layer = LAYERS[name](4, 2, { numLayers, batchFirst, bidirectional: numLayers === 2 });
        const lead = layer.bidirectional ? 4 : 1;
        const x = zeros(batchFirst ? [0, 5, 4] : [5, 0, 4], { requiresGrad: true });
        const [output, states] = layer.run(x);
        const features = layer.bidirectional ? 4 : 2;
        expect(output.shape).toEqual(batchFirst ? [0, 5, features] : [5, 0, features]);
        expect(states[0].shape).toEqual([lead, 0, 2]);
        expectZeroGradients(layer, () => layer.run(x)[0]);
        expectZeroGradients(layer, () => layer.run(x, statesFor(layer, 0))[0]);
        expect(x.grad!.shape).toEqual(x.shape);
      }
    }
  });

  it('may be one-hot', () => {
    const layer = new nn.GRU(4, 2);
    const x = oneHot(zeros([5, 0], { dtype: 'int32' }), 4);
    expectZeroGradients(layer, () => layer.forward(x)[0]);
  });
});

// PyTorch: [n for n, p in lstm.named_parameters() if p.grad is None] after o.sum(), h.sum() or c.sum().backward().
describe('a projection', () => {
  it.each([
    [1, 1, ['weight_hr_l0']],
    [1, 2, ['weight_hr_l1']],
    [2, 1, []],
  ])('has a gradient if h is used: %i steps, %i layers', (steps, numLayers, without) => {
    const lstm = new nn.LSTM(3, 4, { numLayers, projSize: 2 });
    const unused = (): string[] => {
      const names = [...lstm.namedParameters()].filter(([, p]) => p.grad === null).map(([name]) => name);
      lstm.zeroGrad();
      return names;
    };
    const run = (): [Tensor, [Tensor, Tensor]] => lstm.forward(randn([steps, 2, 3]));
    run()[0].sum().backward();
    expect(unused()).toEqual([]);
    run()[1][0].sum().backward();
    expect(unused()).toEqual([]);
    run()[1][1].sum().backward();
    expect(unused()).toEqual(without);
  });
});

describe('cells', () => {
  const cells = {
    RNNCell: new nn.RNNCell(3, 4, { nonlinearity: 'relu' }),
    LSTMCell: new nn.LSTMCell(3, 4),
    GRUCell: new nn.GRUCell(3, 4, { bias: false }),
  };

  it('step as their layers do', () => {
    manualSeed(6);
    const cell = new nn.LSTMCell(3, 4);
    const layer = new nn.LSTM(3, 4);
    layer.loadStateDict(new Map([...cell.stateDict()].map(([name, x]) => [`${name}_l0`, x])));
    const x = randn([5, 2, 3]);
    let state: [Tensor, Tensor] | undefined;
    for (const step of x.unbind()) state = cell.forward(step, state);
    const [, final] = layer.forward(x);
    expect(state![0].allclose(final[0].squeeze(0))).toBe(true);
    expect(state![1].allclose(final[1].squeeze(0))).toBe(true);
  });

  it('have the gradients of central differences', () => {
    const [x, h, c] = [randn([2, 3]), randn([2, 4]), randn([2, 4])];
    const { LSTMCell, GRUCell } = cells;
    expectGradients(() => LSTMCell.forward(x, [h, c]), [x, h, c, ...LSTMCell.parameters()], { elements: 3 });
    expectGradients(() => GRUCell.forward(x, h), [x, h, ...GRUCell.parameters()], { elements: 3 });
  });

  it.each(Object.entries(cells))('%s takes an empty batch, whose gradients are 0', (_name, cell) => {
    const x = zeros([0, 3], { requiresGrad: true });
    const [h] = [cell.forward(x)].flat();
    expect(h.shape).toEqual([0, 4]);
    expectZeroGradients(cell, () => h);
    expect(x.grad!.shape).toEqual([0, 3]);
  });

  it('take one sequence without a batch', () => {
    expect(cells.RNNCell.forward(zeros([3])).shape).toEqual([4]);
    expect(cells.LSTMCell.forward(zeros([3]))[1].shape).toEqual([4]);
  });

  it('print as PyTorch prints them', () => {
    expect(Object.values(cells).map(String)).toEqual([
      "RNNCell(3, 4, nonlinearity='relu')",
      'LSTMCell(3, 4)',
      'GRUCell(3, 4, bias=false)',
    ]);
  });

  it.each([
    ['a whole sequence', () => cells.GRUCell.forward(zeros([5, 1, 3])), 'for whole sequences use GRU'],
    ['other features', () => cells.GRUCell.forward(zeros([2, 4])), '(batch, 3)'],
    [
      'a state of another batch',
      () => cells.GRUCell.forward(zeros([2, 3]), zeros([1, 4])),
      'should be (2, 4)',
    ],
    ['an unknown nonlinearity', () => new nn.RNNCell(3, 4, { nonlinearity: 'gelu' as 'tanh' }), "not 'gelu'"],
  ])('refuse %s', (_what, call, sentence) => {
    expect(call).toThrow(sentence);
  });
});
