import { describe, expect, it } from 'vitest';
import { type Case, decodeTensor, type GoldenTensor, judge, readCases } from './golden.js';

const base: Case = { id: 'x/1', op: 'x', args: {}, out: {}, tol: 0.01 };
const float = (...values: number[]): GoldenTensor => ({
  dtype: 'float32',
  shape: [values.length],
  data: Float32Array.from(values),
});

describe('readCases', () => {
  const groups = readCases('test/golden');

  it('finds every group', () => {
    expect([...groups.keys()].sort()).toEqual(
      [
        ...[
          'cells',
          'clip',
          'errors',
          'func',
          'init',
          'layers',
          'losses',
          'names',
          'ops',
          'optim',
          'packed',
          'promote',
        ],
        ...['rng', 'rnn', 'sched', 'train'],
      ].sort(),
    );
    expect([...groups.values()].flat()).toHaveLength(528);
  });

  it('decodes tensors wherever they stand', () => {
    const c = groups.get('rnn')![0];
    const { dtype, shape, data } = c.in!.input!;
    expect(dtype).toBe('float32');
    expect(data).toBeInstanceOf(Float32Array);
    expect(data).toHaveLength(shape.reduce((a, b) => a * b));
  });
});

describe('decodeTensor', () => {
  it.each([
    ['float32', 'AACAPwAAAMA=', [1, -2]],
    ['int64', '//////////8=', [-1]],
    ['int16', 'AQD//w==', [1, -1]],
    ['bool', 'AQA=', [1, 0]],
    ['bfloat16', 'gD8=', [0x3f80]],
  ])('reads %s', (dtype, b64, values) => {
    expect([...decodeTensor({ dtype, shape: [values.length], b64 }).data]).toEqual(values);
  });

  it('knows its dtypes', () => {
    expect(() => decodeTensor({ dtype: 'complex64', shape: [0], b64: '' })).toThrow(/complex64/);
  });
});

describe('judge', () => {
  it('measures by the largest value wanted', () => {
    expect(judge(base, float(100.9, 0.9), float(100, 0))).toBeNull();
    expect(judge(base, float(101.1, 0), float(100, 0))).toMatch(/value 0 is 101/);
    expect(judge({ ...base, floor: 10 }, float(0.09), float(0))).toBeNull();
  });

  it('measures each value by itself for "elem"', () => {
    const c: Case = { ...base, cmp: 'elem', atol: 0.001 };
    expect(judge(c, float(100.9, 0.0009), float(100, 0))).toBeNull();
    expect(judge(c, float(100, 0.0021), float(100, 0))).toMatch(/value 1/);
  });

  it('wants the same bits for "exact"', () => {
    const c: Case = { ...base, cmp: 'exact' };
    expect(judge(c, float(1, NaN, -0), float(1, NaN, -0))).toBeNull();
    expect(judge(c, float(1 + 2 ** -23), float(1))).toMatch(/value 0/);
    expect(judge(c, float(0), float(-0))).toMatch(/value 0/);
  });

  it('wants the same integers, booleans and strings whatever the tolerance', () => {
    const want: GoldenTensor = { dtype: 'int64', shape: [1], data: Float64Array.of(100) };
    expect(judge(base, { shape: [1], data: [100] }, want)).toBeNull();
    expect(judge(base, { shape: [1], data: [101] }, want)).toMatch(/value 0/);
    expect(judge(base, 'abc', 'abc')).toBeNull();
    expect(judge(base, 'abd', 'abc')).toBe('values differ');
    expect(judge(base, false, true)).toBe('values differ');
  });

  it('wants what is not finite in the same places', () => {
    expect(judge(base, float(NaN, Infinity), float(NaN, Infinity))).toBeNull();
    for (const wrong of [float(NaN, -Infinity), float(NaN, 1e30), float(0, Infinity)]) {
      expect(judge(base, wrong, float(NaN, Infinity))).toMatch(/value/);
    }
    expect(judge(base, float(Infinity), float(1))).toMatch(/value 0 is Infinity/);
  });

  it('takes any gradient where PyTorch has none', () => {
    const c: Case = { ...base, cmp: 'elem' };
    expect(judge(c, float(5), float(NaN), 'grad')).toBeNull();
    expect(judge(c, float(5), float(NaN), 'out')).toMatch(/value 0/);
  });

  it('wants the same shape, and a value where there is one', () => {
    expect(judge(base, { shape: [1, 2], data: [1, 2] }, float(1, 2))).toMatch(/shape \(1,2\), not \(2\)/);
    expect(judge(base, [1], float(1))).toBe('not a tensor');
    expect(judge(base, [1, 2, 3], [1, 2])).toBe('3 values, not 2');
    expect(judge(base, undefined, float(1))).toBe('there is no value');
    expect(judge(base, float(1), null)).toBe('expected nothing');
    expect(judge(base, undefined, null)).toBeNull();
  });
});
