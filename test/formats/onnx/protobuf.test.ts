import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/errors.js';
import { decodeMessage, encodeMessage } from '../../../src/formats/onnx/protobuf.js';
import type { Schema } from '../../../src/formats/onnx/schema.js';

const INNER: Schema = { i: [1, 'int'] };
const SCHEMA: Schema = {
  i: [1, 'int'],
  f: [2, 'float'],
  s: [3, 'text'],
  b: [4, 'bytes'],
  ints: [5, 'ints'],
  floats: [6, 'floats'],
  doubles: [7, 'doubles'],
  texts: [8, 'texts'],
  one: [9, 'message', () => INNER],
  many: [20, 'messages', () => INNER],
};

const decode = (...bytes: number[]): Record<string, unknown> =>
  decodeMessage(Uint8Array.from(bytes), SCHEMA, 'test');

describe('protobuf messages', () => {
  it('have defaults where nothing is written', () => {
    expect(decode()).toEqual({
      ...{
        i: 0,
        f: 0,
        s: '',
        b: new Uint8Array(),
        ints: [],
        floats: [],
        doubles: [],
        texts: [],
        one: null,
        many: [],
      },
    });
  });

  it('have repeated numbers packed or one by one, or both', () => {
    expect(decode(0x2a, 3, 1, 0x96, 0x01).ints).toEqual([1, 150]);
    expect(decode(0x28, 1, 0x28, 0x96, 0x01).ints).toEqual([1, 150]);
    expect(decode(0x28, 7, 0x2a, 1, 8).ints).toEqual([7, 8]);
    expect(decode(0x35, 0, 0, 0x80, 0x3f).floats).toEqual([1]);
    expect(decode(0x32, 4, 0, 0, 0x80, 0x3f).floats).toEqual([1]);
  });

  it('have negative numbers in ten bytes', () => {
    expect(decode(0x08, ...Array<number>(9).fill(0xff), 1).i).toBe(-1);
  });

  it('may have fields that are not known here, of every kind', () => {
    const unknown = [0x78, 5, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7a, 2, 0, 0, 0x7d, 1, 2, 3, 4];
    expect(decode(...unknown, 0x08, 3).i).toBe(3);
  });

  it('come back as they were written', () => {
    const int = fc.integer({ min: -(2 ** 52), max: 2 ** 52 });
    const message = fc.record({
      ...{
        i: int,
        f: fc.float({ noNaN: true }).map((x) => x + 0),
        s: fc.string({ unit: 'grapheme' }),
        b: fc.uint8Array(),
      },
      ...{
        ints: fc.array(int),
        doubles: fc.array(fc.double()),
        texts: fc.array(fc.string()),
        floats: fc.array(fc.float()),
      },
      ...{ one: fc.record({ i: int }), many: fc.array(fc.record({ i: int })) },
    });
    fc.assert(
      fc.property(message, (given) => {
        const got: Record<string, unknown> = decodeMessage(encodeMessage(given, SCHEMA), SCHEMA, 'test');
        expect({ ...got, b: [...(got.b as Uint8Array)] }).toEqual({ ...given, b: [...given.b] });
      }),
    );
  });

  it.each([
    ['a length beyond the end', [0x22, 9, 1]],
    ['a number that does not end', [0x08, ...Array<number>(11).fill(0xff)]],
    ['a value of another type', [0x0a, 1, 1]],
    ['an unknown kind of field', [0x0b]],
  ])('are refused with %s', (_, bytes) => {
    expect(() => decode(...bytes)).toThrow(FormatError);
  });

  it('are refused where they nest without end', () => {
    const NEST: Schema = { inner: [1, 'message', () => NEST] };
    let bytes: Uint8Array = new Uint8Array();
    for (let depth = 0; depth < 200; depth++)
      bytes = encodeMessage({ inner: bytes }, { inner: [1, 'bytes'] });
    expect(() => decodeMessage(bytes, NEST, 'test')).toThrow(/nests messages more than 100 deep/);
  });

  it('are refused where empty messages of 2 bytes would fill the memory', () => {
    const bytes = new Uint8Array(2_000_000);
    for (let i = 0; i < bytes.length; i += 2) bytes[i] = 0x0a;
    const MANY: Schema = { many: [1, 'messages', () => INNER] };
    expect(() => decodeMessage(bytes, MANY, 'test')).toThrow(/more nodes and listed numbers than any model/);
  });
});
