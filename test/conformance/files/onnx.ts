import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FormatError } from '../../../src/errors.js';
import { arrayFrom, arrayOf, numbersOf, type OnnxArray } from '../../../src/formats/onnx/arrays.js';
import { decodeOnnx, type OnnxModel } from '../../../src/formats/onnx/decode.js';
import { decodeMessage } from '../../../src/formats/onnx/protobuf.js';
import { type OnnxTensor, TENSOR } from '../../../src/formats/onnx/schema.js';
import type { SafetensorsEntry } from '../../../src/formats/safetensors.js';
import type { ForeignModel } from '../../../src/interop/foreign.js';
import { isRecurrent } from '../../../src/interop/onnx/recurrent.js';
import { readOnnx } from '../../../src/interop/onnx/read.js';
import { decodeTensor, type EncodedTensor } from '../../golden/golden.js';
import { distance, floats, Refused, runGraph } from './onnx-graph.js';

/** A row of the manifest. */
interface Row {
  readonly file: string;
  readonly in: Readonly<Record<string, EncodedTensor>>;
  readonly out: Readonly<Record<string, EncodedTensor>>;
  readonly state_dict?: Readonly<Record<string, EncodedTensor>>;
}

/** A verdict on a model: null where it passes, else why not; `refused` says what a network of ours cannot hold. */
export interface OnnxVerdict {
  readonly file: string;
  readonly problem: string | null;
  readonly refused?: string;
}

const TOLERANCE = 1e-5;

/** Verdicts on every model of FOLDER/PART/manifest.json. */
export async function runOnnx(folder: string): Promise<OnnxVerdict[]> {
  const verdicts: OnnxVerdict[] = [];
  for (const part of existsSync(folder) ? readdirSync(folder) : []) {
    const manifest = join(folder, part, 'manifest.json');
    if (!existsSync(manifest)) continue;
    const { files } = JSON.parse(readFileSync(manifest, 'utf8')) as { files: Row[] };
    for (const row of files) {
      verdicts.push(
        await verdictOn(row.file, join(folder, part, row.file), (model, layers) =>
          rowProblem(row, model, layers),
        ),
      );
    }
  }
  return verdicts;
}

/** The same for FOLDER/onnx with burn_expected.json, and for FOLDER/onnx-node, ONNX's own tests of recurrent nodes. */
export async function runRealOnnx(folder: string): Promise<OnnxVerdict[]> {
  const verdicts: OnnxVerdict[] = [];
  const sums = join(folder, 'onnx', 'burn_expected.json');
  if (existsSync(sums)) {
    const cases = JSON.parse(readFileSync(sums, 'utf8')) as Record<string, SumCase>;
    for (const [name, one] of Object.entries(cases)) {
      const file = `burn_${name}.onnx`;
      verdicts.push(await verdictOn(file, join(folder, 'onnx', file), (model) => sumProblem(one, model)));
    }
  }
  const nodes = join(folder, 'onnx-node');
  for (const name of existsSync(nodes) ? readdirSync(nodes) : []) {
    const own = join(nodes, name);
    const model = await decodeOnnx(readFileSync(join(own, 'model.onnx')));
    if (!model.graph.node.some(isRecurrent)) continue;
    verdicts.push(await verdictOn(name, join(own, 'model.onnx'), () => nodeProblem(own, model)));
  }
  return verdicts;
}

async function verdictOn(
  file: string,
  path: string,
  judge: (model: OnnxModel, layers: ForeignModel) => string | null,
): Promise<OnnxVerdict> {
  try {
    const bytes = readFileSync(path);
    return { file, problem: judge(await decodeOnnx(bytes), await readOnnx(bytes)) };
  } catch (error) {
    if (error instanceof Refused) return { file, problem: null, refused: error.message };
    return { file, problem: error instanceof FormatError ? `was refused: ${error.message}` : String(error) };
  }
}

const decoded = (x: EncodedTensor): OnnxArray => {
  const { dtype, shape, data } = decodeTensor(x);
  const known = { float32: 'F32', int64: 'I64', int32: 'I32' } as const;
  return arrayFrom(known[dtype as keyof typeof known], shape, Array.from(data));
};

function rowProblem(row: Row, model: OnnxModel, layers: ForeignModel): string | null {
  const inputs = new Map(Object.entries(row.in).map(([name, x]) => [name, decoded(x)]));
  const values = runGraph(model, inputs);
  const outputs = Object.entries(row.out).map(
    ([name, want]) => [name, values.get(name), decoded(want)] as const,
  );
  // Newer exporters write an RNN out step by step, so that there is no node whose weights could be found.
  const isChecked = row.state_dict !== undefined && model.graph.node.some(isRecurrent);
  return firstProblem(outputs) ?? (isChecked ? weightsProblem(layers, row.state_dict) : null);
}

function firstProblem(
  outputs: readonly (readonly [string, OnnxArray | undefined, OnnxArray])[],
): string | null {
  for (const [name, got, want] of outputs) {
    const off = distance(got, want);
    if (!(off <= TOLERANCE)) return `${name} is off by ${off}`;
  }
  return null;
}

/** The weights of a state_dict must come out of the file bit for bit, layer by layer. */
function weightsProblem(
  { layers, problems }: ForeignModel,
  state: NonNullable<Row['state_dict']>,
): string | null {
  if (problems.length > 0) return problems.join('; ');
  const recurrent = layers.filter((layer) => 'weights' in layer);
  const found = new Map<string, SafetensorsEntry>(
    recurrent.flatMap(({ weights }, k) =>
      Object.entries(weights).map(([name, entry]) => [name.replace('_l0', `_l${k}`), entry] as const),
    ),
  );
  for (const [name, want] of Object.entries(state)) {
    const got = found.get(name);
    if (got === undefined) return `${name} was not found`;
    if (distance(got as OnnxArray, decoded(want)) !== 0) return `${name} differs`;
  }
  return null;
}

interface SumCase {
  readonly inputs: readonly { readonly name: string; readonly values: Nested }[];
  readonly expected_sums: Readonly<Record<string, number>>;
  readonly tolerance: number;
}

type Nested = readonly (number | Nested)[];

const flat = (values: Nested): number[] => values.flatMap((x) => (typeof x === 'number' ? [x] : flat(x)));

function shapeOf(values: Nested): number[] {
  const [first] = values;
  return [values.length, ...(typeof first === 'number' ? [] : shapeOf(first))];
}

/** Sums are given in the order of the outputs. */
function sumProblem({ inputs, expected_sums: sums, tolerance }: SumCase, model: OnnxModel): string | null {
  const given = inputs.map(({ name, values }) => [name, floats(shapeOf(values), flat(values))] as const);
  const made = runGraph(model, new Map(given));
  const outputs = model.graph.output.map(({ name }) => numbersOf(made.get(name)!, name));
  const off = Object.values(sums).map((want, i) => Math.abs(outputs[i].reduce((a, b) => a + b, 0) - want));
  return off.every((distance) => distance <= tolerance) ? null : `sums are off by ${off.join(', ')}`;
}

function nodeProblem(folder: string, model: OnnxModel): string | null {
  const read = (name: string): OnnxArray =>
    arrayOf(decodeMessage<OnnxTensor>(readFileSync(join(folder, 'test_data_set_0', name)), TENSOR, name));
  const inputs = new Map(model.graph.input.map(({ name }, i) => [name, read(`input_${i}.pb`)]));
  const values = runGraph(model, inputs);
  return firstProblem(
    model.graph.output.map(({ name }, i) => [name, values.get(name), read(`output_${i}.pb`)]),
  );
}
