import { describe, expect, expectTypeOf, it } from 'vitest';
import { manualSeed, nn, optim, randn, type Tensor, tensor, zeros } from '../../src/index.js';

/** A language model whose output layer is its embedding. */
class Tied extends nn.Module {
  readonly encoder = new nn.Embedding(5, 4);
  readonly rnn = new nn.LSTM(4, 4);
  readonly decoder = new nn.Linear(4, 5);

  constructor() {
    super();
    this.decoder.weight = this.encoder.weight;
  }

  override forward(words: Tensor, state?: nn.RecurrentState): [Tensor, nn.RecurrentState] {
    const [outputs, next] = this.rnn.forward(this.encoder.forward(words), state as nn.LSTMState | undefined);
    return [this.decoder.forward(outputs), next];
  }
}

describe('tied weights', () => {
  it('are one parameter, that stands in the state twice', () => {
    const model = new Tied();
    const names = [...model.namedParameters()].map(([name]) => name);
    expect(names.filter((name) => !name.startsWith('rnn'))).toEqual(['encoder.weight', 'decoder.bias']);
    expect([...model.stateDict().keys()].filter((name) => !name.startsWith('rnn'))).toEqual([
      ...['encoder.weight', 'decoder.weight', 'decoder.bias'],
    ]);
  });

  it('get the gradients of both uses, and change once a step', () => {
    const model = new Tied();
    const before = model.encoder.weight.clone();
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.5 });
    model.forward(tensor([[1], [2]]))[0].sum().backward(); // prettier-ignore
    const grad = model.encoder.weight.grad!.clone();
    expect(grad.abs().sum(1).gt(0).all().item()).toBe(1);
    optimizer.step();
    expect(before.sub(grad.mul(0.5)).allclose(model.decoder.weight)).toBe(true);
  });

  it('load what was saved of them', () => {
    const [a, b] = [new Tied(), new Tied()];
    b.loadStateDict(a.stateDict());
    expect(b.decoder.weight.tolist()).toEqual(a.encoder.weight.tolist());
    expect(b.decoder.weight).toBe(b.encoder.weight);
  });

  it('of a module that is held twice are named once, and saved twice', () => {
    class Shared extends nn.Module {
      readonly one = new nn.Linear(2, 2);
      readonly two = this.one;
      override forward(x: Tensor): Tensor {
        return this.two.forward(this.one.forward(x));
      }
    }
    const shared = new Shared();
    expect([...shared.namedModules()].map(([name]) => name)).toEqual(['', 'one']);
    expect([...shared.namedChildren()].map(([name]) => name)).toEqual(['one']);
    expect([...shared.parameters()]).toHaveLength(2);
    expect([...shared.stateDict().keys()]).toEqual(['one.weight', 'one.bias', 'two.weight', 'two.bias']);
  });

  it('let a layer run twice in a row', () => {
    const twice = new nn.Linear(2, 2);
    const x = randn([2]);
    const net = new nn.Sequential(twice, twice);
    expect(net.length).toBe(2);
    expect(net.forward(x).tolist()).toEqual(twice.forward(twice.forward(x)).tolist());
  });
});

describe('Module', () => {
  it('applies a function to what is below first, each child once', () => {
    const linear = new nn.Linear(1, 1);
    const net = new nn.Sequential(new nn.Sequential(linear, new nn.Tanh()), linear);
    const names: string[] = [];
    expect(net.apply((module) => names.push(module.constructor.name))).toBe(net);
    // PyTorch calls it for a module that is held by two others for each of them.
    expect(names).toEqual(['Linear', 'Tanh', 'Sequential', 'Linear', 'Sequential']);
  });

  it('gives its modules and children', () => {
    const net = new nn.Sequential(new nn.Sequential(new nn.Tanh()), new nn.Linear(1, 1));
    expect([...net.modules()].map((m) => m.constructor.name)).toEqual([
      ...['Sequential', 'Sequential', 'Tanh', 'Linear'],
    ]);
    expect([...net.children()].map((m) => m.constructor.name)).toEqual(['Sequential', 'Linear']);
  });
});

describe('types', () => {
  it('know the parameters of recurrent layers', () => {
    const lstm = new nn.LSTM(3, 4, { numLayers: 2, bidirectional: true });
    expectTypeOf(lstm.weight_hh_l0).toEqualTypeOf<nn.Parameter>();
    expectTypeOf(lstm.bias_ih_l1_reverse).toEqualTypeOf<nn.Parameter>();
    expect(lstm.bias_ih_l1_reverse.shape).toEqual([16]);
    nn.init.eye_(new nn.RNN(3, 4).weight_hh_l0);
    lstm.weight_hh_l0 = new nn.Parameter(zeros([16, 4]));
    expect(lstm.weight_hh_l0.sum().item()).toBe(0);
  });

  it('let code hold any kind of layer and its state', () => {
    const run = (layer: nn.RecurrentModule): Tensor => {
      let state: nn.RecurrentState | undefined;
      let output = zeros([0]);
      for (let i = 0; i < 2; i++) [output, state] = layer.forward(randn([3, 1, 2]), state);
      return output;
    };
    for (const layer of [new nn.LSTM(2, 4), new nn.GRU(2, 4), new nn.RNN(2, 4), new nn.MinGRU(2, 4)]) {
      expect(run(layer).shape).toEqual([3, 1, 4]);
    }
    const cells: nn.CellModule[] = [new nn.LSTMCell(2, 4), new nn.GRUCell(2, 4)];
    const states = cells.map((cell) => cell.forward(randn([1, 2]), cell.forward(randn([1, 2]))));
    expect(states.map((state) => [state].flat().length)).toEqual([2, 1]);
  });

  it('say how deep lists are where the caller does', () => {
    manualSeed(0);
    const x = zeros([2, 3]);
    const rows: number[][] = x.tolist();
    expectTypeOf(x.tolist<number[][]>()).toEqualTypeOf<number[][]>();
    expectTypeOf(x.at(0, 0).tolist<number>()).toEqualTypeOf<number>();
    expectTypeOf(x.gt(0).tolist<boolean[][]>()).toEqualTypeOf<boolean[][]>();
    expect(rows.map((row) => row.length)).toEqual([3, 3]);
  });

  it('find modules in dictionaries', () => {
    const dict = new nn.ModuleDict({ head: new nn.Linear(1, 2), rnn: new nn.GRU(1, 2) });
    expectTypeOf(dict.get('head')).toEqualTypeOf<nn.Linear>();
    expectTypeOf(dict.get('rnn')).toEqualTypeOf<nn.GRU>();
    expect(dict.get('rnn').hiddenSize).toBe(2);
  });
});
