import { afterEach, describe, expect, it } from 'vitest';
import { getNumThreads, setNumThreads } from '../../src/kernels/threads.js';
import { GRU } from '../../src/nn/recurrent/gru.js';
import { LSTM } from '../../src/nn/recurrent/lstm.js';
import { RNN } from '../../src/nn/recurrent/rnn.js';
import { manualSeed, matmul, randn, type Tensor } from '../../src/tensor/index.js';

const threadsBefore = getNumThreads();
afterEach(() => {
  setNumThreads(threadsBefore);
});

const bits = (x: Tensor): number[] => [
  ...new Int32Array(Float32Array.from(x.view(-1).tolist<number[]>()).buffer),
];

/** Bits of everything that a pass forward and back gives, with so many threads. */
function pass(Layer: typeof LSTM | typeof GRU | typeof RNN, threads: number): number[] {
  setNumThreads(threads);
  manualSeed(7);
  const layer = new Layer(48, 96, { numLayers: 2 });
  const x = randn([20, 37, 48], { requiresGrad: true });
  const [outputs] = layer.forward(x);
  outputs.square().sum().backward();
  return [outputs, x.grad!, ...[...layer.parameters()].map((p) => p.grad!)].flatMap((t) =>
    bits(t.contiguous()),
  );
}

describe('threads', () => {
  it.each([
    ['LSTM', LSTM],
    ['GRU', GRU],
    ['RNN', RNN],
  ] as const)('give the same bits in a pass of %s, however many there are', (_, Layer) => {
    const alone = pass(Layer, 1);
    for (const threads of [2, 3, 5]) expect(pass(Layer, threads)).toEqual(alone);
  });

  it('give the same bits in products of odd sizes', () => {
    manualSeed(1);
    const [a, b] = [randn([129, 301]), randn([301, 67])];
    setNumThreads(1);
    const alone = bits(matmul(a, b));
    for (const threads of [2, 3, 8]) {
      setNumThreads(threads);
      for (let i = 0; i < 20; i++) expect(bits(matmul(a, b))).toEqual(alone);
    }
  });

  it('can be set and asked for', () => {
    setNumThreads(3);
    expect(getNumThreads()).toBe(3);
  });

  it.each([0, -1, 1.5, NaN])('cannot be %s', (count) => {
    expect(() => {
      setNumThreads(count);
    }).toThrow(`the number of threads must be a whole number from 1 on, not ${count}`);
  });
});
