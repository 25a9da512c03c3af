import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/errors.js';
import type { ForeignModel } from '../../../src/interop/foreign.js';
import { readMl5 } from '../../../src/interop/ml5/read.js';
import { answerOf } from '../../conformance/files/answer.js';

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const floats = (...data: number[]): Uint8Array => new Uint8Array(Float32Array.from(data).buffer);

/** Two letters, embedded in one number each, one LSTM cell of one number: kernel rows are x and h, columns i, j, f, o. */
const KERNEL = [0.1, 0.2, 0.3, 0.4, -0.5, 0.6, -0.7, 0.8];
const BIAS = [0.01, 0.02, 0.03, 0.04];

function folder(
  [kernel, bias]: readonly [string, string],
  change: Readonly<Record<string, Uint8Array | null>> = {},
): { manifest: Uint8Array; beside: (name: string) => Uint8Array | null } {
  const cell = 'rnnlm/multi_rnn_cell/cell_0/basic_lstm_cell';
  const manifest = {
    Variable: { filename: 'Variable', shape: [] },
    embedding: { filename: 'embedding', shape: [2, 1] },
    [`${cell}/${kernel}`]: { filename: 'k', shape: [2, 4] },
    [`${cell}/${bias}`]: { filename: 'b', shape: [4] },
    'rnnlm/softmax_w': { filename: 'w', shape: [1, 2] },
    'rnnlm/softmax_b': { filename: 'c', shape: [2] },
  };
  const files: Readonly<Record<string, Uint8Array | null>> = {
    ...{ Variable: floats(0.002), embedding: floats(-1, 2), k: floats(...KERNEL), b: floats(...BIAS) },
    ...{ w: floats(3, -3), c: floats(0.5, 0.25), 'vocab.json': json({ ' ': 0, a: 1 }) },
    ...change,
  };
  return { manifest: json(manifest), beside: (name) => files[name] ?? null };
}

const read = ({ manifest, beside }: ReturnType<typeof folder>): Promise<ForeignModel> =>
  readMl5(manifest, beside);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

describe('a charRNN folder of ml5', () => {
  it.each([
    ['kernel', 'bias'],
    ['weights', 'biases'],
  ] as const)("computes TensorFlow's BasicLSTMCell from %s and %s", async (kernel, bias) => {
    const model = await read(folder([kernel, bias]));
    expect(model.problems).toEqual([]);
    const want: number[] = [];
    let [h, c] = [0, 0];
    for (const letter of [1, 0, 1]) {
      const x = [-1, 2][letter];
      const [i, j, f, o] = BIAS.map((b, gate) => x * KERNEL[gate] + h * KERNEL[4 + gate] + b);
      c = sigmoid(f + 1) * c + sigmoid(i) * Math.tanh(j);
      h = sigmoid(o) * Math.tanh(c);
      want.push(3 * h + 0.5, -3 * h + 0.25);
    }
    const got = answerOf(model, { shape: [1, 3], data: [1, 0, 1] });
    want.forEach((value, i) => expect(got.data[i]).toBeCloseTo(value, 5));
  });

  it('brings its letters', async () => {
    const { metadata, notes } = await read(folder(['kernel', 'bias']));
    expect(JSON.parse(metadata.vocabulary)).toEqual({ ' ': 0, a: 1 });
    expect(notes).toEqual([]);
    const without = await read(folder(['kernel', 'bias'], { 'vocab.json': null }));
    expect(without.notes).toEqual(['there is no vocab.json: the letters of the indices are not known']);
  });

  it.each<[string, Record<string, Uint8Array | null>, RegExp]>([
    ['a missing file', { k: null }, /'k' is missing\n.*folder of manifest.json/],
    ['a file that is cut short', { k: floats(1) }, /'k' has 4 bytes; its shape \(2, 4\) takes 32/],
  ])('is refused for %s', async (_, change, message) => {
    await expect(read(folder(['kernel', 'bias'], change))).rejects.toThrow(message);
  });

  it('is refused if it names a file elsewhere', async () => {
    const manifest = json({ embedding: { filename: '../secret', shape: [1] } });
    await expect(readMl5(manifest, () => floats(1))).rejects.toThrow(FormatError);
  });
});

const DARWIN = '../shared/real/ml5/darwin';

describe.skipIf(!existsSync(DARWIN))('the model darwin of ml5', () => {
  const file = (name: string): Uint8Array | null =>
    existsSync(`${DARWIN}/${name}`) ? new Uint8Array(readFileSync(`${DARWIN}/${name}`)) : null;

  it('has two cells of 128 and continues a word of the book', async () => {
    const model = await readMl5(file('manifest.json')!, file);
    const { layers, metadata, problems } = model;
    expect(problems).toEqual([]);
    expect(layers.map(({ kind }) => kind)).toEqual(['embedding', 'lstm', 'lstm', 'linear']);
    const letters = JSON.parse(metadata.vocabulary) as Record<string, number>;
    const data = [...'the species of natural selectio'].map((letter) => letters[letter]);
    const logits = [...answerOf(model, { shape: [1, data.length], data }).data].slice(-100);
    expect(logits.indexOf(Math.max(...logits))).toBe(letters.n);
  });
});
