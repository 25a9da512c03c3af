import { afterEach, describe, expect, it } from 'vitest';
import {
  capture,
  manualSeed,
  memoryUsage,
  mul,
  nn,
  oneHot,
  optim,
  randn,
  setMemoryBudget,
  tensor,
  zeros,
} from '../../src/index.js';

const { budget } = memoryUsage();
afterEach(() => setMemoryBudget(budget));

const bits = (data: Float32Array | Int32Array): number[] => [...new Uint32Array(data.buffer)];

describe('memory as a cache', () => {
  it('moves the least recently used tensor out and back with the same bits', () => {
    const values = new Float32Array(4096);
    const words = new Uint32Array(values.buffer);
    for (let i = 0; i < words.length; i++) words[i] = Math.imul(i, 2654435761);
    // A NaN with a payload, infinities and denormals are bits like any other.
    words.set([0x7fc00123, 0xff800000, 1, 0x80000001]);
    const x = tensor(values);
    setMemoryBudget(8192); // less than x alone
    zeros([16]);
    expect(memoryUsage().resident).toBeLessThan(8192);
    expect(bits(x.data)).toEqual([...words]);
  });

  it('keeps resident memory within the budget, however much a synchronous loop drops', () => {
    setMemoryBudget(2 ** 20);
    for (let i = 0; i < 200; i++) randn([10_000]);
    expect(memoryUsage().resident).toBeLessThanOrEqual(2 ** 20);
  });

  it('gives the same training, bit for bit, when nothing fits', () => {
    const train = (): number[][] => {
      manualSeed(1);
      const rnn = new nn.RNN(3, 5, { numLayers: 2, bidirectional: true });
      const optimizer = new optim.Adam(rnn.parameters(), { lr: 0.1 });
      const x = randn([4, 2, 3]);
      for (let i = 0; i < 5; i++) {
        optimizer.zeroGrad();
        rnn.forward(x)[0].square().sum().backward();
        optimizer.step();
      }
      return [...rnn.parameters()].map((p) => bits(p.data));
    };
    const roomy = train();
    setMemoryBudget(256);
    expect(train()).toEqual(roomy);
  });

  it.each([
    ['is recorded', false],
    ['cannot be recorded, because it reads a number at its start,', true],
  ])('gives the same captured training, bit for bit, when nothing fits and the step %s', (_, reads) => {
    const train = (wrap: typeof capture): number[][] => {
      manualSeed(1);
      const layer = new nn.Linear(24, 20);
      const optimizer = new optim.Adam(layer.parameters(), { lr: 0.1 });
      const [x, w] = [randn([24, 30]), randn([24, 24])];
      const step = wrap(() => {
        optimizer.zeroGrad();
        if (reads) x.sum().item();
        // Transposed operands: they are packed into scratch, and copied by tables of strides.
        const h = x.t().matmul(w).tanh().t().contiguous().t();
        const loss = layer.forward(h).square().mean();
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = Float32Array.from({ length: 6 }, () => step().item());
      return [losses, layer.weight.data].map(bits);
    };
    const roomy = train((step) => step);
    setMemoryBudget(2000);
    expect(train(capture)).toEqual(roomy);
  });

  it('moves nothing out for a one-hot tensor whose numbers are made when an operation asks', () => {
    manualSeed(1);
    const x = randn([50, 7]);
    const classes = tensor(Array.from({ length: 50 }, (_, i) => i % 7));
    // Less than one of the three that the product needs.
    setMemoryBudget(1000);
    const y = mul(x, oneHot(classes, 7));
    const kept = Array.from(x.data, (value, i) => (i % 7 === Math.floor(i / 7) % 7 ? value : value * 0));
    expect([...y.data]).toEqual(kept);
  });

  it('frees on dispose, and says so when a freed tensor is read', () => {
    const before = memoryUsage().resident;
    const x = zeros([100_000]);
    expect(memoryUsage().resident).toBeGreaterThan(before);
    x.dispose();
    expect(memoryUsage().resident).toBe(before);
    expect(() => x.tolist()).toThrow('disposed');
  });

  it('refuses a budget that is none', () => {
    expect(() => setMemoryBudget(0)).toThrow('the memory budget must be a positive number');
  });
});
