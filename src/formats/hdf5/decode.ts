import { FormatError } from '../../errors.js';
import type { SafetensorsEntry } from '../safetensors.js';
import { type Attributes, attributesOf } from './attributes.js';
import { Hdf5Cursor, unread } from './cursor.js';
import { readDataspace, readDatatype } from './datatype.js';
import { linksOf } from './links.js';
import { type Message, MESSAGE, messagesOf } from './object-header.js';

/** A group of an HDF5 file: a folder with attributes. */
export interface Hdf5Group {
  readonly attributes: Attributes;
  readonly groups: ReadonlyMap<string, Hdf5Group>;
  readonly datasets: ReadonlyMap<string, Hdf5Dataset>;
}

/** An array of an HDF5 file. */
export interface Hdf5Dataset {
  /** Its elements: a window on the file's bytes. @throws FormatError for what is not read here */
  read(): SafetensorsEntry;
}

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const DEEPEST = 64;
const MOST_TWICE = 64 * 1024 * 1024;

/**
 * Reads HDF5 as far as files of Keras need it: groups in every form, attributes that are texts, arrays of numbers that lie in the file
 * as they are. Nothing is copied: arrays are windows on the file's bytes.
 *
 * @throws FormatError for anything broken, and where something is asked for that is compressed or in pieces
 * @see https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html
 */
export function decodeHdf5(file: Uint8Array): Hdf5Group {
  const known = new Map<number, Hdf5Group | Hdf5Dataset>();
  const open = new Set<number>();
  let left = file.length + MOST_TWICE;

  /** Arrays may be linked under many names, and are not read for ever. */
  function take(bytes: number): void {
    left -= bytes;
    if (left < 0) throw new FormatError('HDF5: its arrays are read for more than the whole file');
  }

  function objectAt(address: number): Hdf5Group | Hdf5Dataset {
    const before = known.get(address);
    if (before !== undefined) return before;
    if (open.has(address) || open.size > DEEPEST)
      throw new FormatError('HDF5: groups lie in each other without end');
    open.add(address);
    const messages = messagesOf(file, address);
    const links = linksOf(file, messages);
    const object = links === null ? datasetOf(file, messages, take) : groupOf(messages, links);
    open.delete(address);
    known.set(address, object);
    return object;
  }

  function groupOf(messages: readonly Message[], links: ReadonlyMap<string, number>): Hdf5Group {
    const groups = new Map<string, Hdf5Group>();
    const datasets = new Map<string, Hdf5Dataset>();
    for (const [name, address] of links) {
      const object = objectAt(address);
      if ('groups' in object) groups.set(name, object);
      else datasets.set(name, object);
    }
    return { attributes: attributesOf(file, messages), groups, datasets };
  }

  const root = objectAt(rootOf(file));
  if ('groups' in root) return root;
  throw new FormatError('HDF5: its root is no group');
}

/** Where the root group is. */
function rootOf(file: Uint8Array): number {
  const reader = new Hdf5Cursor(file, 'file');
  if (SIGNATURE.some((byte, i) => file[i] !== byte)) throw reader.problem('is not HDF5');
  reader.take(8);
  const version = reader.u8();
  if (version > 3) throw unread(`it is written in version ${version} of the format`);
  reader.take(version < 2 ? 4 : 0);
  const [offsets, lengths] = reader.take(2);
  if (offsets !== 8 || lengths !== 8) throw unread(`its addresses have ${offsets} bytes`);
  reader.take([9, 13, 1, 1][version]);
  if (reader.u64() !== 0) throw unread('something stands before it in the file');
  reader.take(8);
  const end = reader.u64();
  if (end > file.length) {
    throw reader.problem(
      `should have ${end} bytes and has ${file.length}`,
      'the file is cut short: fetch it again',
    );
  }
  if (version < 2) reader.take(16);
  return reader.place();
}

function datasetOf(
  file: Uint8Array,
  messages: readonly Message[],
  take: (bytes: number) => void,
): Hdf5Dataset {
  const message = (type: number): Hdf5Cursor => {
    const found = messages.find((m) => m.type === type);
    if (found === undefined) throw new FormatError('HDF5: a dataset lacks its type, shape or place');
    return new Hdf5Cursor(found.bytes, 'dataset');
  };
  return {
    read() {
      const type = readDatatype(message(MESSAGE.datatype));
      if (type.kind !== 'number') throw unread(`an array has ${'about' in type ? type.about : 'texts'}`);
      const shape = readDataspace(message(MESSAGE.dataspace)) ?? [0];
      const bytes = elementsOf(file, message(MESSAGE.layout));
      take(bytes.length);
      const size = shape.reduce((n, axis) => n * axis, type.size);
      if (bytes.length === size) return { dtype: type.dtype, shape, bytes };
      throw new FormatError(
        `HDF5: an array of shape (${shape.join(', ')}) takes ${size} bytes, and the file has ${bytes.length}`,
      );
    },
  };
}

/** Bytes of a dataset, in its header or in one piece of the file. */
function elementsOf(file: Uint8Array, layout: Hdf5Cursor): Uint8Array {
  const version = layout.u8();
  if (version !== 3 && version !== 4) throw unread(`an array is laid out in version ${version}`);
  switch (layout.u8()) {
    case 0:
      return layout.take(layout.u16());
    case 1: {
      const address = layout.address();
      const size = layout.u64();
      return address === null ? new Uint8Array(0) : new Hdf5Cursor(file, 'dataset', address).take(size);
    }
    default:
      throw unread('an array is compressed or in pieces');
  }
}
