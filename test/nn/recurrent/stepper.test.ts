import { describe, expect, it } from 'vitest';
import { manualSeed, nn, noGrad, oneHot, randn, tensor, type Tensor } from '../../../src/index.js';
import { getNumThreads, setNumThreads } from '../../../src/kernels/threads.js';

const LAYERS = {
  'RNN with tanh': (options: object) => new nn.RNN(5, 18, options),
  'RNN with relu': (options: object) => new nn.RNN(5, 18, { ...options, nonlinearity: 'relu' }),
  LSTM: (options: object) => new nn.LSTM(5, 18, options),
  GRU: (options: object) => new nn.GRU(5, 18, options),
  MinGRU: (options: object) => new nn.MinGRU(5, 18, options),
} as const;

/** Outputs of every step as `forward` gives them, and the last state. */
function whole(rnn: nn.RecurrentModule, head: nn.Linear | null, x: Tensor): [Tensor, Tensor[]] {
  return noGrad(() => {
    const [out, state] = rnn.run(x);
    return [head === null ? out : head.forward(out), state];
  });
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (v, i) => Math.abs(v - b[i])));

describe.each(Object.entries(LAYERS))('a stepper of %s', (_name, make) => {
  it.each([
    ['float32', 2e-6],
    ['bfloat16', 0.03],
    ['int8', 0.03],
  ] as const)('says step by step what forward says at once, in %s', (weights, tolerance) => {
    manualSeed(1);
    const [rnn, head] = [make({ numLayers: 2 }), new nn.Linear(18, 7)];
    const x = randn([9, 1, 5]);
    const [out, state] = whole(rnn, head, x);
    const stepper = new nn.Stepper(rnn, head, { weights });
    for (let t = 0; t < 9; t++) {
      const y = stepper.step(x.at(t, 0).data);
      expect(largest(y, out.at(t, 0).data)).toBeLessThan(tolerance);
    }
    stepper.state.forEach((s, i) => expect(largest(s.data, state[i].data)).toBeLessThan(tolerance));
  });

  it('goes on from a state, and forgets it', () => {
    manualSeed(2);
    const rnn = make({ bias: false });
    const x = randn([6, 1, 5]);
    const [out] = whole(rnn, null, x);
    const [, half] = whole(rnn, null, x.narrow(0, 0, 3));
    const stepper = new nn.Stepper(rnn);
    stepper.state = half;
    expect(largest(stepper.step(x.at(3, 0).data), out.at(3, 0).data)).toBeLessThan(1e-6);
    stepper.reset();
    expect(largest(stepper.step(x.at(0, 0).data), out.at(0, 0).data)).toBeLessThan(1e-6);
  });

  it('picks one-hot inputs by their class', () => {
    manualSeed(3);
    const rnn = make({ numLayers: 2 });
    const indices = [4, 0, 2, 2];
    const [out] = whole(rnn, null, oneHot(tensor(indices.map((i) => [i])), 5));
    const stepper = new nn.Stepper(rnn, null, { oneHot: true });
    indices.forEach((index, t) => expect(largest(stepper.pick(index), out.at(t, 0).data)).toBeLessThan(1e-6));
  });
});

it('gives the same bits on any number of threads', () => {
  manualSeed(4);
  const rnn = new nn.LSTM(3, 256);
  const x = randn([4, 3]);
  const before = getNumThreads();
  const [one, two] = [1, 2].map((count) => {
    setNumThreads(count);
    const stepper = new nn.Stepper(rnn);
    return Array.from({ length: 4 }, (_, t) => [...stepper.step(x.at(t).data)]);
  });
  setNumThreads(before);
  expect(two).toEqual(one);
});

it('keeps the weights it was made of', () => {
  const rnn = new nn.RNN(2, 3);
  const stepper = new nn.Stepper(rnn);
  const before = [...stepper.step([1, 2])];
  noGrad(() => {
    for (const p of rnn.parameters()) p.zero_();
  });
  stepper.reset();
  expect([...stepper.step([1, 2])]).toEqual(before);
});

it('refuses what it cannot run, and says why', () => {
  const rnn = new nn.RNN(2, 3);
  expect(() => new nn.Stepper(new nn.RNN(2, 3, { bidirectional: true }))).toThrow('see the end');
  expect(() => new nn.Stepper(new nn.LSTM(2, 3, { projSize: 2 }))).toThrow('projection');
  expect(() => new nn.Stepper(rnn, null, { weights: 'int4' as 'int8' })).toThrow(
    "'float32', 'bfloat16' or 'int8', not 'int4'",
  );
  expect(() => new nn.Stepper(rnn).step([1])).toThrow('takes 2');
  expect(() => new nn.Stepper(rnn).pick(1)).toThrow('takes step');
  expect(() => new nn.Stepper(rnn, null, { oneHot: true }).pick(2)).toThrow('2 classes');
  expect(() => new nn.Stepper(rnn, null, { oneHot: true }).step([1, 2])).toThrow('pick');
  expect(() => {
    new nn.Stepper(rnn).state = [randn([2, 1, 3])];
  }).toThrow('(1,1,3)');
});
