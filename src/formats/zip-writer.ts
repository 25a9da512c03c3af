import { ValueError } from '../errors.js';
import { ByteWriter } from './byte-writer.js';
import { crc32 } from './crc32.js';

/** A file to be put into an archive. */
export interface ZipContent {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** How an archive is written. */
export interface ZipOptions {
  /** Contents begin at multiples of so many bytes, behind an extra field of Z's, as PyTorch aligns storages. Default 1. */
  readonly align?: number;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const LOCAL_BYTES = 30;
const VERSION = 20;
const UTF8_NAMES = 1 << 11;
/** 1980-01-01, the earliest there is: the same contents give the same bytes, whenever they are written. */
const DATE = (1 << 5) | 1;
/** What four bytes can say; archives beyond that have another form. */
const MOST = 0xffffffff;
/** "FB", the kind of the extra field, and its own head. */
const PADDING = 0x4246;
const PADDING_HEAD = 4;

/**
 * A zip archive of files that are stored as they are.
 *
 * @throws ValueError for more than 4 GB, or more than 65,535 files
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function encodeZip(files: readonly ZipContent[], { align = 1 }: ZipOptions = {}): Uint8Array {
  const directory = new ByteWriter();
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { name, bytes } of files) {
    const label = new TextEncoder().encode(name);
    const common = new ByteWriter()
      .u16(VERSION)
      .u16(UTF8_NAMES)
      .u16(0)
      .u16(0)
      .u16(DATE)
      .u32(crc32(bytes))
      .u32(bytes.length)
      .u32(bytes.length)
      .u16(label.length)
      .whole();
    const extra = paddingFor(at + LOCAL_BYTES + label.length, align);
    const head = new ByteWriter().u32(LOCAL).append(common).u16(extra.length).append(label).append(extra);
    directory.u32(CENTRAL).u16(VERSION).append(common).append(new Uint8Array(12)).u32(at).append(label);
    parts.push(head.whole(), bytes);
    at += head.length + bytes.length;
  }
  if (at + directory.length > MOST || files.length >= 0xffff) {
    throw new ValueError(
      `zip: ${files.length} files of ${at} bytes are more than an archive of 32 bits holds`,
      {
        hint: 'safetensors has no such limit',
      },
    );
  }
  const end = new ByteWriter().u32(END).u32(0).u16(files.length).u16(files.length);
  end.u32(directory.length).u32(at).u16(0);
  return joined([...parts, directory.whole(), end.whole()]);
}

function paddingFor(start: number, align: number): Uint8Array {
  if (align === 1) return new Uint8Array(0);
  const length = align - ((start + PADDING_HEAD) % align);
  return new ByteWriter().u16(PADDING).u16(length).append(new Uint8Array(length).fill(0x5a)).whole();
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
