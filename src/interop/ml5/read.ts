import { FormatError } from '../../errors.js';
import type { FilesBeside } from '../files.js';
import type { ForeignLayer, ForeignModel } from '../foreign.js';
import {
  constant,
  entryOfWeight,
  gatesInOrder,
  rowsOf,
  transposed,
  type Weight,
  weightOf,
} from '../keras/arrays.js';
import { isObject, parseConfig } from '../keras/config.js';
import { expectFitting } from '../keras/fitting.js';

const CELL = /(?:^|\/)(?:cell_(\d+)\/)?basic_lstm_cell\/(kernel|weights|bias|biases)$/;
// TensorFlow has i, j, f, o where PyTorch has i, f, g, o.
const ORDER = [0, 2, 1, 3];
const FORGET_BIAS = 1;

const problem = (what: string, hint?: string): FormatError => new FormatError(`ml5: ${what}`, { hint });

/**
 * A charRNN folder of ml5 or deeplearn.js: manifest.json, one file for each array, vocab.json. Its cells are TensorFlow's BasicLSTMCell:
 *
 *     i, j, f, o = [x; h] · W + b,   c' = σ(f + 1) c + σ(i) tanh(j),   h' = σ(o) tanh(c')
 *
 * @param bytes   of manifest.json
 * @param beside  gives the files that it names
 * @throws FormatError for files that are missing or of another length
 * @see https://github.com/tensorflow/tensorflow/blob/v1.15.0/tensorflow/python/ops/rnn_cell_impl.py
 */
export async function readMl5(bytes: Uint8Array, beside: FilesBeside): Promise<ForeignModel> {
  const manifest = parseConfig(new TextDecoder().decode(bytes));
  const cells = new Map<number, Map<string, Weight>>();
  const others = new Map<string, Weight>();
  const problems: string[] = [];
  const files = new Set<string>();
  for (const [name, description] of Object.entries(manifest)) {
    const weight = await readArray(name, description, files, beside);
    const match = CELL.exec(name);
    const index = Number(match?.[1] ?? 0);
    const role = /(?:^|\/)(embedding|softmax_w|softmax_b)$/.exec(name)?.[1];
    if (match !== null) {
      const cell = cells.get(index) ?? new Map<string, Weight>();
      const part = /^(kernel|weights)$/.test(match[2]) ? 'kernel' : 'bias';
      if (cell.has(part)) throw problem(`manifest.json lists '${name}' twice`);
      cell.set(part, weight);
      cells.set(index, cell);
    } else if (role !== undefined) others.set(role, weight);
    // Single numbers are counters of the training.
    else if (weight.shape.length > 0) problems.push(`'${name}' belongs to no layer that can be held`);
  }
  if (cells.size === 0)
    throw problem('manifest.json lists no basic_lstm_cell', 'only charRNN models of LSTM cells are read');
  const layers = layersOf(cells, others);
  if (problems.length === 0) expectFitting('ml5', layers);
  const [metadata, notes] = await vocabularyOf(beside);
  return { source: 'ml5 charRNN, made by TensorFlow', layers, problems, notes, metadata };
}

function layersOf(
  cells: ReadonlyMap<number, ReadonlyMap<string, Weight>>,
  others: ReadonlyMap<string, Weight>,
): ForeignLayer[] {
  const layers: ForeignLayer[] = [];
  const embedding = others.get('embedding');
  if (embedding !== undefined) {
    expectRank('embedding', embedding, 2);
    layers.push({ kind: 'embedding', name: 'embedding', weight: entryOfWeight(embedding) });
  }
  for (const [index, cell] of [...cells].sort(([a], [b]) => a - b))
    layers.push(cellOf(`cell_${index}`, cell));
  const softmax = others.get('softmax_w');
  if (softmax !== undefined) {
    expectRank('softmax_w', softmax, 2);
    const weight = transposed(softmax);
    const bias = others.get('softmax_b') ?? null;
    if (bias !== null && bias.shape.join() !== String(weight.shape[0])) {
      throw problem(`softmax_b has the shape (${bias.shape.join(', ')}), not (${weight.shape[0]})`);
    }
    layers.push({
      kind: 'linear',
      name: 'softmax',
      weight: entryOfWeight(weight),
      bias: bias && entryOfWeight(bias),
    });
  }
  return layers;
}

/** One kernel (input + hidden, 4 · hidden) for both, one bias; what the forget gate always has stands in the second bias. */
function cellOf(name: string, cell: ReadonlyMap<string, Weight>): ForeignLayer {
  const [kernel, bias] = [cell.get('kernel'), cell.get('bias')];
  if (kernel === undefined || bias === undefined) throw problem(`'${name}' has no kernel or no bias`);
  expectRank(name, kernel, 2);
  const [rows, columns] = kernel.shape;
  const hidden = columns / 4;
  if (!Number.isInteger(hidden) || hidden === 0 || rows <= hidden || bias.shape.join() !== String(columns)) {
    throw problem(
      `'${name}' has a kernel (${kernel.shape.join(', ')}) and a bias (${bias.shape.join(', ')}), which are no LSTM's`,
    );
  }
  const forget = constant(0, columns);
  forget.data.fill(FORGET_BIAS, hidden, 2 * hidden);
  const turned = (weight: Weight): Weight => gatesInOrder(transposed(weight), ORDER);
  const weights = {
    weight_ih_l0: turned(rowsOf(kernel, 0, rows - hidden)),
    weight_hh_l0: turned(rowsOf(kernel, rows - hidden, rows)),
    bias_ih_l0: gatesInOrder(bias, ORDER),
    bias_hh_l0: forget,
  };
  return {
    ...{ kind: 'lstm', name, bidirectional: false, reverse: false, nonlinearity: 'tanh' },
    ...{ batchFirst: true, returns: 'sequence' },
    weights: Object.fromEntries(Object.entries(weights).map(([key, weight]) => [key, entryOfWeight(weight)])),
  };
}

function expectRank(name: string, { shape, data }: Weight, rank: number): void {
  if (shape.length === rank && data.length > 0) return;
  throw problem(`'${name}' has the shape (${shape.join(', ')}), not one of ${rank} sizes`);
}

async function readArray(
  name: string,
  description: unknown,
  files: Set<string>,
  beside: FilesBeside,
): Promise<Weight> {
  const { filename, shape } = isObject(description) ? description : {};
  const isPlain = typeof filename === 'string' && /^(?!\.\.?$)[^\\/:]+$/.test(filename);
  if (!isPlain || !isSizes(shape))
    throw problem(`manifest.json gives '${name}' no plain file name or no shape`);
  if (files.has(filename)) throw problem(`manifest.json names '${filename}' twice`);
  files.add(filename);
  const bytes = await beside(filename);
  if (bytes === null)
    throw problem(`'${filename}' is missing`, 'put all files into the folder of manifest.json');
  const size = shape.reduce((n, axis) => n * axis, 4);
  if (bytes.length !== size) {
    throw problem(
      `'${filename}' has ${bytes.length} bytes; its shape (${shape.join(', ')}) takes ${size}`,
      'fetch it again',
    );
  }
  return weightOf(name, { dtype: 'F32', shape, bytes });
}

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);

/** Letters and their indices, as JSON. */
async function vocabularyOf(
  beside: FilesBeside,
): Promise<[metadata: Record<string, string>, notes: string[]]> {
  const bytes = await beside('vocab.json');
  if (bytes === null) return [{}, ['there is no vocab.json: the letters of the indices are not known']];
  const vocabulary = new TextDecoder().decode(bytes);
  parseConfig(vocabulary);
  return [{ vocabulary }, []];
}
