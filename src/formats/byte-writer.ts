/** Bytes that grow at their end; numbers are little endian unless they say otherwise. */
export class ByteWriter {
  private bytes = new Uint8Array(256);
  private view = new DataView(this.bytes.buffer);
  private end = 0;

  /** Bytes so far. */
  get length(): number {
    return this.end;
  }

  u8(value: number): this {
    const at = this.grow(1);
    this.view.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    const at = this.grow(2);
    this.view.setUint16(at, value, true);
    return this;
  }

  u32(value: number): this {
    const at = this.grow(4);
    this.view.setUint32(at, value, true);
    return this;
  }

  append(bytes: Uint8Array): this {
    const at = this.grow(bytes.length);
    this.bytes.set(bytes, at);
    return this;
  }

  ascii(text: string): this {
    return this.append(new TextEncoder().encode(text));
  }

  /** All of it, as a copy. */
  whole(): Uint8Array {
    return this.bytes.slice(0, this.end);
  }

  private grow(count: number): number {
    const at = this.end;
    this.end += count;
    if (this.end <= this.bytes.length) return at;
    const larger = new Uint8Array(Math.max(this.end, 2 * this.bytes.length));
    larger.set(this.bytes.subarray(0, at));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
    return at;
  }
}
