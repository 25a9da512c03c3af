import { PickleArray, PickleTuple, type PickleValue } from '../../../src/formats/pickle/values.js';
import type { SafetensorsEntry } from '../../../src/formats/safetensors.js';

/** Element types by the names in the golden files. */
const DTYPES: Readonly<Record<string, string | undefined>> = {
  float16: 'F16',
  bfloat16: 'BF16',
  float32: 'F32',
  float64: 'F64',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint8: 'U8',
  bool: 'BOOL',
};

/** What a file should hold, in the form of the manifests. */
export type Content =
  | null
  | boolean
  | number
  | string
  | Content[]
  | {
      readonly dtype: string;
      readonly shape: readonly number[];
      readonly b64: string;
      readonly parameter?: boolean;
    }
  | { readonly $map: Readonly<Record<string, Content>> }
  | { readonly $dict: readonly (readonly [Content, Content])[] }
  | { readonly $tuple: readonly Content[] }
  | { readonly $int: string }
  | { readonly $float: number | string }
  | { readonly $bytes: string };

/** Why what was read is not what should be there, or null if it is. */
export function difference(got: unknown, want: Content, path = ''): string | null {
  const differs = (what: unknown): string =>
    `${path || 'the whole'}: ${String(what)}, not ${JSON.stringify(want).slice(0, 80)}`;
  if (want === null || typeof want !== 'object') return Object.is(got, want) ? null : differs(got);
  if (Array.isArray(want)) return Array.isArray(got) ? listDifference(got, want, path) : differs(got);
  if ('b64' in want) {
    if (got instanceof PickleArray) {
      if (got.isParameter !== (want.parameter ?? false)) return differs('parameter or not');
      return arrayDifference(got.entry, want, path);
    }
    return arrayDifference(got as SafetensorsEntry, want, path);
  }
  if ('$map' in want) return mapDifference(got, Object.entries(want.$map), path);
  if ('$dict' in want) return mapDifference(got, want.$dict, path);
  if ('$tuple' in want)
    return got instanceof PickleTuple ? listDifference(got.items, want.$tuple, path) : differs(got);
  if ('$int' in want) return BigInt(got as number) === BigInt(want.$int) ? null : differs(got);
  if ('$float' in want) return Object.is(got, Number(want.$float)) ? null : differs(got);
  return got instanceof Uint8Array && Buffer.from(got).toString('base64') === want.$bytes
    ? null
    : differs(got);
}

function listDifference(got: readonly unknown[], want: readonly Content[], path: string): string | null {
  if (got.length !== want.length) return `${path}: ${got.length} items, not ${want.length}`;
  return (
    want.map((item, i) => difference(got[i], item, `${path}[${i}]`)).find((problem) => problem !== null) ??
    null
  );
}

function mapDifference(
  got: unknown,
  want: readonly (readonly [Content, Content])[],
  path: string,
): string | null {
  if (!(got instanceof Map)) return `${path}: no dict`;
  if (got.size !== want.length) return `${path}: ${got.size} items, not ${want.length}`;
  const values = got as ReadonlyMap<PickleValue, PickleValue>;
  for (const [key, value] of want) {
    const plain = plainKey(key);
    const name = `${path}.${JSON.stringify(key)}`;
    if (!values.has(plain)) return `${name}: missing`;
    const problem = difference(values.get(plain), value, name);
    if (problem !== null) return problem;
  }
  return null;
}

/** A key of a dict as it is read. */
function plainKey(key: Content): PickleValue {
  return key !== null && typeof key === 'object' && '$int' in key ? Number(key.$int) : (key as PickleValue);
}

function arrayDifference(
  got: SafetensorsEntry | undefined,
  want: { readonly dtype: string; readonly shape: readonly number[]; readonly b64: string },
  path: string,
): string | null {
  if (got?.dtype !== DTYPES[want.dtype]) return `${path}: ${got?.dtype}, not ${want.dtype}`;
  if (got?.shape.join() !== want.shape.join())
    return `${path}: shape ${got?.shape.join()}, not ${want.shape.join()}`;
  return Buffer.from(got.bytes).toString('base64') === want.b64 ? null : `${path}: other elements`;
}
