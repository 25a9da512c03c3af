import { constants, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inflate } from '../../src/kernels/inflate.js';

const { Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY } = constants;
const WAYS = {
  'without compression': { level: 0 },
  'by the fixed codes': { strategy: Z_FIXED },
  'by codes of their own': { level: 9, strategy: Z_DEFAULT_STRATEGY },
  'without repetitions': { strategy: Z_HUFFMAN_ONLY },
};

describe.each(Object.entries(WAYS))('bytes that zlib deflated %s', (_, options) => {
  const back = (bytes: Uint8Array): Uint8Array => inflate(deflateRawSync(bytes, options));

  it('come back, few of them and none', () => {
    const bytes = fc.oneof(fc.uint8Array(), fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 400 }));
    fc.assert(
      fc.property(bytes, (values) => {
        expect([...back(Uint8Array.from(values))]).toEqual([...values]);
      }),
    );
  });

  it('come back from several blocks and from repetitions near and far', () => {
    const bytes = Uint8Array.from({ length: 200_000 }, (_, i) =>
      i % 70_000 < 30_000 ? i % 7 : (i * i) >>> 5,
    );
    expect(Buffer.compare(back(bytes), bytes)).toBe(0);
  });

  it('come back where one byte stands thousands of times', () => {
    const bytes = new Uint8Array(100_000).fill(7);
    expect(Buffer.compare(back(bytes), bytes)).toBe(0);
  });
});
