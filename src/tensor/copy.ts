import { floats, kernels, table } from '../kernels/engine.js';
import { type DType, expectInt32 } from './dtype.js';
import { expectTensor } from './operands.js';
import { contiguousStrides, isContiguous, numel, type Shape } from './shape.js';
import { empty, type Layout, Tensor } from './tensor.js';

// Plain copies without history; the recorded operations on top are in ops/.

/** Copies `source` into `target`: equal shapes, any strides, equal word meaning. */
export function copyInto(target: Tensor, source: Tensor): void {
  const to = target.address;
  copyWords(to, target, source.address, source);
}

/** Copies words between two layouts of one shape. */
export function copyWords(to: number, target: Layout, from: number, source: Layout): void {
  const { shape } = target;
  const rank = shape.length;
  if (isContiguous(shape, target.strides) && isContiguous(shape, source.strides)) {
    kernels.copy(to, from, numel(shape));
    return;
  }
  const strides = table([...target.strides, ...source.strides, ...shape]);
  kernels.copyStrided(to, strides, from, strides + rank * 4, strides + rank * 8, rank);
}

/** A contiguous copy without history. */
export function duplicate(x: Tensor): Tensor {
  const copy = empty(x.shape, x.dtype);
  copyInto(copy, x);
  return copy;
}

/** The tensor itself where it is contiguous, else a contiguous copy without history. */
export function dense(x: Tensor): Tensor {
  expectTensor('an operation', 'an operand', x);
  return x.isContiguous() ? x : duplicate(x);
}

/** `x` stretched to `shape`, without a copy: stretched axes have stride 0. */
export function stretched(x: Tensor, shape: Shape): Tensor {
  const lead = shape.length - x.ndim;
  const strides = shape.map((size, i) => (i < lead || x.shape[i - lead] !== size ? 0 : x.strides[i - lead]));
  return x.window({ shape, strides, offset: x.offset });
}

/**
 * `x` in another dtype, contiguous and without history; `x` itself where nothing changes.
 *
 * @throws ValueError for numbers that int32 does not have, such as NaN
 */
export function converted(x: Tensor, dtype: DType): Tensor {
  expectTensor('an operation', 'an operand', x);
  if (x.dtype === dtype) return dense(x);
  const source = dense(x);
  const y = empty(x.shape, dtype);
  const n = x.numel();
  if (dtype === 'int32' && x.dtype === 'float32') expectInts(source, n);
  const [to, from] = [y.address, source.address];
  if (dtype === 'float32') kernels.intToFloat(to, from, n);
  else if (dtype === 'int32' && x.dtype === 'float32') kernels.floatToInt(to, from, n);
  else if (dtype === 'int32') kernels.copy(to, from, n);
  else if (x.dtype === 'float32') kernels.toBool(to, from, n);
  else kernels.toBoolInt(to, from, n);
  return y;
}

function expectInts(x: Tensor, n: number): void {
  const at = kernels.findOutsideInt(x.address, n);
  if (at < 0) return;
  const hint = 'leave it float32, or replace such numbers first: clamp(), where()';
  expectInt32('int', floats()[(x.address >>> 2) + at], hint);
}

/** The same memory under another shape, for a contiguous tensor. */
export function reshaped(x: Tensor, shape: Shape): Tensor {
  return x.window({ shape, strides: contiguousStrides(shape), offset: x.offset });
}
