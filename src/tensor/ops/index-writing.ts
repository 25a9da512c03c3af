import { DTypeError, IndexError, ShapeError } from '../../errors.js';
import { readOptions, type Schema } from '../../options.js';
import { axisOf, expectTensor } from '../operands.js';
import { show } from '../shape.js';
import { Tensor } from '../tensor.js';
import { mul, remainder } from './binary.js';
import { into } from './in-place.js';
import { scatter, scatterAdd } from './indexing.js';
import { contiguous, expand, reshape } from './views.js';

// Whole slices along an axis, written by position: `scatter` with positions that are the same on all other axes.

/** The index of one axis, stretched over the shape of what is written. */
function along(op: string, x: Tensor, dim: number, index: Tensor, source: Tensor | null): Tensor {
  const axis = axisOf(op, x, dim);
  expectTensor(op, 'index', index);
  if (index.dtype !== 'int32') {
    throw new DTypeError(`${op}: the index is ${index.dtype}, but positions are int32`, {
      hint: 'use index.int()',
    });
  }
  if (index.ndim > 1) throw new ShapeError(`${op}: the index must have one axis, not ${show(index.shape)}`);
  const n = index.numel();
  const shape = x.shape.map((size, i) => (i === axis ? n : size));
  if (source !== null && show(source.shape) !== show(shape)) {
    throw new ShapeError(
      `${op}: a source of ${show(source.shape)} does not fit; ${n} positions on axis ${axis} of ${show(x.shape)} take ${show(shape)}`,
    );
  }
  const lying = reshape(index, x.ndim === 0 ? [] : shape.map((_, i) => (i === axis ? n : 1)));
  return contiguous(expand(lying, shape));
}

/** Options of `indexAdd`. */
export interface IndexAddOptions {
  /** Factor of what is added. Default 1. */
  readonly alpha?: number;
}

const INDEX_ADD: Schema<IndexAddOptions> = { alpha: 'a number' };

/**
 * x with source's slices added to those at the positions, one after the other. Backward: dx = dy, dsource = alpha · dy at them.
 *
 * @param index  (n), int32, from 0 on
 * @param source x's shape with n on the axis `dim`
 * @throws ShapeError, DTypeError, IndexError for what does not fit
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.index_add_.html
 * @example
 * indexAdd(zeros([3]), 0, tensor([0, 2, 0]), ones([3])).tolist(); // [2, 0, 1]
 */
export function indexAdd(
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  options?: IndexAddOptions,
): Tensor {
  const { alpha = 1 } = readOptions('indexAdd', options, INDEX_ADD);
  const positions = along('indexAdd', x, dim, index, source);
  return scatterAdd(x, dim, positions, alpha === 1 ? source : mul(source, alpha));
}

/**
 * x with source's slices at the positions; where several go to one place, the last stays.
 * Backward: dx = dy but 0 at them, dsource = dy at them.
 *
 * @param index  (n), int32, from 0 on
 * @param source x's shape with n on the axis `dim`
 * @throws ShapeError, DTypeError, IndexError for what does not fit
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.index_copy_.html
 * @example
 * indexCopy(zeros([3]), 0, tensor([2, 0]), tensor([5.5, 6.5])).tolist(); // [6.5, 0, 5.5]
 */
export function indexCopy(x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor {
  return scatter(x, dim, along('indexCopy', x, dim, index, source), source);
}

/**
 * x with one value in the slices at the positions, of which -1 is the last. Backward: dx = dy but 0 at them, dvalue = Σ dy at them.
 *
 * @param index  (n), int32
 * @param value  a number, or a tensor of no axes
 * @throws ShapeError, DTypeError, IndexError for what does not fit
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.index_fill_.html
 * @example
 * indexFill(zeros([2, 3]), 1, tensor([0, -1]), 7).tolist(); // [[7, 0, 7], [7, 0, 7]]
 */
export function indexFill(x: Tensor, dim: number, index: Tensor, value: Tensor | number): Tensor {
  if (value instanceof Tensor && value.ndim > 0) {
    throw new ShapeError(`indexFill: the value must be a number or have no axes, not ${show(value.shape)}`);
  }
  const positions = along('indexFill', x, dim, fromFront(x, dim, index), null);
  return scatter(x, dim, positions, value instanceof Tensor ? expand(value, positions.shape) : value);
}

/** Positions with those below 0 counted from the end. */
function fromFront(x: Tensor, dim: number, index: Tensor): Tensor {
  expectTensor('indexFill', 'index', index);
  if (index.dtype !== 'int32') return index;
  const axis = axisOf('indexFill', x, dim);
  const size = x.shape[axis] ?? 1;
  const found = index.data.find((i) => i < -size || i >= size);
  if (found === undefined) return remainder(index, size);
  throw new IndexError(`indexFill: position ${found} is outside axis ${dim} of size ${size}`);
}

/** x ← x with source's slices added; see `indexAdd`. */
export const indexAdd_ = (
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  options?: IndexAddOptions,
): Tensor => into('indexAdd_', x, (x) => indexAdd(x, dim, index, source, options), source);
/** x ← x with source's slices; see `indexCopy`. */
export const indexCopy_ = (x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor =>
  into('indexCopy_', x, (x) => indexCopy(x, dim, index, source), source);
/** x ← x with one value in slices; see `indexFill`. */
export const indexFill_ = (x: Tensor, dim: number, index: Tensor, value: Tensor | number): Tensor =>
  into('indexFill_', x, (x) => indexFill(x, dim, index, value), value);
