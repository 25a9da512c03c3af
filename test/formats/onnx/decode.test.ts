import { describe, expect, it } from 'vitest';
import { arrayOf, numbersOf } from '../../../src/formats/onnx/arrays.js';
import { decodeOnnx, type ExternalData } from '../../../src/formats/onnx/decode.js';
import { encodeMessage } from '../../../src/formats/onnx/protobuf.js';
import { FILE } from '../../../src/formats/onnx/schema.js';

/** A file of one array. */
const fileOf = (tensor: object): Uint8Array =>
  encodeMessage({ graph: { initializer: [{ name: 'w', ...tensor }] } }, FILE);

const numbersIn = async (tensor: object, external?: ExternalData): Promise<number[]> => {
  const { graph } = await decodeOnnx(fileOf(tensor), external);
  return numbersOf(arrayOf(graph.initializer[0]), 'w');
};

describe('arrays of an ONNX file', () => {
  it.each([
    [
      'raw bytes',
      { dims: [2], dataType: 6, rawData: Uint8Array.of(1, 0, 0, 0, 255, 255, 255, 255) },
      [1, -1],
    ],
    ['listed floats', { dims: [2], dataType: 1, floatData: [0.5, -2] }, [0.5, -2]],
    ['listed doubles', { dims: [1], dataType: 11, doubleData: [0.1] }, [0.1]],
    ['listed numbers of 64 bits', { dims: [2], dataType: 7, int64Data: [-5, 2 ** 40] }, [-5, 2 ** 40]],
    ['listed numbers of 8 bits', { dims: [2], dataType: 3, int32Data: [-5, 7] }, [-5, 7]],
    ['truth values', { dims: [2], dataType: 9, int32Data: [1, 0] }, [1, 0]],
    ['nothing', { dims: [0, 3], dataType: 1 }, []],
  ])('are read from %s', async (_, tensor, want) => {
    expect(await numbersIn(tensor)).toEqual(want);
  });

  it.each([
    [
      'too few bytes',
      { dims: [3], dataType: 1, floatData: [1, 2] },
      /holds 8 bytes, but \(3\) of F32 needs 12/,
    ],
    ['a negative size', { dims: [-1], dataType: 1 }, /shape that cannot be/],
    ['a shape beyond all memory', { dims: [2 ** 30, 2 ** 30], dataType: 1 }, /shape that cannot be/],
    ['text', { dims: [1], dataType: 8, stringData: ['a'] }, /elements of the type 8/],
  ])('are refused with %s', async (_, tensor, message) => {
    await expect(numbersIn(tensor)).rejects.toThrow(message);
  });
});

describe('data beside the file', () => {
  const beside = (location: string, more: Record<string, string> = {}): object => ({
    ...{ dims: [2], dataType: 2, dataLocation: 1 },
    externalData: Object.entries({ location, ...more }).map(([key, value]) => ({ key, value })),
  });
  const bytes = Uint8Array.of(1, 2, 3, 4);

  it('is a part of a file that the caller reads, from anywhere below the folder', async () => {
    const asked: string[] = [];
    const read = (location: string): Promise<Uint8Array> => {
      asked.push(location);
      return Promise.resolve(bytes);
    };
    expect(await numbersIn(beside('sub/data.bin', { offset: '1', length: '2' }), read)).toEqual([2, 3]);
    expect(asked).toEqual(['sub/data.bin']);
  });

  it.each(['/etc/passwd', '../w.bin', 'a/../../w.bin', 'C:\\w.bin', '\\\\server\\w', 'a\\..\\..\\w', ''])(
    'is not looked for at %j',
    async (location) => {
      const read = (): Uint8Array => {
        throw new Error('was read');
      };
      await expect(numbersIn(beside(location), read)).rejects.toThrow(/not below the folder of the model/);
    },
  );

  it('is refused where the file is shorter', async () => {
    await expect(numbersIn(beside('w', { offset: '3', length: '2' }), () => bytes)).rejects.toThrow(
      /2 bytes at 3 of 'w', which has 4/,
    );
    await expect(numbersIn(beside('w', { offset: '-1', length: '2' }), () => bytes)).rejects.toThrow(/-1/);
  });

  it('is asked for where nobody reads it', async () => {
    await expect(numbersIn(beside('w'))).rejects.toThrow(/beside the model[^]*pass a function/);
  });
});

describe('bytes that are no model', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['text', new TextEncoder().encode('<!DOCTYPE html><html></html>')],
  ])('are refused: %s', async (_, bytes) => {
    await expect(decodeOnnx(bytes)).rejects.toThrow(/onnx/);
  });
});
