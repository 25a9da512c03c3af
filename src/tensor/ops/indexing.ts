import { DTypeError, IndexError, ShapeError, ValueError } from '../../errors.js';
import { floats, ints } from '../../kernels/engine.js';
import { expectKind } from '../../options.js';
import { record } from '../autograd.js';
import { dense, duplicate } from '../copy.js';
import { filled } from '../create.js';
import { expectInt32 } from '../dtype.js';
import { memoryOrder } from '../memory-order.js';
import { axisOf, expectTensor } from '../operands.js';
import { contiguousStrides, expectAxis, expectSizes, numel, type Shape, show } from '../shape.js';
import { Tensor } from '../tensor.js';
import { sum } from './reduce.js';
import { takeRows } from './rows.js';
import { cat, clone, contiguous, diagonal, expand, permute, reshape } from './views.js';

// Elements picked by position. Each operation says where in the flattened x an element of the result comes from; the way there
// (a copy) and back (a sum where an element was taken more than once) is the same for all.

/** y of `shape` from x's elements by their row-major numbers. Backward: dx[numbers[i]] += dy[i]. */
function taken(x: Tensor, shape: Shape, numbers: ArrayLike<number>): Tensor {
  return reshape(takeRows(reshape(x, [-1]), filled([numbers.length], 'int32', numbers)), shape);
}

/** Calls with each coordinate of a shape, in row-major order. */
function* coordinates(shape: Shape): Generator<readonly number[]> {
  const at = new Array<number>(shape.length).fill(0);
  for (let i = numel(shape); i > 0; i--) {
    yield at;
    for (let axis = shape.length - 1; axis >= 0 && ++at[axis] === shape[axis]; axis--) at[axis] = 0;
  }
}

/** Numbers of x's elements at coordinates that `from` derives from the result's. */
function numbersOf(x: Shape, result: Shape, from: (at: readonly number[]) => readonly number[]): Int32Array {
  const strides = contiguousStrides(x);
  const numbers = new Int32Array(numel(result));
  let i = 0;
  for (const at of coordinates(result))
    numbers[i++] = from(at).reduce((n, c, axis) => n + c * strides[axis], 0);
  return numbers;
}

/** Checks int32 positions on an axis of `size`; negative ones count from the end where `wraps`. */
function positionsOf(op: string, index: Tensor, size: number, wraps: boolean): Int32Array {
  if (index.dtype !== 'int32')
    throw new DTypeError(`${op}: the index is ${index.dtype}, but positions are int32`, {
      hint: 'use index.int()',
    });
  return Int32Array.from(index.data, (value, i) => {
    if (value >= size || value < (wraps ? -size : 0)) {
      throw new IndexError(
        `${op}: index ${value} (element ${i} of ${show(index.shape)}) is outside 0 to ${size - 1}`,
      );
    }
    return value < 0 ? value + size : value;
  });
}

/**
 * y[…, i, …] = x[…, index[…, i, …], …] along an axis. Backward: dx[…, index[…, i, …], …] += dy[…, i, …].
 *
 * @param index  int32, with as many axes as x and nowhere larger than x but along `dim`
 * @throws ShapeError, DTypeError, IndexError for an index that does not fit
 * @see https://pytorch.org/docs/stable/generated/torch.gather.html
 * @example
 * gather(tensor([[1, 2], [3, 4]]), 1, tensor([[0], [1]])).tolist(); // [[1], [4]]
 */
export function gather(x: Tensor, dim: number, index: Tensor): Tensor {
  expectTensor('gather', 'the first argument', x);
  const numbers = alongNumbers('gather', x.shape, dim, index);
  return taken(x, index.shape, numbers);
}

/** Numbers of x's elements that an index along an axis names. */
function alongNumbers(op: string, x: Shape, dim: number, index: Tensor): Int32Array {
  expectTensor(op, 'index', index);
  const axis = expectAxis(op, dim, x.length);
  const fits = index.ndim === x.length && index.shape.every((size, i) => i === axis || size <= x[i]);
  if (!fits) {
    throw new ShapeError(
      `${op}: an index of ${show(index.shape)} does not fit a tensor of ${show(x)} along axis ${axis}`,
      {
        hint: 'it needs as many axes, and may be larger along that axis only',
      },
    );
  }
  const positions = positionsOf(op, index, x[axis] ?? 1, false);
  let i = 0;
  return numbersOf(x, index.shape, (at) => at.map((c, d) => (d === axis ? positions[i++] : c)));
}

/** `gather` where x and index broadcast on all other axes. @see https://pytorch.org/docs/stable/generated/torch.take_along_dim.html */
export function takeAlongDim(x: Tensor, index: Tensor, dim: number): Tensor {
  expectTensor('takeAlongDim', 'index', index);
  const axis = axisOf('takeAlongDim', x, dim);
  const common = x.shape.map((size, i) => (i === axis ? 0 : Math.max(size, index.shape[i] ?? 1)));
  const widened = (y: Tensor): Tensor =>
    expand(
      y,
      common.map((size, i) => (i === axis ? y.shape[i] : size)),
    );
  return gather(widened(x), axis, contiguous(widened(index)));
}

/**
 * x with source's elements at positions along an axis; where several go to one place, the last stays.
 * Backward: dx = dy but 0 at those places, dsource = dy at those places.
 *
 * @param source  a tensor with at least the index's shape, or one number for all
 * @throws DTypeError for float32 in a tensor of whole numbers; ValueError for numbers that int32 does not have
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.scatter_.html
 */
export function scatter(x: Tensor, dim: number, index: Tensor, source: Tensor | number): Tensor {
  expectTensor('scatter', 'the first argument', x);
  const numbers = alongNumbers('scatter', x.shape, dim, index);
  const from = sourceNumbers('scatter', x, index, source);
  const y = duplicate(x);
  write('scatter', y, numbers, source, from, (_old, value) => value);
  const given = source instanceof Tensor ? source : null;
  return record('scatter', y, [x, given], [index], (dy, [, forSource]) => {
    const dx = duplicate(dy);
    write('scatter', dx, numbers, 0, from, () => 0);
    return [dx, forSource && placed(taken(dy, index.shape, numbers), given!, from)];
  });
}

/**
 * x with source's elements added at positions along an axis. Backward: dx = dy, dsource = dy at those places.
 *
 * @throws DTypeError for float32 in a tensor of whole numbers; ValueError for sums that int32 does not have
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.scatter_add_.html
 */
export function scatterAdd(x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor {
  expectTensor('scatterAdd', 'the first argument', x);
  const numbers = alongNumbers('scatterAdd', x.shape, dim, index);
  const from = sourceNumbers('scatterAdd', x, index, source);
  const y = duplicate(x);
  write('scatterAdd', y, numbers, source, from, (old, value) => old + value);
  return record('scatterAdd', y, [x, source], [], (dy, [, forSource]) => [
    dy,
    forSource && placed(taken(dy, index.shape, numbers), source, from),
  ]);
}

/** Numbers of source's elements that an index of its shape, or a smaller one, covers. */
function sourceNumbers(op: string, x: Tensor, index: Tensor, source: Tensor | number): Int32Array {
  if (!(source instanceof Tensor)) {
    expectKind(op, 'source', source, ['a number or NaN', Tensor]);
    return new Int32Array(index.numel());
  }
  if (source.dtype === 'float32' && x.dtype !== 'float32') {
    throw new DTypeError(`${op}: a source of float32 does not go into a tensor of ${x.dtype}`, {
      hint: 'convert one of them: x.float(), or source.int()',
    });
  }
  if (source.ndim !== index.ndim || index.shape.some((size, i) => size > source.shape[i])) {
    throw new ShapeError(
      `${op}: a source of ${show(source.shape)} is too small for an index of ${show(index.shape)}`,
    );
  }
  return numbersOf(source.shape, index.shape, (at) => at);
}

/** y[numbers[i]] = change(y[numbers[i]], source[from[i]]), as a number of y's dtype. */
function write(
  op: string,
  y: Tensor,
  numbers: Int32Array,
  source: Tensor | number,
  from: Int32Array,
  change: (old: number, value: number) => number,
): void {
  const values = source instanceof Tensor ? source.data : [source];
  const view = y.dtype === 'float32' ? floats() : ints();
  const start = y.address >>> 2;
  numbers.forEach((n, i) => {
    const value = change(view[start + n], values[from[i]]);
    if (y.dtype === 'int32') expectInt32(op, value);
    view[start + n] = y.dtype === 'bool' ? Number(value !== 0) : value;
  });
}

/** A gradient of the index's shape in the source's: 0 where the index does not reach. */
function placed(grad: Tensor, source: Tensor, from: Int32Array): Tensor {
  const whole = filled(source.shape, 'float32', new Float32Array(source.numel()));
  write('scatter', whole, from, grad, Int32Array.from(from.keys()), (_old, value) => value);
  return whole;
}

/**
 * Slices of an axis by position; for an index of several axes (i, j) the axis becomes (i, j).
 * Backward: each slice's gradient goes back to where it came from.
 *
 * @throws DTypeError, IndexError for an index that is not int32 or outside the axis
 * @see https://pytorch.org/docs/stable/generated/torch.index_select.html
 */
export function indexSelect(x: Tensor, dim: number, index: Tensor): Tensor {
  const axis = axisOf('indexSelect', x, dim);
  expectTensor('indexSelect', 'index', index);
  const rows = filled([index.numel()], 'int32', positionsOf('indexSelect', index, x.shape[axis], true));
  const order = [axis, ...x.shape.keys()].filter((a, i) => i === 0 || a !== axis);
  const y = takeRows(permute(x, order), rows);
  const back = contiguous(permute(y, inverseOf(order)));
  return reshape(back, [...x.shape.slice(0, axis), ...index.shape, ...x.shape.slice(axis + 1)]);
}

/**
 * x at several positions at once: int32 tensors for the first axes, which broadcast together. (x[rows, columns] in Python)
 * The result has their common shape, then the other axes.
 */
export function indexTogether(x: Tensor, indices: readonly Tensor[]): Tensor {
  const shape = indices.reduce<Shape>((s, index) => expand(index, widest(s, index.shape)).shape, []);
  const numbers = new Int32Array(numel(shape));
  indices.forEach((index, axis) => {
    const positions = positionsOf('at', contiguous(expand(index, shape)), x.shape[axis], true);
    positions.forEach((p, i) => (numbers[i] = numbers[i] * x.shape[axis] + p));
  });
  const rest = x.shape.slice(indices.length);
  const rows = reshape(x, [numel(x.shape.slice(0, indices.length)), ...rest]);
  return reshape(takeRows(rows, filled([numbers.length], 'int32', numbers)), [...shape, ...rest]);
}

const widest = (a: Shape, b: Shape): number[] => {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) =>
    Math.max(a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1),
  );
};

/**
 * What `compute` makes of x with its axes in the order of memory, with the axes put back: the result lies in memory as x does.
 *
 * @param compute  also gets that order
 */
export function asItLies(x: Tensor, compute: (x: Tensor, order: readonly number[]) => Tensor): Tensor {
  const order = memoryOrder(x.shape, [x]);
  if (order.every((axis, i) => axis === i)) return compute(x, order);
  return permute(compute(permute(x, order), order), inverseOf(order));
}

const inverseOf = (order: readonly number[]): number[] => order.map((_, axis) => order.indexOf(axis));

/** Axes, in a list or one by one, back to front. Backward: dx = dy, flipped again. @see https://pytorch.org/docs/stable/generated/torch.flip.html */
export function flip(x: Tensor, ...dims: [readonly number[]] | number[]): Tensor {
  expectTensor('flip', 'the first argument', x);
  const axes = dims.flat().map((d) => axisOf('flip', x, d));
  return asItLies(x, (x, order) => {
    const from = (at: readonly number[]): number[] =>
      at.map((c, d) => (axes.includes(order[d]) ? x.shape[d] - 1 - c : c));
    return taken(x, x.shape, numbersOf(x.shape, x.shape, from));
  });
}

/**
 * Elements pushed along axes, those past the end come in at the start; without axes, along the flattened tensor.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.roll.html
 */
export function roll(
  x: Tensor,
  shifts: number | readonly number[],
  dims?: number | readonly number[],
): Tensor {
  expectKind('roll', 'shifts', shifts, ['a whole number', 'a list of numbers']);
  if (dims === undefined) {
    if (typeof shifts !== 'number') throw new ValueError('roll: several shifts need as many axes');
    return reshape(roll(reshape(x, [-1]), shifts, 0), x.shape);
  }
  const by = typeof shifts === 'number' ? [shifts] : shifts;
  const axes = (typeof dims === 'number' ? [dims] : dims).map((d) => axisOf('roll', x, d));
  if (by.length !== axes.length) throw new ValueError(`roll: ${by.length} shifts for ${axes.length} axes`);
  const shift = x.shape.map((_, d) => axes.reduce((s, axis, i) => (axis === d ? s + by[i] : s), 0));
  const from = (at: readonly number[]): number[] =>
    at.map((c, d) => (((c - shift[d]) % x.shape[d]) + x.shape[d]) % x.shape[d]);
  return taken(x, x.shape, numbersOf(x.shape, x.shape, from));
}

/** The whole tensor several times along each axis; more counts than axes add axes in front. @see https://pytorch.org/docs/stable/generated/torch.Tensor.repeat.html */
export function repeat(x: Tensor, counts: readonly number[]): Tensor {
  expectSizes('repeat', counts);
  if (counts.length < x.ndim)
    throw new ShapeError(`repeat: ${counts.length} counts for the ${x.ndim} axes of ${show(x.shape)}`);
  const shape = [...new Array<number>(counts.length - x.ndim).fill(1), ...x.shape];
  const result = shape.map((size, d) => size * counts[d]);
  return taken(
    x,
    result,
    numbersOf(shape, result, (at) => at.map((c, d) => c % shape[d])),
  );
}

/** Each element (or, along an axis, each slice) several times in a row. @see https://pytorch.org/docs/stable/generated/torch.repeat_interleave.html */
export function repeatInterleave(x: Tensor, count: number | Tensor, dim?: number): Tensor {
  expectKind('repeatInterleave', 'count', count, ['a whole number of 0 or more', Tensor]);
  if (dim === undefined) return repeatInterleave(reshape(x, [-1]), count, 0);
  const axis = axisOf('repeatInterleave', x, dim);
  const size = x.shape[axis];
  const counts = count instanceof Tensor ? [...count.data] : new Array<number>(size).fill(count);
  if (counts.length !== size)
    throw new ShapeError(`repeatInterleave: ${counts.length} counts for ${size} slices`);
  const index = counts.flatMap((n, i) => new Array<number>(n).fill(i));
  return indexSelect(x, axis, filled([index.length], 'int32', index));
}

/** A matrix with a vector on its diagonal, or a matrix's diagonal. @see https://pytorch.org/docs/stable/generated/torch.diag.html */
export function diag(x: Tensor, offset = 0): Tensor {
  expectTensor('diag', 'the first argument', x);
  // A copy, unlike `diagonal`.
  if (x.ndim === 2) return clone(diagonal(x, offset));
  if (x.ndim !== 1) throw new ShapeError(`diag: needs a vector or a matrix, not ${show(x.shape)}`);
  const n = x.shape[0] + Math.abs(offset);
  const zero = filled([1], x.dtype, [0]);
  const from = Array.from({ length: n * n }, (_, i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    return column - row === offset ? Math.min(row, column) : x.shape[0];
  });
  return taken(cat([x, zero]), [n, n], from);
}

/** Sum of the diagonal of a matrix. @see https://pytorch.org/docs/stable/generated/torch.trace.html */
export function trace(x: Tensor): Tensor {
  expectTensor('trace', 'the first argument', x);
  if (x.ndim !== 2) throw new ShapeError(`trace: needs a matrix, not ${show(x.shape)}`);
  return sum(diagonal(x));
}

/**
 * A tensor's elements at tensors of positions or a mask, and what stands beside them in `at`. The axes beside them lie in memory in
 * x's order.
 */
export function atTensors(x: Tensor, axis: number, indices: readonly Tensor[]): Tensor {
  const read = indices[0].dtype === 'bool' ? indices[0].ndim : indices.length;
  const y = picked(x, axis, indices);
  const beside = [x.strides.slice(0, axis), x.strides.slice(axis + read)];
  const found = new Array<number>(y.ndim - x.ndim + read).fill(0);
  const strides = [...beside[0], ...found, ...beside[1]];
  const order = memoryOrder(y.shape, [y.window({ shape: y.shape, strides, offset: y.offset })]);
  if (order.every((axis, i) => axis === i)) return y;
  return permute(contiguous(permute(y, order)), inverseOf(order));
}

function picked(x: Tensor, axis: number, indices: readonly Tensor[]): Tensor {
  const [first] = indices;
  const lead = [...x.shape.keys()].slice(0, axis);
  if (first.dtype === 'bool') {
    const size = first.ndim;
    if (show(first.shape) !== show(x.shape.slice(axis, axis + size))) {
      throw new IndexError(
        `at: a mask of ${show(first.shape)} does not fit axes ${axis} on of ${show(x.shape)}`,
      );
    }
    const flat = reshape(x, [...x.shape.slice(0, axis), first.numel(), ...x.shape.slice(axis + size)]);
    const found: number[] = [];
    dense(first).data.forEach((hit, i) => hit !== 0 && found.push(i));
    return indexSelect(flat, axis, filled([found.length], 'int32', found));
  }
  if (indices.length === 1) return indexSelect(x, axis, first);
  // The indexed axes to the front, and the result's back to where they were.
  const moved = [...x.shape.keys()].slice(axis, axis + indices.length);
  const rest = [...x.shape.keys()].slice(axis + indices.length);
  const y = indexTogether(permute(x, [...moved, ...lead, ...rest]), indices);
  const rank = y.ndim - lead.length - rest.length;
  const order = [
    ...lead.map((_, i) => rank + i),
    ...Array(rank).keys(),
    ...rest.map((_, i) => rank + lead.length + i),
  ];
  return contiguous(permute(y, order));
}
