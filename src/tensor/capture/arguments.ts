import { kernels } from '../../kernels/engine.js';
import { copyWords, duplicate } from '../copy.js';
import { oneHot, oneHotOf } from '../create.js';
import { contiguousStrides, type Shape } from '../shape.js';
import { Storage } from '../storage.js';
import { Tensor } from '../tensor.js';
import type { Place } from './recording.js';

/** What a call is given. */
export interface Given {
  /** Equal for calls that one recording may serve. */
  readonly key: string;
  /** The tensors among the arguments and in their lists and objects, each once. */
  readonly tensors: readonly Tensor[];
}

// Lists and objects with more in them are not worth being read at every call.
const MOST_PARTS = 250;
const MOST_DEPTH = 8;

/**
 * Reads the arguments of a call: tensors by dtype and layout, lists and plain objects by what is in them, functions by which
 * they are, everything else by value.
 *
 * @param numbers  those of the functions seen so far
 * @returns        null if there is something that may change and yet be the same (a date, an instance of a class), or a tensor
 *                 that takes part in a graph
 */
export function givenBy(args: readonly unknown[], numbers: FunctionNumbers): Given | null {
  const tensors: Tensor[] = [];
  let parts = 0;
  const kindOf = (value: unknown, depth: number): string | null => {
    if (value instanceof Tensor) {
      const before = tensors.indexOf(value);
      if (before >= 0) return `=${before}`;
      tensors.push(value);
      return kindOfTensor(value);
    }
    if (typeof value === 'function') return `#${numbers.of(value)}`;
    if (typeof value === 'string') return JSON.stringify(value);
    if (typeof value === 'symbol') return null;
    if (typeof value !== 'object' || value === null) {
      return Object.is(value, -0) ? '-0' : `${typeof value}:${String(value)}`;
    }
    if (!isPlain(value) || depth === MOST_DEPTH) return null;
    let text = Array.isArray(value) ? `[${value.length}:` : '{';
    for (const [name, inner] of Object.entries(value)) {
      const kind = ++parts > MOST_PARTS ? null : kindOf(inner, depth + 1);
      if (kind === null) return null;
      text += `${JSON.stringify(name)}:${kind},`;
    }
    return `${text}}`;
  };
  let key = '';
  for (const arg of args) {
    const kind = kindOf(arg, 0);
    if (kind === null) return null;
    key += `${kind} `;
  }
  return { key, tensors };
}

/** Numbers for functions, which have no text that tells them apart. */
export class FunctionNumbers {
  private readonly known = new WeakMap<object, number>();
  private count = 0;

  of(fn: object): number {
    let number = this.known.get(fn);
    if (number === undefined) this.known.set(fn, (number = this.count++));
    return number;
  }
}

/** Whether a list or an object has nothing but its entries. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  const plain = prototype === Object.prototype || prototype === null || prototype === Array.prototype;
  return plain && Object.getOwnPropertySymbols(value).length === 0;
}

function kindOfTensor(x: Tensor): string | null {
  if (x.requiresGrad || x.gradient !== null || x.storage.isReleased) return null;
  const kind = `${x.dtype}(${x.shape.join()})`;
  if (x.isContiguous()) return `${kind}${oneHotOf(x)?.classes ?? ''}`;
  if (isInRows(x)) return kind;
  return span(x) > MOST_GAPS * x.numel() ? null : `${kind}/${x.strides.join()}`;
}

/** Whether elements lie in row-major order with gaps between rows: operations take them as they take contiguous ones. */
function isInRows({ shape, strides }: Tensor): boolean {
  if (strides.at(-1) !== 1 || shape.at(-1) === 1) return false;
  return strides.every((stride, i) => i === strides.length - 1 || stride >= shape[i + 1] * strides[i + 1]);
}

// Views with wider gaps are not worth a copy that has them too.
const MOST_GAPS = 4;

/** Words from the first element to the last. */
export const span = ({ shape, strides }: Tensor): number =>
  shape.includes(0) ? 0 : shape.reduce((words, size, axis) => words + (size - 1) * strides[axis], 1);

/** A recording's own copy of an argument. */
export interface ArgumentCopy {
  /** What the step is given. */
  readonly tensor: Tensor;
  /** Where the numbers are: the indices of a one-hot tensor, else the tensor itself. */
  readonly values: Tensor;
  /** Whether it has the gaps and the order of the original. */
  readonly exact: boolean;
  /** The version of its storage as long as nobody has written to it. */
  readonly version: number;
}

/** Where the numbers of an argument are that a copy would have. */
export function placeOf(x: Tensor): Place {
  const values = oneHotOf(x)?.indices ?? x;
  return { address: values.address, bytes: span(values) * 4 };
}

export function copyOf(x: Tensor): ArgumentCopy {
  const known = oneHotOf(x);
  const exact = known === null && !x.isContiguous() && !isInRows(x);
  const tensor = known !== null ? oneHotLike(x, known) : exact ? withGaps(x) : duplicate(x);
  const values = oneHotOf(tensor)?.indices ?? tensor;
  tensor.storage.kept = values.storage.kept = true;
  return { tensor, values, exact, version: tensor.storage.version };
}

function oneHotLike(x: Tensor, { indices, classes }: { indices: Tensor; classes: number }): Tensor {
  const shape: Shape = x.shape.slice(0, -1);
  return oneHot(
    indices.window({ shape, strides: contiguousStrides(shape), offset: indices.offset }),
    classes,
  );
}

function withGaps(x: Tensor): Tensor {
  const storage = Storage.allocate(span(x));
  kernels.copy(storage.address, x.address, span(x));
  return new Tensor(storage, x.dtype, x.shape, x.strides);
}

/**
 * Fills copies with the numbers of other arguments of the same key.
 *
 * @param places  where the copies are
 */
export function fill(
  copies: readonly ArgumentCopy[],
  places: readonly Place[],
  tensors: readonly Tensor[],
): void {
  // One that stands in a copy, because the step let it out, would change on the way.
  const sources = tensors.map((x) => {
    const values = oneHotOf(x)?.indices ?? x;
    return values.storage.kept ? duplicate(values) : values;
  });
  copies.forEach(({ values, exact }, i) => {
    const source = sources[i];
    const { address, bytes } = places[i];
    if (exact || source.isContiguous()) kernels.copy(address, source.address, bytes / 4);
    else copyWords(address, values, source.address, source);
  });
}

/** A value, or a list or plain object with such in it, with some tensors replaced by others. */
export function replaced(value: unknown, tensors: readonly Tensor[], by: readonly Tensor[]): unknown {
  if (value instanceof Tensor) return by[tensors.indexOf(value)] ?? value;
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  let changed = false;
  const copy = emptyLike(value);
  for (const [name, inner] of Object.entries(value)) {
    copy[name] = replaced(inner, tensors, by);
    changed ||= copy[name] !== inner;
  }
  return changed ? copy : value;
}

/** A list or a plain object of the same kind, without entries. */
export function emptyLike(value: object): Record<string, unknown> {
  if (Array.isArray(value)) return new Array(value.length) as unknown as Record<string, unknown>;
  return Object.create(Object.getPrototypeOf(value) as object | null) as Record<string, unknown>;
}
