import { Hdf5Cursor, unread } from './cursor.js';

/** Kinds of messages that are read. */
export const MESSAGE = {
  ...{ dataspace: 0x01, linkInfo: 0x02, datatype: 0x03, link: 0x06, layout: 0x08, filters: 0x0b },
  ...{ attribute: 0x0c, continuation: 0x10, symbolTable: 0x11, attributeInfo: 0x15 },
} as const;

/** One message of an object: a property of a group or dataset. */
export interface Message {
  readonly type: number;
  readonly bytes: Uint8Array;
}

const SHARED = 2;
const NAMED_ELSEWHERE: ReadonlySet<number> = new Set([
  MESSAGE.dataspace,
  MESSAGE.datatype,
  MESSAGE.attribute,
]);

/** A run of messages in the file: an object's first, or one that continues it. */
interface Block {
  readonly start: number;
  readonly length: number;
}

/**
 * The messages of the object at an address, in both forms of object headers.
 *
 * @see https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html, IV.A
 */
export function messagesOf(file: Uint8Array, address: number): Message[] {
  const head = new Hdf5Cursor(file, 'object header', address);
  const version = head.u8();
  if (version === 1) {
    head.take(7);
    const length = head.u32();
    head.take(4);
    return collect(file, { start: head.at, length }, 8, ({ start, length }) => ({ start, length }));
  }
  head.at = address;
  head.sign('OHDR');
  if (head.u8() !== 2) throw head.problem('has a version that is not known');
  const flags = head.u8();
  if (flags & 0x20) head.take(16);
  if (flags & 0x10) head.take(4);
  const length = head.uint(1 << (flags & 3));
  const prefix = flags & 4 ? 6 : 4;
  return collect(file, { start: head.at, length }, prefix, ({ start, length }) => {
    const block = new Hdf5Cursor(file, 'object header', start).sign('OCHK');
    return { start: block.at, length: length - 8 };
  });
}

/** @param prefix  bytes before each message's own: 8 in the first form, 4 or 6 in the second */
function collect(file: Uint8Array, first: Block, prefix: number, inner: (block: Block) => Block): Message[] {
  const messages: Message[] = [];
  const blocks = [first];
  let read = 0;
  for (let block = blocks.pop(); block !== undefined; block = blocks.pop()) {
    const reader = new Hdf5Cursor(file, 'object header', block.start);
    read += block.length;
    if (read > file.length) throw reader.problem('goes on for more than the whole file');
    const end = block.start + block.length;
    while (end - reader.at >= prefix) {
      const type = prefix === 8 ? reader.u16() : reader.u8();
      const size = reader.u16();
      const flags = reader.u8();
      reader.take(prefix === 8 ? 3 : prefix - 4);
      const bytes = reader.take(size);
      if (flags & SHARED && NAMED_ELSEWHERE.has(type))
        throw unread('it has a type that several datasets share');
      if (type !== MESSAGE.continuation) messages.push({ type, bytes });
      else {
        const next = new Hdf5Cursor(bytes, 'object header');
        blocks.push(inner({ start: next.place(), length: next.u64() }));
      }
    }
  }
  return messages;
}
