import { readdirSync, readFileSync } from 'node:fs';
import { env } from 'node:process';
import { describe, it } from 'vitest';
import { identify } from '../../src/formats/identify.js';
import { decodeNpy, decodeNpz } from '../../src/formats/npy.js';
import { arraysIn } from '../../src/formats/pickle/arrays.js';
import { decodePyTorch } from '../../src/formats/pytorch/decode.js';
import { decodeSafetensors } from '../../src/formats/safetensors.js';
import { readKeras } from '../../src/interop/keras/read.js';
import { readMl5 } from '../../src/interop/ml5/read.js';
import { readOnnx } from '../../src/interop/onnx/read.js';
import { readForeign } from '../../src/interop/read-foreign.js';
import { readTfjs } from '../../src/interop/tfjs/read.js';
import { expectNoHarm } from './mutations.js';

// For more than a glance: UNROLLED_MUTATIONS=1000000 npx vitest run test/formats/mutations.test.ts
const MUTATIONS = Number(env.UNROLLED_MUTATIONS ?? 2_000);

const READERS: Readonly<Record<string, (bytes: Uint8Array, name: string) => unknown>> = {
  pt: async (bytes) => {
    identify(bytes);
    arraysIn(await decodePyTorch(bytes)).forEach(({ array }) => array.entry);
    await readForeign(bytes);
  },
  st: async (bytes) => {
    decodeSafetensors(bytes);
    await readForeign(bytes);
  },
  onnx: (bytes) => readOnnx(bytes),
  keras: readKeras,
  npy: (bytes, name) => (name.endsWith('.npz') ? decodeNpz(bytes) : decodeNpy(bytes)),
};

const files = Object.keys(READERS).flatMap((group) =>
  readdirSync(`test/golden/${group}/open`)
    .filter((name) => name !== 'manifest.json')
    .map((name) => ({
      group,
      name,
      bytes: new Uint8Array(readFileSync(`test/golden/${group}/open/${name}`)),
    })),
);

describe('a damaged file', () => {
  it.each(Object.keys(READERS))(
    'of %s is read or refused, and nothing else',
    async (group) => {
      const own = files.filter((file) => file.group === group);
      const each = Math.ceil(MUTATIONS / files.length);
      for (const { name, bytes } of own) {
        for (let seed = 0; seed < each; seed++)
          await expectNoHarm(name, bytes, seed, (b) => READERS[group](b, name));
      }
    },
    600_000,
  );

  it('model.json of tfjs or manifest.json of ml5 is read or refused, and nothing else', async () => {
    const made = readFileSync('test/golden/tfjs/made/models.json', 'utf8');
    const models = JSON.parse(made) as { model: unknown; shard: string }[];
    const manifest = {
      embedding: { filename: 'shard', shape: [2, 2] },
      'rnn/cell_0/basic_lstm_cell/kernel': { filename: 'shard.bin', shape: [1, 4] },
      'rnn/cell_0/basic_lstm_cell/bias': { filename: 'shard2', shape: [4] },
    };
    const each = Math.ceil(MUTATIONS / files.length);
    for (const [i, { model, shard }] of models.entries()) {
      const bytes = Buffer.from(shard, 'base64');
      const json = new TextEncoder().encode(JSON.stringify(model));
      const folder = new TextEncoder().encode(JSON.stringify(manifest));
      for (let seed = 0; seed < each; seed++) {
        await expectNoHarm(`tfjs ${i}`, json, seed, (b) => readTfjs(b, () => bytes));
        await expectNoHarm('ml5', folder, i * each + seed, (b) => readMl5(b, () => bytes.subarray(0, 16)));
      }
    }
  });
});
