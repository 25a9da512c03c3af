import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/errors.js';
import type { ForeignModel } from '../../../src/interop/foreign.js';
import { readTfjs } from '../../../src/interop/tfjs/read.js';
import { answerOf } from '../../conformance/files/answer.js';

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** What test/golden/tfjs/made/models.mjs wrote with TensorFlow.js. */
interface Made {
  readonly name: string;
  readonly model: Readonly<Record<string, unknown>> & { readonly modelTopology: unknown };
  readonly shard: string;
  readonly in: Numbers;
  readonly out: Numbers;
}

const made = JSON.parse(readFileSync('test/golden/tfjs/made/models.json', 'utf8')) as Made[];
const named = (name: string): Made => made.find((one) => one.name === name)!;
const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

function read(
  { model, shard }: Made,
  files: Readonly<Record<string, Uint8Array>> = { 'shard.bin': Buffer.from(shard, 'base64') },
): Promise<ForeignModel> {
  return readTfjs(json(model), (name) => files[name] ?? null);
}

const HELD = [
  'letters',
  'letters in 8 and 16 bits',
  'backwards',
  'backwards twice',
  'forwards over what came backwards',
  'both ways over what came backwards',
  'functional',
];

describe('a layers-model of tfjs', () => {
  it.each(HELD)('gives what tfjs gives: %s', async (name) => {
    const one = named(name);
    const model = await read(one);
    expect(model.problems).toEqual([]);
    const got = answerOf(model, one.in);
    expect(got.shape).toEqual(one.out.shape);
    one.out.data.forEach((want, i) => expect(Math.abs(got.data[i] - want)).toBeLessThan(1e-5));
  });

  it.each([
    ['gates of hard sigmoid', /'lstm_LSTM\d+' \(LSTM\) has gates of hard_sigmoid: only sigmoid/],
    [
      'state reset before the product',
      /'gru_GRU\d+' \(GRU\) resets the state before the product \(reset_after=False\)/,
    ],
    ['directions added up', /\(Bidirectional\) merges its directions by sum: only concat is held/],
  ])('says by name what cannot be held: %s', async (name, problem) => {
    const { problems } = await read(named(name));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  it('says that its weights were stored in fewer bits', async () => {
    const { notes } = await read(named('letters in 8 and 16 bits'));
    expect(notes).toEqual(['14 arrays are stored in 8 or 16 bits: they are what tfjs makes of them']);
  });

  it('may have its description as the converter of Keras writes it', async () => {
    const one = named('letters');
    const { modelTopology, ...rest } = one.model;
    const topology = { keras_version: '2.1.6', backend: 'tensorflow', model_config: modelTopology };
    const model = await read({
      ...one,
      model: { ...rest, generatedBy: 'keras v2.1.6', modelTopology: topology },
    });
    expect(model).toMatchObject({ source: 'tfjs, by keras v2.1.6 Sequential', problems: [] });
    expect(model.layers).toEqual((await read(one)).layers);
  });

  it('may have several shards, cut anywhere', async () => {
    const one = named('letters');
    const bytes = Buffer.from(one.shard, 'base64');
    const [group] = one.model.weightsManifest as { weights: unknown }[];
    const weightsManifest = [{ ...group, paths: ['a.bin', 'b.bin'] }];
    const model = { ...one.model, weightsManifest };
    const files = { 'a.bin': bytes.subarray(0, 101), 'b.bin': bytes.subarray(101) };
    expect((await read({ ...one, model }, files)).layers).toEqual((await read(one)).layers);
  });
});

describe('a broken model of tfjs', () => {
  const one = named('backwards');
  const bytes = Buffer.from(one.shard, 'base64');

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['a missing shard', () => read(one, {}), /'shard.bin' is missing\n.*folder of model.json/],
    [
      'a shard that is cut short',
      () => read(one, { 'shard.bin': bytes.subarray(0, 40) }),
      /takes 36 bytes, and 16 are left/,
    ],
    [
      'a shard that is too long',
      () => read(one, { 'shard.bin': Buffer.concat([bytes, bytes]) }),
      /the arrays take 72/,
    ],
    [
      'a shard outside of the folder',
      () => read({ ...one, model: { ...one.model, weightsManifest: [{ paths: ['../x'], weights: [] }] } }),
      /'..\/x' is no file beside/,
    ],
    [
      'a graph model',
      () => readTfjs(json({ format: 'graph-model', modelTopology: { node: [] } }), () => null),
      /graph model.*\n.*tfjs_layers_model/,
    ],
    ['no JSON', () => readTfjs(Uint8Array.of(1, 2), () => null), /no JSON object/],
  ])('is refused for %s', async (_, reading, message) => {
    await expect(reading()).rejects.toThrow(message);
    await expect(reading()).rejects.toThrow(FormatError);
  });
});
