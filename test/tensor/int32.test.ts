import { describe, expect, it } from 'vitest';
import * as u from '../../src/index.js';

const { tensor } = u;
const MOST = 2 ** 31 - 1;
const LEAST = -(2 ** 31);
const big = (): u.Tensor => tensor([MOST, 1]);
const low = (): u.Tensor => tensor([LEAST, 1]);
const int = { dtype: 'int32' } as const;
const yes = tensor([true, false]);

describe('a number that int32 does not have', () => {
  it.each<[string, () => unknown]>([
    ['tensor', () => tensor([5_000_000_000])],
    ['tensor of one', () => tensor(-3e9)],
    ['tensor of NaN', () => tensor([NaN], int)],
    ['tensor of infinity', () => tensor([[1], [-Infinity]], int)],
    ['tensor of a Float64Array', () => tensor(Float64Array.of(2 ** 31), int)],
    ['tensor of a Uint32Array', () => tensor(Uint32Array.of(2 ** 31))],
    ['tensor of a BigInt64Array', () => tensor(BigInt64Array.of(2n ** 31n))],
    ['full', () => u.full([2], -3e9)],
    ['full of NaN', () => u.full([2], NaN, int)],
    ['arange', () => u.arange(2 ** 31 - 1, 2 ** 31 + 1)],
    ['arange in steps', () => u.arange(0, 2 ** 33, 2 ** 31)],
    ['randint from', () => u.randint(-3e9, 0, [2])],
    ['randint to', () => u.randint(0, 2 ** 31 + 1, [2])],
    ['int', () => tensor([0.5, 2 ** 31]).int()],
    ['int of NaN', () => tensor([1, 2, 3, 4, 5, NaN]).int()],
    ['to', () => tensor([0.5, -Infinity]).to('int32')],
    ['fill_', () => big().fill_(3e9)],
    ['copy_', () => big().copy_(tensor([0.5, 3e9]))],
    ['maskedFill', () => big().maskedFill(yes, 3e9)],
    ['maskedFill_', () => big().maskedFill_(yes, NaN)],
    ['where', () => big().where(yes, 3e9)],
    ['scatter', () => big().scatter(0, tensor([0]), 3e9)],
    ['scatter_', () => big().scatter_(0, tensor([0]), -Infinity)],
    ['scatterAdd', () => big().scatterAdd(0, tensor([0]), tensor([1]))],
    ['add', () => big().add(1)],
    ['add of a large number', () => big().add(3e9)],
    [
      'add of a row',
      () =>
        u
          .zerosLike(
            tensor([
              [1, 1],
              [1, 1],
              [1, 1],
            ]),
          )
          .add(LEAST)
          .add(tensor([-1, 0])),
    ],
    ['add_', () => big().add_(big())],
    ['sub', () => low().sub(1)],
    ['sub from a number', () => u.sub(0, low())],
    ['mul', () => tensor([65536]).mul(32768)],
    ['mul of negative ones', () => low().mul(-1)],
    ['square', () => tensor([46341]).square()],
    ['pow', () => tensor([2, 3]).pow(31)],
    ['pow of a number', () => u.pow(10, tensor([3, 10]))],
    ['neg', () => low().neg()],
    ['abs', () => low().abs()],
    ['floorDivide', () => low().floorDivide(-1)],
    ['clamp from', () => big().clamp(3e9)],
    ['clamp to', () => big().clamp(0, -3e9)],
    ['maximum', () => big().maximum(3e9)],
    ['sum', () => big().sum()],
    ['sum along the first axis', () => u.stack([big(), big()]).sum(0)],
    ['sum along the last axis', () => u.stack([big(), low()]).sum(1)],
    ['prod', () => tensor([65536, 65536]).prod()],
    ['prod along an axis', () => tensor([[LEAST], [-1]]).prod(0)],
    ['cumsum', () => big().cumsum(0)],
    ['cumprod', () => tensor([65536, 65536]).cumprod(0)],
    ['trace', () => u.diag(big()).trace()],
    ['outer', () => big().outer(big())],
  ])('is an error that says so: %s', (_name, f) => {
    expect(f).toThrow(u.ValueError);
    expect(f).toThrow(/does not fit into int32/);
  });

  it('wraps, as int32 of PyTorch, where int32 was asked for', () => {
    expect(
      tensor([2 ** 31 - 1], int)
        .add(1)
        .mul(1)
        .tolist(),
    ).toEqual([LEAST]);
  });

  it('the error names the operation, the number, and the way out, which works', () => {
    expect(() => u.full([1], -3e9)).toThrow(/^full: -3000000000 .*\n.*dtype: 'float32'/);
    expect(u.full([1], -3e9, { dtype: 'float32' }).tolist()).toEqual([-3e9]);
    expect(() => big().sum()).toThrow(/^sum: a result .*\n.*float\(\)/);
    expect(big().float().sum().item()).toBe(2 ** 31);
    expect(() => u.randint(0, 2 ** 40, [1])).toThrow(/dtype: 'float32'/);
    expect(u.randint(2 ** 40, 2 ** 41, [1], { dtype: 'float32' }).item()).toBeGreaterThanOrEqual(2 ** 40);
  });

  it('all others stay what they are', () => {
    const ends = [LEAST, -1, 0, 1, MOST];
    expect(tensor(ends).tolist()).toEqual(ends);
    expect(tensor(ends).add(0).mul(1).sub(0).tolist()).toEqual(ends);
    expect(
      tensor([LEAST, MOST])
        .add(tensor([MOST, LEAST]))
        .tolist(),
    ).toEqual([-1, -1]);
    expect(
      tensor([-1, MOST])
        .sub(tensor([MOST, MOST]))
        .tolist(),
    ).toEqual([LEAST, 0]);
    expect(tensor([-65536]).mul(32768).item()).toBe(LEAST);
    expect(tensor([LEAST]).floorDivide(1).item()).toBe(LEAST);
    expect(
      tensor([-2, 46340])
        .pow(tensor([31, 2]))
        .tolist(),
    ).toEqual([LEAST, 46340 ** 2]);
    // What lies between may leave int32.
    expect(tensor([MOST, MOST, LEAST, LEAST]).sum().item()).toBe(-2);
    expect(u.full([80], MOST).mul(u.arange(80).ne(79)).prod().item()).toBe(0);
    expect(tensor([0.5, -2147483648, 2147483520]).int().tolist()).toEqual([0, LEAST, 2147483520]);
    expect(u.randint(LEAST, 2 ** 31, [100]).dtype).toBe('int32');
    expect(big().clamp(-3e9, 3e9).tolist()).toEqual([MOST, 1]);
    expect(u.arange(MOST - 1, 2 ** 31).tolist()).toEqual([MOST - 1, MOST]);
  });

  it('compares with whole numbers as in PyTorch', () => {
    for (const x of [tensor([LEAST, 0, MOST]), tensor([true])]) {
      const [all, none] = [x.eq(x).tolist(), x.ne(x).tolist()];
      expect(x.lt(2 ** 31).tolist()).toEqual(all);
      expect(x.ge(2 ** 31).tolist()).toEqual(none);
      expect(x.eq(5e9).tolist()).toEqual(none);
      expect(x.ne(5e9).tolist()).toEqual(all);
      expect(u.gt(x, LEAST - 1).tolist()).toEqual(all);
      expect(u.gt(LEAST - 1, x).tolist()).toEqual(none);
    }
  });

  it('is a number like any other beside float32', () => {
    const x = tensor([0.5, 1.5]);
    expect(x.mul(4e9).lt(5e9).tolist()).toEqual([true, false]);
    expect(u.gt(x.mul(-4e9), -5e9).tolist()).toEqual([true, false]);
    expect(x.mul(1e10).eq(5e9).tolist()).toEqual([true, false]);
    expect(x.where(yes, 5e9).tolist()).toEqual([0.5, 5e9]);
    expect(x.add(5e9).tolist()).toEqual([5e9, 5e9]);
    expect(x.maskedFill(yes, 5e9).tolist()).toEqual([5e9, 1.5]);
    expect(x.scatter(0, tensor([1]), Infinity).tolist()).toEqual([0.5, Infinity]);
  });

  it('is noticed when a captured step runs again', () => {
    const step = u.capture((x: u.Tensor) => x.mul(2).sum());
    for (let i = 0; i < 4; i++) expect(step(tensor([i, 3])).item()).toBe(2 * i + 6);
    expect(() => step(big())).toThrow(/does not fit into int32/);
    expect(step(tensor([1, 1])).item()).toBe(4);
  });
});

describe('typed arrays', () => {
  it.each([
    [Int8Array.of(-1, 2), 'int32'],
    [Uint8Array.of(1, 2), 'int32'],
    [Uint8ClampedArray.of(1, 2), 'int32'],
    [Int16Array.of(-1, 2), 'int32'],
    [Uint16Array.of(1, 2), 'int32'],
    [Int32Array.of(-1, 2), 'int32'],
    [Uint32Array.of(1, 2), 'int32'],
    [Float32Array.of(-1, 2), 'float32'],
    [Float64Array.of(-1, 2), 'float32'],
    [BigInt64Array.of(-1n, 2n), 'int32'],
    [BigUint64Array.of(1n, 2n), 'int32'],
  ])('%s keeps its numbers', (data, dtype) => {
    expect(tensor(data).dtype).toBe(dtype);
    for (const asked of ['float32', 'int32'] as const)
      expect(tensor(data, { dtype: asked }).tolist()).toEqual(Array.from(data, Number));
    expect(tensor(data, { dtype: 'bool' }).tolist()).toEqual([true, true]);
  });

  it('refuses what is not an array of numbers', () => {
    expect(() => tensor(new DataView(new ArrayBuffer(4)) as never)).toThrow(/must be numbers or booleans/);
    expect(() => tensor([1n] as never)).toThrow(/must be numbers or booleans, not 1n/);
  });
});

describe('whole numbers that float32 would round', () => {
  // 2²⁴ + 1 is the first.
  const close = (): u.Tensor => tensor([2 ** 24, 2 ** 24 + 1]);
  it.each<[string, (x: u.Tensor) => unknown, unknown]>([
    ['argmax', (x) => x.argmax().item(), 1],
    ['argmin', (x) => x.flip(0).argmin().item(), 1],
    ['max', (x) => x.max().item(), 2 ** 24 + 1],
    ['sort', (x) => x.sort(0, { descending: true }).indices.tolist(), [1, 0]],
    ['topk', (x) => x.topk(1).values.item(), 2 ** 24 + 1],
    ['median', (x) => x.median().values.item(), 2 ** 24],
    ['eq', (x) => x.eq(2 ** 24).tolist(), [true, false]],
    ['equal', (x) => x.equal(x.flip(0)), false],
    ['allclose', (x) => x.allclose(x.flip(0), { rtol: 0, atol: 0 }), false],
    ['clamp', (x) => x.clamp(2 ** 24 + 1).tolist(), [2 ** 24 + 1, 2 ** 24 + 1]],
    ['prod', (x) => x.slice(0, 1).prod().item(), 2 ** 24 + 1],
    ['floorDivide', (x) => x.floorDivide(1).tolist(), [2 ** 24, 2 ** 24 + 1]],
    ['remainder', (x) => x.remainder(2).tolist(), [0, 1]],
    ['relu', (x) => x.relu().tolist(), [2 ** 24, 2 ** 24 + 1]],
    ['floor', (x) => x.floor().tolist(), [2 ** 24, 2 ** 24 + 1]],
    ['hardtanh', (x) => u.hardtanh(x, 0, 2 ** 25).tolist(), [2 ** 24, 2 ** 24 + 1]],
    [
      'sign',
      (x) =>
        x
          .sub(2 ** 24)
          .sign()
          .tolist(),
      [0, 1],
    ],
    ['randint', () => u.randint(2 ** 24 + 1, 2 ** 24 + 2, [1]).item(), 2 ** 24 + 1],
  ])('stay whole through %s', (_name, f, wanted) => {
    expect(f(close())).toEqual(wanted);
  });
});

describe('products of matrices of whole numbers', () => {
  const a = tensor([[1, 2], [3, 4]]); // prettier-ignore

  it('are whole numbers, as in PyTorch', () => {
    const vector = tensor([1, -1]);
    expect(a.matmul(a).dtype).toBe('int32');
    expect(a.mm(a).tolist()).toEqual([[7, 10], [15, 22]]); // prettier-ignore
    expect(
      a
        .t()
        .matmul(a.at([0, 2], [0, 1]))
        .tolist(),
    ).toEqual([[10], [14]]);
    expect([a.mv(vector).tolist(), vector.matmul(a).tolist()]).toEqual([[-1, -1], [-2, -2]]); // prettier-ignore
    expect(vector.dot(tensor([5, 2])).item()).toBe(3);
    expect(u.einsum('ij,kj->ik', a, a).tolist()).toEqual([[5, 11], [11, 25]]); // prettier-ignore
    expect(
      u
        .stack([a, a.t()])
        .bmm(u.stack([a, a]))
        .tolist(),
    ).toEqual([
      [[7, 10], [15, 22]], // prettier-ignore
      [[10, 14], [14, 20]], // prettier-ignore
    ]);
    expect(
      u
        .zeros([2, 0], { dtype: 'int32' })
        .matmul(u.zeros([0, 1], { dtype: 'int32' }))
        .tolist(),
    ).toEqual([[0], [0]]);
  });

  it('are exact where float32 would round, and an error beyond int32', () => {
    const large = tensor([2 ** 30, 2 ** 30, 1]);
    expect(large.dot(tensor([3, -3, 2 ** 24 + 1])).item()).toBe(2 ** 24 + 1);
    expect(() => large.dot(tensor([2, 0, 0]))).toThrow('matmul: 2147483648 does not fit into int32');
    expect(() => a.matmul(a.float())).toThrow(u.DTypeError);
  });
});

describe('sums of whole numbers over axes that are not neighbours', () => {
  it('may leave int32 on the way', () => {
    const most = 2 ** 31 - 1;
    const x = tensor([[[most, 1], [1, 2]], [[-most, 1], [3, 4]]]); // prettier-ignore
    expect(x.sum([0, 2]).tolist()).toEqual([2, 10]);
    expect(x.transpose(0, 1).sum([1, 2], { keepdim: true }).tolist()).toEqual([[[2]], [[10]]]);
    expect(() => x.abs().sum([0, 2])).toThrow('sum: a result does not fit into int32');
  });
});
