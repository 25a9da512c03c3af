import { FormatError, ValueError } from '../errors.js';
import { ambiguity } from './json-ambiguity.js';

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
const METADATA = '__metadata__';

/**
 * Writes the safetensors format: a length, a JSON header, the bytes. Data starts at a multiple of 8, and arrays of wider
 * elements come first, so that each starts at a multiple of its element's size.
 *
 * @param tensors   names and arrays: a Map, or the entries of an object
 * @param metadata  whatever else belongs to them, as strings
 * @throws ValueError if a name comes twice or is the format's own, or if bytes do not fit dtype and shape
 * @see https://huggingface.co/docs/safetensors
 * @example
 * const bytes = new Uint8Array(Float32Array.of(1, 2).buffer);
 * const file = encodeSafetensors([['w', { dtype: 'F32', shape: [2], bytes }]], { format: 'pt' });
 */
export function encodeSafetensors(
  tensors: Iterable<readonly [name: string, entry: SafetensorsEntry]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const list = [...tensors].sort(([, a], [, b]) => BYTES[b.dtype] - BYTES[a.dtype]);
  // A Map, because a name may be a whole number, which an object would move to the front.
  const header = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) header.set(METADATA, metadata);
  let end = 0;
  for (const [name, entry] of list) {
    expectWritable(name, entry, header.has(name));
    const { dtype, shape, bytes } = entry;
    header.set(name, { dtype, shape, data_offsets: [end, end + bytes.length] });
    end += bytes.length;
  }
  const fields = Array.from(header, ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const json = new TextEncoder().encode(`{${fields.join(',')}}`);
  const start = 8 + Math.ceil(json.length / 8) * 8;
  if (start - 8 > MAX_HEADER) {
    throw new ValueError(
      `safetensors: names and metadata take ${start - 8} bytes; the format allows ${MAX_HEADER}`,
    );
  }
  const file = new Uint8Array(start + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.fill(0x20, 8, start);
  file.set(json, 8);
  let at = start;
  for (const [, { bytes }] of list) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

function expectWritable(name: string, { dtype, shape, bytes }: SafetensorsEntry, twice: boolean): void {
  const problem = (what: string): ValueError => new ValueError(`safetensors: tensor '${name}' ${what}`);
  if (name === METADATA) throw problem('has the name that the format keeps for itself');
  if (twice) throw problem('is there twice');
  const expected = shape.reduce((n, size) => n * size, BYTES[dtype]);
  if (bytes.length === expected) return;
  throw problem(
    `has ${bytes.length} bytes, but its shape (${shape.join(', ')}) of ${dtype} needs ${expected}`,
  );
}

/**
 * Reads the safetensors format, checking all that the format demands: the header's length, its JSON without duplicate names,
 * and ranges that cover the data exactly, without holes or overlaps.
 *
 * Arrays come in the order of their bytes, as views of the file's, and may start at any byte.
 *
 * @throws FormatError that says what is wrong
 * @see https://huggingface.co/docs/safetensors
 */
export function decodeSafetensors(file: Uint8Array): SafetensorsFile {
  const { header, data } = split(file);
  const { [METADATA]: metadata = {}, ...entries } = header;
  if (!isStrings(metadata)) throw new FormatError('safetensors: __metadata__ must map strings to strings');
  const ranges = Object.entries(entries)
    .map(([name, entry]) => parse(name, entry, data.length))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of ranges) {
    if (begin !== covered) {
      const what = begin > covered ? 'leaves a hole before' : 'overlaps';
      const place = Math.max(begin, covered);
      throw new FormatError(`safetensors: tensor '${name}' ${what} byte ${place} of the data`);
    }
    covered = end;
  }
  if (covered !== data.length) {
    const rest = data.length - covered;
    throw new FormatError(`safetensors: ${rest} bytes behind the last tensor belong to none`);
  }
  const tensors = new Map<string, SafetensorsEntry>();
  for (const { name, dtype, shape, begin, end } of ranges) {
    tensors.set(name, { dtype, shape, bytes: data.subarray(begin, end) });
  }
  return { metadata, tensors };
}

function split(file: Uint8Array): { header: Record<string, unknown>; data: Uint8Array } {
  const problem = (what: string, cause?: unknown): FormatError =>
    new FormatError(`safetensors: ${what}`, {
      hint: 'the file may be cut short, or not be a safetensors file',
      cause,
    });
  if (file.length < 8) throw problem(`the file has ${file.length} bytes, fewer than its first field`);
  const length = new DataView(file.buffer, file.byteOffset, file.byteLength).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER))
    throw problem(`a header of ${length} bytes is more than the format allows`);
  const end = 8 + Number(length);
  if (end > file.length)
    throw problem(`the header should have ${length} bytes, but the file ends after ${file.length - 8}`);
  if (file[8] !== 0x7b) throw problem('the header does not begin with {');
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file.subarray(8, end));
    header = JSON.parse(text);
  } catch (cause) {
    throw problem('the header is not JSON', cause);
  }
  const unclear = ambiguity(text);
  if (unclear !== null) throw new FormatError(`safetensors: the header ${unclear}`);
  // Not file.subarray, which of Node's Buffer makes another Buffer, whose methods differ.
  const data = new Uint8Array(file.buffer, file.byteOffset + end, file.length - end);
  return { header: header as Record<string, unknown>, data };
}

interface Range {
  readonly name: string;
  readonly dtype: SafetensorsDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function parse(name: string, entry: unknown, available: number): Range {
  const problem = (what: string, hint?: string): FormatError =>
    new FormatError(`safetensors: tensor '${name}' ${what}`, { hint });
  if (typeof entry !== 'object' || entry === null) throw problem('has no description');
  const { dtype, shape, data_offsets: offsets } = entry as Record<string, unknown>;
  if (typeof dtype !== 'string' || !Object.hasOwn(BYTES, dtype))
    throw problem(`has the unknown dtype ${JSON.stringify(dtype)}`);
  if (!isSizes(shape)) throw problem(`has a shape that is not a list of sizes: ${JSON.stringify(shape)}`);
  if (!isSizes(offsets) || offsets.length !== 2) throw problem(`has data_offsets that are not two positions`);
  const [begin, end] = offsets;
  let bytes: number = BYTES[dtype as SafetensorsDType];
  for (const size of shape) {
    bytes *= size;
    // Before a size of 0 can hide it.
    if (!Number.isSafeInteger(bytes)) throw problem(`has a shape beyond all memory: (${shape.join(', ')})`);
  }
  if (end - begin !== bytes) {
    throw problem(
      `takes ${end - begin} bytes, but its shape (${shape.join(', ')}) of ${dtype} needs ${bytes}`,
    );
  }
  if (end > available) {
    throw problem(`ends at byte ${end} of the data, which has ${available}`, 'the file may be cut short');
  }
  return { name, dtype: dtype as SafetensorsDType, shape, begin, end };
}

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);

const isStrings = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((v) => typeof v === 'string');
