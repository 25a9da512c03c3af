import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eye, manualSeed, nn, randn, type Tensor, zeros } from '../../src/index.js';

const { init } = nn;

function expectClose(a: Tensor, b: Tensor, tolerance = 1e-5): void {
  expect(a.shape).toEqual(b.shape);
  expect(a.sub(b).abs().max().item()).toBeLessThan(tolerance);
}

describe('orthogonal_', () => {
  it('makes rows, or columns if they are fewer, orthonormal times gain', () => {
    const size = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(size, size, fc.constantFrom(1, 2), (rows, cols, gain) => {
        const w = init.orthogonal_(zeros([rows, cols]), gain);
        const products = rows <= cols ? w.matmul(w.t()) : w.t().matmul(w);
        expectClose(products, eye(Math.min(rows, cols)).mul(gain * gain));
      }),
      { numRuns: 20 },
    );
  });

  it('is Q of the numbers that randn would have given, with R positive on the diagonal', () => {
    for (const [rows, cols] of [
      [5, 3],
      [3, 5],
      [4, 4],
    ]) {
      manualSeed(7);
      const a = rows < cols ? randn([rows, cols]).t() : randn([rows, cols]);
      manualSeed(7);
      const w = init.orthogonal_(zeros([rows, cols]));
      const q = rows < cols ? w.t() : w;
      const r = q.t().matmul(a).tolist<number[][]>();
      r.forEach((row, i) => {
        expect(row[i]).toBeGreaterThan(0);
        for (let j = 0; j < i; j++) expect(row[j]).toBeCloseTo(0, 5);
      });
      expectClose(q.matmul(q.t().matmul(a)), a);
    }
  });

  it('takes axes behind the second as columns, and leaves parameters as leaves', () => {
    const x = new nn.Parameter(zeros([2, 3, 2]));
    const w = init.orthogonal_(x).detach().view(2, 6);
    expectClose(w.matmul(w.t()), eye(2));
    expect(x.isLeaf).toBe(true);
    expect(init.orthogonal_(zeros([0, 3])).shape).toEqual([0, 3]);
  });

  it('refuses a vector', () => {
    expect(() => init.orthogonal_(zeros([3]))).toThrow('it needs 2 axes');
  });
});

describe('eye_', () => {
  it('writes ones on the diagonal of a matrix', () => {
    expect(init.eye_(randn([2, 3])).tolist()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    expect(() => init.eye_(zeros([3]))).toThrow('not a tensor of shape (3,)');
  });
});

describe('constants', () => {
  it('fill in place', () => {
    const x = zeros([2]);
    expect(init.constant_(x, 2.5)).toBe(x);
    expect(x.tolist()).toEqual([2.5, 2.5]);
    expect(init.ones_(x).tolist()).toEqual([1, 1]);
    expect(init.zeros_(x).tolist()).toEqual([0, 0]);
  });
});

describe('xavier and kaiming', () => {
  const spread = (x: Tensor): number => x.abs().max().item();

  it('stay within their bounds, which they nearly reach', () => {
    manualSeed(0);
    // (out, in) = (30, 50): √(6 / 80), and √3 · √2 / √50 for a relu.
    expect(spread(init.xavierUniform_(zeros([30, 50])))).toBeCloseTo(Math.sqrt(6 / 80), 2);
    const relu = { nonlinearity: 'relu' } as const;
    expect(spread(init.kaimingUniform_(zeros([30, 50]), relu))).toBeCloseTo(Math.sqrt(6 / 50), 2);
    expect(spread(init.kaimingUniform_(zeros([30, 50]), { ...relu, mode: 'fanOut' }))).toBeCloseTo(
      Math.sqrt(6 / 30),
      2,
    );
  });

  it('have the deviations of their definitions', () => {
    manualSeed(0);
    expect(
      init
        .xavierNormal_(zeros([100, 100]), 2)
        .std()
        .item(),
    ).toBeCloseTo(2 / 10, 2);
    expect(
      init
        .kaimingNormal_(zeros([100, 10, 10]))
        .std()
        .item(),
    ).toBeCloseTo(Math.sqrt(2) / 10, 2);
  });

  it('refuse what has no inputs and outputs, unknown modes and whole numbers', () => {
    expect(() => init.xavierUniform_(zeros([3]))).toThrow('has no inputs and outputs');
    expect(() => init.kaimingNormal_(zeros([3, 3]), { mode: 'fan_in' as 'fanIn' })).toThrow("not 'fan_in'");
    expect(() => init.normal_(zeros([3], { dtype: 'int32' }))).toThrow('fills float32 tensors, not int32');
  });
});

describe('calculateGain', () => {
  it("gives PyTorch's table", () => {
    expect(init.calculateGain('tanh')).toBe(5 / 3);
    expect(init.calculateGain('relu')).toBe(Math.SQRT2);
    expect(init.calculateGain('leakyRelu', 1)).toBe(1);
    expect(() => init.calculateGain('leaky_relu' as 'leakyRelu')).toThrow("not 'leaky_relu'");
  });
});
