import type { SafetensorsDType } from '../safetensors.js';
import type { Hdf5Cursor } from './cursor.js';

/** The type of elements: numbers as other formats name them, text of fixed or of any length, or something else. */
export type Datatype =
  | { readonly kind: 'number'; readonly dtype: SafetensorsDType; readonly size: number }
  | { readonly kind: 'text'; readonly size: number }
  | { readonly kind: 'strings'; readonly size: number }
  | { readonly kind: 'other'; readonly size: number; readonly about: string };

const CLASSES = [
  'whole',
  'float',
  'time',
  'text',
  'bits',
  'opaque',
  'compound',
  'reference',
  'enum',
  'strings',
  'array',
];
const BIG_ENDIAN = 1;
const SIGNED = 8;

/** @see https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html, IV.A.2.d */
export function readDatatype(reader: Hdf5Cursor): Datatype {
  const head = reader.u8();
  const name = CLASSES.at(head & 15) ?? 'unknown';
  const [flags] = reader.take(3);
  const size = reader.u32();
  const other = (about: string): Datatype => ({ kind: 'other', size, about });
  if (name === 'text') return { kind: 'text', size };
  if (name === 'strings') return (flags & 15) === 1 ? { kind: 'strings', size } : other('lists');
  if (name === 'whole') {
    if (flags & BIG_ENDIAN) return other('big-endian numbers');
    const dtype = `${flags & SIGNED ? 'I' : 'U'}${size * 8}`;
    const isKnown = [1, 2, 4, 8].includes(size);
    return isKnown
      ? { kind: 'number', dtype: dtype as SafetensorsDType, size }
      : other(`${size}-byte numbers`);
  }
  if (name === 'float') {
    if (flags & BIG_ENDIAN) return other('big-endian numbers');
    reader.take(5);
    const exponentBits = reader.u8();
    if (size === 4 && exponentBits === 8) return { kind: 'number', dtype: 'F32', size };
    if (size === 8 && exponentBits === 11) return { kind: 'number', dtype: 'F64', size };
    if (size === 2 && exponentBits === 5) return { kind: 'number', dtype: 'F16', size };
    if (size === 2 && exponentBits === 8) return { kind: 'number', dtype: 'BF16', size };
    return other(`${size}-byte floats`);
  }
  return other(`elements of the class ${name}`);
}

/** Sizes of the axes; none for a single value, null for no value at all. */
export function readDataspace(reader: Hdf5Cursor): number[] | null {
  const version = reader.u8();
  const rank = reader.u8();
  reader.take(1);
  const kind = reader.u8();
  if (version === 1) reader.take(4);
  else if (version !== 2) throw reader.problem('has a shape in a form that is not known');
  else if (kind === 2) return null;
  return Array.from({ length: rank }, () => reader.u64());
}
