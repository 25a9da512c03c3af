import { FormatError } from '../../errors.js';
import type { ByteReader } from '../byte-reader.js';
import { buildNumpy, callNumpy } from '../pickle/numpy.js';
import type { PickleContext } from '../pickle/unpickle.js';
import { PickleArray, PickleGlobal, PickleObject, PickleTuple, type PickleValue } from '../pickle/values.js';
import { DTYPES, Storage, STORAGES, windowOf } from './storage.js';

/** A storage on its way through a pickle, where a value stands. */
class StorageValue extends PickleObject {
  constructor(readonly storage: Storage) {
    super('torch.Storage', []);
  }
}

/** Gives the storage that a persistent id asks for. */
export type FindStorage = (
  id: {
    readonly key: string;
    readonly dtype: Storage['dtype'];
    readonly itemSize: number;
    readonly count: number;
  },
  reader: ByteReader,
) => Storage;

// Functions whose results no weights depend on: what old modules were computed by, and types of TorchScript.
const IGNORED = new Set([
  'torch.nn.backends.thnn._get_thnn_function_backend',
  'torch.device',
  'torch.Generator',
]);
const TORCHSCRIPT = 'torch.jit._pickle.';
const QUANTISED = new Set(['torch._utils._rebuild_qtensor', '__torch__.torch.classes.rnn.CellParamsBase']);
const PARAMETERS = new Set(['torch.nn.parameter.Parameter', 'torch.autograd.variable.Variable']);

/** What the names in PyTorch's pickles mean: its own few functions that make tensors, and containers of Python's. */
export class PyTorchContext implements PickleContext {
  constructor(private readonly find: FindStorage) {}

  call(name: string, args: readonly PickleValue[]): PickleValue | undefined {
    if (QUANTISED.has(name) || name.startsWith('__torch__.torch.classes.quantized.')) {
      throw new FormatError(`pytorch: the file has quantised weights (${name}), which cannot be used here`, {
        hint: 'save the model before it is quantised',
      });
    }
    switch (name) {
      case 'collections.OrderedDict':
      case 'collections.defaultdict':
      case 'collections.Counter':
        return dictOf(args);
      case 'builtins.set':
      case '__builtin__.set':
      case 'builtins.frozenset':
        return new Set(Array.isArray(args[0]) ? args[0] : []);
      case 'torch.Size':
        return args[0] instanceof PickleTuple
          ? args[0]
          : new PickleTuple(Array.isArray(args[0]) ? args[0] : []);
      case '_codecs.encode':
        return typeof args[0] === 'string' ? Uint8Array.from(args[0], (c) => c.charCodeAt(0)) : undefined;
      case 'torch._utils._rebuild_tensor':
      case 'torch._utils._rebuild_tensor_v2':
        return this.tensor(args);
      case 'torch._utils._rebuild_tensor_v3':
        return this.tensor(args, args[6]);
      case 'torch._utils._rebuild_parameter':
      case 'torch._utils._rebuild_parameter_with_state':
        return parameter(args[0], args[2]);
      case 'copyreg._reconstructor':
      case 'copy_reg._reconstructor':
        return args[0] instanceof PickleGlobal ? new PickleObject(args[0].name, []) : undefined;
    }
    if (PARAMETERS.has(name))
      return args[0] instanceof PickleArray ? parameter(args[0], null) : new PickleArray(null, true);
    if (IGNORED.has(name)) return new PickleObject(name, args);
    if (name.startsWith(TORCHSCRIPT)) return args[0] ?? null;
    return callNumpy(name, args);
  }

  build(array: PickleArray, state: PickleValue): void {
    // A Parameter of 2016 is told its data behind its making, a NumPy array its shape, type and bytes.
    const [data] = state instanceof PickleTuple ? state.items : [];
    if (data instanceof PickleArray) array.content = data.content;
    else if (array.content === null) buildNumpy(array, state);
  }

  persistent(id: PickleValue, reader: ByteReader): PickleValue {
    const items = id instanceof PickleTuple ? id.items : [];
    // A class of a whole module, with the text of its source.
    if (items[0] === 'module' && items[1] instanceof PickleGlobal) return items[1];
    const [kind, type, key, , count, view = null] = items;
    if (kind !== 'storage' || !(type instanceof PickleGlobal) || typeof key !== 'string' || !isCount(count)) {
      throw reader.problem('refers to something that is no storage of a tensor');
    }
    const [dtype, itemSize] = elementType(type.name);
    const storage = this.find({ key, dtype, itemSize, count }, reader);
    if (view === null) return new StorageValue(storage);
    const [, start, length] = view instanceof PickleTuple ? view.items : [];
    if (!isCount(start) || !isCount(length))
      throw reader.problem('has a window on a storage without its size');
    return new StorageValue(storage.slice(start, length));
  }

  private tensor(args: readonly PickleValue[], dtype?: PickleValue): PickleArray {
    const [storage, offset, size, stride, , hooks] = args;
    if (
      !(storage instanceof StorageValue) ||
      !(size instanceof PickleTuple) ||
      !(stride instanceof PickleTuple)
    ) {
      throw new FormatError('pytorch: a tensor has no storage, shape or strides');
    }
    expectNoHooks(hooks);
    const as = dtype === undefined ? undefined : namedType(dtype);
    return new PickleArray(windowOf(storage.storage, offset, size.items, stride.items, as));
  }
}

const isCount = (value: PickleValue | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

function expectNoHooks(hooks: PickleValue | undefined): void {
  if (hooks instanceof Map && hooks.size > 0)
    throw new FormatError('pytorch: a tensor has hooks, which are programs');
}

function parameter(data: PickleValue, hooks: PickleValue): PickleArray {
  if (!(data instanceof PickleArray)) throw new FormatError('pytorch: a parameter has no tensor');
  expectNoHooks(hooks);
  return new PickleArray(data.content, true);
}

/** The element type of a storage class: torch.FloatStorage, torch.cuda.HalfStorage, torch.storage.UntypedStorage … */
export function elementType(name: string): readonly [Storage['dtype'], number] {
  const kind = /^torch\.(?:cuda\.|storage\.)?(\w+?)(?:Storage|Tensor)$/.exec(name)?.[1] ?? '';
  if (kind === 'Untyped') return ['U8', 1];
  const type = Object.hasOwn(STORAGES, kind) ? STORAGES[kind] : undefined;
  if (type !== undefined) return type;
  throw new FormatError(`pytorch: tensors of ${name} cannot be used here`, {
    hint: 'convert them where they were made: tensor.float()',
  });
}

function namedType(dtype: PickleValue): readonly [Storage['dtype'], number] {
  const name = dtype instanceof PickleGlobal ? dtype.name.replace(/^torch\./, '') : '';
  const type = Object.hasOwn(DTYPES, name) ? DTYPES[name] : undefined;
  if (type !== undefined) return type;
  throw new FormatError(`pytorch: tensors of ${name || 'no element type'} cannot be used here`);
}

/** A dict from what its constructor was given: nothing, another dict, or pairs. */
function dictOf(args: readonly PickleValue[]): Map<PickleValue, PickleValue> | undefined {
  const given = args.find((arg) => arg instanceof Map || Array.isArray(arg));
  if (given instanceof Map) return new Map(given);
  if (!Array.isArray(given)) return new Map();
  const pairs = given.map((pair) =>
    pair instanceof PickleTuple ? pair.items : Array.isArray(pair) ? pair : [],
  );
  if (!pairs.every((pair) => pair.length === 2)) return undefined;
  return new Map(pairs.map(([key, value]) => [key, value]));
}
