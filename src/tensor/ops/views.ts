import { IndexError, ShapeError, ValueError } from '../../errors.js';
import { kernels } from '../../kernels/engine.js';
import { expectKind, told } from '../../options.js';
import { record } from '../autograd.js';
import { copyInto, dense, duplicate, reshaped, stretched } from '../copy.js';
import { inMemoryOrder } from '../memory-order.js';
import { axisOf, expectNumber, expectTensor, expectTensors } from '../operands.js';
import { expectAxis, inferShape, numel, sameShape, type Shape, show, viewStrides } from '../shape.js';
import { empty, type Layout, type Tensor } from '../tensor.js';
import { sumTo } from './reduce.js';
import { viewOf } from './view-history.js';

// Views share memory with their operand: writing to one shows in the other.

/**
 * The same memory under another shape; one size may be -1.
 * Backward: dx = dy in x's shape.
 *
 * @throws ShapeError if the sizes do not multiply to the number of elements, or the strides do not allow it without a copy
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.view.html
 */
export function view(x: Tensor, shape: Shape): Tensor {
  const wanted = inferShape('view', shape, x.numel());
  const strides = viewStrides(x.shape, x.strides, wanted);
  if (strides === null) {
    throw new ShapeError(
      `view: ${show(x.shape)} with strides ${show(x.strides)} cannot be seen as ${show(wanted)} without a copy`,
      {
        hint: 'use reshape(), which copies where it must',
      },
    );
  }
  const before = x.shape;
  const y = viewOf(x, { shape: wanted, strides, offset: x.offset });
  return record('view', y, [x], [], (dy) => [reshaped(dense(dy), before)]);
}

/** The same values under another shape; a view where the strides allow it, else a copy. One size may be -1. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  expectTensor('reshape', 'the first argument', x);
  const wanted = inferShape('reshape', shape, x.numel());
  return view(viewStrides(x.shape, x.strides, wanted) === null ? contiguous(x) : x, wanted);
}

/** The tensor itself where its elements lie in row-major order, else a copy in that order. Backward: dx = dy. */
export function contiguous(x: Tensor): Tensor {
  return x.isContiguous() ? x : record('contiguous', duplicate(x), [x], [], (dy) => [dy]);
}

/** A copy with memory of its own, in which the elements lie in the order of x's; `contiguous` changes that. Backward: dx = dy. */
export function clone(x: Tensor): Tensor {
  const y = inMemoryOrder(x.shape, [x], ([x]) => duplicate(x));
  return record('clone', y, [x], [], (dy) => [dy]);
}

/**
 * Axes in another order: axis i of the result is axis `order[i]` of x. A view.
 * Backward: dx = dy with the axes put back.
 */
export function permute(x: Tensor, order: readonly number[]): Tensor {
  expectKind('permute', 'the order', order, 'a list of numbers');
  const axes = order.map((d) => axisOf('permute', x, d));
  if (axes.length !== x.ndim || new Set(axes).size !== axes.length) {
    throw new ShapeError(
      `permute: [${order.join(', ')}] must name each of the ${x.ndim} axes of ${show(x.shape)} once`,
    );
  }
  const y = viewOf(x, {
    shape: axes.map((a) => x.shape[a]),
    strides: axes.map((a) => x.strides[a]),
    offset: x.offset,
  });
  const inverse = axes.map((_, i) => axes.indexOf(i));
  return record('permute', y, [x], [], (dy) => [permute(dy, inverse)]);
}

/** Two axes swapped; a view. Backward: dx = dy with the axes swapped back. */
export function transpose(x: Tensor, dim0: number, dim1: number): Tensor {
  const [a, b] = [axisOf('transpose', x, dim0), axisOf('transpose', x, dim1)];
  const order = x.shape.map((_, i) => (i === a ? b : i === b ? a : i));
  return permute(x, order);
}

/** The transpose of a matrix; a vector or scalar stays as it is. A view. */
export function t(x: Tensor): Tensor {
  if (x.ndim > 2)
    throw new ShapeError(`t: ${show(x.shape)} has more than two axes`, { hint: 'use transpose(dim0, dim1)' });
  return x.ndim < 2 ? permute(x, [...x.shape.keys()]) : permute(x, [1, 0]);
}

/** A new axis of size 1 before axis `dim` (-1: after the last). A view. */
export function unsqueeze(x: Tensor, dim: number): Tensor {
  expectTensor('unsqueeze', 'the first argument', x);
  const axis = expectAxis('unsqueeze', dim, x.ndim + 1);
  const y = viewOf(x, {
    shape: [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)],
    strides: [...x.strides.slice(0, axis), 1, ...x.strides.slice(axis)],
    offset: x.offset,
  });
  const { shape } = x;
  return record('unsqueeze', y, [x], [], (dy) => [reshaped(dense(dy), shape)]);
}

/** Without axes of size 1: all of them, or just `dim` (which stays if it is larger). A view. */
export function squeeze(x: Tensor, dim?: number): Tensor {
  expectTensor('squeeze', 'the first argument', x);
  const axis = dim === undefined ? null : axisOf('squeeze', x, dim);
  const kept = [...x.shape.keys()].filter((i) => x.shape[i] !== 1 || (axis !== null && i !== axis));
  const y = viewOf(x, {
    shape: kept.map((i) => x.shape[i]),
    strides: kept.map((i) => x.strides[i]),
    offset: x.offset,
  });
  const { shape } = x;
  return record('squeeze', y, [x], [], (dy) => [reshaped(dense(dy), shape)]);
}

/** Axes from `start` to `end` joined into one. A view where the strides allow it. */
export function flatten(x: Tensor, start = 0, end = -1): Tensor {
  const [first, last] = [axisOf('flatten', x, start), axisOf('flatten', x, end)];
  if (first > last) throw new ShapeError(`flatten: axis ${start} comes after axis ${end}`);
  if (first === last && x.ndim > 0) return x;
  return reshape(x, [
    ...x.shape.slice(0, first),
    numel(x.shape.slice(first, last + 1)),
    ...x.shape.slice(last + 1),
  ]);
}

/** Axes of size 1 stretched to `shape` (-1 keeps a size), new axes in front. A view. Backward: dx = Σ dy over what was stretched. */
export function expand(x: Tensor, shape: Shape): Tensor {
  const lead = shape.length - x.ndim;
  const wanted = shape.map((size, i) => (size === -1 && i >= lead ? x.shape[i - lead] : size));
  const fits = lead >= 0 && x.shape.every((size, i) => size === 1 || size === wanted[i + lead]);
  if (!fits || wanted.some((size) => size < 0)) {
    throw new ShapeError(`expand: ${show(x.shape)} cannot be stretched to ${show(shape)}`, {
      hint: 'only axes of size 1 stretch; new axes go in front',
    });
  }
  const before = x.shape;
  return record('expand', viewOf(x, stretched(x, wanted)), [x], [], (dy) => [sumTo(dy, before)]);
}

/** Where a slice starts, how many elements it takes and at which step. */
interface Range {
  readonly axis: number;
  readonly start: number;
  readonly length: number;
  readonly step: number;
}

const sliced = (x: Layout, { axis, start, length, step }: Range): Layout => ({
  shape: x.shape.map((size, i) => (i === axis ? length : size)),
  strides: x.strides.map((stride, i) => (i === axis ? stride * step : stride)),
  offset: x.offset + (length > 0 ? start * x.strides[axis] : 0),
});

/** A view of some of x's elements, each at most once. Backward: dx = dy in its place, 0 elsewhere. */
function part(name: string, x: Tensor, layout: (x: Layout) => Layout): Tensor {
  const { shape } = x;
  return record(name, viewOf(x, layout(x)), [x], [], (dy) => {
    const dx = empty(shape);
    kernels.fill(dx.address, 0, dx.numel());
    copyInto(dx.window(layout(dx)), dy);
    return [dx];
  });
}

const slicedRecorded = (x: Tensor, range: Range): Tensor => part('slice', x, (x) => sliced(x, range));

/**
 * Elements `start` to before `end` of one axis, every `step`-th, as Python's x[start:end:step]: negative positions count from
 * the end, positions outside are cut. A view. Backward: dx = dy in its place, 0 elsewhere.
 */
export function slice(x: Tensor, dim: number, start = 0, end = Infinity, step = 1): Tensor {
  const axis = axisOf('slice', x, dim);
  if (x.ndim === 0) throw new ShapeError('slice: a scalar has no axis to slice');
  if (!Number.isInteger(step) || step < 1)
    throw new ValueError(`slice: step must be a whole number above 0, not ${step}`);
  expectNumber('slice', 'start', start);
  expectNumber('slice', 'end', end);
  const size = x.shape[axis];
  const cut = (at: number): number => Math.min(Math.max(at < 0 ? at + size : at, 0), size);
  const [from, to] = [cut(start), cut(end)];
  return slicedRecorded(x, { axis, start: from, length: Math.max(0, Math.ceil((to - from) / step)), step });
}

/** `length` elements of one axis from `start` on. A view. */
export function narrow(x: Tensor, dim: number, start: number, length: number): Tensor {
  const axis = axisOf('narrow', x, dim);
  const size = x.shape[axis];
  const from = start < 0 ? start + size : start;
  const inside = Number.isInteger(from) && Number.isInteger(length) && from >= 0 && length >= 0;
  if (!inside || from + length > size) {
    throw new IndexError(
      `narrow: ${told(length)} elements from ${told(start)} do not lie within axis ${axis} of size ${size}`,
    );
  }
  return slicedRecorded(x, { axis, start: from, length, step: 1 });
}

/** One position of an axis, which goes away; -1 is the last. A view. */
export function select(x: Tensor, dim: number, index: number): Tensor {
  const axis = axisOf('select', x, dim);
  const size = x.shape[axis];
  if (x.ndim === 0) throw new IndexError('select: a scalar cannot be indexed');
  if (!Number.isInteger(index) || index < -size || index >= size) {
    throw new IndexError(
      `index ${told(index)} is outside axis ${axis} of size ${size} in a tensor of shape ${show(x.shape)}`,
    );
  }
  return squeeze(
    slicedRecorded(x, { axis, start: index < 0 ? index + size : index, length: 1, step: 1 }),
    axis,
  );
}

/**
 * Tensors one after the other along an axis; the other sizes must agree.
 * Backward: each gets its part of dy.
 */
export function cat(tensors: readonly Tensor[], dim = 0): Tensor {
  expectTensors('cat', 'the first argument', tensors);
  if (tensors.length === 0) throw new ValueError('cat: the list of tensors is empty');
  const [first] = tensors;
  const axis = expectAxis('cat', dim, first.ndim);
  for (const x of tensors) {
    const fits = x.ndim === first.ndim && x.shape.every((size, i) => i === axis || size === first.shape[i]);
    if (!fits || x.ndim === 0 || x.dtype !== first.dtype) {
      throw new ShapeError(
        `cat: ${x.dtype} ${show(x.shape)} does not go behind ${first.dtype} ${show(first.shape)} along axis ${axis}`,
        { hint: 'all sizes but that axis, and the dtypes, must agree; stack() joins along a new axis' },
      );
    }
  }
  const shape = first.shape.map((size, i) =>
    i === axis ? tensors.reduce((n, x) => n + x.shape[axis], 0) : size,
  );
  const y = empty(shape, first.dtype);
  const ranges: Range[] = [];
  let start = 0;
  for (const x of tensors) {
    const range = { axis, start, length: x.shape[axis], step: 1 };
    copyInto(y.window(sliced(y, range)), x);
    ranges.push(range);
    start += range.length;
  }
  return record('cat', y, tensors, [], (dy) => ranges.map((range) => dy.window(sliced(dy, range))));
}

/** Tensors of one shape side by side along a new axis. Backward: each gets its part of dy. */
export function stack(tensors: readonly Tensor[], dim = 0): Tensor {
  expectTensors('stack', 'the first argument', tensors);
  if (tensors.length === 0) throw new ValueError('stack: the list of tensors is empty');
  const [first] = tensors;
  const odd = tensors.find((x) => !sameShape(x.shape, first.shape));
  if (odd)
    throw new ShapeError(
      `stack: shapes must be equal, but there are ${show(first.shape)} and ${show(odd.shape)}`,
    );
  const axis = expectAxis('stack', dim, first.ndim + 1);
  return cat(
    tensors.map((x) => unsqueeze(x, axis)),
    axis,
  );
}

/** Parts along an axis, of `size` elements (the last may be shorter) or of the given sizes. Views. */
export function split(x: Tensor, size: number | readonly number[], dim = 0): Tensor[] {
  const axis = axisOf('split', x, dim);
  const total = x.shape[axis];
  expectKind('split', 'the size', size, [
    total === 0 ? 'a whole number of 0 or more' : 'a whole number above 0',
    'a list of numbers',
  ]);
  const sizes =
    typeof size === 'number'
      ? Array.from({ length: total === 0 ? 1 : Math.ceil(total / size) }, (_, i) =>
          Math.min(size, total - i * size),
        )
      : size;
  if (sizes.reduce((a, b) => a + b, 0) !== total) {
    throw new ShapeError(
      `split: sizes [${sizes.join(', ')}] do not add up to ${total}, the size of axis ${axis}`,
    );
  }
  let start = 0;
  return sizes.map((length) => {
    start += length;
    return narrow(x, axis, start - length, length);
  });
}

/** `count` parts along an axis, as equal as can be: the last may be shorter, and there may be fewer. Views. */
export function chunk(x: Tensor, count: number, dim = 0): Tensor[] {
  if (!Number.isInteger(count) || count < 1)
    throw new ValueError(`chunk: the number of parts must be a whole number above 0, not ${count}`);
  const axis = axisOf('chunk', x, dim);
  const size = x.shape[axis] ?? 1;
  // Nothing makes as many empty parts as were asked for, as in PyTorch.
  const sizes = size === 0 ? new Array<number>(count).fill(0) : Math.ceil(size / count);
  return split(x, sizes, dim);
}

/** One axis split into several; one of the sizes may be -1. A view. */
export function unflatten(x: Tensor, dim: number, sizes: Shape): Tensor {
  const axis = axisOf('unflatten', x, dim);
  return reshape(x, [
    ...x.shape.slice(0, axis),
    ...inferShape('unflatten', sizes, x.shape[axis]),
    ...x.shape.slice(axis + 1),
  ]);
}

/** The slices along an axis, which goes away. Views. */
export function unbind(x: Tensor, dim = 0): Tensor[] {
  const axis = axisOf('unbind', x, dim);
  return Array.from({ length: x.shape[axis] }, (_, i) => select(x, axis, i));
}

/** The diagonal of two axes, which become one at the end. A view. Backward: dy on the diagonal, 0 elsewhere. @see https://pytorch.org/docs/stable/generated/torch.diagonal.html */
export function diagonal(x: Tensor, offset = 0, dim1 = 0, dim2 = 1): Tensor {
  const [a, b] = [axisOf('diagonal', x, dim1), axisOf('diagonal', x, dim2)];
  if (a === b) throw new ShapeError(`diagonal: the two axes are the same, ${a}`);
  const [down, right] = [Math.max(-offset, 0), Math.max(offset, 0)];
  const length = Math.max(0, Math.min(x.shape[a] - down, x.shape[b] - right));
  const others = [...x.shape.keys()].filter((d) => d !== a && d !== b);
  return part('diagonal', x, ({ shape, strides, offset }) => ({
    shape: [...others.map((d) => shape[d]), length],
    strides: [...others.map((d) => strides[d]), strides[a] + strides[b]],
    offset: offset + (length > 0 ? down * strides[a] + right * strides[b] : 0),
  }));
}
