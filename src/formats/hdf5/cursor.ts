import { FormatError } from '../../errors.js';
import { ByteReader } from '../byte-reader.js';

const UNDEFINED = 0xffffffff;

/** A reader of HDF5's structures: it starts at an address and knows the word that each of them begins with. */
export class Hdf5Cursor extends ByteReader {
  constructor(bytes: Uint8Array, what: string, at = 0) {
    super(bytes, `HDF5 ${what}`, at);
  }

  /** Passes over a signature such as "TREE". */
  sign(signature: string): this {
    for (let i = 0; i < signature.length; i++) {
      if (this.u8() !== signature.charCodeAt(i)) throw this.problem(`should begin with ${signature}`);
    }
    return this;
  }

  /** A place in the file; null where the format says that there is none. */
  address(): number | null {
    const [low, high] = [this.u32(), this.u32()];
    if (low === UNDEFINED && high === UNDEFINED) return null;
    const address = high * 2 ** 32 + low;
    if (!Number.isSafeInteger(address)) throw this.problem('points far beyond the file');
    return address;
  }

  /** A place that has to be there. */
  place(): number {
    const address = this.address();
    if (address === null) throw this.problem('points nowhere');
    return address;
  }

  /** A number of `bytes` bytes. */
  uint(bytes: number): number {
    return this.take(bytes).reduceRight((value, byte) => value * 256 + byte, 0);
  }

  /** Passes over what fills up to a multiple of 8 from `start`. */
  align(start: number): void {
    this.take((8 - ((this.at - start) % 8)) % 8);
  }
}

/** What a file has that is not read here. */
export const unread = (what: string): FormatError =>
  new FormatError(`HDF5: ${what}, which is not read here`, {
    hint: 'save the model again with Keras, or copy the file plainly: h5repack -l CONTI -f NONE old.h5 new.h5',
  });
