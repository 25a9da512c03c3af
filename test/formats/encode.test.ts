import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ValueError } from '../../src/errors.js';
import { crc32 } from '../../src/formats/crc32.js';
import { decodeNpy, decodeNpz, encodeNpy, encodeNpz } from '../../src/formats/npy.js';
import { PickleArray, type PickleValue } from '../../src/formats/pickle/values.js';
import { decodePyTorch } from '../../src/formats/pytorch/decode.js';
import { encodePyTorch } from '../../src/formats/pytorch/encode.js';
import { entryOf } from '../../src/formats/tensors.js';
import { ZipArchive } from '../../src/formats/zip.js';
import { encodeZip } from '../../src/formats/zip-writer.js';
import { nn, type Tensor, tensor, zeros } from '../../src/index.js';
import { printedByPython, PYTHON } from '../pytorch.js';

const folder = mkdtempSync(join(tmpdir(), 'unrolled-encode-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Arrays of a state_dict, by name. */
function arrays(value: PickleValue): Map<string, PickleArray> {
  if (!(value instanceof Map)) throw new Error('no dict');
  return value as Map<string, PickleArray>;
}

const plain = (x: { dtype: string; shape: readonly number[]; bytes: Uint8Array }): unknown => [
  x.dtype,
  x.shape,
  [...x.bytes],
];

describe('zip archives', () => {
  it('have the checksum of the standard', () => {
    // The check value of CRC-32 in every catalogue.
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });

  it('come back as they were, names in any script', async () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const archive = new ZipArchive(
      encodeZip([
        { name: 'a/가', bytes },
        { name: 'b', bytes: new Uint8Array(0) },
      ]),
    );
    expect(archive.entries).toEqual([
      { name: 'a/가', size: 3 },
      { name: 'b', size: 0 },
    ]);
    expect(await archive.read('a/가')).toEqual(bytes);
  });
});

describe('PyTorch files', () => {
  const whole = tensor([
    [1, 2, 3.5],
    [4, 5, 6],
  ]);
  const state = new Map<string, Tensor>([
    ['whole', whole],
    ['row', whole.at(1)],
    ['turned', whole.t()],
    ['number', tensor(7)],
    ['flags', tensor([true, false, true])],
    ['none', zeros([0, 3])],
    ['이름', whole],
  ]);

  it('come back with names, shapes and bytes, in their order', async () => {
    const back = arrays(await decodePyTorch(encodePyTorch(state)));
    expect([...back.keys()]).toEqual([...state.keys()]);
    for (const [name, x] of state) expect(plain(back.get(name)!.entry), name).toEqual(plain(entryOf(x)));
  });

  it('hold memory that tensors share once, at multiples of 64 bytes', async () => {
    const bytes = encodePyTorch(state);
    const archive = new ZipArchive(bytes);
    const names = archive.entries.map(({ name, size }) => `${name} ${size}`);
    expect(names.filter((name) => name.includes('/data/'))).toEqual([
      ...['archive/data/0 24', 'archive/data/1 4', 'archive/data/2 3', 'archive/data/3 0'],
    ]);
    for (const { name } of archive.entries) expect((await archive.read(name)).byteOffset % 64, name).toBe(0);
  });

  it('have the files that torch.load demands, and a pickle of protocol 2', async () => {
    const archive = new ZipArchive(encodePyTorch(state));
    const text = async (name: string) => new TextDecoder().decode(await archive.read(`archive/${name}`));
    expect([await text('version'), await text('byteorder')]).toEqual(['3\n', 'little']);
    expect([...(await archive.read('archive/data.pkl')).subarray(0, 2)]).toEqual([0x80, 2]);
  });

  it('write tied weights once', () => {
    const [embedding, head] = [new nn.Embedding(100, 50), new nn.Linear(50, 100, { bias: false })];
    head.weight = embedding.weight;
    const bytes = encodePyTorch(new nn.Sequential(embedding, head).stateDict());
    expect(bytes.length).toBeLessThan(1.2 * 4 * 100 * 50);
  });

  it.skipIf(PYTHON === undefined)('load in PyTorch itself, safely and strictly', () => {
    writeFileSync(join(folder, 'state.pt'), encodePyTorch(state));
    writeFileSync(join(folder, 'lstm.pt'), encodePyTorch(new nn.LSTM(3, 4, { numLayers: 2 }).stateDict()));
    const program = `
import json, torch
s = torch.load("state.pt", weights_only=True)
torch.nn.LSTM(3, 4, num_layers=2).load_state_dict(torch.load("lstm.pt", weights_only=True), strict=True)
print(json.dumps({
  "type": type(s).__name__, "values": {k: v.tolist() for k, v in s.items()}, "dtypes": [str(v.dtype) for v in s.values()],
  "shared": s["row"].data_ptr() - s["whole"].data_ptr(), "strides": s["turned"].stride()}))`;
    expect(JSON.parse(printedByPython(program, folder))).toEqual({
      type: 'OrderedDict',
      values: Object.fromEntries([...state].map(([name, x]) => [name, x.tolist()])),
      dtypes: [
        'torch.float32',
        'torch.float32',
        'torch.float32',
        'torch.int32',
        'torch.bool',
        'torch.float32',
        'torch.float32',
      ],
      shared: 12,
      strides: [1, 3],
    });
  });
});

describe('NumPy files', () => {
  const entries = [
    ['x', entryOf(tensor([[1.5, 2, 3]]))],
    ['scalar', entryOf(tensor(2.5))],
    ['whole', entryOf(tensor([1, 2]))],
    ['flags', entryOf(tensor([true, false]))],
    ['none', { dtype: 'F64', shape: [0, 2], bytes: new Uint8Array(0) }],
    ['half', { dtype: 'F16', shape: [1], bytes: Uint8Array.of(0, 0x3c) }],
  ] as const;

  it.each(entries)('come back as they were: %s', (_, entry) => {
    const bytes = encodeNpy(entry);
    expect(plain(decodeNpy(bytes))).toEqual(plain(entry));
    expect((bytes.length - entry.bytes.length) % 64).toBe(0);
  });

  it('hold several arrays', async () => {
    const back = await decodeNpz(encodeNpz(entries));
    expect([...back.keys()]).toEqual(entries.map(([name]) => name));
    for (const [name, entry] of entries) expect(plain(back.get(name)!), name).toEqual(plain(entry));
  });

  it('refuse what NumPy has no type for, and bytes that do not fit', () => {
    const bytes = new Uint8Array(2);
    expect(() => encodeNpy({ dtype: 'BF16', shape: [1], bytes })).toThrow(/NumPy has no BF16/);
    expect(() => encodeNpy({ dtype: 'F32', shape: [1], bytes })).toThrow(ValueError);
  });

  it.skipIf(PYTHON === undefined)('load in NumPy itself', () => {
    writeFileSync(join(folder, 'all.npz'), encodeNpz(entries));
    const program = `
import json, numpy
f = numpy.load("all.npz")
print(json.dumps({k: [str(f[k].dtype), list(f[k].shape), f[k].tolist()] for k in f.files}))`;
    expect(JSON.parse(printedByPython(program, folder))).toEqual({
      x: ['float32', [1, 3], [[1.5, 2, 3]]],
      scalar: ['float32', [], 2.5],
      whole: ['int32', [2], [1, 2]],
      flags: ['bool', [2], [true, false]],
      none: ['float64', [0, 2], []],
      half: ['float16', [1], [1]],
    });
  });
});
