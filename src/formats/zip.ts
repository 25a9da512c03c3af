import { FormatError } from '../errors.js';
import { ByteReader } from './byte-reader.js';

/** One file in an archive. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes once inflated. */
  readonly size: number;
}

interface Place extends ZipEntry {
  readonly method: number;
  readonly packed: number;
  readonly header: number;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const MOST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
// Deflate makes at most 1032 bytes of one.
const MOST_RATIO = 1032;
const UNKNOWN_32 = 0xffffffff;
const ENCRYPTED = 1;

/**
 * The files of a zip archive, by its central directory: local headers may lack sizes. Nothing is inflated before it is asked for.
 * Names that lead out of the archive, or come twice, are refused, and so are entries that overlap.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export class ZipArchive {
  private readonly places = new Map<string, Place>();

  /** @throws FormatError for anything that is not a whole, plain archive */
  constructor(private readonly bytes: Uint8Array) {
    const { start, count } = directoryOf(bytes);
    const reader = new ByteReader(bytes, 'zip directory', start);
    for (let i = 0; i < count; i++) {
      const place = readPlace(reader);
      if (place.name.endsWith('/')) continue;
      if (this.places.has(place.name)) throw new FormatError(`zip: '${place.name}' is there twice`);
      this.places.set(place.name, place);
    }
  }

  get entries(): ZipEntry[] {
    return [...this.places.values()].map(({ name, size }) => ({ name, size }));
  }

  has(name: string): boolean {
    return this.places.has(name);
  }

  entry(name: string): ZipEntry | undefined {
    return this.places.get(name);
  }

  /**
   * The bytes of a file: a window on the archive's where it is stored, else inflated.
   *
   * @param most  refuses to inflate more than so many bytes
   * @throws FormatError if there is no such file, or it is not what the directory says
   */
  async read(name: string, most = Infinity): Promise<Uint8Array> {
    const place = this.places.get(name);
    if (place === undefined) throw new FormatError(`zip: there is no '${name}' in it`);
    const packed = this.packedBytes(place);
    if (place.method === STORED) return packed;
    if (place.size > most || place.size > packed.length * MOST_RATIO) {
      throw new FormatError(`zip: '${name}' would inflate to ${place.size} bytes, more than is allowed here`);
    }
    return inflate(packed, place);
  }

  private packedBytes({ name, header, packed, method, size }: Place): Uint8Array {
    const reader = new ByteReader(this.bytes, `zip entry '${name}'`, header);
    if (reader.u32() !== LOCAL) throw reader.problem('does not begin where the directory says');
    reader.take(22);
    const [nameLength, extraLength] = [reader.u16(), reader.u16()];
    if (reader.text(nameLength) !== name) throw reader.problem('has another name than in the directory');
    reader.take(extraLength);
    if (method === STORED && packed !== size) throw reader.problem('is stored with two different sizes');
    return reader.take(packed);
  }
}

function directoryOf(bytes: Uint8Array): { start: number; count: number } {
  const reader = new ByteReader(bytes, 'zip');
  const earliest = Math.max(0, bytes.length - END_BYTES - MOST_COMMENT);
  let at = bytes.length - END_BYTES;
  const marks = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  while (at >= earliest && marks.getUint32(at, true) !== END) at -= 1;
  if (at < earliest || at < 0) throw reader.problem('has no directory at its end');
  reader.at = at + 8;
  let count = reader.u16();
  reader.at = at + 12;
  let [size, start] = [reader.u32(), reader.u32()];
  if (at >= LOCATOR_BYTES && marks.getUint32(at - LOCATOR_BYTES, true) === LOCATOR_64) {
    reader.at = at - LOCATOR_BYTES + 8;
    reader.at = reader.u64();
    const end = reader.at;
    if (reader.u32() !== END_64) throw reader.problem('has no directory of 64 bits where it says');
    reader.at = end + 32;
    [count, size, start] = [reader.u64(), reader.u64(), reader.u64()];
    at = end;
  }
  if (start + size !== at) {
    throw reader.problem(
      `has its directory at byte ${at - size} and says ${start}: bytes are missing or added`,
    );
  }
  return { start, count };
}

function readPlace(reader: ByteReader): Place {
  if (reader.u32() !== CENTRAL) throw reader.problem('has no entry where there should be one');
  reader.take(4);
  const [flags, method] = [reader.u16(), reader.u16()];
  reader.take(8);
  let [packed, size] = [reader.u32(), reader.u32()];
  const [nameLength, extraLength, commentLength] = [reader.u16(), reader.u16(), reader.u16()];
  reader.take(8);
  let header = reader.u32();
  const name = reader.text(nameLength);
  const extra = new ByteReader(reader.take(extraLength), `zip entry '${name}'`);
  reader.take(commentLength);
  while (extra.left >= 4) {
    const [kind, length] = [extra.u16(), extra.u16()];
    const field = new ByteReader(extra.take(Math.min(length, extra.left)), `zip entry '${name}'`);
    if (kind !== 1) continue;
    if (size === UNKNOWN_32) size = field.u64();
    if (packed === UNKNOWN_32) packed = field.u64();
    if (header === UNKNOWN_32) header = field.u64();
  }
  if (name.split(/[\\/]/).includes('..') || /^([\\/]|[A-Za-z]:)/.test(name) || name.includes('\0')) {
    throw new FormatError(`zip: the name '${name}' leads out of the archive`);
  }
  if (flags & ENCRYPTED) throw new FormatError(`zip: '${name}' is encrypted`);
  if (method !== STORED && method !== DEFLATED) {
    throw new FormatError(`zip: '${name}' is packed by method ${method}`, {
      hint: 'pack it again with plain deflate, or without compression',
    });
  }
  return { name, method, packed, size, header };
}

async function inflate(packed: Uint8Array, { name, size }: Place): Promise<Uint8Array> {
  const whole = new Uint8Array(size);
  let at = 0;
  const problem = (cause?: unknown): FormatError =>
    new FormatError(`zip: '${name}' does not inflate to the ${size} bytes that the directory says`, {
      cause,
    });
  const stream = new Blob([packed as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream('deflate-raw'));
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (at + next.value.length > size) throw problem();
      whole.set(next.value, at);
      at += next.value.length;
    }
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw problem(cause);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  if (at !== size) throw problem();
  return whole;
}
