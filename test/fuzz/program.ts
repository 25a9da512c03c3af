import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type DType, Tensor, tensor } from '../../src/index.js';

/** A tensor as it stands in a program: its shape, the first letter of its dtype, and its words in base64, row by row. */
export interface Encoded {
  readonly s: readonly number[];
  readonly t: 'f' | 'i' | 'b';
  readonly d: string;
  readonly rg?: boolean;
}

/** An argument of a step, as README.md describes it. */
export type Argument =
  number | string | boolean | null | readonly Argument[] | { readonly [key: string]: Argument };

/** One call; its results are called `ID.0`, `ID.1` and so on. */
export interface Step {
  readonly id: number;
  readonly js: readonly [call: string, args: readonly Argument[]];
  /** Runs inside noGrad. */
  readonly ng?: boolean;
  /** What PyTorch throws here. */
  readonly thr?: string;
}

/** What PyTorch has for a result, a gradient, a parameter or a state. */
export type Expected = Encoded | { readonly n: Argument } | null;

/** A random program, and everything that PyTorch has at its end. */
export interface Program {
  readonly seed: number;
  readonly steps: readonly Step[];
  readonly exp: Readonly<Record<string, Expected>>;
  /** How much further than usual float32 itself is off. */
  readonly tol: Readonly<Record<string, number>>;
}

/** The programs of an area. */
export function programsOf(area: string): Program[] {
  const file = new URL(`programs/${area}.jsonl.gz`, import.meta.url);
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Program);
}

export const DTYPES: Readonly<Record<Encoded['t'], DType>> = { f: 'float32', i: 'int32', b: 'bool' };

/** The numbers of a tensor. */
export function numbersOf({ t, d }: Encoded): Float32Array | Int32Array {
  const { buffer } = Uint8Array.from(Buffer.from(d, 'base64'));
  return t === 'f' ? new Float32Array(buffer) : new Int32Array(buffer);
}

/** The tensor itself. */
export function decoded(x: Encoded): Tensor {
  const numbers = [...numbersOf(x)];
  const values = x.t === 'b' ? numbers.map((v) => v !== 0) : numbers;
  const y = tensor(values, { dtype: DTYPES[x.t] }).view(x.s).clone();
  return x.rg === true ? y.requiresGrad_() : y;
}

const NUMBERS: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity, nan: NaN };

/** What an argument stands for, where `results` are those of earlier steps. */
export function valueOf(a: Argument, results: ReadonlyMap<string, unknown>): unknown {
  if (Array.isArray(a)) return (a as readonly Argument[]).map((each) => valueOf(each, results));
  if (a === null || typeof a !== 'object') return a;
  const { v, f, u, fn, o, tup } = a as Readonly<Record<string, Argument | undefined>>;
  if (typeof v === 'string') {
    if (!results.has(v)) throw new Error(`there is no result ${v}`);
    return results.get(v);
  }
  if (typeof f === 'string') return NUMBERS[f];
  if (u === 1) return undefined;
  if (typeof fn === 'string') return powerOf(fn);
  if (tup !== undefined) return valueOf(tup, results);
  if (o === undefined || o === null || typeof o !== 'object') return a;
  return Object.fromEntries(Object.entries(o).map(([key, each]) => [key, valueOf(each, results)]));
}

/** The only functions in programs are schedules: 'BASE ** e'. */
function powerOf(text: string): (epoch: number) => number {
  const base = /^([\d.]+) \*\* e$/.exec(text)?.[1];
  if (base === undefined) throw new Error(`cannot read the function ${text}`);
  return (epoch) => Number(base) ** epoch;
}
