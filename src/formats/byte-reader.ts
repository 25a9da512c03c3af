import { FormatError } from '../errors.js';

/** A cursor over bytes that never reads past their end; numbers are little endian. */
export class ByteReader {
  private readonly view: DataView;

  /**
   * @param what  names the bytes in messages, such as "data.pkl"
   * @param at    where to start
   */
  constructor(
    readonly bytes: Uint8Array,
    readonly what: string,
    public at = 0,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes from here to the end. */
  get left(): number {
    return this.bytes.length - this.at;
  }

  /** The next `count` bytes, as a window. */
  take(count: number): Uint8Array {
    const start = this.skip(count);
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + start, count);
  }

  u8(): number {
    return this.view.getUint8(this.skip(1));
  }

  u16(): number {
    return this.view.getUint16(this.skip(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  i32(): number {
    return this.view.getInt32(this.skip(4), true);
  }

  /** A size of 8 bytes, which no file of ours exceeds. */
  u64(): number {
    const value = this.view.getBigUint64(this.skip(8), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.problem(`has a size of ${value} bytes`);
    return Number(value);
  }

  f64BigEndian(): number {
    return this.view.getFloat64(this.skip(8), false);
  }

  /** The text up to the next line feed, which is passed over. */
  line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) throw this.problem('ends in the middle of a name');
    const text = decodeUtf8(this.bytes.subarray(this.at, end), this);
    this.at = end + 1;
    return text;
  }

  text(count: number): string {
    return decodeUtf8(this.take(count), this);
  }

  /** An error about what stands here. */
  problem(what: string, hint = 'the file may be cut short or damaged: fetch it again'): FormatError {
    return new FormatError(`${this.what}, byte ${this.at}: it ${what}`, { hint });
  }

  /** Passes over `count` bytes and gives where they start. */
  private skip(count: number): number {
    if (!(count >= 0 && count <= this.left)) {
      throw this.problem(`ends too early: ${count} bytes are wanted and ${this.left} are left`);
    }
    const start = this.at;
    this.at += count;
    return start;
  }
}

function decodeUtf8(bytes: Uint8Array, reader: ByteReader): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw reader.problem('has text that is not UTF-8');
  }
}
