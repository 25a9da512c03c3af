import { FormatError } from '../../errors.js';
import { ByteReader } from '../byte-reader.js';
import { unpickle } from '../pickle/unpickle.js';
import { PickleTuple, type PickleValue } from '../pickle/values.js';
import { ZipArchive } from '../zip.js';
import { PyTorchContext } from './context.js';
import { Budget, Storage } from './storage.js';
import { decodeTar } from './tar.js';

/**
 * What `torch.save` wrote, in any of its formats: zip (since 1.6), pickles in a row (before), tar (2016 and 2017), and plain pickles
 * with arrays of NumPy's. Nothing in the file is imported, called or run: classes become their names, modules objects with attributes,
 * tensors arrays.
 *
 * @throws FormatError for files that would call something, that are cut short or contradict themselves, with quantised weights
 * @see https://docs.pytorch.org/docs/stable/notes/serialization.html
 */
export async function decodePyTorch(bytes: Uint8Array): Promise<PickleValue> {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return decodeZip(bytes);
  if (isTar(bytes)) return decodeTar(bytes);
  if (bytes[0] !== 0x80) {
    throw new FormatError(
      'pytorch: the file is neither a zip, a pickle of protocol 2 or later, nor a tar of PyTorch',
      {
        hint: 'npx unrolled inspect FILE says what it is',
      },
    );
  }
  return decodePickles(bytes);
}

/** Whether a tar archive begins here, by the checksum that its first header has at byte 148. */
const isTar = (bytes: Uint8Array): boolean =>
  bytes.length >= 512 && String.fromCharCode(...bytes.subarray(257, 262)) === 'ustar';

async function decodeZip(bytes: Uint8Array): Promise<PickleValue> {
  const archive = new ZipArchive(bytes);
  const names = archive.entries.map(({ name }) => name);
  const pickles = names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    throw new FormatError(`pytorch: the zip has ${pickles.length} files data.pkl below one folder, not one`, {
      hint: 'is it another kind of zip? npx unrolled inspect FILE says what it is',
    });
  }
  const root = pickles[0].slice(0, -'data.pkl'.length);
  const outside = names.find((name) => !name.startsWith(root));
  if (outside !== undefined)
    throw new FormatError(`pytorch: '${outside}' stands outside of the folder '${root}'`);
  const budget = new Budget(bytes.length);
  const text = async (name: string): Promise<string | null> =>
    archive.has(root + name) ? new TextDecoder().decode(await archive.read(root + name, 64)).trim() : null;
  const order = await text('byteorder');
  if (order !== null && order !== 'little' && order !== 'big') {
    throw new FormatError(`pytorch: the byte order '${order}' is neither little nor big`);
  }
  budget.bigEndian = order === 'big';
  const storages = new Map<string, Storage>();
  const context = new PyTorchContext(({ key, dtype, itemSize, count }, reader) => {
    const known = storages.get(key);
    if (known !== undefined) {
      if (known.dtype !== dtype || known.count !== count)
        throw reader.problem(`has two ideas of the storage '${key}'`);
      return known;
    }
    const name = `${root}data/${key}`;
    const entry = /^[\w.-]+$/.test(key) ? archive.entry(name) : undefined;
    if (entry === undefined)
      throw reader.problem(`refers to the storage '${key}', which is not in the archive`);
    if (entry.size !== count * itemSize) {
      throw reader.problem(
        `says that storage '${key}' has ${count} elements of ${itemSize} bytes; it has ${entry.size} bytes`,
      );
    }
    const storage = new Storage(dtype, itemSize, count, budget);
    storages.set(key, storage);
    return storage;
  });
  const pickle = await archive.read(pickles[0], bytes.length + MOST_PICKLE);
  const value = unpickle(new ByteReader(pickle, 'data.pkl'), context);
  let room = bytes.length + MOST_PICKLE;
  for (const [key, storage] of storages) {
    storage.bytes = await archive.read(`${root}data/${key}`, room);
    room -= storage.bytes.length;
  }
  return value;
}

const MOST_PICKLE = 100_000_000;
const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

/** Five pickles in a row and the storages behind them; or one alone, of another library's. */
function decodePickles(bytes: Uint8Array): PickleValue {
  const reader = new ByteReader(bytes, 'pickle');
  const budget = new Budget(bytes.length);
  const storages = new Map<string, Storage>();
  const context = new PyTorchContext(({ key, dtype, itemSize, count }, at) => {
    if (count * itemSize > bytes.length)
      throw at.problem(`has a storage of ${count} elements, more than the file`);
    const known = storages.get(key) ?? new Storage(dtype, itemSize, count, budget);
    if (known.dtype !== dtype || known.count !== count)
      throw at.problem(`has two ideas of the storage '${key}'`);
    storages.set(key, known);
    return known;
  });
  const first = unpickle(reader, context);
  if (first !== MAGIC) return alone(first, reader, storages);
  const protocol = unpickle(reader, context);
  if (protocol !== PROTOCOL) throw new FormatError(`pytorch: the file is not of protocol ${PROTOCOL}`);
  const system = unpickle(reader, context);
  budget.bigEndian = system instanceof Map && system.get('little_endian') === false;
  const value = unpickle(reader, context);
  const keys = unpickle(reader, context);
  if (!Array.isArray(keys)) throw reader.problem('has no list of storages');
  for (const key of keys) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (storage === undefined) throw reader.problem('has a storage that no tensor uses');
    const count = reader.u64();
    if (count !== storage.count)
      throw reader.problem(`has ${count} elements in a storage of ${storage.count}`);
    storage.bytes = reader.take(count * storage.itemSize);
  }
  for (const [key, { bytes: own }] of storages) {
    if (own === null) throw new FormatError(`pytorch: the storage '${key}' is missing`);
  }
  return value;
}

function alone(value: PickleValue, reader: ByteReader, storages: ReadonlyMap<string, Storage>): PickleValue {
  if (storages.size > 0) throw reader.problem('refers to storages of PyTorch, but is none of its files');
  if (
    value instanceof PickleTuple ||
    value instanceof Map ||
    Array.isArray(value) ||
    typeof value === 'object'
  )
    return value;
  throw reader.problem('holds a single number or text, and no weights');
}
