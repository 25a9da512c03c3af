import { FormatError } from '../../errors.js';
import type { SafetensorsEntry } from '../../formats/safetensors.js';
import { valuesOf } from '../../formats/values.js';
import type { FilesBeside } from '../files.js';
import { type Config, isObject, text } from '../keras/config.js';

/** Arrays by their names, and which of them were stored in fewer bits. */
export interface TfjsWeights {
  readonly arrays: ReadonlyMap<string, SafetensorsEntry>;
  readonly quantised: readonly string[];
}

const STORED = {
  float32: 'F32',
  int32: 'I32',
  uint8: 'U8',
  uint16: 'U16',
  bool: 'BOOL',
  float16: 'F16',
} as const;
const BYTES = { F32: 4, I32: 4, U8: 1, U16: 2, BOOL: 1, F16: 2 } as const;

const problem = (what: string, hint?: string): FormatError => new FormatError(`tfjs: ${what}`, { hint });

/**
 * The arrays that model.json lists, out of the files beside it. Quantised ones become what tfjs makes of them: value · scale + min.
 *
 * @throws FormatError where a file is missing or has another length
 */
export async function readWeights(manifest: unknown, beside: FilesBeside): Promise<TfjsWeights> {
  if (!Array.isArray(manifest)) {
    throw problem('model.json lists no weights', 'save the model with its weights: model.save(…)');
  }
  const arrays = new Map<string, SafetensorsEntry>();
  const quantised: string[] = [];
  const files = new Set<string>();
  for (const group of manifest as unknown[]) {
    const { paths, weights } = isObject(group) ? group : {};
    if (!Array.isArray(paths) || !Array.isArray(weights))
      throw problem('a group of weights has no files or no arrays');
    const bytes = await joined(paths, files, beside);
    let at = 0;
    for (const weight of weights as unknown[]) {
      if (!isObject(weight)) throw problem('an array has no description');
      const { name, entry, size, isQuantised } = arrayAt(weight, bytes.subarray(at));
      if (arrays.has(name)) throw problem(`the array '${name}' is there twice`);
      arrays.set(name, entry);
      if (isQuantised) quantised.push(name);
      at += size;
    }
    if (at !== bytes.length) {
      throw problem(
        `${paths.join(', ')} have ${bytes.length} bytes, and the arrays take ${at}`,
        'fetch the files again',
      );
    }
  }
  return { arrays, quantised };
}

async function joined(
  paths: readonly unknown[],
  files: Set<string>,
  beside: FilesBeside,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const path of paths) {
    if (typeof path !== 'string' || /^([\\/]|[A-Za-z]+:)|(^|[\\/])\.\.([\\/]|$)/.test(path)) {
      throw problem(
        `'${String(path)}' is no file beside model.json`,
        'download the shards into the same folder',
      );
    }
    if (files.has(path)) throw problem(`model.json names '${path}' twice`);
    files.add(path);
    const part = await beside(path);
    if (part === null) throw problem(`'${path}' is missing`, 'put the shards into the folder of model.json');
    parts.push(part);
  }
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(parts.reduce((n, { length }) => n + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function arrayAt(
  { name, shape, dtype, quantization }: Config,
  rest: Uint8Array,
): { name: string; entry: SafetensorsEntry; size: number; isQuantised: boolean } {
  if (typeof name !== 'string' || !isSizes(shape))
    throw problem(`the array ${JSON.stringify(name)} has no shape`);
  const isQuantised = isObject(quantization);
  const said = text(isQuantised ? quantization.dtype : dtype);
  if (!Object.hasOwn(STORED, said))
    throw problem(`the array '${name}' has the type ${said || 'none'}, which no layer has`);
  const stored = STORED[said as keyof typeof STORED];
  const count = shape.reduce((n, axis) => n * axis, 1);
  const size = count * BYTES[stored];
  if (!(size <= rest.length)) {
    throw problem(
      `the array '${name}' takes ${size} bytes, and ${rest.length} are left`,
      'fetch the shards again',
    );
  }
  const entry: SafetensorsEntry = { dtype: stored, shape, bytes: rest.subarray(0, size) };
  if (!isQuantised || stored === 'F16') return { name, entry, size, isQuantised };
  return { name, entry: scaled(name, entry, quantization), size, isQuantised };
}

function scaled(name: string, entry: SafetensorsEntry, { scale, min }: Config): SafetensorsEntry {
  if (typeof scale !== 'number' || typeof min !== 'number')
    throw problem(`the array '${name}' is quantised without a scale`);
  const data = Float32Array.from(valuesOf(name, entry).data, (value) => value * scale + min);
  return { dtype: 'F32', shape: entry.shape, bytes: new Uint8Array(data.buffer) };
}

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);
