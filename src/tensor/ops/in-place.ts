import { AutogradError, DTypeError, ShapeError } from '../../errors.js';
import { record, recording } from '../autograd.js';
import { converted, copyInto, duplicate, stretched } from '../copy.js';
import { full, zeros } from '../create.js';
import { expectInt32 } from '../dtype.js';
import { expectTensor } from '../operands.js';
import { broadcastShapes, sameShape, show } from '../shape.js';
import { Tensor } from '../tensor.js';
import { add, type AlphaOptions, div, mul, type Operand, pow, remainder, sub } from './binary.js';
import * as elementwise from './elementwise.js';
import { scatter, scatterAdd } from './indexing.js';
import { maskedFill } from './masking.js';
import { sumTo } from './reduce.js';
import { rewriteHistory, rootOf } from './view-history.js';

/**
 * Puts the result of an operation on x into x itself, with the result's history. What shares x's memory (the tensor it is a view
 * of, other views) follows, in its values and in its history.
 *
 * @param compute  gives the new values from the old ones
 * @param others   what else the result depends on
 * @throws AutogradError where PyTorch does: for a leaf that requires a gradient or a view of one, while operations are recorded
 */
export function into(
  op: string,
  x: Tensor,
  compute: (x: Tensor) => Tensor,
  ...others: readonly (Operand | null)[]
): Tensor {
  const { place } = rootOf(x);
  const recorded = recording([x, place?.target, ...others.filter((other) => other instanceof Tensor)]);
  expectWritable(op, x, recorded);
  if (place) expectWritable(op, place.target, recorded);
  // The operation may save x for its backward, which the write would spoil: it gets a copy.
  const y = compute(recorded ? twin(x) : x);
  expectFits(op, x, y);
  copyInto(x, converted(y, x.dtype));
  x.storage.written();
  if (recorded && y.requiresGrad) rewriteHistory(x, y);
  place?.write();
  return x;
}

function expectFits(op: string, x: Tensor, y: Tensor): void {
  if (!sameShape(y.shape, x.shape))
    throw new ShapeError(`${op}: the result ${show(y.shape)} does not fit into ${show(x.shape)}`);
  if (y.dtype === 'float32' && x.dtype !== 'float32') {
    throw new DTypeError(`${op}: the result is float32, which a tensor of ${x.dtype} cannot hold`, {
      hint: 'use x.float() first, or the operation without the underscore',
    });
  }
}

/** Checks that an operation may write into x: each element at a place of its own, and no gradient spoilt that is asked for. */
function expectWritable(op: string, x: Tensor, recorded: boolean): void {
  // One value for all may go to one place several times.
  if (op !== 'fill_' && x.shape.some((size, axis) => size > 1 && x.strides[axis] === 0)) {
    throw new AutogradError(`${op}: several elements of this expanded tensor stand at one place`, {
      hint: 'write into a clone(), which has a place for each',
    });
  }
  expectNoGradient(op, x, recorded);
}

/** Checks that a change of x, or of its shape alone, spoils no gradient that is asked for. */
export function expectNoGradient(op: string, x: Tensor, recorded: boolean): void {
  if (!recorded) return;
  if (x.requiresGrad && rootOf(x).isLeaf) {
    const what = x.isLeaf ? 'a leaf that requires a gradient' : 'a view of a leaf that requires a gradient';
    throw new AutogradError(`${op}: ${what} cannot be changed in place while recording`, {
      hint: 'wrap the change in noGrad(() => …), or use the operation without the underscore',
    });
  }
  if (x.viewHistory?.recorded === false) {
    throw new AutogradError(`${op}: this view was made inside noGrad and is changed outside of it`, {
      hint: 'do both inside noGrad(() => …), or both outside',
    });
  }
}

/** A copy of x with x's own place in the history. */
function twin(x: Tensor): Tensor {
  const copy = duplicate(x);
  copy.gradNode = x.gradNode;
  copy.outputIndex = x.outputIndex;
  return copy;
}

/** x ← x + other, or x + alpha · other. */
export const add_ = (x: Tensor, other: Operand, options?: AlphaOptions): Tensor =>
  into('add_', x, (x) => add(x, other, options), other);
/** x ← x − other, or x − alpha · other. */
export const sub_ = (x: Tensor, other: Operand, options?: AlphaOptions): Tensor =>
  into('sub_', x, (x) => sub(x, other, options), other);
/** x ← x · other. */
export const mul_ = (x: Tensor, other: Operand): Tensor => into('mul_', x, (x) => mul(x, other), other);
/** x ← x / other. */
export const div_ = (x: Tensor, other: Operand): Tensor => into('div_', x, (x) => div(x, other), other);
/** x ← x to the power of other. */
export const pow_ = (x: Tensor, other: Operand): Tensor => into('pow_', x, (x) => pow(x, other), other);
/** x ← the remainder of x by other. */
export const remainder_ = (x: Tensor, other: Operand): Tensor =>
  into('remainder_', x, (x) => remainder(x, other), other);

/** x ← value everywhere. Backward: 0 for the old values. */
export const fill_ = (x: Tensor, value: number): Tensor =>
  into('fill_', x, (x) => {
    if (x.dtype === 'int32') expectInt32('fill_', value);
    return record('fill_', full(x.shape, value, { dtype: x.dtype }), [x], [], () => [zeros(x.shape)]);
  });
/** x ← 0 everywhere. */
export const zero_ = (x: Tensor): Tensor => fill_(x, 0);

/**
 * x ← source, broadcast to x's shape and converted to its dtype. Backward: 0 for the old values, dsource = dx summed over what was
 * broadcast.
 *
 * @throws ShapeError if the source does not broadcast to x's shape
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.copy_.html
 * @example
 * const outputs = zeros([2, 3]);
 * outputs.select(0, 1).copy_(tensor([1.5, 2, 3]));
 * outputs.tolist(); // [[0, 0, 0], [1.5, 2, 3]]
 */
export function copy_(x: Tensor, source: Tensor): Tensor {
  expectTensor('copy_', 'the source', source);
  if (!sameShape(broadcastShapes('copy_', x.shape, source.shape), x.shape)) {
    throw new ShapeError(`copy_: ${show(source.shape)} does not broadcast to ${show(x.shape)}`);
  }
  const compute = (old: Tensor): Tensor => {
    const wide = stretched(converted(source, x.dtype), x.shape);
    // A source on x's own memory would change while it is read.
    const y = wide.storage === x.storage ? duplicate(wide) : wide;
    return record('copy_', y, [old, source], [], (dy, [forOld, forSource]) => [
      forOld && zeros(x.shape),
      forSource && sumTo(dy, source.shape),
    ]);
  };
  return into('copy_', x, compute, source);
}

/** x ← value where the mask holds. */
export const maskedFill_ = (x: Tensor, mask: Tensor, value: number): Tensor =>
  into('maskedFill_', x, (x) => maskedFill(x, mask, value));
/** x ← source's elements at positions along an axis; see `scatter`. */
export const scatter_ = (x: Tensor, dim: number, index: Tensor, source: Tensor | number): Tensor =>
  into('scatter_', x, (x) => scatter(x, dim, index, source), source);
/** x ← x with source's elements added at positions along an axis; see `scatterAdd`. */
export const scatterAdd_ = (x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor =>
  into('scatterAdd_', x, (x) => scatterAdd(x, dim, index, source), source);
/** x ← x limited to [min, max]. */
export const clamp_ = (
  x: Tensor,
  min?: number | null | elementwise.ClampOptions,
  max?: number | null,
): Tensor => into('clamp_', x, (x) => elementwise.clamp(x, min, max));

/** x ← −x. */
export const neg_ = (x: Tensor): Tensor => into('neg_', x, elementwise.neg);
/** x ← |x|. */
export const abs_ = (x: Tensor): Tensor => into('abs_', x, elementwise.abs);
/** x ← eˣ. */
export const exp_ = (x: Tensor): Tensor => into('exp_', x, elementwise.exp);
/** x ← ln x. */
export const log_ = (x: Tensor): Tensor => into('log_', x, elementwise.log);
/** x ← √x. */
export const sqrt_ = (x: Tensor): Tensor => into('sqrt_', x, elementwise.sqrt);
/** x ← x². */
export const square_ = (x: Tensor): Tensor => into('square_', x, elementwise.square);
/** x ← tanh x. */
export const tanh_ = (x: Tensor): Tensor => into('tanh_', x, elementwise.tanh);
/** x ← σ(x). */
export const sigmoid_ = (x: Tensor): Tensor => into('sigmoid_', x, elementwise.sigmoid);
/** x ← max(x, 0). */
export const relu_ = (x: Tensor): Tensor => into('relu_', x, elementwise.relu);
