import { FormatError } from '../../errors.js';
import { littleEndian } from '../npy.js';
import type { ArrayContent } from '../pickle/values.js';
import type { SafetensorsEntry } from '../safetensors.js';

type DType = SafetensorsEntry['dtype'];

/** Element types of PyTorch's storages, by the start of their class's name, and their bytes. */
export const STORAGES: Readonly<Record<string, readonly [DType, number] | undefined>> = {
  Float: ['F32', 4],
  Double: ['F64', 8],
  Half: ['F16', 2],
  BFloat16: ['BF16', 2],
  Long: ['I64', 8],
  Int: ['I32', 4],
  Short: ['I16', 2],
  Char: ['I8', 1],
  Byte: ['U8', 1],
  Bool: ['BOOL', 1],
};

/** Element types by PyTorch's names, for storages without one of their own. */
export const DTYPES: Readonly<Record<string, readonly [DType, number] | undefined>> = {
  float32: ['F32', 4],
  float64: ['F64', 8],
  float16: ['F16', 2],
  bfloat16: ['BF16', 2],
  int64: ['I64', 8],
  int32: ['I32', 4],
  int16: ['I16', 2],
  int8: ['I8', 1],
  uint8: ['U8', 1],
  bool: ['BOOL', 1],
  uint16: ['U16', 2],
  uint32: ['U32', 4],
  uint64: ['U64', 8],
  float8_e4m3fn: ['F8_E4M3', 1],
  float8_e5m2: ['F8_E5M2', 1],
};

/** How many bytes tensors may take beyond the file's own: one element may stand for millions. */
const ROOM = 100_000_000;

/** The elements that tensors are windows on. */
export class Storage {
  /** Null until the file comes to them. */
  bytes: Uint8Array | null = null;

  constructor(
    readonly dtype: DType,
    readonly itemSize: number,
    readonly count: number,
    readonly budget: Budget,
    /** Elements before the first, in the bytes. */
    readonly start = 0,
  ) {}

  /** A window on the same bytes. */
  slice(start: number, count: number): Storage {
    if (!(start >= 0 && count >= 0 && start + count <= this.count)) {
      throw new FormatError(
        `pytorch: elements ${start} to ${start + count} of a storage of ${this.count} are asked for`,
      );
    }
    const part = new Storage(this.dtype, this.itemSize, count, this.budget, this.start + start);
    part.bytes = this.bytes;
    return part;
  }
}

/** What is left to spend on the tensors of one file. */
export class Budget {
  private left: number;
  bigEndian = false;

  constructor(fileBytes: number) {
    this.left = fileBytes + ROOM;
  }

  spend(bytes: number): void {
    this.left -= bytes;
    if (this.left >= 0) return;
    throw new FormatError('pytorch: the tensors would take 100 MB more than the file has', {
      hint: 'expanded tensors repeat few numbers: save tensor.clone(), or a state_dict',
    });
  }
}

/**
 * A tensor's content: a window of strides on a storage.
 *
 * @throws FormatError for a window that goes past the storage, or sizes that no memory holds
 */
export function windowOf(
  storage: Storage,
  offset: unknown,
  shape: readonly unknown[],
  strides: readonly unknown[],
  as: readonly [DType, number] = [storage.dtype, storage.itemSize],
): ArrayContent {
  const [dtype, itemSize] = as;
  const problem = (what: string): FormatError => new FormatError(`pytorch: a tensor ${what}`);
  if (!isSize(offset) || !shape.every(isSize) || !strides.every(isSize) || shape.length !== strides.length) {
    throw problem('has a shape, strides or an offset that are not sizes');
  }
  const sizes = shape as number[];
  const steps = strides as number[];
  const count = sizes.reduce((n, size) => n * size, 1);
  const last =
    count === 0 ? offset - 1 : sizes.reduce((n, size, axis) => n + (size - 1) * steps[axis], offset);
  const available = Math.floor((storage.count * storage.itemSize) / itemSize);
  if (
    !Number.isSafeInteger(count * itemSize) ||
    !Number.isSafeInteger(last) ||
    last >= Math.max(available, offset)
  ) {
    throw problem(`of (${sizes.join(', ')}) does not lie within its storage of ${available} elements`);
  }
  if (offset > available) throw problem(`begins at element ${offset} of a storage of ${available}`);
  const bytes = (): Uint8Array => {
    if (storage.bytes === null) throw problem('has elements that the file does not hold');
    storage.budget.spend(count * itemSize);
    const start = storage.start * storage.itemSize + offset * itemSize;
    const own = gathered(storage.bytes, start, sizes, steps, itemSize);
    return littleEndian(own, { dtype, size: itemSize, bigEndian: storage.budget.bigEndian });
  };
  return { dtype, shape: sizes, bytes };
}

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Elements of a window in row-major order. */
function gathered(
  bytes: Uint8Array,
  start: number,
  shape: readonly number[],
  strides: readonly number[],
  itemSize: number,
): Uint8Array {
  const count = shape.reduce((n, size) => n * size, 1);
  let step = 1;
  let contiguous = true;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== step) contiguous = false;
    step *= shape[axis];
  }
  if (contiguous) return bytes.slice(start, start + count * itemSize);
  const own = new Uint8Array(count * itemSize);
  const at = new Array<number>(shape.length).fill(0);
  for (let i = 0; i < count; i++) {
    let from = start;
    for (let axis = 0; axis < shape.length; axis++) from += at[axis] * strides[axis] * itemSize;
    for (let b = 0; b < itemSize; b++) own[i * itemSize + b] = bytes[from + b];
    for (let axis = shape.length - 1; axis >= 0 && ++at[axis] === shape[axis]; axis--) at[axis] = 0;
  }
  return own;
}
