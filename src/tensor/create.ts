import { DTypeError, IndexError, ShapeError, ValueError } from '../errors.js';
import { floats, ints, kernels } from '../kernels/engine.js';
import { expectKind, readOptions, type Schema, told } from '../options.js';
import { converted, dense } from './copy.js';
import { denseStrides } from './dense-strides.js';
import { type DType, expectDType, expectInt32 } from './dtype.js';
import { expectTensor } from './operands.js';
import { expectSizes, type Shape, show } from './shape.js';
import { Storage } from './storage.js';
import { empty, type Nested, Tensor } from './tensor.js';

/** Options of the functions that make tensors. */
export interface TensorOptions {
  /** Default: from the values for `tensor`, float32 elsewhere unless said. */
  readonly dtype?: DType;
  /** Record operations on the tensor, so that `backward` fills its `grad`. Default false. */
  readonly requiresGrad?: boolean;
}

/** What these options may be; dtypes that there are not have an error of their own. */
export const TENSOR: Schema<TensorOptions> = { dtype: 'text', requiresGrad: 'true or false' };

/** Checks options; right ones cost no more than a look. */
export function expectOptions(op: string, options: TensorOptions | undefined): void {
  if (options === undefined) return;
  let odd = Object(options) !== options;
  for (const name in options) odd ||= name !== 'dtype';
  if (odd) readOptions(op, options, TENSOR);
}

/** Sizes one by one, with options behind them: `zeros(2, 3)`. */
export type SizesWith<Options> = number[] | [...sizes: number[], options: Options];

/** A shape and options from the arguments of a function that takes `([2, 3], options)` or `(2, 3, options)`. */
export function sizesOf<Options extends object>(
  op: string,
  given: readonly (Shape | number | Options | undefined)[],
): [shape: Shape, options: Options | undefined] {
  const [first, second] = given;
  if (Array.isArray(first)) {
    if (given.length > 2)
      throw new ValueError(`${op}: sizes stand in one list or one by one, not ${told(second)} behind a list`);
    return [first as Shape, second as Options | undefined];
  }
  const last = given.at(-1);
  const options = typeof last === 'object' ? (last as Options) : undefined;
  const sizes = (options === undefined ? given : given.slice(0, -1)) as number[];
  if (sizes.length === 0 || first === undefined)
    throw new ValueError(`${op}: there are no sizes`, {
      hint: `write ${op}([2, 3]), and ${op}([]) for a scalar`,
    });
  return [sizes, options];
}

type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Values that `tensor` takes: numbers or booleans nested to any depth, or a typed array. */
export type TensorData = Nested | TypedArray;

const isTyped = (data: TensorData): data is TypedArray =>
  ArrayBuffer.isView(data) && !(data instanceof DataView);
/** Float16Array, which older versions lack, among them. */
const isFractional = (data: TypedArray): boolean => data[Symbol.toStringTag].startsWith('Float');

/** Sizes of nested arrays; throws where they are ragged. */
function shapeOf(data: Nested): number[] {
  const shape: number[] = [];
  for (let level: Nested = data; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  return shape;
}

function flattened(data: Nested, shape: Shape): (number | boolean)[] {
  const values: (number | boolean)[] = [];
  const walk = (level: Nested, axis: number): void => {
    const length = Array.isArray(level) ? level.length : -1;
    if (length !== (shape[axis] ?? -1)) {
      const found = length < 0 ? 'a value' : `${length} entries`;
      const wanted = axis < shape.length ? `${shape[axis]} entries` : 'a value';
      throw new ShapeError(
        `tensor: rows must be equally long: on axis ${axis} there is ${found} where others have ${wanted}`,
      );
    }
    if (Array.isArray(level)) for (const inner of level) walk(inner, axis + 1);
    else if (typeof level === 'number' || typeof level === 'boolean') values.push(level);
    else throw notAValue(level);
  };
  walk(data, 0);
  return values;
}

function notAValue(value: unknown): DTypeError {
  return new DTypeError(`tensor: values must be numbers or booleans, not ${told(value)}`, {
    hint:
      value instanceof Tensor ? 'use clone() for a copy, and stack(list) for a list of tensors' : undefined,
  });
}

function inferredType(data: TensorData, values: ArrayLike<number | boolean>): DType {
  if (isTyped(data)) return isFractional(data) ? 'float32' : 'int32';
  if (values.length === 0) return 'float32';
  let booleans = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value === 'boolean') booleans += 1;
    else if (!Number.isInteger(value)) return 'float32';
  }
  return booleans === values.length ? 'bool' : 'int32';
}

/**
 * A tensor with the given values.
 *
 * The dtype follows the values, as PyTorch's: booleans make bool, whole numbers int32, anything else float32; a Float32Array
 * or Float64Array makes float32, a typed array of whole numbers int32. JavaScript cannot tell 1.0 from 1, so say
 * `{ dtype: 'float32' }` for whole numbers that are meant as values.
 *
 * @param data     numbers or booleans, nested arrays of them (equally long), or a typed array
 * @throws ShapeError if nested arrays differ in length; ValueError for numbers that int32 does not have
 * @see https://pytorch.org/docs/stable/generated/torch.tensor.html
 * @example
 * tensor([[1, 2], [3, 4]]).dtype; // 'int32'
 * tensor([0.5, 1]).dtype; // 'float32'
 * tensor([1, 2], { dtype: 'float32', requiresGrad: true }).requiresGrad; // true
 */
export function tensor(data: TensorData, options: TensorOptions = {}): Tensor {
  expectOptions('tensor', options);
  const typed = isTyped(data);
  const shape = typed ? [data.length] : shapeOf(data);
  const values = typed ? numbersOf(data) : flattened(data, shape);
  const dtype = options.dtype ?? inferredType(data, values);
  expectDType('tensor', dtype);
  const x = filled(shape, dtype, values);
  x.wraps = options.dtype === 'int32';
  return finish(x, options);
}

const numbersOf = (data: TypedArray): ArrayLike<number> =>
  data instanceof BigInt64Array || data instanceof BigUint64Array ? Float64Array.from(data, Number) : data;

/** What to do about a number that int32 does not have, where a dtype can be said. */
export const ASK_FOR_FLOAT = "say { dtype: 'float32' }, which has all whole numbers up to 16777216";

/**
 * A tensor of a shape from row-major values.
 *
 * @throws ValueError for numbers that int32 does not have
 */
export function filled(
  shape: Shape,
  dtype: DType,
  values: ArrayLike<number | boolean>,
  op = 'tensor',
): Tensor {
  if (dtype === 'int32' && !(values instanceof Int32Array))
    for (let i = 0; i < values.length; i++) expectInt32(op, Number(values[i]), ASK_FOR_FLOAT);
  const x = empty(shape, dtype);
  const target = dtype === 'float32' ? floats() : ints();
  const start = x.address >>> 2;
  // NaN is true, as in PyTorch.
  if (dtype === 'bool')
    for (let i = 0; i < values.length; i++) target[start + i] = Number(values[i]) !== 0 ? 1 : 0;
  else if (ArrayBuffer.isView(values)) target.set(values as Float32Array, start);
  else for (let i = 0; i < values.length; i++) target[start + i] = Number(values[i]);
  return x;
}

function finish(x: Tensor, options: TensorOptions): Tensor {
  return options.requiresGrad === true ? x.requiresGrad_() : x;
}

/**
 * A tensor of one value everywhere; the dtype follows the value unless given.
 *
 * @throws ValueError for a number that int32 does not have
 */
export function full(shape: Shape, value: number | boolean, options: TensorOptions = {}): Tensor {
  expectSizes('full', shape);
  expectOptions('full', options);
  if (typeof value !== 'number') expectKind('full', 'the value', value, ['a number', 'true or false']);
  const dtype =
    options.dtype ?? (typeof value === 'boolean' ? 'bool' : Number.isInteger(value) ? 'int32' : 'float32');
  expectDType('full', dtype);
  if (dtype === 'int32') expectInt32('full', Number(value), ASK_FOR_FLOAT);
  const x = empty(shape, dtype);
  if (dtype === 'float32') kernels.fill(x.address, Number(value), x.numel());
  else {
    const word = dtype === 'bool' ? Number(Number(value) !== 0) : Number(value);
    kernels.fillInt(x.address, word, x.numel());
  }
  return finish(x, options);
}

/**
 * A tensor of zeros, float32 unless said.
 *
 * @param shape  sizes in a list, or one by one
 * @see https://pytorch.org/docs/stable/generated/torch.zeros.html
 * @example
 * zeros([2, 3]).shape; // [2, 3]
 * zeros(2, 3, { dtype: 'int32' }).dtype; // 'int32'
 */
export function zeros(shape: Shape, options?: TensorOptions): Tensor;
export function zeros(...sizes: SizesWith<TensorOptions>): Tensor;
export function zeros(...given: (Shape | number | TensorOptions | undefined)[]): Tensor {
  return constant('zeros', 0, sizesOf('zeros', given));
}

/**
 * A tensor of ones, float32 unless said.
 *
 * @param shape  sizes in a list, or one by one
 * @see https://pytorch.org/docs/stable/generated/torch.ones.html
 */
export function ones(shape: Shape, options?: TensorOptions): Tensor;
export function ones(...sizes: SizesWith<TensorOptions>): Tensor;
export function ones(...given: (Shape | number | TensorOptions | undefined)[]): Tensor {
  return constant('ones', 1, sizesOf('ones', given));
}

function constant(
  op: string,
  value: number,
  [shape, options]: readonly [Shape, TensorOptions | undefined],
): Tensor {
  expectSizes(op, shape);
  expectOptions(op, options);
  return full(shape, value, { ...options, dtype: options?.dtype ?? 'float32' });
}

/** Checked options with the dtype of `x`, unless they say another. */
export function inType(op: string, x: Tensor, options: TensorOptions | undefined): TensorOptions {
  expectTensor(op, 'the first argument', x);
  expectOptions(op, options);
  return { ...options, dtype: options?.dtype ?? x.dtype };
}

/** One value everywhere in the shape and dtype of another tensor, the axes in the same order in memory. */
export function constantLike(
  op: string,
  x: Tensor,
  value: number | boolean,
  given: TensorOptions | undefined,
): Tensor {
  const options = inType(op, x, given);
  const { storage, dtype } = full(x.shape, value, { dtype: options.dtype });
  return finish(new Tensor(storage, dtype, x.shape, denseStrides(x)), options);
}

/** Zeros in the shape and dtype of another tensor, its axes in the same order in memory. */
export function zerosLike(x: Tensor, options?: TensorOptions): Tensor {
  return constantLike('zerosLike', x, 0, options);
}

/** Ones in the shape and dtype of another tensor, its axes in the same order in memory. */
export function onesLike(x: Tensor, options?: TensorOptions): Tensor {
  return constantLike('onesLike', x, 1, options);
}

/**
 * Numbers from `start` to before `end` in steps; int32 if all three are whole.
 *
 * @throws ValueError if the steps do not lead there, or beyond int32
 * @example
 * arange(3).tolist(); // [0, 1, 2]
 * arange(1, 2, 0.25).tolist(); // [1, 1.25, 1.5, 1.75]
 */
export function arange(end: number, options?: TensorOptions): Tensor;
export function arange(start: number, end: number, options?: TensorOptions): Tensor;
export function arange(start: number, end: number, step?: number, options?: TensorOptions): Tensor;
export function arange(
  a: number,
  b?: number | TensorOptions,
  c?: number | TensorOptions,
  d?: TensorOptions,
): Tensor {
  const [start, end] = b === undefined || typeof b === 'object' ? [0, a] : [a, b];
  const step = c === undefined || typeof c === 'object' ? 1 : c;
  for (const [name, value] of Object.entries({ start, end, step }))
    expectKind('arange', name, value, 'a number');
  const given = [b, c, d].find((x) => typeof x === 'object') ?? d ?? {};
  expectOptions('arange', given);
  if (step === 0 || Math.sign(end - start) * Math.sign(step) < 0) {
    throw new ValueError(`arange: steps of ${step} do not lead from ${start} to ${end}`);
  }
  const values = Float64Array.from({ length: Math.ceil((end - start) / step) }, (_, i) => start + i * step);
  const whole = [start, end, step].every((x) => Number.isInteger(x));
  if (given.dtype !== undefined) expectDType('arange', given.dtype);
  return finish(
    filled([values.length], given.dtype ?? (whole ? 'int32' : 'float32'), values, 'arange'),
    given,
  );
}

/**
 * Ones on the diagonal of a matrix, zeros elsewhere: `n` rows and as many columns, unless their number stands behind.
 *
 * @param n  how many rows
 * @see https://pytorch.org/docs/stable/generated/torch.eye.html
 * @example
 * eye(2).tolist(); // [[1, 0], [0, 1]]
 */
export function eye(n: number, options?: TensorOptions): Tensor;
export function eye(n: number, columns: number, options?: TensorOptions): Tensor;
export function eye(n: number, second?: number | TensorOptions, third?: TensorOptions): Tensor {
  const columns = second === undefined || typeof second === 'object' ? n : second;
  const options = (typeof second === 'object' ? second : third) ?? {};
  expectSizes('eye', [n, columns]);
  expectOptions('eye', options);
  const x = zeros([n, columns], { dtype: options.dtype ?? 'float32' });
  const view = x.dtype === 'float32' ? floats() : ints();
  for (let i = 0; i < Math.min(n, columns); i++) view[(x.address >>> 2) + i * (columns + 1)] = 1;
  return finish(x, options);
}

/**
 * Rows of zeros with a one where the index says: (…) int32 → (…, classes) float32.
 *
 * The result knows its indices: recurrent and linear layers pick columns of their weights instead of multiplying by zeros,
 * and memory for the zeros is taken only if someone looks at them. (PyTorch's `one_hot` gives int64, which has to be
 * converted before a layer takes it; this one can be used as it is.)
 *
 * @param classes  size of the new last axis; default, as -1: the largest index + 1
 * @throws DTypeError if the indices are not int32; IndexError if one is outside [0, classes); ValueError for a number of classes
 *   that cannot be, or that nothing tells
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.one_hot.html
 * @example
 * oneHot(tensor([0, 2]), 3).tolist(); // [[1, 0, 0], [0, 0, 1]]
 */
export function oneHot(indices: Tensor, classes?: number): Tensor {
  expectTensor('oneHot', 'indices', indices);
  if (classes !== undefined) expectKind('oneHot', 'classes', classes, 'a whole number');
  if (indices.dtype !== 'int32') {
    throw new DTypeError(`oneHot: indices must be int32, not ${indices.dtype}`, { hint: 'use x.int()' });
  }
  const n = indices.numel();
  const source = converted(indices, 'int32');
  // A copy of its own: later changes of the caller's indices must not change this tensor.
  const own = Storage.allocate(n);
  kernels.copy(own.address, dense(source).address, n);
  const wanted = classes ?? -1;
  if (!Number.isInteger(wanted) || wanted < -1)
    throw new ValueError(`oneHot: classes must be a whole number of 0 or more, or -1, not ${wanted}`);
  if (wanted === -1 && n === 0)
    throw new ValueError('oneHot: no index tells how many classes there are', {
      hint: 'say oneHot(indices, classes)',
    });
  const size = wanted === -1 ? 1 + (indices.data as Int32Array).reduce((a, b) => Math.max(a, b), -1) : wanted;
  expectIndices('oneHot', own, n, size, indices.shape);
  const storage = Storage.lazy(n * size, (address) => {
    kernels.oneHot(address, own.address, n, size);
  });
  storage.oneHot = { indices: own, classes: size };
  return new Tensor(storage, 'float32', [...indices.shape, size]);
}

/** Checks that int32 indices lie in [0, classes); `ignore` may stand anywhere. */
export function expectIndices(
  op: string,
  indices: Storage | Tensor,
  n: number,
  classes: number,
  shape: Shape,
  ignore = 0,
): void {
  const at = kernels.findOutOfRange(indices.address, n, classes, ignore);
  if (at < 0) return;
  const value = ints()[(indices.address >>> 2) + at];
  throw new IndexError(
    `${op}: index ${value} (element ${at} of ${show(shape)}) is outside 0 to ${classes - 1}`,
    {
      hint: `there are ${classes} classes, counted from 0`,
    },
  );
}

/** A one-hot (B, T, C) with the first two axes swapped, still one-hot; null for any other tensor. */
export function transposedOneHot(x: Tensor): Tensor | null {
  const known = oneHotOf(x);
  if (known === null || x.ndim !== 3) return null;
  const [a, b] = x.shape;
  const swapped = known.indices.window({ shape: [b, a], strides: [1, b], offset: known.indices.offset });
  return oneHot(dense(swapped), known.classes);
}

/** The classes of the rows of a one-hot tensor (…, classes), if it is whole rows as they were made; null for any other. */
export function oneHotOf(x: Tensor): { readonly indices: Tensor; readonly classes: number } | null {
  const { oneHot } = x.storage;
  if (oneHot === null) return null;
  const { indices, classes } = oneHot;
  if (x.shape.at(-1) !== classes || x.offset % classes !== 0 || !x.isContiguous()) return null;
  const rows = x.numel() / classes;
  return { indices: new Tensor(indices, 'int32', [rows], [1], x.offset / classes), classes };
}
