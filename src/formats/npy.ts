import { FormatError, ValueError } from '../errors.js';
import { ByteReader } from './byte-reader.js';
import type { SafetensorsEntry } from './safetensors.js';
import { ZipArchive } from './zip.js';
import { encodeZip } from './zip-writer.js';

const MAGIC = [0x93, ...Array.from('NUMPY', (c) => c.charCodeAt(0))];
const MOST_HEADER = 64 * 1024;
/** How much an archive may inflate to beyond its own size. */
const ROOM = 100_000_000;

/** NumPy's codes of element types, without the byte order. */
const TYPES: Readonly<Record<string, SafetensorsEntry['dtype'] | undefined>> = {
  b1: 'BOOL',
  i1: 'I8',
  u1: 'U8',
  i2: 'I16',
  u2: 'U16',
  f2: 'F16',
  i4: 'I32',
  u4: 'U32',
  f4: 'F32',
  i8: 'I64',
  u8: 'U64',
  f8: 'F64',
};

/** An element type of NumPy's. */
export interface ArrayDType {
  readonly dtype: SafetensorsEntry['dtype'];
  /** Bytes per element. */
  readonly size: number;
  readonly bigEndian: boolean;
}

/**
 * An element type from NumPy's description, such as "<f4".
 *
 * @throws FormatError for types that no tensor has: objects, text, complex numbers, dates
 */
export function arrayDType(description: string): ArrayDType {
  const found = /^([<>|=]?)([a-zA-Z])(\d*)$/.exec(description);
  const dtype = found && TYPES[found[2] === '?' ? 'b1' : `${found[2]}${found[3]}`];
  if (!found || !dtype) {
    throw new FormatError(`npy: the element type '${description}' is no type of numbers that a tensor has`, {
      hint: "convert it where it was made: array.astype('float32')",
    });
  }
  return { dtype, size: Number(found[3]), bigEndian: found[1] === '>' };
}

/** The bytes with the lowest first. */
export function littleEndian(bytes: Uint8Array, { size, bigEndian }: ArrayDType): Uint8Array {
  if (!bigEndian || size === 1) return bytes;
  const turned = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += size) {
    for (let i = 0; i < size; i++) turned[at + i] = bytes[at + size - 1 - i];
  }
  return turned;
}

/** Elements in row-major order, from Fortran's column-major one. */
export function rowMajor(
  bytes: Uint8Array,
  shape: readonly number[],
  size: number,
  fortran: boolean,
): Uint8Array {
  if (!fortran || shape.length < 2) return bytes;
  const turned = new Uint8Array(bytes.length);
  const at = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((n, s) => n * s, size));
  for (let to = 0; to < bytes.length; to += size) {
    const from = at.reduce((sum, c, axis) => sum + c * strides[axis], 0);
    turned.set(bytes.subarray(from, from + size), to);
    for (let axis = shape.length - 1; axis >= 0 && ++at[axis] === shape[axis]; axis--) at[axis] = 0;
  }
  return turned;
}

/**
 * An array of NumPy's .npy format, row-major and little endian whatever the file has.
 *
 * @throws FormatError for a file that is cut short, describes itself wrongly, or holds Python objects
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function decodeNpy(bytes: Uint8Array): SafetensorsEntry {
  const reader = new ByteReader(bytes, 'npy');
  const magic = reader.take(6);
  if (MAGIC.some((byte, i) => magic[i] !== byte)) throw reader.problem('does not begin with \\x93NUMPY');
  const major = reader.u8();
  reader.u8();
  if (major < 1 || major > 3) throw reader.problem(`is of version ${major}`);
  const length = major === 1 ? reader.u16() : reader.u32();
  if (length > MOST_HEADER) throw reader.problem(`has a header of ${length} bytes`);
  const { descr, fortran, shape } = headerOf(reader, reader.text(length));
  const type = arrayDType(descr);
  const wanted = shape.reduce((n, size) => n * size, type.size);
  if (wanted !== reader.left) {
    throw reader.problem(`holds ${reader.left} bytes, but (${shape.join(', ')}) of ${descr} needs ${wanted}`);
  }
  const data = littleEndian(reader.take(wanted), type);
  return { dtype: type.dtype, shape, bytes: rowMajor(data, shape, type.size, fortran) };
}

/** The header: a Python dict of exactly descr, fortran_order and shape, in any order. */
function headerOf(reader: ByteReader, text: string): { descr: string; fortran: boolean; shape: number[] } {
  const fields = new Map<string, string>();
  const field =
    /\s*(['"])(descr|fortran_order|shape)\1\s*:\s*('[^']*'|"[^"]*"|True|False|\([\d\sL,]*\))\s*(,|(?=\}))/y;
  const body = text.trim();
  if (!body.startsWith('{')) throw reader.problem('has a header that is no dict');
  field.lastIndex = 1;
  for (let found = field.exec(body); found !== null; found = field.exec(body)) {
    if (fields.has(found[2])) throw reader.problem(`says ${found[2]} twice`);
    fields.set(found[2], found[3]);
    if (/^\s*\}$/.test(body.slice(field.lastIndex))) return parsed(reader, fields);
  }
  throw reader.problem('has a header that is not the dict of descr, fortran_order and shape');
}

function parsed(
  reader: ByteReader,
  fields: ReadonlyMap<string, string>,
): { descr: string; fortran: boolean; shape: number[] } {
  const [descr, order, sizes] = ['descr', 'fortran_order', 'shape'].map((name) => fields.get(name));
  if (
    descr === undefined ||
    order === undefined ||
    sizes === undefined ||
    !/^['"]/.test(descr) ||
    !sizes.startsWith('(')
  ) {
    throw reader.problem('has a header without descr, fortran_order or shape');
  }
  if (order !== 'True' && order !== 'False')
    throw reader.problem('has a fortran_order that is no truth value');
  const inner = sizes.slice(1, -1).trim();
  // A tuple of one has a comma behind it; Python 2 wrote long whole numbers with an L.
  if (inner !== '' && !/^\d+L?(\s*,\s*\d+L?)*\s*,?$/.test(inner))
    throw reader.problem('has a shape that is no tuple of sizes');
  if (inner !== '' && !inner.includes(',')) throw reader.problem('has a shape that is no tuple of sizes');
  const shape = (inner.match(/\d+/g) ?? []).map(Number);
  if (!shape.every(Number.isSafeInteger)) throw reader.problem('has a shape beyond all memory');
  return { descr: descr.slice(1, -1), fortran: order === 'True', shape };
}

/**
 * The arrays of NumPy's .npz format, a zip of .npy files, by name.
 *
 * @throws FormatError as `decodeNpy`, and for a broken archive or one that inflates to more than 100 MB beyond its size
 */
export async function decodeNpz(bytes: Uint8Array): Promise<Map<string, SafetensorsEntry>> {
  const archive = new ZipArchive(bytes);
  const arrays = new Map<string, SafetensorsEntry>();
  let room = bytes.length + ROOM;
  for (const { name, size } of archive.entries) {
    if (!name.endsWith('.npy')) throw new FormatError(`npz: '${name}' is no .npy file`);
    const file = await archive.read(name, room);
    room -= size;
    arrays.set(name.slice(0, -'.npy'.length), decodeNpy(file));
  }
  return arrays;
}

/** NumPy's name of an element type, where it has one. */
const DESCRIPTIONS = new Map(
  Object.entries(TYPES).map(([code, dtype]) => [dtype!, code.endsWith('1') ? `|${code}` : `<${code}`]),
);

/** Data starts at multiples of so many bytes. */
const ALIGN = 64;

/**
 * An array as a file of NumPy's .npy format, version 1: `numpy.load` reads it.
 *
 * @throws ValueError for element types that NumPy lacks (bfloat16, float8), and bytes that do not fit dtype and shape
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @example
 * const bytes = new Uint8Array(Float32Array.of(1, 2).buffer);
 * encodeNpy({ dtype: 'F32', shape: [2], bytes }).length; // 136
 */
export function encodeNpy({ dtype, shape, bytes }: SafetensorsEntry): Uint8Array {
  const descr = DESCRIPTIONS.get(dtype);
  if (descr === undefined) {
    throw new ValueError(`npy: NumPy has no ${dtype}`, { hint: 'write it as float32, or as safetensors' });
  }
  const expected = shape.reduce((n, size) => n * size, Number(descr.slice(2)));
  if (bytes.length !== expected) {
    throw new ValueError(
      `npy: (${shape.join(', ')}) of ${dtype} takes ${expected} bytes, not ${bytes.length}`,
    );
  }
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const start = Math.ceil((MAGIC.length + 4 + header.length + 1) / ALIGN) * ALIGN;
  const file = new Uint8Array(start + bytes.length).fill(0x20, 0, start);
  const length = start - MAGIC.length - 4;
  file.set([...MAGIC, 1, 0, length & 255, length >> 8]);
  file.set(new TextEncoder().encode(header), MAGIC.length + 4);
  file[start - 1] = 0x0a;
  file.set(bytes, start);
  return file;
}

/**
 * Arrays as a file of NumPy's .npz format, stored as they are.
 *
 * @throws ValueError as `encodeNpy`
 * @example
 * const w = entryOf(tensor([1.5, 2]));
 * const file = encodeNpz([['w', w]]); // numpy.load('file.npz')['w']
 */
export function encodeNpz(arrays: Iterable<readonly [name: string, entry: SafetensorsEntry]>): Uint8Array {
  return encodeZip(Array.from(arrays, ([name, entry]) => ({ name: `${name}.npy`, bytes: encodeNpy(entry) })));
}
