import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manualSeed, nn, oneHot, randint, randn, tensor, type Tensor, zeros } from '../../src/index.js';

class Net extends nn.Module {
  readonly rnn = new nn.RNN(3, 4, { batchFirst: true });
  readonly head = new nn.Linear(4, 2);
  override forward(x: Tensor): Tensor {
    return this.head.forward(this.rnn.forward(x)[0]);
  }
}

describe('Module', () => {
  it('finds parameters by PyTorch names in the order of definition', () => {
    expect([...new Net().stateDict().keys()]).toEqual([
      ...['rnn.weight_ih_l0', 'rnn.weight_hh_l0', 'rnn.bias_ih_l0', 'rnn.bias_hh_l0'],
      ...['head.weight', 'head.bias'],
    ]);
  });

  it('names every missing, unexpected and misshaped key, and then changes nothing', () => {
    const net = new Net();
    const before = net.head.bias?.tolist();
    const state = new Map(new Net().stateDict());
    state.delete('rnn.bias_hh_l0');
    state.set('head.weight', zeros([3, 4])).set('tail', zeros([1]));
    expect(() => net.loadStateDict(state)).toThrow(
      /unexpected +tail[^]*missing +rnn.bias_hh_l0[^]*|missing +rnn.bias_hh_l0[^]*unexpected +tail/,
    );
    expect(() => net.loadStateDict(state)).toThrow(
      'head.weight: the module has float32 (2, 4), the state float32 (3, 4)',
    );
    expect(net.head.bias?.tolist()).toEqual(before);
  });

  it('loads the part of a larger state that begins with a prefix, of tensors or of arrays of a file', () => {
    const net = new Net();
    const whole = new Map([...new Net().stateDict()].map(([name, x]) => [`model.${name}`, x]));
    net.rnn.loadStateDict(whole, { prefix: 'model.rnn.' });
    expect(net.rnn.weight_hh_l0.tolist()).toEqual(whole.get('model.rnn.weight_hh_l0')!.tolist());
    const bytes = new Uint8Array(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8).buffer);
    const head = { 'fc.weight': { dtype: 'F64', shape: [2, 4], bytes } } as const;
    net.head.loadStateDict(head, { prefix: 'fc.', strict: false });
    expect(net.head.weight.tolist()).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]);
    expect(() => net.rnn.loadStateDict(whole, { prefix: 'lstm.' })).toThrow(
      /no name in the state begins with 'lstm\.'\n {2}there are 'model.rnn.', 'model.head.'/,
    );
  });

  it('prints as PyTorch does', () => {
    expect(new Net().toString()).toBe(
      'Net(\n  (rnn): RNN(3, 4, batchFirst=true)\n  (head): Linear(inFeatures=4, outFeatures=2, bias=true)\n)',
    );
  });

  it('switches everything below between training and evaluation', () => {
    const net = new Net().eval();
    expect([...net.namedModules()].every(([, module]) => !module.training)).toBe(true);
  });
});

describe('RNN', () => {
  it('takes one-hot input as it takes the same numbers dense', () => {
    const indices = randint(0, 7, [3, 5]);
    const known = oneHot(indices, 7);
    const dense = tensor(known.data).view(3, 5, 7);
    for (const batchFirst of [false, true]) {
      const rnn = new nn.RNN(7, 6, { batchFirst, bidirectional: true });
      const run = (x: Tensor): number[][] => {
        rnn.zeroGrad();
        const [output] = rnn.forward(x);
        output.square().sum().backward();
        return [[...output.data], ...[...rnn.parameters()].map((p) => [...(p.grad?.data ?? [])])];
      };
      const [a, b] = [run(known), run(dense)];
      a.forEach((row, i) => row.forEach((v, j) => expect(v).toBeCloseTo(b[i][j], 4)));
    }
  });

  it('has the gradients of central differences, whatever its options', () => {
    const sizes = fc.record({
      steps: fc.integer({ min: 1, max: 4 }),
      batch: fc.integer({ min: 1, max: 3 }),
      input: fc.integer({ min: 1, max: 3 }),
      hidden: fc.integer({ min: 1, max: 5 }),
      numLayers: fc.integer({ min: 1, max: 2 }),
      bidirectional: fc.boolean(),
      batchFirst: fc.boolean(),
      bias: fc.boolean(),
    });
    fc.assert(
      fc.property(sizes, ({ steps, batch, input, hidden, ...options }) => {
        manualSeed(steps * 100 + batch * 10 + hidden);
        const rnn = new nn.RNN(input, hidden, options);
        const x = randn(options.batchFirst ? [batch, steps, input] : [steps, batch, input]).requiresGrad_();
        const loss = (): Tensor => {
          const [output, final] = rnn.forward(x);
          return output.sin().sum().add(final.square().sum());
        };
        loss().backward();
        for (const p of [x, ...rnn.parameters()]) expectCentralDifference(p, loss);
      }),
      { numRuns: 15 },
    );
  });

  it('says what is wrong with its input', () => {
    const rnn = new nn.RNN(4, 2);
    expect(() => rnn.forward(zeros([5, 2, 3]))).toThrow(
      /input has 3 features on its last axis, but inputSize is 4[^]*did you mean new RNN\(3, …\), or forget to one-hot encode/,
    );
    expect(() => rnn.forward(zeros([4]))).toThrow('input has 1 axes');
    expect(() => rnn.forward(zeros([0, 2, 4]))).toThrow('the sequence is empty');
    expect(() => rnn.forward(zeros([5, 3, 4]), zeros([1, 2, 2]))).toThrow(
      'h0 is (1, 2, 2), but should be (1, 3, 2)',
    );
    expect(() => rnn.forward(tensor([[[1, 0, 0, 0]]]))).toThrow('input is int32');
    expect(() => new nn.RNN(4, 0)).toThrow('hiddenSize must be a whole number above 0');
    expect(() => new nn.RNN(4, 2, { dropout: 2 })).toThrow('dropout must be between 0 and 1');
  });
});

/** (f(p + ε) − f(p − ε)) / 2ε of one element against its gradient. */
function expectCentralDifference(p: Tensor, loss: () => Tensor): void {
  const gradient = p.grad?.data ?? [];
  const at = Math.floor(gradient.length / 2);
  const epsilon = 1e-2;
  const shifted = (by: number): number => {
    const change = new Float32Array(gradient.length);
    change[at] = by;
    const step = tensor(change).view([...p.shape]);
    p.detach().add_(step);
    const value = loss().item();
    p.detach().sub_(step);
    return value;
  };
  const difference = (shifted(epsilon) - shifted(-epsilon)) / (2 * epsilon);
  expect(Math.abs(difference - gradient[at])).toBeLessThan(2e-2 * Math.max(1, Math.abs(difference)));
}

describe('CrossEntropyLoss', () => {
  it('is ln C for equal logits, whatever the class', () => {
    const loss = new nn.CrossEntropyLoss().forward(zeros([4, 5]), tensor([0, 1, 2, 4]));
    expect(loss.item()).toBeCloseTo(Math.log(5), 6);
  });

  it('counts nothing that is ignored', () => {
    const loss = new nn.CrossEntropyLoss({ ignoreIndex: 1 });
    const logits = tensor(
      [
        [0, 0],
        [9, 1],
      ],
      { dtype: 'float32' },
    );
    expect(loss.forward(logits, tensor([0, 1])).item()).toBeCloseTo(Math.log(2), 6);
    expect(loss.forward(logits, tensor([1, 1])).item()).toBeNaN();
  });

  it('says what is wrong with its target', () => {
    const criterion = new nn.CrossEntropyLoss();
    expect(() => criterion.forward(zeros([2, 3]), tensor([0, 3]))).toThrow(
      'index 3 (element 1 of (2,)) is outside 0 to 2',
    );
    expect(() => criterion.forward(zeros([2, 3]), tensor([0, 1, 2]))).toThrow('target is (3,)');
    expect(() => criterion.forward(zeros([2, 3]), tensor([0.5, 1]))).toThrow('class indices must be int32');
  });
});

describe('Dropout', () => {
  it('zeroes about p of the elements and keeps the mean', () => {
    manualSeed(0);
    const y = new nn.Dropout(0.25).forward(zeros([10_000]).add(1));
    const dropped = y.eq(0).sum().item() / 10_000;
    expect(dropped).toBeCloseTo(0.25, 1);
    expect(y.mean().item()).toBeCloseTo(1, 1);
  });
});
