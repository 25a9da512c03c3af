import { AutogradError, ShapeError } from '../../errors.js';
import { expectWritable, recording } from '../autograd.js';
import { converted, copyInto, duplicate, stretched } from '../copy.js';
import { full } from '../create.js';
import { broadcastShapes, sameShape, show } from '../shape.js';
import { Tensor } from '../tensor.js';
import { add, div, mul, type Operand, sub } from './binary.js';
import { clamp } from './elementwise.js';
import { scatter } from './indexing.js';
import { maskedFill } from './masking.js';

/** Puts the result of an operation on x into x itself, with the result's history. */
function into(op: string, x: Tensor, compute: (x: Tensor) => Tensor, other: Operand | null): Tensor {
  const recorded = recording([x, other instanceof Tensor ? other : null]);
  if (recorded && x.isView) {
    throw new AutogradError(`${op}: a view cannot be changed in place while its history is recorded`, {
      hint: 'use the operation without the underscore, or write into a clone()',
    });
  }
  expectWritable(op, x);
  // The operation may save x for its backward, which the write would spoil: it gets a copy.
  const y = compute(recorded ? twin(x) : x);
  if (!sameShape(y.shape, x.shape)) {
    throw new ShapeError(`${op}: the result ${show(y.shape)} does not fit into ${show(x.shape)}`);
  }
  copyInto(x, converted(y, x.dtype));
  if (recorded) {
    x.gradNode = y.gradNode;
    x.outputIndex = y.outputIndex;
  }
  return x;
}

/** A copy of x with x's own place in the history. */
function twin(x: Tensor): Tensor {
  const copy = duplicate(x);
  copy.gradNode = x.gradNode;
  copy.outputIndex = x.outputIndex;
  return copy;
}

/** x ← x + other. */
export const add_ = (x: Tensor, other: Operand): Tensor => into('add_', x, (x) => add(x, other), other);
/** x ← x − other. */
export const sub_ = (x: Tensor, other: Operand): Tensor => into('sub_', x, (x) => sub(x, other), other);
/** x ← x · other. */
export const mul_ = (x: Tensor, other: Operand): Tensor => into('mul_', x, (x) => mul(x, other), other);
/** x ← x / other. */
export const div_ = (x: Tensor, other: Operand): Tensor => into('div_', x, (x) => div(x, other), other);
/** x ← value everywhere. */
export const fill_ = (x: Tensor, value: number): Tensor =>
  into('fill_', x, (x) => full(x.shape, value, { dtype: x.dtype }), value);
/** x ← 0 everywhere. */
export const zero_ = (x: Tensor): Tensor => fill_(x, 0);

/** x ← source, broadcast to x's shape and converted to its dtype. */
export function copy_(x: Tensor, source: Tensor): Tensor {
  broadcastShapes('copy_', x.shape, source.shape);
  return into('copy_', x, (x) => stretched(source, x.shape), source);
}

/** x ← value where the mask holds. */
export const maskedFill_ = (x: Tensor, mask: Tensor, value: number): Tensor =>
  into('maskedFill_', x, (x) => maskedFill(x, mask, value), null);
/** x ← source's elements at positions along an axis; see `scatter`. */
export const scatter_ = (x: Tensor, dim: number, index: Tensor, source: Tensor | number): Tensor =>
  into('scatter_', x, (x) => scatter(x, dim, index, source), source);
/** x ← x limited to [min, max]. */
export const clamp_ = (x: Tensor, min?: number, max?: number): Tensor =>
  into('clamp_', x, (x) => clamp(x, min, max), null);
