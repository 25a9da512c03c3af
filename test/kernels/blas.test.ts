import { afterEach, describe, expect, it, vi } from 'vitest';

type Product = typeof import('../../src/kernels/product.js');
type Engine = typeof import('../../src/kernels/engine.js');

/** The engine as it starts with this value of UNROLLED_BLAS. */
async function startedWith(value: string): Promise<Product & Engine & { warnings: string[] }> {
  vi.stubEnv('UNROLLED_BLAS', value);
  vi.resetModules();
  const warnings: string[] = [];
  vi.spyOn(process, 'emitWarning').mockImplementation((warning) => void warnings.push(String(warning)));
  const engine = await import('../../src/kernels/engine.js');
  const product = await import('../../src/kernels/product.js');
  return { ...engine, ...product, warnings };
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const here = await startedWith('auto').then(({ blas }) => blas.sgemm !== null);
vi.unstubAllEnvs();
vi.restoreAllMocks();

describe.runIf(here)('a library of the system', () => {
  it.each([
    ['as they stand', false, false, false],
    ['A transposed', true, false, false],
    ['B transposed', false, true, false],
    ['both transposed', true, true, false],
    ['added to what is there', false, true, true],
  ])('multiplies matrices %s', async (_, flipA, flipB, accumulate) => {
    const { floats, gemm, blas, reserve } = await startedWith('auto');
    expect(blas.sgemm).not.toBeNull();
    const [m, n, k] = [45, 50, 67];
    const [a, b, c] = [m * k, k * n, m * n].map((length) => reserve(length * 4) >> 2);
    const values = floats();
    for (let i = 0; i < m * k; i++) values[a + i] = Math.sin(i);
    for (let i = 0; i < k * n; i++) values[b + i] = Math.cos(i);
    for (let i = 0; i < m * n; i++) values[c + i] = i % 7;
    const [aRow, aCol] = flipA ? [1, m] : [k, 1];
    const [bRow, bCol] = flipB ? [1, k] : [n, 1];
    gemm(m, n, k, 4 * a, aRow, aCol, 4 * b, bRow, bCol, 4 * c, n, accumulate);
    for (const [i, j] of [
      [0, 0],
      [44, 49],
      [13, 31],
      [44, 0],
    ]) {
      // prettier-ignore
      let sum = accumulate ? (i * n + j) % 7 : 0;
      for (let l = 0; l < k; l++) sum += values[a + i * aRow + l * aCol] * values[b + l * bRow + j * bCol];
      expect(values[c + i * n + j]).toBeCloseTo(sum, 3);
    }
  });

  it('takes part in captured steps', async () => {
    await startedWith('auto');
    const { capture, manualSeed, nn, optim, randn } = await import('../../src/index.js');
    const losses = (wrap: typeof capture): number[] => {
      manualSeed(0);
      const model = new nn.LSTM(40, 48, { batchFirst: true });
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
      const x = randn([8, 12, 40]);
      const step = wrap(() => {
        optimizer.zeroGrad();
        const [y] = model.forward(x);
        const loss = y.square().mean();
        loss.backward();
        optimizer.step();
        return loss;
      });
      return Array.from({ length: 6 }, () => step().item());
    };
    const eager = losses((step) => step);
    expect(losses(capture)).toEqual(eager);
    expect(eager[5]).toBeLessThan(eager[0]);
  });
});

describe('without one', () => {
  it('the engine uses its own kernels, and says why when one was asked for', async () => {
    const { blas, warnings } = await startedWith('/no/such/library.so');
    expect(blas.sgemm).toBeNull();
    expect(blas.reason).toMatch(/\S/);
    expect(warnings).toEqual([expect.stringMatching(/UNROLLED_BLAS is set, but .*own kernels/)]);
  });

  it.each(['off', ''])('nothing is looked for: %j', async (value) => {
    const { blas, warnings } = await startedWith(value);
    expect([blas.sgemm, warnings]).toEqual([null, []]);
    expect(blas.reason).toContain('UNROLLED_BLAS=auto');
  });
});
