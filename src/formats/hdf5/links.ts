import { Hdf5Cursor } from './cursor.js';
import { densePieces } from './fractal-heap.js';
import { type Message, MESSAGE } from './object-header.js';

/** Where the members of a group are, by name. */
export type Links = ReadonlyMap<string, number>;

const SOFT_IN_TABLE = 2;
const HARD = 0;

/** The links of a group in the three ways in which they are kept; those to other files or by a path are passed over. Null for no group. */
export function linksOf(file: Uint8Array, messages: readonly Message[]): Links | null {
  const links = new Map<string, number>();
  let isGroup = false;
  for (const { type, bytes } of messages) {
    const reader = new Hdf5Cursor(bytes, 'group');
    if (type === MESSAGE.symbolTable) {
      isGroup = true;
      readTable(file, reader.place(), new LocalHeap(file, reader.place()), links);
    } else if (type === MESSAGE.link) {
      isGroup = true;
      readLink(reader, links);
    } else if (type === MESSAGE.linkInfo) {
      isGroup = true;
      reader.take(1);
      if (reader.u8() & 1) reader.take(8);
      const [heap, tree] = [reader.address(), reader.address()];
      if (heap === null || tree === null) continue;
      for (const piece of densePieces(file, heap, tree, 5)) readLink(new Hdf5Cursor(piece, 'link'), links);
    }
  }
  return isGroup ? links : null;
}

function readLink(reader: Hdf5Cursor, links: Map<string, number>): void {
  reader.take(1);
  const flags = reader.u8();
  const type = flags & 8 ? reader.u8() : HARD;
  if (flags & 4) reader.take(8);
  if (flags & 16) reader.take(1);
  const name = reader.text(reader.uint(1 << (flags & 3)));
  if (type === HARD) links.set(name, reader.place());
}

/** The names of a group of the first form. */
class LocalHeap {
  private readonly names: Hdf5Cursor;

  constructor(file: Uint8Array, address: number) {
    const head = new Hdf5Cursor(file, 'names of a group', address).sign('HEAP');
    head.take(4);
    const size = head.u64();
    head.take(8);
    head.at = head.place();
    this.names = new Hdf5Cursor(head.take(size), 'names of a group');
  }

  name(offset: number): string {
    const { bytes } = this.names;
    const end = bytes.indexOf(0, offset);
    if (end < 0) throw this.names.problem('ends in the middle of a name');
    this.names.at = offset;
    return this.names.text(end - offset);
  }
}

/** Reads a tree of symbol tables, each node once. */
function readTable(file: Uint8Array, root: number, heap: LocalHeap, links: Map<string, number>): void {
  const nodes = [root];
  const seen = new Set(nodes);
  for (let address = nodes.pop(); address !== undefined; address = nodes.pop()) {
    const node = new Hdf5Cursor(file, 'group', address).sign('TREE');
    if (node.u8() !== 0) throw node.problem('is no tree of a group');
    const level = node.u8();
    const count = node.u16();
    node.take(16);
    for (let i = 0; i < count; i++) {
      node.take(8);
      const child = node.place();
      if (seen.has(child)) throw node.problem('goes round in a circle');
      seen.add(child);
      if (level > 0) nodes.push(child);
      else readSymbols(new Hdf5Cursor(file, 'group', child).sign('SNOD'), heap, links);
    }
  }
}

function readSymbols(reader: Hdf5Cursor, heap: LocalHeap, links: Map<string, number>): void {
  reader.take(2);
  const count = reader.u16();
  for (let i = 0; i < count; i++) {
    const name = heap.name(reader.u64());
    const address = reader.address();
    const cached = reader.u32();
    reader.take(20);
    if (cached !== SOFT_IN_TABLE && address !== null) links.set(name, address);
  }
}
