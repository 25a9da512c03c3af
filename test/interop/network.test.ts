import { describe, expect, it } from 'vitest';
import { FormatError, ValueError } from '../../src/errors.js';
import { decodePyTorch } from '../../src/formats/pytorch/decode.js';
import type { SafetensorsEntry } from '../../src/formats/safetensors.js';
import { stateDictOf } from '../../src/interop/checkpoint.js';
import type { ForeignModel } from '../../src/interop/foreign.js';
import { networkOf } from '../../src/interop/network.js';
import { planOf } from '../../src/interop/plan.js';
import { goldenCheckpoint, goldenNetwork } from './networks.js';
import { manualSeed, nn, randn, tensor, Tensor } from 'unrolled';

const entry = (shape: number[], values: number[]): SafetensorsEntry => ({
  ...{ dtype: 'F64', shape, bytes: new Uint8Array(Float64Array.from(values).buffer) },
});
const states = (modules: Readonly<Record<string, nn.Module>>): Map<string, Tensor> =>
  new Map(
    Object.entries(modules).flatMap(([name, module]) =>
      [...module.stateDict()].map(([key, x]): [string, Tensor] => [`${name}.${key}`, x]),
    ),
  );
const problemsOf = (modules: Readonly<Record<string, nn.Module>>): string => {
  try {
    networkOf(states(modules));
  } catch (error) {
    if (error instanceof FormatError) return error.message;
  }
  throw new Error('a network was found');
};
const kindsIn = (modules: Readonly<Record<string, nn.Module>>): string[] =>
  networkOf(states(modules)).layers.map(([name]) => name);

describe('a network of weights', () => {
  it('gives the numbers that PyTorch gives', () => {
    const { state, x, y } = goldenNetwork('names');
    const network = networkOf(state, { batchFirst: true, activations: { fc: 'relu' } });
    const [output] = network.forward(tensor(x));
    expect(output.shape).toEqual([1, 4, 6]);
    const want = (y as number[][][]).flat(2);
    Array.from(output.data).forEach((value, i) => expect(value).toBeCloseTo(want[i], 6));
  });

  it('has the names of the file', () => {
    const { state } = goldenNetwork('names');
    const network = networkOf(state);
    expect([...network.stateDict().keys()].sort()).toEqual([...state.keys()].sort());
    expect(network.layers.map(([name]) => name)).toEqual(['embedding', 'lstm', 'fc', 'output']);
  });

  it('never guesses an activation: it asks', () => {
    const network = networkOf(goldenNetwork('names').state);
    expect(network.questions.map(({ about, layer }) => [about, layer])).toEqual([
      ['batchFirst', 'lstm'],
      ['activation', 'fc'],
    ]);
    expect(() => network.forward(tensor([[0, 1]]))).toThrow(
      'which activation, if any, stands between fc and output',
    );
    expect(() => networkOf(goldenNetwork('names').state, { activations: { head: 'relu' } })).toThrow(
      ValueError,
    );
  });

  it('has what a whole pickled model says of its layers', async () => {
    const { tensors, modules } = stateDictOf(await decodePyTorch(goldenCheckpoint('whole.pt')));
    const { chain, questions } = planOf(tensors, modules);
    expect(questions).toEqual([]);
    expect(chain.map(({ kind }) => kind)).toEqual(['recurrent', 'linear', 'activation', 'dropout', 'linear']);
    expect(chain[0]).toMatchObject({ cell: 'rnn', nonlinearity: 'relu', batchFirst: true });
  });

  it.each<[string, nn.RecurrentModule]>([
    ['RNN', new nn.RNN(3, 4)],
    ['GRU, two layers, both directions', new nn.GRU(3, 4, { numLayers: 2, bidirectional: true })],
    ['LSTM without bias', new nn.LSTM(3, 4, { bias: false })],
    ['LSTM with a projection', new nn.LSTM(3, 4, { projSize: 2, numLayers: 2 })],
    ['a layer as wide as its input', new nn.GRU(4, 4)],
  ])('is found by shapes: %s', (_, layer) => {
    manualSeed(0);
    const x = randn([5, 2, layer.inputSize]);
    const network = networkOf(layer.stateDict());
    expect(network.forward(x)[0].tolist()).toEqual(layer.forward(x)[0].tolist());
    expect([...network.stateDict().keys()]).toEqual([...layer.stateDict().keys()]);
  });

  it('is found of a cell, which is a layer of one step', () => {
    const cell = new nn.LSTMCell(3, 4);
    const x = randn([2, 3]);
    const [output] = networkOf(states({ cell })).forward(x.unsqueeze(0));
    expect(output.squeeze(0).tolist()).toEqual(cell.forward(x)[0].tolist());
  });

  it('has layers before and behind by their sizes, whatever the order of the file', () => {
    const gru = new nn.GRU(6, 4);
    const [norm, fc] = [new nn.LayerNorm(4), new nn.Linear(4, 6)];
    expect(kindsIn({ gru, norm, fc })).toEqual(['gru', 'norm', 'fc']);
    expect(kindsIn({ input: new nn.Linear(2, 6), gru, fc: new nn.Linear(4, 3) })).toEqual([
      'input',
      'gru',
      'fc',
    ]);
    const sorted = new Map(
      [...states({ fc: new nn.Linear(4, 4), rnn: new nn.GRU(4, 4) })].sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    expect(networkOf(sorted).layers.map(([name]) => name)).toEqual(['rnn', 'fc']);
    expect(
      planOf(new Map([...goldenNetwork('forecaster').state].reverse())).chain.map(({ name }) => name),
    ).toEqual(['lstm', 'fc']);
  });

  it('is one of several in a file by its prefix', () => {
    const weights = states({ 'a.rnn': new nn.GRU(3, 4), 'b.rnn': new nn.LSTM(3, 4) });
    expect(networkOf(weights, { prefix: 'b.' }).layers[0][1]).toBeInstanceOf(nn.LSTM);
  });

  it('is refused where layers are no chain, with their names', () => {
    const branches = problemsOf({
      left: new nn.LSTM(3, 4),
      right: new nn.LSTM(3, 4),
      fc: new nn.Linear(8, 2),
    });
    expect(branches).toContain('right: LSTM 3→4; fc: Linear 8→2');
    expect(problemsOf({ gru: new nn.GRU(3, 4), attention: new nn.Linear(4, 4) })).toContain('attention');
    expect(problemsOf({ i2h: new nn.Linear(7, 4), i2o: new nn.Linear(7, 2) })).toContain(
      'a recurrent cell written by hand',
    );
    const conv = new Map<string, SafetensorsEntry | Tensor>([
      ['conv.weight', entry([1, 1, 2, 2], [1, 2, 3, 4])],
      ...new nn.GRU(3, 4).stateDict(),
    ]);
    expect(() => networkOf(conv)).toThrow('belongs to no layer known here: conv.weight');
  });

  it('is refused where weights of a layer are missing', () => {
    const weights = new nn.GRU(3, 4, { numLayers: 2 }).stateDict();
    weights.delete('weight_hh_l1');
    expect(() => networkOf(weights)).toThrow('lacks weight_hh_l1');
  });

  it('goes on from states', () => {
    const network = networkOf(states({ rnn: new nn.LSTM(3, 4), fc: new nn.Linear(4, 2) }));
    const x = randn([6, 1, 3]);
    const [whole] = network.forward(x);
    const [, state] = network.forward(x.narrow(0, 0, 4));
    const [rest] = network.forward(x.narrow(0, 4, 2), state);
    expect(
      rest
        .sub(whole.narrow(0, 4, 2))
        .abs()
        .max()
        .item(),
    ).toBeLessThan(1e-6);
  });
});

describe('a network written by hand', () => {
  // h = tanh(Wxh x + Whh h + bh), y = Why h + by
  const wxh = [0.5, -0.25, 1, 0.75, 0.1, -0.6];
  const whh = [0.2, -0.4, 0.3, 0.1];
  const why = [1, -1, 0.5, 2, -0.5, 0.25];
  const [bh, by] = [
    [0.1, -0.2],
    [0.3, 0, -0.1],
  ];
  const inputs = [
    [1, 0, 0],
    [0, 0, 1],
    [0, 1, 0],
  ];
  const wanted = ((): number[][] => {
    let h = [0, 0];
    return inputs.map((x) => {
      h = h.map((_, i) =>
        Math.tanh(
          [0, 1, 2].reduce((s, j) => s + wxh[3 * i + j] * x[j], 0) +
            whh[2 * i] * h[0] +
            whh[2 * i + 1] * h[1] +
            bh[i],
        ),
      );
      return by.map((b, o) => why[2 * o] * h[0] + why[2 * o + 1] * h[1] + b);
    });
  })();
  const turned = (values: readonly number[], rows: number, columns: number): number[] =>
    Array.from({ length: rows * columns }, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]);

  it.each([
    ['min-char-rnn', ['Wxh', 'Whh', 'Why', 'bh', 'by'], false],
    ['Ng’s course', ['Wax', 'Waa', 'Wya', 'ba', 'by'], false],
    ['short names', ['Wx', 'Wh', 'Wy', 'bh', 'by'], false],
    ['row vectors', ['W_xh', 'W_hh', 'W_hq', 'b_h', 'b_q'], true],
  ])('is known by its names: %s', (_, [xh, hh, hy, b, c], rows) => {
    const weights = {
      [xh]: rows ? entry([3, 2], turned(wxh, 2, 3)) : entry([2, 3], wxh),
      [hh]: entry([2, 2], rows ? turned(whh, 2, 2) : whh),
      [hy]: rows ? entry([2, 3], turned(why, 3, 2)) : entry([3, 2], why),
      [b]: rows ? entry([1, 2], bh) : entry([2, 1], bh),
      [c]: rows ? entry([1, 3], by) : entry([3, 1], by),
    };
    const [output] = networkOf(weights).forward(tensor(inputs, { dtype: 'float32' }));
    const got = output.tolist<number[][]>();
    wanted.forEach((row, t) => row.forEach((value, i) => expect(got[t][i]).toBeCloseTo(value, 6)));
  });
});

describe('layers that another library names', () => {
  const model = (layers: ForeignModel['layers'], problems: string[] = []): ForeignModel => ({
    ...{ source: 'a test', layers, problems, notes: [], metadata: {} },
  });
  const weightsOf = (layer: nn.Module): Readonly<Record<string, SafetensorsEntry>> =>
    Object.fromEntries(
      Array.from(layer.stateDict(), ([name, x]) => [name, { ...entry(x.shape as number[], [...x.data]) }]),
    );
  const recurrent = (name: string, layer: nn.GRU, returns: 'sequence' | 'last', reverse = false) => ({
    ...({ kind: 'gru', nonlinearity: 'tanh', batchFirst: true } as const),
    ...{ name, bidirectional: layer.bidirectional, reverse, returns, weights: weightsOf(layer) },
  });

  it('are stacked where they stand on top of each other', () => {
    const stack = new nn.GRU(3, 4, { numLayers: 2, batchFirst: true });
    const [low, high] = [new nn.GRU(3, 4), new nn.GRU(4, 4)];
    const all = [...stack.stateDict()];
    low.loadStateDict(new Map(all.filter(([name]) => name.endsWith('_l0'))));
    high.loadStateDict(
      new Map(
        all.filter(([name]) => name.endsWith('_l1')).map(([name, x]) => [name.replace('_l1', '_l0'), x]),
      ),
    );
    const network = networkOf(model([recurrent('a', low, 'sequence'), recurrent('b', high, 'last')]));
    expect(network.layers).toHaveLength(1);
    const x = randn([2, 5, 3]);
    expect(network.forward(x)[0].tolist()).toEqual(stack.forward(x)[0].select(1, -1).tolist());
  });

  it('give what each direction has read last', () => {
    const layer = new nn.GRU(3, 4, { bidirectional: true, batchFirst: true });
    const x = randn([2, 5, 3]);
    const [, h] = layer.forward(x);
    const [output] = networkOf(model([recurrent('a', layer, 'last')])).forward(x);
    expect(output.tolist()).toEqual(h.transpose(0, 1).reshape(2, 8).tolist());
  });

  it('may read from the end', () => {
    const layer = new nn.GRU(3, 4, { batchFirst: true });
    const x = randn([2, 5, 3]);
    const [output] = networkOf(model([recurrent('a', layer, 'sequence', true)])).forward(x);
    expect(output.flip(1).tolist()).toEqual(layer.forward(x.flip(1))[0].tolist());
  });

  it('are refused with what could not be held', () => {
    const broken = model([recurrent('a', new nn.GRU(3, 4), 'last')], ['the layer Lambda is a program']);
    expect(() => networkOf(broken)).toThrow('the layer Lambda is a program');
  });
});
