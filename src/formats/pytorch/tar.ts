import { FormatError } from '../../errors.js';
import { ByteReader } from '../byte-reader.js';
import { type PickleContext, unpickle } from '../pickle/unpickle.js';
import { PickleArray, PickleGlobal, PickleTuple, type PickleValue } from '../pickle/values.js';
import { elementType, PyTorchContext } from './context.js';
import { Budget, Storage, windowOf } from './storage.js';

const BLOCK = 512;
const MOST_AXES = 64;

/** PyTorch's first format, of 2016 and 2017: a tar of `sys_info`, `pickle`, `tensors` and `storages`, where keys are addresses. */
export function decodeTar(bytes: Uint8Array): PickleValue {
  const members = membersOf(bytes);
  const member = (name: string): ByteReader => {
    const own = members.get(name);
    if (own === undefined) throw new FormatError(`pytorch: the tar has no '${name}'`);
    return new ByteReader(own, name);
  };
  const budget = new Budget(bytes.length);
  const plain = new PyTorchContext((_, reader) => {
    throw reader.problem('refers to a storage by a later format’s name');
  });
  const system = unpickle(member('sys_info'), plain);
  budget.bigEndian = system instanceof Map && system.get('little_endian') === false;
  const storages = storagesOf(member('storages'), plain, budget);
  const tensors = tensorsOf(member('tensors'), plain, storages);
  const context: PickleContext = {
    call: (name, args) => plain.call(name, args),
    build: (array, state) => plain.build(array, state),
    persistent(id, reader) {
      // A class with the text of its source, or the key of a tensor.
      if (id instanceof PickleTuple && id.items[0] instanceof PickleGlobal) return id.items[0];
      const found = tensors.get(keyOf(id, reader));
      if (found === undefined) throw reader.problem('refers to a tensor that is not in the tar');
      return found;
    },
  };
  return unpickle(member('pickle'), context);
}

function storagesOf(reader: ByteReader, context: PickleContext, budget: Budget): Map<string, Storage> {
  const storages = new Map<string, Storage>();
  const count = countOf(unpickle(reader, context), reader);
  for (let i = 0; i < count; i++) {
    const [key, , type] = tupleOf(unpickle(reader, context), reader);
    if (!(type instanceof PickleGlobal)) throw reader.problem('has a storage without its class');
    const [dtype, itemSize] = elementType(type.name);
    const storage = new Storage(dtype, itemSize, reader.u64(), budget);
    storage.bytes = reader.take(storage.count * itemSize);
    storages.set(keyOf(key, reader), storage);
  }
  const views = unpickle(reader, context);
  for (const view of Array.isArray(views) ? views : []) {
    const [key, root, start, length] = tupleOf(view, reader);
    const whole = storages.get(keyOf(root, reader));
    if (whole === undefined) throw reader.problem('has a window on a storage that is not there');
    storages.set(keyOf(key, reader), whole.slice(countOf(start, reader), countOf(length, reader)));
  }
  return storages;
}

function tensorsOf(
  reader: ByteReader,
  context: PickleContext,
  storages: ReadonlyMap<string, Storage>,
): Map<string, PickleArray> {
  const tensors = new Map<string, PickleArray>();
  const count = countOf(unpickle(reader, context), reader);
  for (let i = 0; i < count; i++) {
    const [key, of] = tupleOf(unpickle(reader, context), reader);
    const storage = storages.get(keyOf(of, reader));
    if (storage === undefined) throw reader.problem('has a tensor without a storage');
    const axes = reader.i32();
    // The number of axes takes eight bytes, of which four count.
    reader.take(4);
    if (axes < 0 || axes > MOST_AXES) throw reader.problem(`has a tensor of ${axes} axes`);
    const sizes = Array.from({ length: axes }, () => reader.u64());
    const strides = Array.from({ length: axes }, () => reader.u64());
    tensors.set(keyOf(key, reader), new PickleArray(windowOf(storage, reader.u64(), sizes, strides)));
  }
  return tensors;
}

function tupleOf(value: PickleValue, reader: ByteReader): readonly PickleValue[] {
  if (value instanceof PickleTuple) return value.items;
  throw reader.problem('has no tuple where one should be');
}

/** Addresses, by which this format names things: numbers, or their digits. */
function keyOf(value: PickleValue, reader: ByteReader): string {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string')
    return String(value);
  throw reader.problem('has no address where one should be');
}

function countOf(value: PickleValue, reader: ByteReader): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw reader.problem('has no number where one should be');
}

/** Files of a tar archive, by name. */
function membersOf(bytes: Uint8Array): Map<string, Uint8Array> {
  const members = new Map<string, Uint8Array>();
  const reader = new ByteReader(bytes, 'tar');
  while (reader.left >= BLOCK) {
    const header = reader.take(BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const field = (start: number, length: number): string => {
      const text = new TextDecoder('latin1').decode(header.subarray(start, start + length));
      return text.split('\0')[0].trim();
    };
    const size = Number.parseInt(field(124, 12) || '0', 8);
    if (!Number.isSafeInteger(size)) throw reader.problem('has a file without a size');
    const content = reader.take(size);
    reader.take(Math.min((BLOCK - (size % BLOCK)) % BLOCK, reader.left));
    members.set(field(0, 100), content);
  }
  return members;
}
