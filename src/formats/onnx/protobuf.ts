import { FormatError } from '../../errors.js';
import { ByteReader } from '../byte-reader.js';
import type { Field, Schema } from './schema.js';

/** How a value is laid out, by the lowest three bits of its tag. */
const VARINT = 0;
const EIGHT_BYTES = 1;
const LENGTH = 2;
const FOUR_BYTES = 5;

/** Graphs stand inside of graphs; nobody nests so many. */
const DEEPEST = 100;
/** What the objects of a file may weigh, in numbers of 8 bytes: an empty message takes 2 bytes in a file, and some 50 numbers in memory. */
const ROOM = 6_000_000;
const MESSAGE = 50;

const SIZES = { float: 4, floats: 4, doubles: 8 } as const;

interface Budget {
  left: number;
}

/** What stands where a field is missing. */
function missing([, type]: Field): unknown {
  switch (type) {
    case 'int':
    case 'float':
      return 0;
    case 'text':
      return '';
    case 'bytes':
      return new Uint8Array();
    case 'message':
      return null;
    default:
      return [];
  }
}

/**
 * A protobuf message as a plain object. Repeated numbers may be packed or not; fields that the schema does not name are passed over; bytes are
 * views of the file's.
 *
 * @param what  names the file in messages
 * @throws FormatError for bytes that are no such message, and for one that would take more than some 100 MB beyond its size
 */
export function decodeMessage<T>(bytes: Uint8Array, schema: Schema, what: string): T {
  return messageOf(new ByteReader(bytes, what), schema, { left: ROOM }, 0) as T;
}

function messageOf(reader: ByteReader, schema: Schema, budget: Budget, depth: number): unknown {
  if (depth > DEEPEST) throw reader.problem(`nests messages more than ${DEEPEST} deep`);
  spend(reader, budget, MESSAGE);
  const byNumber = fieldsByNumber(schema);
  const message: Record<string, unknown> = Object.fromEntries(
    Object.entries(schema).map(([name, field]) => [name, missing(field)]),
  );
  while (reader.left > 0) {
    const tag = varint(reader);
    const wire = tag % 8;
    const field = byNumber.get(Math.floor(tag / 8));
    if (field === undefined) skip(reader, wire);
    else {
      const [name, own] = field;
      message[name] = valueOf(reader, own, wire, message[name], budget, depth);
    }
  }
  return message;
}

const known = new WeakMap<Schema, ReadonlyMap<number, readonly [name: string, field: Field]>>();

function fieldsByNumber(schema: Schema): ReadonlyMap<number, readonly [name: string, field: Field]> {
  const fields =
    known.get(schema) ??
    new Map(Object.entries(schema).map(([name, field]) => [field[0], [name, field] as const]));
  known.set(schema, fields);
  return fields;
}

/** A field's value, behind those that it had before if it is repeated. */
function valueOf(
  reader: ByteReader,
  [number, type, of]: Field,
  wire: number,
  before: unknown,
  budget: Budget,
  depth: number,
): unknown {
  const bytes = (): Uint8Array => {
    if (wire !== LENGTH) throw reader.problem(`has a value of another type in field ${number}`);
    return reader.take(varint(reader));
  };
  const message = (): unknown => messageOf(new ByteReader(bytes(), reader.what), of!(), budget, depth + 1);
  const append = (value: unknown): unknown[] => {
    spend(reader, budget, 1);
    (before as unknown[]).push(value);
    return before as unknown[];
  };
  switch (type) {
    case 'int':
    case 'float':
      return oneNumber(reader, type, wire, number);
    case 'bytes':
      return bytes();
    case 'text':
      return text(bytes());
    case 'texts':
      return append(text(bytes()));
    case 'message':
      return message();
    case 'messages':
      return append(message());
    case 'ints':
    case 'floats':
    case 'doubles': {
      if (wire !== LENGTH) return append(oneNumber(reader, type, wire, number));
      const packed = new ByteReader(bytes(), reader.what);
      const own = type === 'ints' ? VARINT : type === 'floats' ? FOUR_BYTES : EIGHT_BYTES;
      while (packed.left > 0) append(oneNumber(packed, type, own, number));
      return before;
    }
  }
}

function oneNumber(
  reader: ByteReader,
  type: 'int' | 'ints' | 'float' | 'floats' | 'doubles',
  wire: number,
  field: number,
): number {
  if ((type === 'int' || type === 'ints') && wire === VARINT) return varint(reader);
  if ((type === 'float' || type === 'floats') && wire === FOUR_BYTES) return float(reader.take(4));
  if (type === 'doubles' && wire === EIGHT_BYTES) return float(reader.take(8));
  throw reader.problem(`has a value of another type in field ${field}`);
}

function float(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return bytes.length === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
}

/** Seven bits a byte, lowest first; negative numbers are those of 64 bits. */
function varint(reader: ByteReader): number {
  let low = 0;
  let scale = 1;
  let byte = reader.u8();
  // Six bytes hold 42 bits, exact in a double; nearly all numbers end here.
  for (let i = 0; i < 6; i++) {
    low += (byte & 0x7f) * scale;
    if (byte < 0x80) return low;
    scale *= 128;
    byte = reader.u8();
  }
  let value = BigInt(low);
  for (let shift = 42n; ; shift += 7n) {
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) break;
    if (shift > 56n) throw reader.problem('has a number of more than 10 bytes');
    byte = reader.u8();
  }
  // Slices say "to the end" by the largest number there is, which as a double is a little larger still.
  return Number(BigInt.asIntN(64, value));
}

function skip(reader: ByteReader, wire: number): void {
  if (wire === VARINT) varint(reader);
  else if (wire === EIGHT_BYTES) reader.take(8);
  else if (wire === FOUR_BYTES) reader.take(4);
  else if (wire === LENGTH) reader.take(varint(reader));
  else throw reader.problem(`has a field of the unknown kind ${wire}`);
}

function spend(reader: ByteReader, budget: Budget, amount: number): void {
  budget.left -= amount;
  if (budget.left >= 0) return;
  throw new FormatError(`${reader.what}: it has more nodes and listed numbers than any model`, {
    hint: 'weights belong into raw_data, as every exporter writes them',
  });
}

/** Names are UTF-8, but attributes of type string may hold any bytes. */
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A plain object, of which fields may be missing, as a protobuf message. */
export function encodeMessage(message: object, schema: Schema): Uint8Array {
  const parts = partsOf(message, schema);
  const file = new Uint8Array(sizeOf(parts));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

const sizeOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0);

/** Parts that are put together once, at the end: weights are copied a single time however deep they stand. */
function partsOf(message: object, schema: Schema): Uint8Array[] {
  return Object.entries(schema).flatMap(([name, field]) => {
    const value = (message as Record<string, unknown>)[name];
    return value === undefined || value === null ? [] : fieldParts(value, field);
  });
}

function fieldParts(value: unknown, [number, type, of]: Field): Uint8Array[] {
  const tag = (wire: number): Uint8Array => writtenVarint(number * 8 + wire);
  const sized = (parts: Uint8Array[]): Uint8Array[] => [tag(LENGTH), writtenVarint(sizeOf(parts)), ...parts];
  const utf8 = (text: unknown): Uint8Array => new TextEncoder().encode(text as string);
  switch (type) {
    case 'int':
      return [tag(VARINT), writtenVarint(value as number)];
    case 'float':
      return [tag(FOUR_BYTES), writtenFloat(value as number, SIZES.float)];
    case 'text':
      return sized([utf8(value)]);
    case 'bytes':
      return sized([value as Uint8Array]);
    case 'message':
      return sized(partsOf(value as object, of()));
    case 'texts':
      return (value as unknown[]).flatMap((text) => sized([utf8(text)]));
    case 'messages':
      return (value as object[]).flatMap((one) => sized(partsOf(one, of())));
    case 'ints':
      return sized((value as number[]).map(writtenVarint));
    case 'floats':
    case 'doubles':
      return sized((value as number[]).map((x) => writtenFloat(x, SIZES[type])));
  }
}

function writtenVarint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function writtenFloat(value: number, size: 4 | 8): Uint8Array {
  const view = new DataView(new ArrayBuffer(size));
  if (size === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return new Uint8Array(view.buffer);
}
