import { FormatError } from '../errors.js';
import { duplicateKeys } from './json-keys.js';

/** Element types of the format that are read; bytes per element. */
const BYTES = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
} as const;

/** An element type of the format. */
export type SafetensorsDType = keyof typeof BYTES;

/** One array of a file: row-major, little endian bytes. */
export interface SafetensorsEntry {
  readonly dtype: SafetensorsDType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** What a file holds. */
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

const MAX_HEADER = 100_000_000;

/**
 * Writes the safetensors format: a length, a JSON header, the bytes. Data starts at a multiple of 8.
 *
 * @see https://huggingface.co/docs/safetensors
 */
export function encodeSafetensors(
  tensors: Iterable<readonly [name: string, entry: SafetensorsEntry]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const list = [...tensors];
  const header: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  let end = 0;
  for (const [name, { dtype, shape, bytes }] of list) {
    header.push([name, { dtype, shape, data_offsets: [end, end + bytes.length] }]);
    end += bytes.length;
  }
  const json = new TextEncoder().encode(`{${header.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join(',')}}`);
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + headerBytes + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, 8, 8 + headerBytes);
  file.set(json, 8);
  let at = 8 + headerBytes;
  for (const [, { bytes }] of list) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/**
 * Reads the safetensors format, checking all that the format demands: the header's length, its JSON without duplicate names,
 * and ranges that cover the data exactly, without holes or overlaps.
 *
 * @throws FormatError that says what is wrong
 * @see https://huggingface.co/docs/safetensors
 */
export function decodeSafetensors(file: Uint8Array): SafetensorsFile {
  const { header, data } = split(file);
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isStrings(metadata)) throw new FormatError('safetensors: __metadata__ must map strings to strings');
  const found = Object.entries(entries).map(([name, entry]) => [name, parse(name, entry, data.length)] as const);
  const ordered = found
    .map(([name, { begin, end }]) => ({ name, begin, end }))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of ordered) {
    if (begin !== covered) {
      const what = begin > covered ? 'leaves a hole before' : 'overlaps';
      throw new FormatError(`safetensors: tensor '${name}' ${what} byte ${Math.max(begin, covered)} of the data`);
    }
    covered = end;
  }
  if (covered !== data.length) {
    throw new FormatError(`safetensors: ${data.length - covered} bytes behind the last tensor belong to none`);
  }
  return {
    metadata,
    tensors: new Map(
      found.map(([name, { dtype, shape, begin, end }]) => [name, { dtype, shape, bytes: data.subarray(begin, end) }]),
    ),
  };
}

function split(file: Uint8Array): { header: Record<string, unknown>; data: Uint8Array } {
  const problem = (what: string): FormatError =>
    new FormatError(`safetensors: ${what}`, { hint: 'the file may be cut short, or not be a safetensors file' });
  if (file.length < 8) throw problem(`the file has ${file.length} bytes, fewer than its first field`);
  const length = new DataView(file.buffer, file.byteOffset, file.byteLength).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER)) throw problem(`a header of ${length} bytes is more than the format allows`);
  const end = 8 + Number(length);
  if (end > file.length) throw problem(`the header should have ${length} bytes, but the file ends after ${file.length - 8}`);
  if (file[8] !== 0x7b) throw problem('the header does not begin with {');
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file.subarray(8, end));
    header = JSON.parse(text);
  } catch (cause) {
    throw new FormatError('safetensors: the header is not JSON', { cause });
  }
  const twice = duplicateKeys(text);
  if (twice !== null) throw problem(`the header names '${twice}' twice`);
  return { header: header as Record<string, unknown>, data: file.subarray(end) };
}

interface Parsed {
  readonly dtype: SafetensorsDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function parse(name: string, entry: unknown, available: number): Parsed {
  const problem = (what: string): FormatError => new FormatError(`safetensors: tensor '${name}' ${what}`);
  if (typeof entry !== 'object' || entry === null) throw problem('has no description');
  const { dtype, shape, data_offsets: offsets } = entry as Record<string, unknown>;
  if (typeof dtype !== 'string' || !Object.hasOwn(BYTES, dtype)) throw problem(`has the unknown dtype ${JSON.stringify(dtype)}`);
  if (!isSizes(shape)) throw problem(`has a shape that is not a list of sizes: ${JSON.stringify(shape)}`);
  if (!isSizes(offsets) || offsets.length !== 2) throw problem(`has data_offsets that are not two positions`);
  const [begin, end] = offsets;
  const bytes = shape.reduce((n, size) => n * size, BYTES[dtype as SafetensorsDType]);
  if (!Number.isSafeInteger(bytes) || end - begin !== bytes) {
    throw problem(`takes ${end - begin} bytes, but its shape (${shape.join(', ')}) of ${dtype} needs ${bytes}`);
  }
  if (end > available) {
    throw new FormatError(`safetensors: tensor '${name}' ends at byte ${end} of the data, which has ${available}`, {
      hint: 'the file may be cut short',
    });
  }
  return { dtype: dtype as SafetensorsDType, shape, begin, end };
}

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);

const isStrings = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((v) => typeof v === 'string');
