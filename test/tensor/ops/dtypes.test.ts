import { describe, expect, it } from 'vitest';
import * as u from '../../../src/index.js';

const { tensor } = u;
const mask = tensor([true, false, true]);
const first = tensor([0]);
const half = tensor([0.5]);

type Wanted = readonly [dtype: u.DType, values: u.Nested] | 'throws';

describe('whole numbers and booleans', () => {
  // The same expressions in PyTorch, for torch.tensor([1, 2, 3]) and torch.tensor([True, False, True]); its int64 is our int32.
  it.each<[string, (x: u.Tensor) => u.Tensor, Wanted, Wanted]>([
    ['x.add(x)', (x) => x.add(x), ['int32', [2, 4, 6]], ['bool', [true, false, true]]],
    ['x.add(1)', (x) => x.add(1), ['int32', [2, 3, 4]], ['int32', [2, 1, 2]]],
    ['x.add(0.5)', (x) => x.add(0.5), ['float32', [1.5, 2.5, 3.5]], ['float32', [1.5, 0.5, 1.5]]],
    ['x.sub(x)', (x) => x.sub(x), ['int32', [0, 0, 0]], 'throws'],
    ['x.sub(1)', (x) => x.sub(1), ['int32', [0, 1, 2]], 'throws'],
    ['x.mul(x)', (x) => x.mul(x), ['int32', [1, 4, 9]], ['bool', [true, false, true]]],
    ['x.mul(2)', (x) => x.mul(2), ['int32', [2, 4, 6]], ['int32', [2, 0, 2]]],
    ['x.mul(0.5)', (x) => x.mul(0.5), ['float32', [0.5, 1, 1.5]], ['float32', [0.5, 0, 0.5]]],
    ['x.div(x)', (x) => x.div(x), ['float32', [1, 1, 1]], ['float32', [1, NaN, 1]]],
    ['x.pow(2)', (x) => x.pow(2), ['int32', [1, 4, 9]], ['int32', [1, 0, 1]]],
    ['x.pow(0.5)', (x) => x.pow(0.5), ['float32', [1, 1.4142135, 1.7320508]], ['float32', [1, 0, 1]]],
    ['x.maximum(x)', (x) => x.maximum(x), ['int32', [1, 2, 3]], ['bool', [true, false, true]]],
    ['x.minimum(x)', (x) => x.minimum(x), ['int32', [1, 2, 3]], ['bool', [true, false, true]]],
    ['x.remainder(2)', (x) => x.remainder(2), ['int32', [1, 0, 1]], ['int32', [1, 0, 1]]],
    ['x.floorDivide(2)', (x) => x.floorDivide(2), ['int32', [0, 1, 1]], ['int32', [0, 0, 0]]],
    ['x.eq(x)', (x) => x.eq(x), ['bool', [true, true, true]], ['bool', [true, true, true]]],
    ['x.lt(1)', (x) => x.lt(1), ['bool', [false, false, false]], ['bool', [false, true, false]]],
    ['x.neg()', (x) => x.neg(), ['int32', [-1, -2, -3]], 'throws'],
    ['x.sign()', (x) => x.sign(), ['int32', [1, 1, 1]], ['bool', [true, false, true]]],
    [
      'x.exp()',
      (x) => x.exp(),
      ['float32', [2.7182817, 7.389056, 20.085537]],
      ['float32', [2.7182817, 1, 2.7182817]],
    ],
    ['x.sqrt()', (x) => x.sqrt(), ['float32', [1, 1.4142135, 1.7320508]], ['float32', [1, 0, 1]]],
    ['x.square()', (x) => x.square(), ['int32', [1, 4, 9]], ['int32', [1, 0, 1]]],
    [
      'x.reciprocal()',
      (x) => x.reciprocal(),
      ['float32', [1, 0.5, 0.33333334]],
      ['float32', [1, Infinity, 1]],
    ],
    [
      'x.sin()',
      (x) => x.sin(),
      ['float32', [0.84147096, 0.9092974, 0.14112]],
      ['float32', [0.84147096, 0, 0.84147096]],
    ],
    [
      'x.tanh()',
      (x) => x.tanh(),
      ['float32', [0.7615942, 0.9640276, 0.9950548]],
      ['float32', [0.7615942, 0, 0.7615942]],
    ],
    [
      'x.sigmoid()',
      (x) => x.sigmoid(),
      ['float32', [0.7310586, 0.880797, 0.95257413]],
      ['float32', [0.7310586, 0.5, 0.7310586]],
    ],
    [
      'x.log1p()',
      (x) => x.log1p(),
      ['float32', [0.6931472, 1.0986123, 1.3862944]],
      ['float32', [0.6931472, 0, 0.6931472]],
    ],
    [
      'x.erf()',
      (x) => x.erf(),
      ['float32', [0.8427008, 0.9953223, 0.9999779]],
      ['float32', [0.8427008, 0, 0.8427008]],
    ],
    ['x.rsqrt()', (x) => x.rsqrt(), ['float32', [1, 0.70710677, 0.57735026]], ['float32', [1, Infinity, 1]]],
    [
      'x.logicalNot()',
      (x) => x.logicalNot(),
      ['bool', [false, false, false]],
      ['bool', [false, true, false]],
    ],
    ['x.isnan()', (x) => x.isnan(), ['bool', [false, false, false]], ['bool', [false, false, false]]],
    ['x.isinf()', (x) => x.isinf(), ['bool', [false, false, false]], ['bool', [false, false, false]]],
    ['x.isfinite()', (x) => x.isfinite(), ['bool', [true, true, true]], ['bool', [true, true, true]]],
    ['x.clamp(0, 2)', (x) => x.clamp(0, 2), ['int32', [1, 2, 2]], ['int32', [1, 0, 1]]],
    ['x.clamp(0.5)', (x) => x.clamp(0.5), ['float32', [1, 2, 3]], ['float32', [1, 0.5, 1]]],
    ['x.clamp(0, Infinity)', (x) => x.clamp(0, Infinity), ['float32', [1, 2, 3]], ['float32', [1, 0, 1]]],
    ['x.sum()', (x) => x.sum(), ['int32', 6], ['int32', 2]],
    ['x.sum(0)', (x) => x.sum(0), ['int32', 6], ['int32', 2]],
    ['x.prod()', (x) => x.prod(), ['int32', 6], ['int32', 0]],
    ['x.prod(0)', (x) => x.prod(0), ['int32', 6], ['int32', 0]],
    ['x.max()', (x) => x.max(), ['int32', 3], ['bool', true]],
    ['x.max(0).values', (x) => x.max(0).values, ['int32', 3], ['bool', true]],
    ['x.min()', (x) => x.min(), ['int32', 1], ['bool', false]],
    ['x.amax()', (x) => x.amax(), ['int32', 3], ['bool', true]],
    ['x.amin(0)', (x) => x.amin(0), ['int32', 1], ['bool', false]],
    ['x.any()', (x) => x.any(), ['bool', true], ['bool', true]],
    ['x.all()', (x) => x.all(), ['bool', true], ['bool', false]],
    ['x.cumsum(0)', (x) => x.cumsum(0), ['int32', [1, 3, 6]], ['int32', [1, 1, 2]]],
    ['x.cumprod(0)', (x) => x.cumprod(0), ['int32', [1, 2, 6]], ['int32', [1, 0, 0]]],
    ['x.logsumexp(0)', (x) => x.logsumexp(0), ['float32', 3.407606], ['float32', 1.8619947]],
    ['x.sort().values', (x) => x.sort().values, ['int32', [1, 2, 3]], ['bool', [false, true, true]]],
    ['x.argsort()', (x) => x.argsort(), ['int32', [0, 1, 2]], ['int32', [1, 0, 2]]],
    ['x.where(mask, x)', (x) => x.where(mask, x), ['int32', [1, 2, 3]], ['bool', [true, false, true]]],
    ['x.where(mask, 1)', (x) => x.where(mask, 1), ['int32', [1, 1, 3]], ['int32', [1, 1, 1]]],
    ['x.where(mask, 0.5)', (x) => x.where(mask, 0.5), ['float32', [1, 0.5, 3]], ['float32', [1, 0.5, 1]]],
    [
      'x.maskedFill(mask, 2)',
      (x) => x.maskedFill(mask, 2),
      ['int32', [2, 2, 2]],
      ['bool', [true, false, true]],
    ],
    [
      'x.maskedFill(mask, 0.5)',
      (x) => x.maskedFill(mask, 0.5),
      ['int32', [0, 2, 0]],
      ['bool', [true, false, true]],
    ],
    ['x.clone().fill_(1.5)', (x) => x.clone().fill_(1.5), ['int32', [1, 1, 1]], ['bool', [true, true, true]]],
    ['x.clone().fill_(NaN)', (x) => x.clone().fill_(NaN), 'throws', ['bool', [true, true, true]]],
    ['x.clone().fill_(5e30)', (x) => x.clone().fill_(5e30), 'throws', ['bool', [true, true, true]]],
    [
      'x.scatter(0, first, 2)',
      (x) => x.scatter(0, first, 2),
      ['int32', [2, 2, 3]],
      ['bool', [true, false, true]],
    ],
    [
      'x.scatter(0, first, 0.5)',
      (x) => x.scatter(0, first, 0.5),
      ['int32', [0, 2, 3]],
      ['bool', [true, false, true]],
    ],
    ['x.scatter(0, first, NaN)', (x) => x.scatter(0, first, NaN), 'throws', ['bool', [true, false, true]]],
    ['x.scatter(0, first, half)', (x) => x.scatter(0, first, half), 'throws', 'throws'],
    [
      'x.scatterAdd(0, first, x)',
      (x) => x.scatterAdd(0, first, x),
      ['int32', [2, 2, 3]],
      ['bool', [true, false, true]],
    ],
    ['x.scatterAdd(0, first, half)', (x) => x.scatterAdd(0, first, half), 'throws', 'throws'],
    ['x.gather(0, first)', (x) => x.gather(0, first), ['int32', [1]], ['bool', [true]]],
    ['x.indexSelect(0, first)', (x) => x.indexSelect(0, first), ['int32', [1]], ['bool', [true]]],
    ['x.logicalAnd(x)', (x) => x.logicalAnd(x), ['bool', [true, true, true]], ['bool', [true, false, true]]],
    [
      'x.outer(x)',
      (x) => x.outer(x),
      [
        'int32',
        [
          [1, 2, 3],
          [2, 4, 6],
          [3, 6, 9],
        ],
      ],
      [
        'bool',
        [
          [true, false, true],
          [false, false, false],
          [true, false, true],
        ],
      ],
    ],
    [
      'x.diag()',
      (x) => x.diag(),
      [
        'int32',
        [
          [1, 0, 0],
          [0, 2, 0],
          [0, 0, 3],
        ],
      ],
      [
        'bool',
        [
          [true, false, false],
          [false, false, false],
          [false, false, true],
        ],
      ],
    ],
    [
      'x.diag().tril()',
      (x) => x.diag().tril(),
      [
        'int32',
        [
          [1, 0, 0],
          [0, 2, 0],
          [0, 0, 3],
        ],
      ],
      [
        'bool',
        [
          [true, false, false],
          [false, false, false],
          [false, false, true],
        ],
      ],
    ],
    [
      'x.repeat(2)',
      (x) => x.repeat(2),
      ['int32', [1, 2, 3, 1, 2, 3]],
      ['bool', [true, false, true, true, false, true]],
    ],
    ['x.flip(0)', (x) => x.flip(0), ['int32', [3, 2, 1]], ['bool', [true, false, true]]],
    ['x.nonzero()', (x) => x.nonzero(), ['int32', [[0], [1], [2]]], ['int32', [[0], [2]]]],
    [
      'u.cat([x, x])',
      (x) => u.cat([x, x]),
      ['int32', [1, 2, 3, 1, 2, 3]],
      ['bool', [true, false, true, true, false, true]],
    ],
    [
      'u.stack([x, x])',
      (x) => u.stack([x, x]),
      [
        'int32',
        [
          [1, 2, 3],
          [1, 2, 3],
        ],
      ],
      [
        'bool',
        [
          [true, false, true],
          [true, false, true],
        ],
      ],
    ],
    ['u.zerosLike(x)', (x) => u.zerosLike(x), ['int32', [0, 0, 0]], ['bool', [false, false, false]]],
    ['u.onesLike(x)', (x) => u.onesLike(x), ['int32', [1, 1, 1]], ['bool', [true, true, true]]],
    ['u.hardtanh(x.int())', (x) => u.hardtanh(x.int()), ['int32', [1, 1, 1]], ['int32', [1, 0, 1]]],
    [
      'u.softsign(x.int())',
      (x) => u.softsign(x.int()),
      ['float32', [0.5, 0.6666667, 0.75]],
      ['float32', [0.5, 0, 0.5]],
    ],
  ])('%s has the dtype and the values that PyTorch gives', (_expression, f, ofWhole, ofBool) => {
    const check = (x: u.Tensor, wanted: Wanted): void => {
      if (wanted === 'throws') {
        expect(() => f(x)).toThrow(/float32|int32|bool/);
        return;
      }
      const y = f(x);
      expect(y.dtype).toBe(wanted[0]);
      const near = (value: unknown): unknown =>
        Array.isArray(value)
          ? value.map(near)
          : typeof value === 'number' && !Number.isNaN(value)
            ? expect.closeTo(value, 5)
            : value;
      expect(y.tolist()).toEqual(near(wanted[1]));
    };
    check(tensor([1, 2, 3]), ofWhole);
    check(tensor([true, false, true]), ofBool);
  });

  // PyTorch refuses these, but its users can write 1. for 1: see docs/from-pytorch.md.
  it.each<[string, (x: u.Tensor) => u.Tensor, number, number]>([
    ['mean', (x) => x.mean(), 2, 2 / 3],
    ['variance', (x) => x.variance(), 1, 1 / 3],
    ['std', (x) => x.std(), 1, Math.sqrt(1 / 3)],
    ['norm', (x) => x.norm(), Math.sqrt(14), Math.sqrt(2)],
  ])('have a %s in float32', (_name, f, ofWhole, ofBool) => {
    const [y, z] = [f(tensor([1, 2, 3])), f(tensor([true, false, true]))];
    expect([y.dtype, z.dtype]).toEqual(['float32', 'float32']);
    expect(y.item()).toBeCloseTo(ofWhole, 6);
    expect(z.item()).toBeCloseTo(ofBool, 6);
  });
});
