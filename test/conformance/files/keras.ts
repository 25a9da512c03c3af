import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FormatError } from '../../../src/errors.js';
import type { SafetensorsEntry } from '../../../src/formats/safetensors.js';
import { valuesOf } from '../../../src/formats/values.js';
import type { ForeignLayer, ForeignModel } from '../../../src/interop/foreign.js';
import { readKeras } from '../../../src/interop/keras/read.js';
import { readForeign } from '../../../src/interop/read-foreign.js';
import { decodeTensor, type EncodedTensor } from '../../golden/golden.js';
import { answerOf } from './answer.js';

/** A row of the manifest: one model in several files. */
interface Row {
  readonly files: readonly string[];
  readonly expect: 'load' | 'reject' | 'bounded';
  /** As Keras has them, by its names. */
  readonly weights?: Readonly<Record<string, EncodedTensor>>;
  readonly in?: EncodedTensor;
  readonly out?: EncodedTensor;
}

/** A verdict on a file: null where it passes, else why not; `refused` says what a network of ours cannot hold. */
export interface KerasVerdict {
  readonly file: string;
  readonly problem: string | null;
  readonly refused?: string;
}

const TOLERANCE = 1e-5;

/** Verdicts on every file of FOLDER/PART/manifest.json. */
export async function runKeras(folder: string): Promise<KerasVerdict[]> {
  const verdicts: KerasVerdict[] = [];
  for (const part of existsSync(folder) ? readdirSync(folder) : []) {
    const manifest = join(folder, part, 'manifest.json');
    if (!existsSync(manifest)) continue;
    const { files } = JSON.parse(readFileSync(manifest, 'utf8')) as { files: Row[] };
    for (const row of files) {
      for (const file of row.files) verdicts.push(await verdictOn(row, file, join(folder, part, file)));
    }
  }
  return verdicts;
}

/**
 * Verdicts on what people made: every file of FOLDER/keras that is no vocabulary, every folder of FOLDER/ml5 and FOLDER/tfjs. Each is
 * a network, or refused by name.
 */
export async function runRealKeras(folder: string): Promise<KerasVerdict[]> {
  const paths = [
    ...filesIn(join(folder, 'keras')).filter((path) => /\.(keras|h5|hdf5)$/.test(path)),
    ...filesIn(join(folder, 'ml5')).map((path) => join(path, 'manifest.json')),
    ...filesIn(join(folder, 'tfjs')).map((path) => join(path, 'model.json')),
  ];
  const verdicts: KerasVerdict[] = [];
  for (const path of paths.filter(existsSync)) {
    const file = path.slice(folder.length + 1);
    try {
      const beside = (name: string): Uint8Array | null =>
        filesIn(dirname(path)).includes(join(dirname(path), name))
          ? readFileSync(join(dirname(path), name))
          : null;
      const { plan } = await readForeign(new Uint8Array(readFileSync(path)), beside);
      const isNothing = plan.chain.length === 0 && plan.problems.length === 0;
      verdicts.push({ file, problem: isNothing ? 'is neither a network nor refused' : null });
    } catch (error) {
      verdicts.push({ file, problem: error instanceof FormatError ? null : `threw ${String(error)}` });
    }
  }
  return verdicts;
}

const filesIn = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];

async function verdictOn(row: Row, file: string, path: string): Promise<KerasVerdict> {
  try {
    const model = await readKeras(new Uint8Array(readFileSync(path)));
    if (row.expect === 'reject') return { file, problem: 'was read, but should be refused' };
    if (model.problems.length > 0) return { file, problem: null, refused: model.problems.join('; ') };
    return { file, problem: weightsProblem(row, model) ?? outputProblem(row, model) };
  } catch (error) {
    if (!(error instanceof FormatError)) return { file, problem: `threw ${String(error)}` };
    return { file, problem: row.expect === 'load' ? `was refused: ${error.message}` : null };
  }
}

function outputProblem(row: Row, model: ForeignModel): string | null {
  if (row.in === undefined || row.out === undefined) return null;
  // A file of weights does not say what follows its last layer.
  const isBare = model.source.startsWith('weights');
  const layers = isBare && hasSoftmax(row.out) ? [...model.layers, softmax] : model.layers;
  const got = answerOf({ ...model, layers }, decodeTensor(row.in));
  const want = decodeTensor(row.out);
  if (got.shape.join() !== want.shape.join()) return `gives the shape ${got.shape.join()}`;
  const off = Math.max(...Array.from(want.data, (x, i) => Math.abs(x - got.data[i])));
  return off <= TOLERANCE ? null : `is off by ${off}`;
}

const softmax: ForeignLayer = { kind: 'activation', name: 'softmax', function: 'softmax' };

/** Rows that add up to one. */
function hasSoftmax(out: EncodedTensor): boolean {
  const { shape, data } = decodeTensor(out);
  const values = Array.from(data);
  const size = shape.at(-1)!;
  return values.every((_, start) => {
    if (start % size > 0) return true;
    const sum = values.slice(start, start + size).reduce((total, x) => total + x, 0);
    return Math.abs(sum - 1) < 1e-4;
  });
}

/** Every array of the manifest must come out of the file bit for bit, turned back into Keras' form. */
function weightsProblem({ weights = {} }: Row, { layers }: ForeignModel): string | null {
  const found = new Map(layers.flatMap(kerasArrays));
  for (const [name, encoded] of Object.entries(weights)) {
    const parts = name.split('/');
    const side = parts.find((part) => /^(forward|backward)_/.test(part))?.split('_')[0] ?? '';
    const key = [parts[1], side, parts.at(-1)].filter(Boolean).join('/');
    const got = found.get(key);
    const want = decodeTensor(encoded).data;
    if (got === undefined) return `lacks ${key} of ${[...found.keys()].join(', ')}`;
    if (got.length !== want.length || got.some((x, i) => x !== want[i])) return `${key} differs`;
  }
  return null;
}

const KERAS_GATES = { rnn: [0], lstm: [0, 1, 2, 3], gru: [1, 0, 2] } as const;

function kerasArrays(layer: ForeignLayer): [string, number[]][] {
  const { name } = layer;
  if (layer.kind === 'embedding') return [[`${name}/embeddings`, numbers(layer.weight)]];
  if (layer.kind === 'linear') {
    const bias: [string, number[]][] = layer.bias === null ? [] : [[`${name}/bias`, numbers(layer.bias)]];
    return [[`${name}/kernel`, columns(layer.weight, [0])], ...bias];
  }
  if (layer.kind !== 'rnn' && layer.kind !== 'lstm' && layer.kind !== 'gru') return [];
  const order = KERAS_GATES[layer.kind];
  return (layer.bidirectional ? ['', '_reverse'] : ['']).flatMap((suffix): [string, number[]][] => {
    const side = layer.bidirectional ? (suffix === '' ? 'forward/' : 'backward/') : '';
    const get = (key: string): SafetensorsEntry => layer.weights[`${key}_l0${suffix}`];
    const [ih, hh] = [columns(get('bias_ih'), order), columns(get('bias_hh'), order)];
    const isDoubled = layer.kind === 'gru';
    return [
      [`${name}/${side}kernel`, columns(get('weight_ih'), order)],
      [`${name}/${side}recurrent_kernel`, columns(get('weight_hh'), order)],
      [`${name}/${side}bias`, isDoubled ? [...ih, ...hh] : ih.map((b, i) => b + hh[i])],
    ];
  });
}

const numbers = (entry: SafetensorsEntry): number[] => [...valuesOf('', entry).data];

/** A matrix transposed, or a vector, with blocks of rows in another order. */
function columns(entry: SafetensorsEntry, order: readonly number[]): number[] {
  const [rows, width = 1] = entry.shape;
  const data = numbers(entry);
  const size = rows / order.length;
  const from = order.flatMap((gate) => Array.from({ length: size }, (_, i) => gate * size + i));
  return Array.from({ length: width }, (_, column) => from.map((row) => data[row * width + column])).flat();
}
