import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.js';
import type { SafetensorsDType } from '../../src/formats/safetensors.js';
import { valuesOf } from '../../src/formats/values.js';

const values = (dtype: SafetensorsDType, data: ArrayBufferView) =>
  valuesOf('w', { dtype, shape: [], bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) });

describe('valuesOf', () => {
  it('reads half precision exactly', () => {
    // Sign, exponent, fraction: 1, -2, the largest, the smallest normal and the smallest of all, infinity, NaN, -0.
    const bits = [0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x7c00, 0x7e00, 0x8000];
    expect(values('F16', Uint16Array.from(bits))).toEqual({
      dtype: 'float32',
      data: Float32Array.of(1, -2, 65504, 2 ** -14, 2 ** -24, Infinity, NaN, -0),
    });
  });

  it('reads bfloat16, the upper half of a float32, exactly', () => {
    expect(values('BF16', Uint16Array.of(0x3f80, 0xc040, 0x7f80, 0x0001))).toEqual({
      dtype: 'float32',
      data: Float32Array.of(1, -3, Infinity, 2 ** -133),
    });
  });

  it('keeps float32 and rounds float64', () => {
    expect(values('F32', Float32Array.of(0.1))).toEqual({ dtype: 'float32', data: Float32Array.of(0.1) });
    expect(values('F64', Float64Array.of(0.1))).toEqual({ dtype: 'float32', data: Float32Array.of(0.1) });
  });

  it.each<[SafetensorsDType, ArrayBufferView]>([
    ['U8', Uint8Array.of(0, 7)],
    ['I8', Int8Array.of(0, 7)],
    ['U16', Uint16Array.of(0, 7)],
    ['I16', Int16Array.of(0, 7)],
    ['U32', Uint32Array.of(0, 7)],
    ['I32', Int32Array.of(0, 7)],
    ['U64', BigUint64Array.of(0n, 7n)],
    ['I64', BigInt64Array.of(0n, 7n)],
  ])('reads whole numbers of %s as int32', (dtype, data) => {
    expect(values(dtype, data)).toEqual({ dtype: 'int32', data: Int32Array.of(0, 7) });
  });

  it('keeps signs, and refuses what does not fit in 32 bits', () => {
    expect(values('I64', BigInt64Array.of(-(2n ** 31n))).data).toEqual(Int32Array.of(-(2 ** 31)));
    expect(values('I8', Int8Array.of(-1)).data).toEqual(Int32Array.of(-1));
    expect(() => values('I64', BigInt64Array.of(2n ** 31n))).toThrow(
      /'w' has 2147483648, which does not fit/,
    );
    expect(() => values('U32', Uint32Array.of(2 ** 32 - 1))).toThrow(FormatError);
  });

  it('reads any byte but 0 as true', () => {
    expect(values('BOOL', Uint8Array.of(0, 1, 2))).toEqual({ dtype: 'bool', data: Int32Array.of(0, 1, 1) });
  });

  it('names what it cannot use', () => {
    expect(() => values('F8_E4M3', Uint8Array.of(1))).toThrow(/'w' is F8_E4M3/);
  });

  it('takes bytes from any place of a file, a Buffer of Node included', () => {
    const file = Buffer.from([9, 0, 0, 128, 63, 9]);
    const entry = { dtype: 'F32', shape: [1], bytes: file.subarray(1, 5) } as const;
    expect(valuesOf('w', entry).data).toEqual(Float32Array.of(1));
  });
});
