import { FormatError } from '../../errors.js';
import { arrayDType, littleEndian, rowMajor } from '../npy.js';
import { PickleArray, PickleObject, PickleTuple, type PickleValue } from './values.js';

// NumPy's own way into pickles: an array is made empty and then told its shape, element type and bytes.

const MODULES = ['numpy.core.multiarray', 'numpy._core.multiarray'];

/** What a function of NumPy's gives; undefined for one that is not known. */
export function callNumpy(name: string, args: readonly PickleValue[]): PickleValue | undefined {
  if (name === 'numpy.dtype') return new PickleObject(name, args);
  const known = MODULES.find((module) => name.startsWith(`${module}.`));
  if (known === undefined) return undefined;
  if (name.endsWith('._reconstruct')) return new PickleArray(null);
  if (name.endsWith('.scalar') && args.length === 2) return scalar(args[0], args[1]);
  return undefined;
}

/** @throws FormatError for arrays of Python objects and of element types that no tensor has */
export function buildNumpy(array: PickleArray, state: PickleValue): void {
  const items = state instanceof PickleTuple ? state.items : [];
  const [, shape, dtype, fortran, data] = items;
  const sizes = shape instanceof PickleTuple ? shape.items : null;
  if (sizes === null || !sizes.every((size) => typeof size === 'number' && size >= 0) || !isBytes(data)) {
    throw new FormatError('pickle: a NumPy array does not say its shape, element type and bytes');
  }
  const type = typeOf(dtype);
  const order = sizes as readonly number[];
  const bytes = typeof data === 'string' ? Uint8Array.from(data, (c) => c.charCodeAt(0)) : data;
  const wanted = order.reduce((n, size) => n * size, type.size);
  if (bytes.length !== wanted) {
    throw new FormatError(
      `pickle: a NumPy array of (${order.join(', ')}) has ${bytes.length} bytes, not ${wanted}`,
    );
  }
  array.content = {
    dtype: type.dtype,
    shape: order,
    bytes: () => rowMajor(littleEndian(bytes, type), order, type.size, fortran === true),
  };
}

const isBytes = (data: PickleValue | undefined): data is Uint8Array | string =>
  data instanceof Uint8Array || typeof data === 'string';

function typeOf(dtype: PickleValue): ReturnType<typeof arrayDType> {
  const [code] = dtype instanceof PickleObject ? dtype.args : [];
  const state = dtype instanceof PickleObject && dtype.state instanceof PickleTuple ? dtype.state.items : [];
  const order = typeof state[1] === 'string' ? state[1] : '|';
  if (typeof code !== 'string') throw new FormatError('pickle: a NumPy array has no element type');
  return arrayDType(`${order}${code}`);
}

function scalar(dtype: PickleValue, data: PickleValue): PickleValue {
  const type = typeOf(dtype);
  const bytes = typeof data === 'string' ? Uint8Array.from(data, (c) => c.charCodeAt(0)) : data;
  if (!(bytes instanceof Uint8Array) || bytes.length !== type.size) {
    throw new FormatError('pickle: a NumPy number has not the bytes of its element type');
  }
  return new PickleArray({ dtype: type.dtype, shape: [], bytes: () => littleEndian(bytes, type) });
}
