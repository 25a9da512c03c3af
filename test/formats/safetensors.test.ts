import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError, ValueError } from '../../src/errors.js';
import {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsDType,
  type SafetensorsEntry,
} from '../../src/formats/safetensors.js';
import { type EncodedTensor } from '../golden/golden.js';

/** A file of this header, word for word, and so many bytes of data. */
function fileOf(header: string, dataBytes = 0): Uint8Array {
  const json = new TextEncoder().encode(header);
  const file = new Uint8Array(8 + json.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  return file;
}

const entry = (dtype: string, shape: readonly number[], begin: number, end: number): string =>
  JSON.stringify({ dtype, shape, data_offsets: [begin, end] });

const u8 = (...bytes: number[]): SafetensorsEntry => ({
  dtype: 'U8',
  shape: [bytes.length],
  bytes: Uint8Array.from(bytes),
});

const headerOf = (file: Uint8Array): string => {
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  return new TextDecoder().decode(file.subarray(8, 8 + length));
};

describe('golden files', () => {
  const folder = 'test/golden/st/open';
  interface Entry {
    readonly file: string;
    readonly note: string;
    readonly expect: 'load' | 'reject' | 'bounded';
    readonly content?: Readonly<Record<string, EncodedTensor>>;
  }
  const DTYPES: Readonly<Record<string, SafetensorsDType>> = {
    ...{ float32: 'F32', float64: 'F64', float16: 'F16', bfloat16: 'BF16', bool: 'BOOL' },
    ...{ int64: 'I64', int32: 'I32', int16: 'I16', int8: 'I8', uint8: 'U8' },
  };
  const { files } = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8')) as { files: Entry[] };
  const cases = (kind: Entry['expect']): [string, Entry][] =>
    files.filter((f) => f.expect === kind).map((f) => [`${f.file}: ${f.note}`, f]);
  const decode = ({ file }: Entry) => decodeSafetensors(readFileSync(`${folder}/${file}`));

  it.each(cases('load'))('loads %s', (_, golden) => {
    const { tensors } = decode(golden);
    const want = Object.entries(golden.content!).map(([name, { dtype, shape, b64 }]) => [
      name,
      { dtype: DTYPES[dtype], shape, bytes: Uint8Array.from(Buffer.from(b64, 'base64')) },
    ]);
    expect(Object.fromEntries(tensors)).toEqual(Object.fromEntries(want));
  });

  it.each(cases('reject'))('refuses %s', (_, golden) => {
    expect(() => decode(golden)).toThrow(FormatError);
  });

  it.each(cases('bounded'))('reads or refuses %s', (_, golden) => {
    try {
      decode(golden);
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
    }
  });
});

describe('encodeSafetensors', () => {
  it('writes a length, a header padded to 8 bytes, and the data', () => {
    const file = encodeSafetensors([['a', u8(1, 2, 3)]]);
    const header = '{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}   ';
    expect(headerOf(file)).toBe(header);
    expect([...file.subarray(8 + header.length)]).toEqual([1, 2, 3]);
  });

  it('puts metadata first, and wider elements before narrower ones', () => {
    const wide: SafetensorsEntry = { dtype: 'F32', shape: [1], bytes: new Uint8Array(4) };
    const file = encodeSafetensors(
      new Map([
        ['narrow', u8(1)],
        ['b', wide],
        ['7', wide],
      ]),
      { format: 'pt' },
    );
    expect(headerOf(file).trimEnd()).toBe(
      `{"__metadata__":{"format":"pt"},"b":${entry('F32', [1], 0, 4)},"7":${entry('F32', [1], 4, 8)},` +
        `"narrow":${entry('U8', [1], 8, 9)}}`,
    );
  });

  it.each<[string, [string, SafetensorsEntry][], RegExp]>([
    [
      'a name twice',
      [
        ['a', u8(1)],
        ['a', u8(2)],
      ],
      /'a' is there twice/,
    ],
    ["the format's own name", [['__metadata__', u8(1)]], /keeps for itself/],
    ['too few bytes', [['a', { ...u8(1), shape: [2] }]], /has 1 bytes, but its shape \(2\) of U8 needs 2/],
  ])('refuses %s', (_, tensors, message) => {
    expect(() => encodeSafetensors(tensors)).toThrow(ValueError);
    expect(() => encodeSafetensors(tensors)).toThrow(message);
  });
});

describe('decodeSafetensors', () => {
  it('gives back whatever was written', () => {
    const sizes = { U8: 1, BOOL: 1, BF16: 2, F16: 2, F32: 4, I32: 4, F64: 8, I64: 8 } as const;
    const anyEntry = fc
      .tuple(
        fc.constantFrom(...(Object.keys(sizes) as (keyof typeof sizes)[])),
        fc.array(fc.nat(4), { maxLength: 3 }),
      )
      .chain(([dtype, shape]) => {
        const length = shape.reduce((n, size) => n * size, sizes[dtype]);
        return fc
          .uint8Array({ minLength: length, maxLength: length })
          .map((bytes): SafetensorsEntry => ({ dtype, shape, bytes }));
      });
    const name = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('__proto__', 'constructor', '0', '"'),
    );
    const tensors = fc.uniqueArray(fc.tuple(name, anyEntry), { selector: ([own]) => own, maxLength: 6 });
    const metadata = fc.dictionary(name, fc.string({ unit: 'grapheme' }), { noNullPrototype: true });
    fc.assert(
      fc.property(tensors, metadata, (list, about) => {
        const back = decodeSafetensors(encodeSafetensors(list, about));
        expect(new Map(back.tensors)).toEqual(new Map(list));
        expect(Object.entries(back.metadata).sort()).toEqual(Object.entries(about).sort());
      }),
    );
  });

  const good = encodeSafetensors(
    [
      ['a', u8(1, 2)],
      ['b', u8(3)],
    ],
    { note: 'x' },
  );

  it('refuses a file cut short at any byte, or with one too many', () => {
    for (let length = 0; length < good.length; length++) {
      expect(() => decodeSafetensors(good.subarray(0, length))).toThrow(FormatError);
    }
    expect(() => decodeSafetensors(Uint8Array.of(...good, 0))).toThrow(/1 bytes behind the last tensor/);
  });

  it('reads or refuses, but never stumbles over, a file with any byte changed', () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, value) => {
        const file = Uint8Array.from(good);
        file[at] = value;
        try {
          decodeSafetensors(file);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('reads a Buffer of Node from the middle of another', () => {
    const file = Buffer.concat([Buffer.of(1, 2, 3), good]).subarray(3);
    const { bytes } = decodeSafetensors(file).tensors.get('a')!;
    expect(bytes.constructor).toBe(Uint8Array);
    expect([...bytes]).toEqual([1, 2]);
  });

  it('gives arrays in the order of their bytes', () => {
    const header = `{"1":${entry('U8', [1], 1, 2)},"0":${entry('U8', [0], 2, 2)},"b":${entry('U8', [1], 0, 1)}}`;
    expect([...decodeSafetensors(fileOf(header, 2)).tensors.keys()]).toEqual(['b', '1', '0']);
  });

  it.each([
    ['a hole', `{"a":${entry('U8', [1], 1, 2)}}`, 2, /'a' leaves a hole before byte 1/],
    ['an overlap', `{"a":${entry('U8', [2], 0, 2)},"b":${entry('U8', [2], 1, 3)}}`, 3, /'b' overlaps byte 2/],
    [
      'data that is not there',
      `{"a":${entry('U8', [4], 0, 4)}}`,
      3,
      /ends at byte 4 of the data, which has 3/,
    ],
    ['too much data', `{"a":${entry('U8', [1], 0, 1)}}`, 2, /1 bytes behind the last tensor/],
    ['data without tensors', '{}', 1, /1 bytes behind the last tensor/],
    [
      'the wrong size',
      `{"a":${entry('F32', [2], 0, 4)}}`,
      4,
      /takes 4 bytes, but its shape \(2\) of F32 needs 8/,
    ],
    [
      'a product beyond all numbers',
      `{"a":${entry('U8', [2 ** 40, 2 ** 40, 0], 0, 0)}}`,
      0,
      /beyond all memory/,
    ],
    ['a negative size', `{"a":${entry('U8', [-1, -1], 0, 1)}}`, 1, /plain digits/],
    ['a broken size', `{"a":${entry('U8', [0.5], 0, 1)}}`, 1, /plain digits/],
    [
      'a size with a fraction of 0',
      '{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}',
      1,
      /plain digits/,
    ],
    ['a size in words', '{"a":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}}', 1, /not a list of sizes/],
    ['an unknown dtype', `{"a":${entry('F4', [1], 0, 1)}}`, 1, /unknown dtype "F4"/],
    ['a dtype that every object has', `{"a":${entry('toString', [1], 0, 1)}}`, 1, /unknown dtype/],
    [
      'two tensors of a name',
      `{"a":${entry('U8', [1], 0, 1)},"a":${entry('U8', [1], 0, 1)}}`,
      1,
      /names 'a' twice/,
    ],
    ['two dtypes', '{"a":{"dtype":"U8","dtype":"I8","shape":[0],"data_offsets":[0,0]}}', 0, /'dtype' twice/],
    ['metadata that are no strings', '{"__metadata__":{"a":1}}', 0, /strings to strings/],
    ['a list', '[]', 0, /does not begin with \{/],
    ['words behind the header', '{} x', 0, /not JSON/],
    ['nothing', '', 1, /does not begin with \{/],
  ])('refuses %s', (_, header, dataBytes, message) => {
    expect(() => decodeSafetensors(fileOf(header, dataBytes))).toThrow(FormatError);
    expect(() => decodeSafetensors(fileOf(header, dataBytes))).toThrow(message);
  });

  it('refuses a header that is not UTF-8, and one with a byte order mark', () => {
    const broken = fileOf('{"__metadata__":{"a":"?"}}');
    broken[broken.indexOf(0x3f)] = 0xff;
    expect(() => decodeSafetensors(broken)).toThrow(/not JSON/);
    expect(() => decodeSafetensors(fileOf('\ufeff{}'))).toThrow(/does not begin with \{/);
  });

  it('refuses a length that no memory holds without trying', () => {
    const file = fileOf('{}');
    new DataView(file.buffer).setBigUint64(0, 2n ** 64n - 1n, true);
    expect(() => decodeSafetensors(file)).toThrow(
      /18446744073709551615 bytes is more than the format allows/,
    );
  });

  it('takes names that objects have of themselves as names', () => {
    const header = `{"__proto__":${entry('U8', [1], 0, 1)}}`;
    expect([...decodeSafetensors(fileOf(header, 1)).tensors.keys()]).toEqual(['__proto__']);
    expect(Object.hasOwn(Object.prototype, 'dtype')).toBe(false);
  });
});
