import { File, type LIBVER_BOUND, ready } from 'h5wasm';
import { describe, expect, it } from 'vitest';
import { decodeHdf5, type Hdf5Group } from '../../../src/formats/hdf5/decode.js';
import { valuesOf } from '../../../src/formats/values.js';
import { FormatError } from '../../../src/errors.js';
import { expectNoHarm } from '../mutations.js';

const { FS } = await ready;

/** The bytes of a file that the HDF5 library writes. */
function written(fill: (file: File) => void, libver: LIBVER_BOUND = 'earliest'): Uint8Array {
  const file = new File('/written.h5', 'w', { libver: [libver, 'latest'] });
  fill(file);
  file.close();
  return (FS as unknown as { readFile(name: string): Uint8Array }).readFile('/written.h5').slice();
}

const numbers = (group: Hdf5Group, name: string): number[] => {
  const entry = group.datasets.get(name)!.read();
  return [...valuesOf(name, entry).data];
};

const FORMS: LIBVER_BOUND[] = ['earliest', 'v108', 'v110', 'v112', 'v114', 'v200'];

describe.each(FORMS)('a file in the form of the library %s', (form) => {
  it('gives groups, arrays with shapes, and texts beside them', () => {
    const bytes = written((file) => {
      file.create_attribute('keras_version', '2.15.0');
      file.create_attribute('layer_names', ['rnn', 'dense']);
      file.create_attribute('fixed', ['ab', 'cde'], null, 'S5');
      const inner = file.create_group('a').create_group('b');
      inner.create_dataset({ name: 'w', data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] });
      inner.create_dataset({ name: 'one', data: Int32Array.of(7), shape: [] });
    }, form);
    const root = decodeHdf5(bytes);
    expect(root.attributes.get('keras_version')).toBe('2.15.0');
    expect(root.attributes.get('layer_names')).toEqual(['rnn', 'dense']);
    expect(root.attributes.get('fixed')).toEqual(['ab', 'cde']);
    const inner = root.groups.get('a')!.groups.get('b')!;
    expect(inner.datasets.get('w')!.read().shape).toEqual([2, 3]);
    expect(numbers(inner, 'w')).toEqual([1, 2, 3, 4, 5, 6]);
    expect(inner.datasets.get('one')!.read()).toMatchObject({ dtype: 'I32', shape: [] });
  });

  it('may have more members and attributes than fit beside each other', () => {
    const names = Array.from({ length: 300 }, (_, i) => `layer_${i}`);
    const bytes = written((file) => {
      for (const name of names) {
        file.create_group(name);
        file.create_attribute(name, `of ${name}`);
      }
    }, form);
    const root = decodeHdf5(bytes);
    expect([...root.groups.keys()].sort()).toEqual(names.sort());
    expect(root.attributes.size).toBe(300);
    expect(root.attributes.get('layer_299')).toBe('of layer_299');
  });

  it('has a text of 100,000 letters', () => {
    const text = 'é'.repeat(50_000);
    const bytes = written((file) => file.create_attribute('model_config', text), form);
    expect(decodeHdf5(bytes).attributes.get('model_config')).toBe(text);
  });
});

describe('elements', () => {
  it.each([
    [Float64Array.of(0.5, -2), 'F64'],
    [Int8Array.of(-1, 2), 'I8'],
    [Uint32Array.of(1, 2), 'U32'],
    [BigInt64Array.of(-1n, 2n), 'I64'],
  ] as const)('of %o keep their type', (data, dtype) => {
    const root = decodeHdf5(
      written((file) => void file.create_dataset({ name: 'x', data: data as Float64Array })),
    );
    const entry = root.datasets.get('x')!.read();
    expect(entry).toMatchObject({ dtype, shape: [2] });
    expect(entry.bytes).toEqual(new Uint8Array(data.buffer));
  });

  it('that are compressed are refused when they are read, with the command that helps', () => {
    const data = new Float32Array(4096);
    const shape = [64, 64];
    const bytes = written(
      (file) =>
        void file.create_dataset({
          name: 'x',
          data,
          shape,
          chunks: [8, 8],
          compression: 'gzip',
          compression_opts: [4],
        }),
    );
    expect(() => decodeHdf5(bytes).datasets.get('x')!.read()).toThrow(
      /compressed or in pieces.*\n.*h5repack/,
    );
  });
});

describe('a broken file', () => {
  const whole = written(
    (file) => void file.create_group('a').create_dataset({ name: 'x', data: [1, 2], dtype: '<f' }),
  );

  it('that is cut short says how many bytes are missing', () => {
    expect(() => decodeHdf5(whole.subarray(0, whole.length - 1))).toThrow(
      new RegExp(`should have ${whole.length} bytes and has ${whole.length - 1}`),
    );
  });

  it('that is none is refused', () => {
    expect(() => decodeHdf5(new TextEncoder().encode('<!DOCTYPE html>'))).toThrow(FormatError);
  });

  it('whose group holds itself is refused', () => {
    const circle = written((file) => {
      file.create_group('a').create_hard_link('/', 'up');
    });
    expect(() => decodeHdf5(circle)).toThrow('lie in each other without end');
  });

  it.each(['earliest', 'v200'] as const)(
    'of the form %s does no harm, wherever it is damaged',
    async (form) => {
      const many = written((file) => {
        for (let i = 0; i < 12; i++) {
          file.create_attribute(`a${i}`, `text ${i}`);
          file.create_group(`g${i}`).create_dataset({ name: 'x', data: Float32Array.of(i), shape: [1] });
        }
      }, form);
      const readAll = (group: Hdf5Group): void => {
        for (const dataset of group.datasets.values()) dataset.read();
        for (const inner of group.groups.values()) readAll(inner);
      };
      for (let seed = 0; seed < 500; seed++)
        await expectNoHarm(form, many, seed, (bytes) => readAll(decodeHdf5(bytes)));
    },
  );
});
