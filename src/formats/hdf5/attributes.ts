import { Hdf5Cursor } from './cursor.js';
import { type Datatype, readDataspace, readDatatype } from './datatype.js';
import { densePieces } from './fractal-heap.js';
import { type Message, MESSAGE } from './object-header.js';

/** What stands beside a group or dataset: texts. Keras has no others that matter. */
export type Attributes = ReadonlyMap<string, string | readonly string[]>;

/** The attributes of an object that are texts or lists of texts. */
export function attributesOf(file: Uint8Array, messages: readonly Message[]): Attributes {
  const attributes = new Map<string, string | readonly string[]>();
  for (const { type, bytes } of messages) {
    if (type === MESSAGE.attribute) readAttribute(file, bytes, attributes);
    if (type !== MESSAGE.attributeInfo) continue;
    const reader = new Hdf5Cursor(bytes, 'attributes');
    reader.take(1);
    if (reader.u8() & 1) reader.take(2);
    const [heap, tree] = [reader.address(), reader.address()];
    if (heap === null || tree === null) continue;
    for (const piece of densePieces(file, heap, tree, 8)) readAttribute(file, piece, attributes);
  }
  return attributes;
}

function readAttribute(
  file: Uint8Array,
  bytes: Uint8Array,
  attributes: Map<string, string | readonly string[]>,
): void {
  const reader = new Hdf5Cursor(bytes, 'attribute');
  const version = reader.u8();
  reader.take(1);
  const [nameSize, typeSize, spaceSize] = [reader.u16(), reader.u16(), reader.u16()];
  if (version === 3) reader.take(1);
  const part = (size: number): Hdf5Cursor => {
    const start = reader.at;
    const inner = new Hdf5Cursor(reader.take(size), 'attribute');
    if (version === 1) reader.align(start);
    return inner;
  };
  const name = part(nameSize).text(nameSize).replace(/\0+$/, '');
  const type = readDatatype(part(typeSize));
  const shape = readDataspace(part(spaceSize));
  if (shape === null || type.kind === 'number' || type.kind === 'other') return;
  const count = shape.reduce((n, size) => n * size, 1);
  if (!(count * type.size <= reader.left)) throw reader.problem(`says it has ${count} texts and is shorter`);
  const texts = Array.from({ length: count }, () => readText(file, reader, type));
  attributes.set(name, shape.length === 0 ? texts[0] : texts);
}

function readText(file: Uint8Array, reader: Hdf5Cursor, { kind, size }: Datatype): string {
  if (kind === 'text') return reader.text(size).replace(/[\0 ]+$/, '');
  const length = reader.u32();
  const address = reader.address();
  const index = reader.u32();
  if (length === 0 || address === null) return '';
  const piece = new Hdf5Cursor(pieceAt(file, address, index), 'attribute');
  return piece.text(length);
}

/** A text of any length, in the collection at an address. */
function pieceAt(file: Uint8Array, address: number, wanted: number): Uint8Array {
  const reader = new Hdf5Cursor(file, 'texts', address).sign('GCOL');
  reader.take(4);
  const end = address + reader.u64();
  while (reader.at + 16 <= end) {
    const index = reader.u16();
    reader.take(6);
    const start = reader.at + 8;
    const bytes = reader.take(reader.u64());
    if (index === wanted) return bytes;
    if (index === 0) break;
    reader.align(start);
  }
  throw reader.problem('lacks a text that an attribute has there');
}
