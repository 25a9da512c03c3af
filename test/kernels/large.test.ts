import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

type Unrolled = typeof import('../../src/index.js');
type Tensor = import('../../src/index.js').Tensor;
type Step = () => Tensor;

type Large = typeof import('../../src/kernels/large.js');

const LARGE = '../../src/kernels/large.js';
const PLATFORM = '../../src/kernels/platform.js';

/** The library as it starts with this value of UNROLLED_TILE, with memory of its own. */
async function startedWith(tile: string): Promise<Unrolled> {
  vi.stubEnv('UNROLLED_TILE', tile);
  vi.resetModules();
  return import('../../src/index.js');
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  vi.doUnmock(LARGE);
  vi.doUnmock(PLATFORM);
});

/** What a training is made of, in sizes that make nearly every product and walk a large job. */
const KINDS: Readonly<Record<string, (u: Unrolled) => { parameters: Tensor[]; loss: Step }>> = {
  products: (u) => {
    const [a, b] = [u.randn([64, 96]), u.randn([64, 48])];
    const w = u.randn([48, 80]).mul(0.1).requiresGrad_();
    return { parameters: [w], loss: () => a.t().matmul(b).matmul(w).tanh().square().mean() };
  },
  'products in batches': (u) => {
    const x = u.randn([3, 40, 64]);
    const w = u.randn([3, 64, 96]).mul(0.1).requiresGrad_();
    return { parameters: [w], loss: () => x.matmul(w).tanh().square().mean() };
  },
  linear: (u) => {
    const model = new u.nn.Sequential(new u.nn.Linear(48, 96), new u.nn.Tanh(), new u.nn.Linear(96, 64));
    const x = u.randn([100, 48]);
    return { parameters: [...model.parameters()], loss: () => model.forward(x).square().mean() };
  },
  ...Object.fromEntries(
    (['RNN', 'LSTM', 'GRU', 'MinGRU'] as const).map((name) => [
      name,
      (u: Unrolled) => {
        const model = new u.nn[name](24, 40, { bidirectional: true });
        const x = u.randn([12, 20, 24]);
        return { parameters: [...model.parameters()], loss: () => model.forward(x)[0].square().mean() };
      },
    ]),
  ),
  'LSTM with a projection': (u) => {
    const model = new u.nn.LSTM(24, 64, { projSize: 24 });
    const x = u.oneHot(u.randint(0, 24, [12, 20]), 24);
    return { parameters: [...model.parameters()], loss: () => model.forward(x)[0].square().mean() };
  },
};
const STEPS = 40;

/** Losses of all steps, and parameters afterwards, as bits. */
function trained(u: Unrolled, kind: string, captured: boolean): string {
  u.manualSeed(5);
  const { parameters, loss } = KINDS[kind](u);
  const optimizer = new u.optim.SGD(parameters, { lr: 0.1 });
  const once = (): Tensor => {
    optimizer.zeroGrad();
    const value = loss();
    value.backward();
    optimizer.step();
    return value;
  };
  const step = captured ? u.capture(once) : once;
  const losses = Float32Array.from({ length: STEPS }, () => step().item());
  return [losses, ...parameters.map((p) => p.data)].map(bits).join(' ');
}

const bits = (values: Float32Array | Int32Array): string => Buffer.from(values.buffer).toString('base64');

const narrow = await startedWith('narrow');

describe('trying the tiles', () => {
  let unrolled: Unrolled;
  let trials = 0;
  let jobs = 0;

  // A trial after every job instead of a few in all.
  beforeAll(async () => {
    vi.doMock(LARGE, async (original) => {
      const large = await original<Large>();
      return {
        ...large,
        countLargeJob: () => (jobs += 1),
        tryTilesWhenDue: () => {
          expect(large.tryTiles().same).toBe(true);
          trials += 1;
        },
      };
    });
    unrolled = await startedWith('auto');
  });

  describe.each(Object.keys(KINDS))('after every job of a training changes no bit: %s', (kind) => {
    const expected = trained(narrow, kind, false);

    it.each([
      ['step by step', 1, false],
      ['step by step, on two threads', 2, false],
      ['captured', 1, true],
      ['captured, on two threads', 2, true],
    ])('%s', (_, threads, captured) => {
      unrolled.setNumThreads(threads);
      [jobs, trials] = [0, 0];
      expect(trained(unrolled, kind, captured) === expected).toBe(true);
      // Forward, backward by the input, backward by the weights.
      expect(jobs).toBeGreaterThanOrEqual(3 * STEPS);
      expect(trials).toBeGreaterThanOrEqual(2 * STEPS);
    });
  });
});

describe('a thousand products', () => {
  const product = (u: Unrolled): ((give: (bits: Buffer) => void) => void) => {
    u.manualSeed(1);
    const [a, b] = [u.randn([256, 512]), u.randn([256, 128])];
    return (give) => {
      const y = a.t().matmul(b);
      give(Buffer.from(y.data.buffer));
      y.dispose();
    };
  };

  it('are the same, trials or not', async () => {
    const unrolled = await startedWith('auto');
    let expected: Buffer = Buffer.alloc(0);
    product(narrow)((bits) => (expected = bits));
    const once = product(unrolled);
    let different = 0;
    for (let i = 0; i < 1000; i++) once((bits) => (different += Number(!bits.equals(expected))));
    expect(different).toBe(0);
  });
});

describe('the tile', () => {
  /** The engine where a product takes so long in each tile, after so many hundreds of jobs. */
  async function chosen(ms: { wide: number; narrow: number }, hundreds: number) {
    vi.doMock(PLATFORM, async (original) => ({
      ...(await original<object>()),
      allowWideVectors: () => true,
    }));
    vi.stubEnv('UNROLLED_TILE', 'auto');
    vi.resetModules();
    const large = (await import(LARGE)) as Large;
    let [clock, looks] = [0, 0];
    const clockwork = vi.spyOn(performance, 'now').mockImplementation(() => {
      // Ten products in the wide tile, then ten in the narrow one; a look at the clock before and after each.
      const wide = looks % 40 < 20;
      if (looks++ % 2 === 1) clock += wide ? ms.wide : ms.narrow;
      return clock;
    });
    large.largeKernels();
    for (let i = 0; i < 100 * hundreds; i++) {
      large.countLargeJob();
      large.tryTilesWhenDue();
    }
    return { ...large, trials: clockwork.mock.calls.length / 40 };
  }

  it('stays wide from the first trial on in which that was faster', async () => {
    const { largeKernels, trials } = await chosen({ wide: 1, narrow: 2 }, 9);
    expect(largeKernels()).toMatchObject({ wide: true, reason: 'V8 joins vectors' });
    expect(trials).toBe(1);
  });

  it('becomes narrow after three trials in which the wide one was slower', async () => {
    const early = await chosen({ wide: 2, narrow: 1 }, 2);
    expect([early.largeKernels().wide, early.trials]).toEqual([true, 2]);
    vi.restoreAllMocks();
    const late = await chosen({ wide: 2, narrow: 1 }, 9);
    expect(late.largeKernels()).toMatchObject({ wide: false, reason: 'the wide tile was slower here' });
    expect(late.trials).toBe(3);
  });

  it('is tried in scratch that nobody holds', async () => {
    const { tryTiles } = await chosen({ wide: 1, narrow: 1 }, 0);
    const { withWorkspace } = await import('../../src/kernels/engine.js');
    const { floats } = await import('../../src/kernels/memory.js');
    const length = 20_000;
    withWorkspace(length * 4, (held) => {
      floats().fill(7, held >>> 2, (held >>> 2) + length);
      expect(tryTiles().same).toBe(true);
      expect(
        floats()
          .subarray(held >>> 2, (held >>> 2) + length)
          .every((v) => v === 7),
      ).toBe(true);
    });
  });
});
