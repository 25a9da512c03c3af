import { Hdf5Cursor, unread } from './cursor.js';

const RECORD = { 5: 11, 8: 17 } as const;
// Bytes of a record before and after the id of its piece: a hash; flags, order and a hash.
const ID = { 5: { before: 4, after: 0 }, 8: { before: 0, after: 9 } } as const;

/**
 * What a group or object with many links or attributes keeps apart from its header: pieces in a heap, listed by a tree of their names.
 *
 * @param heapAddress  of the heap
 * @param treeAddress  of the tree
 * @param type         of the tree's records: 5 are links, 8 attributes
 * @see https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html, III.A.2 and III.G
 */
export function densePieces(
  file: Uint8Array,
  heapAddress: number,
  treeAddress: number,
  type: keyof typeof ID,
): Uint8Array[] {
  const pieceOf = heapAt(file, heapAddress);
  return recordsAt(file, treeAddress, type).map((record) => {
    const { before, after } = ID[type];
    return pieceOf(record.subarray(before, record.length - after));
  });
}

/** A function from the id of a piece to its bytes. */
function heapAt(file: Uint8Array, address: number): (id: Uint8Array) => Uint8Array {
  const head = new Hdf5Cursor(file, 'heap', address).sign('FRHP');
  head.take(1);
  const [idLength, filters] = [head.u16(), head.u16()];
  if (filters > 0) throw unread('it has compressed names');
  head.take(1 + 4 + 12 * 8);
  const width = head.u16();
  const [smallest, largest] = [head.u64(), head.u64()];
  const offsetBytes = Math.ceil(head.u16() / 8);
  head.take(2);
  const root = head.place();
  const rows = head.u16();
  const blocks = rows === 0 ? [{ address: root, size: smallest }] : blocksBelow();

  function blocksBelow(): { address: number | null; size: number }[] {
    const reader = new Hdf5Cursor(file, 'heap', root).sign('FHIB');
    reader.take(1 + 8 + offsetBytes);
    const list: { address: number | null; size: number }[] = [];
    for (let row = 0; row < rows; row++) {
      const size = smallest * 2 ** Math.max(0, row - 1);
      if (size > largest) throw unread('a group has more names than are');
      for (let column = 0; column < width; column++) list.push({ address: reader.address(), size });
    }
    return list;
  }

  return (id) => {
    const reader = new Hdf5Cursor(id, 'heap id');
    if ((reader.u8() & 0x30) !== 0) throw unread('a link or attribute of more than 64 KB');
    let offset = reader.uint(offsetBytes);
    const length = reader.uint(idLength - 1 - offsetBytes);
    for (const { address: start, size } of blocks) {
      if (offset < size) {
        if (start === null || offset + length > size) break;
        return new Hdf5Cursor(file, 'heap', start + offset).take(length);
      }
      offset -= size;
    }
    throw reader.problem('names a piece that is not in the heap');
  };
}

/** The records of a tree that is at most two nodes high: some thousand. */
function recordsAt(file: Uint8Array, address: number, type: keyof typeof ID): Uint8Array[] {
  const head = new Hdf5Cursor(file, 'tree of names', address).sign('BTHD');
  head.take(1);
  if (head.u8() !== type) throw head.problem('lists other things than it should');
  const [nodeSize, recordSize, depth] = [head.u32(), head.u16(), head.u16()];
  head.take(2);
  const root = head.address();
  const count = head.u16();
  if (root === null) return [];
  if (depth > 1) throw unread('a group has more names than are');
  if (recordSize !== RECORD[type]) throw head.problem(`has records of ${recordSize} bytes`);
  const records: Uint8Array[] = [];
  const readRecords = (reader: Hdf5Cursor, n: number): void => {
    reader.take(2);
    for (let i = 0; i < n; i++) records.push(reader.take(recordSize));
  };
  if (depth === 0) readRecords(new Hdf5Cursor(file, 'tree of names', root).sign('BTLF'), count);
  else {
    const node = new Hdf5Cursor(file, 'tree of names', root).sign('BTIN');
    readRecords(node, count);
    const most = Math.floor((nodeSize - 10) / recordSize);
    const countBytes = most < 256 ? 1 : 2;
    for (let i = 0; i <= count; i++) {
      const leaf = new Hdf5Cursor(file, 'tree of names', node.place()).sign('BTLF');
      readRecords(leaf, node.uint(countBytes));
      if (records.length * recordSize > file.length) throw node.problem('lists more than the whole file');
    }
  }
  return records;
}
