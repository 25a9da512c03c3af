import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, streams, streamShape } from '../../src/data/text.js';
import { FormatError, ValueError } from '../../src/errors.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string): Uint8Array =>
  new Uint8Array(Uint16Array.from(text, (c) => c.charCodeAt(0)).buffer);

describe('decodeUtf8', () => {
  it('reads any text', () => {
    const text = fc.string({ unit: 'binary' }).filter((t) => !t.startsWith('\ufeff'));
    fc.assert(
      fc.property(text, (t) => {
        expect(decodeUtf8(utf8(t))).toBe(t);
      }),
    );
  });

  it('drops a byte order mark, but only at the start', () => {
    expect(decodeUtf8(utf8('\ufeffa\ufeff'))).toBe('a\ufeff');
  });

  it.each([
    ['a byte that begins nothing', [0x61, 0x62, 0xff], 2, 'ff'],
    ['a letter that breaks off', [0x61, 0xe2, 0x82, 0x28], 1, 'e2'],
    ['a letter that the end cuts off', [0x61, 0x62, 0xec, 0x95], 2, 'ec'],
    ['the middle of a letter', [0x80], 0, '80'],
    ['something behind a byte order mark', [0xef, 0xbb, 0xbf, 0x61, 0xc3], 4, 'c3'],
    ['something behind a real replacement character', [0xef, 0xbf, 0xbd, 0x61, 0xc3, 0x28], 4, 'c3'],
    ['a surrogate', [0x61, 0xed, 0xa0, 0x80], 1, 'ed'],
    ['a slash written too long', [0xc0, 0xaf], 0, 'c0'],
  ])('names the place of %s', (_, bytes, offset, hex) => {
    const read = (): string => decodeUtf8(Uint8Array.from(bytes), 'book.txt');
    expect(read).toThrow(FormatError);
    expect(read).toThrow(`book.txt is not UTF-8 text: byte ${offset} (0x${hex}) does not fit`);
  });

  it.each([
    // '안녕하세요 세계' in EUC-KR, as: echo … | iconv -t EUC-KR
    [
      'CP949 (Korean)',
      [0xbe, 0xc8, 0xb3, 0xe7, 0xc7, 0xcf, 0xbc, 0xbc, 0xbf, 0xe4, 0x20, 0xbc, 0xbc, 0xb0, 0xe8],
    ],
    ['UTF-16', [0xff, 0xfe, ...utf16('안녕')]],
    ['UTF-16', [0xfe, 0xff, 0xc5, 0x48]],
    ['UTF-16', [...utf16('short and sweet: é è')]],
  ])('guesses %s', (encoding, bytes) => {
    expect(() => decodeUtf8(Uint8Array.from(bytes))).toThrow(`it looks like ${encoding}: --encoding `);
  });

  it('guesses nothing of bytes that are no language', () => {
    expect(() => decodeUtf8(Uint8Array.of(0x63, 0xff, 0x9c, 0xfe))).toThrow(/or not be text at all/);
  });

  it('finds the place in megabytes', () => {
    const bytes = utf8('안녕하세요\n'.repeat(200_000));
    bytes[3_000_000] = 0xff;
    expect(() => decodeUtf8(bytes)).toThrow(/byte 3000000 \(0xff\)/);
  });
});

describe('streams', () => {
  const upTo = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i);

  it('runs through the text in rows that go on from batch to batch', () => {
    expect([...streams(upTo(9), { batchSize: 2, seqLength: 3 })]).toEqual([
      { input: Int32Array.of(0, 1, 2, 4, 5, 6), target: Int32Array.of(1, 2, 3, 5, 6, 7), batch: 2, time: 3 },
      { input: Int32Array.of(3, 7), target: Int32Array.of(4, 8), batch: 2, time: 1 },
    ]);
  });

  it('gives a short text fewer rows', () => {
    expect([...streams(upTo(7), { batchSize: 32, seqLength: 3 })]).toEqual([
      { input: Int32Array.of(0, 1, 2, 3, 4, 5), target: Int32Array.of(1, 2, 3, 4, 5, 6), batch: 2, time: 3 },
    ]);
  });

  it('gives a very short text one row and a shorter window', () => {
    expect([...streams(upTo(2), { batchSize: 32, seqLength: 64 })]).toEqual([
      { input: Int32Array.of(0), target: Int32Array.of(1), batch: 1, time: 1 },
    ]);
  });

  const sizes = fc.record({
    count: fc.integer({ min: 2, max: 300 }),
    batchSize: fc.integer({ min: 1, max: 40 }),
    seqLength: fc.integer({ min: 1, max: 70 }),
  });

  it('shows each unit at most once, and leaves out fewer than there are rows', () => {
    fc.assert(
      fc.property(sizes, ({ count, batchSize, seqLength }) => {
        const inputs = [...streams(upTo(count), { batchSize, seqLength })].flatMap(({ input }) => [...input]);
        const { batch, length } = streamShape(count, batchSize, seqLength);
        expect(inputs.sort((a, b) => a - b)).toEqual([...upTo(batch * length)]);
        expect(count - 1 - inputs.length).toBeLessThan(batch);
        expect(batch).toBeLessThanOrEqual(batchSize);
      }),
    );
  });

  it('wants what comes next, row by row', () => {
    fc.assert(
      fc.property(sizes, ({ count, batchSize, seqLength }) => {
        let before: { input: Int32Array; batch: number; time: number } | null = null;
        for (const { input, target, batch, time } of streams(upTo(count), { batchSize, seqLength })) {
          expect([...target]).toEqual([...input].map((i) => i + 1));
          for (let row = 0; before !== null && row < batch; row++) {
            expect(input[row * time]).toBe(before.input[(row + 1) * before.time - 1] + 1);
          }
          before = { input, batch, time };
        }
      }),
    );
  });

  it('refuses texts that have no next, and sizes that are none', () => {
    const first = (count: number, batchSize: number, seqLength: number) => () =>
      streams(upTo(count), { batchSize, seqLength }).next();
    expect(first(1, 2, 3)).toThrow(/the text has 1 units; learning what comes next takes 2/);
    expect(first(9, 0, 3)).toThrow('batchSize must be a whole number from 1 on, not 0');
    expect(first(9, 2, 0)).toThrow(/seqLength must be/);
    expect(first(9, 2, 1.5)).toThrow(ValueError);
  });
});
