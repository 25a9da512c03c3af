import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A tensor of a golden file. Integers are plain numbers here; half precision stays raw 16-bit words. */
export interface GoldenTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | Int16Array | Int8Array | Uint8Array | Uint16Array;
}

export type GoldenValue = GoldenTensor | number | string | boolean | null | readonly GoldenValue[];

/** One case, as the README of this folder describes it. */
export interface Case {
  readonly id: string;
  readonly op: string;
  readonly args: Record<string, unknown>;
  readonly params?: Record<string, GoldenTensor>;
  /** Null for an argument that was None. */
  readonly in?: Record<string, GoldenTensor | null>;
  readonly out: Record<string, GoldenValue>;
  readonly cot?: Record<string, GoldenTensor>;
  readonly grad?: Record<string, GoldenTensor>;
  readonly cmp?: 'elem' | 'exact';
  readonly tol: number;
  readonly atol?: number;
  readonly floor?: number;
}

/** A tensor as it stands in a golden file. */
export interface EncodedTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly b64: string;
}

const SPECIAL: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

const isEncoded = (o: object): o is EncodedTensor => 'b64' in o;

/** The values of a tensor. */
export function decodeTensor({ dtype, shape, b64 }: EncodedTensor): GoldenTensor {
  const bytes = Uint8Array.from(Buffer.from(b64, 'base64')).buffer;
  const readers: Readonly<Record<string, () => GoldenTensor['data']>> = {
    float32: () => new Float32Array(bytes),
    float64: () => new Float64Array(bytes),
    float16: () => new Uint16Array(bytes),
    bfloat16: () => new Uint16Array(bytes),
    int64: () => Float64Array.from(new BigInt64Array(bytes), Number),
    int32: () => new Int32Array(bytes),
    int16: () => new Int16Array(bytes),
    int8: () => new Int8Array(bytes),
    uint8: () => new Uint8Array(bytes),
    bool: () => new Uint8Array(bytes),
  };
  if (!Object.hasOwn(readers, dtype)) throw new Error(`golden files have no dtype ${dtype}`);
  return { dtype, shape, data: readers[dtype]() };
}

function revive(value: unknown): unknown {
  if (typeof value === 'string' && Object.hasOwn(SPECIAL, value)) return SPECIAL[value];
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(revive);
  if (isEncoded(value)) return decodeTensor(value);
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, revive(v)]));
}

/** Cases by group, from every `data/PART/GROUP.PART.json` below a folder. */
export function readCases(folder: string): Map<string, Case[]> {
  const groups = new Map<string, Case[]>();
  const data = join(folder, 'data');
  // A folder may hold files of other libraries only.
  if (!existsSync(data)) return groups;
  for (const part of readdirSync(data).filter((name) => statSync(join(data, name)).isDirectory())) {
    for (const file of readdirSync(join(data, part)).filter((name) => name.endsWith('.json'))) {
      const { group, cases } = JSON.parse(readFileSync(join(data, part, file), 'utf8')) as {
        group: string;
        cases: unknown[];
      };
      groups.set(group, [...(groups.get(group) ?? []), ...(cases.map(revive) as Case[])]);
    }
  }
  return groups;
}

/** What a run gives: anything with a shape and data, a number, a string, or lists of these. */
export type Got =
  | { readonly shape: readonly number[]; readonly data: ArrayLike<number> }
  | number
  | string
  | boolean
  | null
  | undefined
  | readonly Got[];

const isTensor = (v: unknown): v is GoldenTensor => typeof v === 'object' && v !== null && 'data' in v;

function values(v: Got | GoldenValue): (number | string | boolean)[] {
  if (isTensor(v)) return Array.from(v.data);
  if (Array.isArray(v)) return v.flatMap((x: Got) => values(x));
  return [v as number];
}

/** Null where `got` passes for `want` under the case's tolerance, else why it does not. */
export function judge(
  c: Case,
  got: Got,
  want: GoldenValue | undefined,
  kind: 'out' | 'grad' = 'out',
): string | null {
  if (want === null || want === undefined)
    return got === null || got === undefined ? null : 'expected nothing';
  if (got === null || got === undefined) return 'there is no value';
  if (isTensor(want)) {
    if (!isTensor(got)) return 'not a tensor';
    if (String(want.shape) !== String(got.shape))
      return `shape (${String(got.shape)}), not (${String(want.shape)})`;
  }
  const [w, g] = [values(want), values(got)];
  if (w.length !== g.length) return `${g.length} values, not ${w.length}`;
  if (w.some((x) => typeof x !== 'number')) return w.every((x, i) => x === g[i]) ? null : 'values differ';
  const [wanted, given] = [w as number[], g as number[]];
  const bits = c.cmp === 'exact';
  const exact = bits || (isTensor(want) && !want.dtype.startsWith('float'));
  const scale = Math.max(c.floor ?? 0, ...wanted.filter(Number.isFinite).map(Math.abs));
  for (let i = 0; i < wanted.length; i++) {
    const [a, b] = [wanted[i], given[i]];
    if (Number.isNaN(a) && c.cmp === 'elem' && kind === 'grad') continue;
    // Bit for bit, -0 is not 0.
    if (bits ? Object.is(a, b) : a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    const bound = exact ? 0 : c.cmp === 'elem' ? c.tol * Math.abs(a) + (c.atol ?? 0) : c.tol * scale;
    if (bits || !(Math.abs(a - b) <= bound) || !Number.isFinite(a))
      return `value ${i} is ${b}, not ${a} (allowed ${bound})`;
  }
  return null;
}
