import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ValueError } from '../../src/errors.js';
import { Generator } from '../../src/tensor/generator.js';
import {
  bernoulliFill,
  bernoulliFromProbabilities,
  dropoutMask,
  exponentialFill,
  multinomial,
  normalFill,
  randintFill,
  randpermFill,
  uniformFill,
} from '../../src/tensor/random.js';
import { type Case, judge, readCases } from '../golden/golden.js';

// Numbers beside a line of Python are what PyTorch 2.13 prints for it after torch.manual_seed(0).
const floats = (
  count: number,
  fill: (g: Generator, out: Float32Array) => void,
  g = new Generator(0),
): number[] => {
  const out = new Float32Array(count);
  fill(g, out);
  return [...out];
};
const whole = (count: number, fill: (g: Generator, out: Int32Array) => void): number[] => {
  const out = new Int32Array(count);
  fill(new Generator(0), out);
  return [...out];
};
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('uniformFill', () => {
  it('draws 24 bits a value', () => {
    // torch.rand(5)
    expect(floats(5, uniformFill)).toEqual([
      0.49625658988952637, 0.7682217955589294, 0.08847743272781372, 0.13203048706054688, 0.30742281675338745,
    ]);
  });

  it('rounds once between its bounds', () => {
    // torch.empty(5).uniform_(-0.25, 0.5)
    expect(floats(5, (g, out) => uniformFill(g, out, -0.25, 0.5))).toEqual([
      0.12219244241714478, 0.3261663317680359, -0.1836419254541397, -0.15097713470458984,
      -0.01943288743495941,
    ]);
  });

  it('never gives the upper bound', () => {
    // Three neighbouring floats: half of all values would round up to the bound.
    const [low, high] = [1, 1 + 2 ** -23];
    expect(new Set(floats(1000, (g, out) => uniformFill(g, out, low, high)))).toEqual(new Set([low]));
  });
});

describe('normalFill', () => {
  it('draws few values in pairs and keeps the second of a pair for later', () => {
    // torch.randn(3), torch.rand(1), torch.randn(3)
    const g = new Generator(0);
    expect(floats(3, normalFill, g)).toEqual([1.5409960746765137, -0.293428897857666, -2.1787893772125244]);
    expect(floats(1, uniformFill, g)).toEqual([0.455627977848053]);
    expect(floats(3, normalFill, g)).toEqual([0.5684312582015991, 0.6472479701042175, 0.24900221824645996]);
  });

  it('draws sixteen values as one block', () => {
    // torch.randn(16), torch.rand(1)
    const g = new Generator(0);
    expect(floats(16, normalFill, g)).toEqual([
      -1.1258398294448853, -1.152360200881958, -0.2505785822868347, -0.4338788092136383, 0.8487103581428528,
      0.6920091509819031, -0.31601276993751526, -2.1152193546295166, 0.32227492332458496, -1.2633347511291504,
      0.34998318552970886, 0.30813392996788025, 0.11984150856733322, 1.237657904624939, 1.1167771816253662,
      -0.2472781538963318,
    ]);
    expect(floats(1, uniformFill, g)).toEqual([0.6976675987243652]);
  });

  it('draws the last sixteen anew where the number is ragged', () => {
    // torch.randn(18), torch.rand(1)
    const g = new Generator(0);
    expect(floats(18, normalFill, g)).toEqual([
      -1.1258398294448853, -1.152360200881958, 0.5666506290435791, 0.7935083508491516, 0.5988394618034363,
      -1.5550950765609741, -0.3413603901863098, 1.85300612449646, 0.46809640526771545, -0.1577124446630478,
      -0.1733967512845993, 0.18347793817520142, 1.3893661499023438, 1.586334228515625, 0.946298360824585,
      -0.843676745891571, 0.9318265914916992, 1.2590092420578003,
    ]);
    expect(floats(1, uniformFill, g)).toEqual([0.15067976713180542]);
  });

  it.each([15, 20_000])('has the mean and spread asked for (%i values at a time)', (count) => {
    const g = new Generator(1);
    const values = Array.from({ length: 20_000 / count }, () =>
      floats(count, (own, out) => normalFill(own, out, 3, 2), g),
    ).flat();
    expect(mean(values)).toBeCloseTo(3, 1);
    expect(Math.sqrt(mean(values.map((x) => (x - 3) ** 2)))).toBeCloseTo(2, 1);
  });
});

describe('randintFill', () => {
  it('takes the rest of a word', () => {
    // torch.randint(0, 2**20, (5,))
    expect(whole(5, (g, out) => randintFill(g, out, 0, 2 ** 20))).toEqual([
      985772, 305711, 435829, 117952, 963395,
    ]);
  });

  it('takes the rest of two words for ranges from 2^28 on', () => {
    // torch.randint(0, 2**28 - 1, (3,)) and torch.randint(0, 2**28, (3,))
    expect(whole(3, (g, out) => randintFill(g, out, 0, 2 ** 28 - 1))).toEqual([
      209652404, 130329144, 118924928,
    ]);
    expect(whole(3, (g, out) => randintFill(g, out, 0, 2 ** 28))).toEqual([130329135, 136432832, 195187451]);
  });

  it('stays between its bounds, all of int32 included', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b) + 1];
        expect(whole(8, (g, out) => randintFill(g, out, low, high)).every((x) => x >= low && x < high)).toBe(
          true,
        );
      }),
    );
  });
});

describe('randpermFill', () => {
  it('shuffles', () => {
    // torch.randperm(10)
    expect(whole(10, randpermFill)).toEqual([4, 1, 7, 5, 3, 9, 0, 8, 6, 2]);
  });

  it('keeps each number once', () => {
    for (const n of [0, 1, 2, 1000]) {
      expect(whole(n, randpermFill).sort((a, b) => a - b)).toEqual([...Array(n).keys()]);
    }
  });
});

describe('bernoulli', () => {
  it('draws two words a value for one probability', () => {
    // torch.empty(8).bernoulli_(0.3)
    expect(floats(8, (g, out) => bernoulliFill(g, out, 0.3))).toEqual([0, 0, 0, 0, 0, 0, 1, 0]);
  });

  it('draws one word a value for a probability each', () => {
    // torch.bernoulli(torch.tensor([.1, .5, .9, .5, .5]))
    const p = Float32Array.of(0.1, 0.5, 0.9, 0.5, 0.5);
    expect(floats(5, (g, out) => bernoulliFromProbabilities(g, out, p))).toEqual([0, 0, 1, 1, 1]);
  });

  it('never gives 1 for 0, nor 0 for 1', () => {
    expect(new Set(floats(1000, (g, out) => bernoulliFill(g, out, 0)))).toEqual(new Set([0]));
    expect(new Set(floats(1000, (g, out) => bernoulliFill(g, out, 1)))).toEqual(new Set([1]));
  });
});

describe('dropoutMask', () => {
  it('rounds 1 − p before it divides', () => {
    // F.dropout(torch.ones(8), 0.15); Math.fround(1 / 0.85) would be 1.1764706373214722
    const kept = 1.1764705181121826;
    expect(floats(8, (g, out) => dropoutMask(g, out, 0.15))).toEqual([
      0,
      kept,
      kept,
      0,
      kept,
      kept,
      kept,
      kept,
    ]);
  });
});

describe('exponentialFill', () => {
  it('draws two words a value', () => {
    // torch.empty(3).exponential_(2.5)
    expect(floats(3, (g, out) => exponentialFill(g, out, 2.5))).toEqual([
      1.4033304452896118, 0.49215391278266907, 0.24601763486862183,
    ]);
  });
});

describe('multinomial', () => {
  const weights = Float32Array.of(0.1, 0.2, 0.3, 0.4);

  it('draws with and without replacement', () => {
    // torch.multinomial(w, 4), torch.multinomial(w, 1), torch.multinomial(w, 6, True)
    const g = new Generator(0);
    expect([...multinomial(g, weights, 1, 4, false)]).toEqual([2, 1, 3, 0]);
    expect([...multinomial(g, weights, 1, 1, false)]).toEqual([2]);
    expect([...multinomial(g, weights, 1, 6, true)]).toEqual([2, 1, 2, 1, 2, 3]);
  });

  it('keeps rows apart', () => {
    const rows = Float32Array.of(1, 0, 0, 0, 0, 1);
    expect([...multinomial(new Generator(0), rows, 2, 5, true)]).toEqual([0, 0, 0, 0, 0, 2, 2, 2, 2, 2]);
    expect([...multinomial(new Generator(0), rows, 2, 1, false)]).toEqual([0, 2]);
  });

  it('draws as often as the weights say', () => {
    const picked = multinomial(new Generator(2), weights, 1, 20_000, true);
    const share = (i: number): number => picked.filter((x) => x === i).length / picked.length;
    expect([0, 1, 2, 3].map((i) => Math.round(share(i) * 10) / 10)).toEqual([0.1, 0.2, 0.3, 0.4]);
  });

  it('refuses more positions than there are without replacement', () => {
    expect(() => multinomial(new Generator(0), weights, 1, 5, false)).toThrow(ValueError);
  });
});

describe('golden cases of PyTorch', () => {
  type Call = [name: string, args: unknown[]];

  /** The calls that need plain arrays only; the others are `npm run conformance`'s. */
  function draw(g: Generator, [name, args]: Call): ArrayLike<number> | null {
    const numbers = args as number[];
    const double = args.at(-1) === 'float64';
    const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
    const count = double ? size(numbers.slice(0, -1)) : size(numbers);
    const out = double ? new Float64Array(count) : new Float32Array(count);
    switch (name) {
      case 'rand':
        uniformFill(g, out);
        return out;
      case 'randn':
        normalFill(g, out);
        return out;
      case 'randperm': {
        const order = new Int32Array(numbers[0]);
        randpermFill(g, order);
        return order;
      }
      case 'randint': {
        const [low, high, shape] = args as [number, number, number[]];
        const values = new Float64Array(size(shape));
        randintFill(g, values, low, high);
        return values;
      }
      case 'bernoulli': {
        const [p, n] = numbers;
        const values = new Float32Array(n);
        bernoulliFromProbabilities(g, values, new Float32Array(n).fill(p));
        return values;
      }
      case 'multinomial': {
        const [weights, n, replacement] = args as [number[], number, number];
        return multinomial(g, Float32Array.from(weights), 1, n, replacement === 1);
      }
      default:
        return null;
    }
  }

  const cases = readCases('test/golden').get('rng')!;
  const plain = cases.filter((c) => /^rng\/(uniform|ints|normal|sampling)/.test(c.id));

  it.each(plain.map((c): [string, Case] => [c.id, c]))('%s', (_, c) => {
    const g = new Generator(BigInt(c.args.seed as number));
    (c.args.calls as Call[]).forEach((call, i) => {
      const want = c.out[`${i}.${call[0]}`] as { shape: readonly number[] };
      const data = draw(g, call)!;
      expect(judge(c, { shape: want.shape, data }, c.out[`${i}.${call[0]}`])).toBeNull();
    });
  });

  it('are there', () => {
    expect(plain.length).toBeGreaterThan(8);
  });
});
