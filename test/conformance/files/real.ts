import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FormatError } from '../../../src/errors.js';
import { identify } from '../../../src/formats/identify.js';
import { layerText } from '../../../src/interop/layers.js';
import { networkOf } from '../../../src/interop/network.js';
import { readForeign } from '../../../src/interop/read-foreign.js';
import { tensor } from '../../../src/tensor/create.js';

/** What INDEX.md says of a file: its kind, the layers in it, and what it must say of what it cannot map or read. */
export interface Expected {
  readonly kind: string;
  readonly layers?: readonly string[];
  /** Whether the layers are a network that can be run. */
  readonly isChain?: boolean;
  /** A part of a problem, a note or of the refusal. */
  readonly says?: readonly string[];
  readonly dictionary?: readonly [name: string, size: number];
}

/** By name of the file, from its row in INDEX.md. */
export const REAL: Readonly<Record<string, Expected>> = {
  'tar-format_char-rnn-classification.pt': {
    kind: 'pytorch-tar',
    layers: ['i2h: Linear 180→128', 'i2o: Linear 180→18'],
    says: ['a recurrent cell written by hand'],
  },
  'char-rnn.pytorch_hidden_size_50.pt': {
    kind: 'pytorch-zip',
    layers: ['encoder: Embedding of 100, 50 each', 'rnn: GRU 50→50, 2 layers', 'decoder: Linear 50→100'],
    isChain: true,
  },
  'ergo_lstm_model.pt': {
    kind: 'pytorch-legacy',
    layers: [
      'tcr_embedding: Embedding of 21, 10 each',
      'pep_embedding: Embedding of 21, 10 each',
      'tcr_lstm: LSTM 10→30, 2 layers',
      'pep_lstm: LSTM 10→30, 2 layers',
      'hidden_layer: Linear 60→30',
      'output_layer: Linear 30→1',
    ],
    says: ['hidden_layer: Linear 60→30'],
    dictionary: ['amino_to_ix', 21],
  },
  'neuronames_lstm_model.pth': {
    kind: 'pytorch-zip',
    layers: [
      'embedding: Embedding of 28, 128 each',
      'lstm: LSTM 128→128, 3 layers',
      'fc: Linear 128→128',
      'output: Linear 128→28',
    ],
    isChain: true,
    says: ['which activation, if any, stands between fc and output'],
  },
  kws_model_best: {
    kind: 'pytorch-zip',
    layers: [
      'gru: GRU 18→12, 2 layers',
      'attention.energy.0: Linear 12→12',
      'attention.energy.2: Linear 12→1',
      'classifier: Linear 12→2',
    ],
    says: ['conv.0.weight, conv.0.bias', '8 counters that are no weights were left out'],
  },
  'kws_model_scripted.pt': { kind: 'torchscript', says: ['quantised'] },
  'numpy_rnn_from_scratch.pkl': {
    kind: 'pickle',
    layers: ['rnn: RNN 27→60', 'head: Linear 60→27'],
    isChain: true,
    says: ['whether rnn has tanh or relu'],
  },
  'lfs-pointer_rnn_model_weights.pkl': {
    kind: 'git-lfs',
    says: ['Git LFS pointer to a file of 30.8 MB', 'git lfs pull'],
  },
  'rashibharti_rnn_weights.npz': {
    kind: 'npz',
    layers: ['rnn: RNN 100→50', 'head: Linear 50→5'],
    isChain: true,
    says: ['float64'],
  },
};

const SLOW_MS = 1000;
const FOLDERS = ['pytorch', 'npz', 'safetensors'];

/** Verdicts on the files of FOLDER/real that weights are in: null where one passes, else why not. */
export async function runReal(folder: string): Promise<[file: string, problem: string | null][]> {
  const rows: [string, string | null][] = [];
  for (const part of FOLDERS) {
    const own = join(folder, part);
    if (!existsSync(own)) continue;
    for (const name of readdirSync(own)) {
      if (name.endsWith('.json')) continue;
      const start = performance.now();
      const problem = await problemOf(join(own, name), REAL[name]);
      const ms = performance.now() - start;
      rows.push([name, problem ?? (ms > SLOW_MS ? `took ${Math.round(ms)} ms` : null)]);
    }
  }
  return rows;
}

async function problemOf(path: string, expected: Expected | undefined): Promise<string | null> {
  const bytes = new Uint8Array(readFileSync(path));
  const { kind } = identify(bytes);
  if (kind === 'unknown') return 'is of no kind that is known';
  if (expected !== undefined && kind !== expected.kind) return `is said to be ${kind}, not ${expected.kind}`;
  let said: string;
  try {
    const { plan, notes, dictionaries } = await readForeign(bytes);
    said = [...plan.problems, ...notes, ...plan.questions.map(({ text }) => text)].join('\n');
    const layers = (plan.chain.length > 0 ? plan.chain : plan.found).map(layerText);
    if (expected?.layers !== undefined && layers.join('\n') !== expected.layers.join('\n')) {
      return `has the layers ${layers.join('; ')}`;
    }
    if (expected !== undefined && plan.chain.length > 0 !== (expected.isChain ?? false)) {
      return plan.chain.length > 0 ? 'is said to be a network' : `is no network: ${said}`;
    }
    const [name, size] = expected?.dictionary ?? [];
    const found = dictionaries.find((one) => one.name === name);
    if (name !== undefined && found?.units.length !== size) return `has no dictionary ${name} of ${size}`;
  } catch (error) {
    if (!(error instanceof FormatError)) return `threw ${String(error)}`;
    if (expected?.layers !== undefined) return `was refused: ${error.message}`;
    said = error.message;
  }
  const silent = expected?.says?.find((part) => !said.includes(part));
  if (silent !== undefined) return `does not say '${silent}', but: ${said}`;
  return sumsProblem(path, bytes);
}

/** Inputs and outputs that lie beside a file of weights: NAME_expected.json. */
interface Sums {
  readonly inputs: number[][];
  readonly outputs: number[][];
  readonly tolerance: number;
}

async function sumsProblem(path: string, bytes: Uint8Array): Promise<string | null> {
  const file = path.replace(/(\.\w+)?$/, '_expected.json');
  if (!existsSync(file)) return null;
  const { inputs, outputs, tolerance } = JSON.parse(readFileSync(file, 'utf8')) as Sums;
  const { tensors } = await readForeign(bytes);
  const [got] = networkOf(tensors).forward(tensor(inputs, { dtype: 'float32' }));
  const rows = got.tolist<number[][]>();
  const worst = outputs.flatMap((row, t) => row.map((value, i) => Math.abs(value - rows[t][i])));
  const most = worst.reduce((a, b) => Math.max(a, b), 0);
  return most <= tolerance ? null : `${basename(file)}: off by ${most}`;
}
