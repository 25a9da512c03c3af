import { DTypeError } from '../../errors.js';
import { kernels } from '../../kernels/engine.js';
import { type Arguments, expectKind, readArguments, type Schema } from '../../options.js';
import { record } from '../autograd.js';
import { converted, duplicate, stretched } from '../copy.js';
import { filled, full } from '../create.js';
import { expectInt32, promote } from '../dtype.js';
import { inMemoryOrder } from '../memory-order.js';
import { expectTensor, expectTensors } from '../operands.js';
import { broadcastShapes, expectSizes, numel, type Shape } from '../shape.js';
import { empty, Tensor } from '../tensor.js';
import { add, eq, lt, mul, ne, type Operand } from './binary.js';
import { abs } from './elementwise.js';
import { all, sumTo } from './reduce.js';
import { takeRows } from './rows.js';
import { contiguous, expand, reshape } from './views.js';

function expectMask(op: string, mask: Tensor): void {
  expectTensor(op, 'the mask', mask);
  if (mask.dtype === 'bool') return;
  throw new DTypeError(`${op}: the mask is ${mask.dtype}, but must be bool`, {
    hint: 'compare: x.gt(0), or mask.bool()',
  });
}

/** A number beside another operand: whole ones are int32 unless that is float32. */
function asTensor(op: string, x: Operand, other: Operand): Tensor {
  if (x instanceof Tensor) return x;
  const beside = other instanceof Tensor ? other.dtype : 'bool';
  if (!Number.isInteger(x) || beside === 'float32') return full([], x, { dtype: 'float32' });
  expectInt32(op, x);
  return full([], x, { dtype: 'int32' });
}

/** `x` converted and stretched to `shape`, contiguous, without history. */
const spread = (x: Tensor, shape: Shape, dtype: Tensor['dtype']): Tensor =>
  duplicate(stretched(converted(x, dtype), shape));

/**
 * a where the condition holds, else b; all three broadcast. Backward: da = dy where it holds, db = dy elsewhere.
 *
 * @throws DTypeError if the condition is not bool; ShapeError if the shapes do not broadcast
 * @see https://pytorch.org/docs/stable/generated/torch.where.html
 * @example
 * where(tensor([true, false]), tensor([1, 2]), 0).tolist(); // [1, 0]
 */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  expectMask('where', condition);
  const [x, z] = [asTensor('where', a, b), asTensor('where', b, a)];
  // A plain number does not widen a tensor of numbers, but a fraction does whole ones.
  const dtype = promote(x.dtype, z.dtype);
  const whole = broadcastShapes('where', broadcastShapes('where', x.shape, z.shape), condition.shape);
  const y = inMemoryOrder(whole, [condition, x, z], ([condition, x, z], shape) => {
    const [mask, left, right] = [
      spread(condition, shape, 'bool'),
      spread(x, shape, dtype),
      spread(z, shape, dtype),
    ];
    const y = empty(shape, dtype);
    kernels.where(y.address, mask.address, left.address, right.address, y.numel());
    return y;
  });
  return record('where', y, [x, z], [condition], (dy, [forX, forZ]) => [
    forX && sumTo(where(condition, dy, 0), x.shape),
    forZ && sumTo(where(condition, 0, dy), z.shape),
  ]);
}

/**
 * x with a value where the mask holds; the mask broadcasts. Backward: dx = dy where it does not.
 *
 * @throws DTypeError if the mask is not bool; ValueError for a number that int32 does not have, where x is int32
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.masked_fill.html
 */
export function maskedFill(x: Tensor, mask: Tensor, value: number): Tensor {
  expectMask('maskedFill', mask);
  if (x.dtype === 'int32') expectInt32('maskedFill', value);
  return contiguous(where(mask, full([], value, { dtype: x.dtype }), x));
}

/** Positions of true elements in the flattened tensor, int32. */
export function truePositions(mask: Tensor): Tensor {
  const data = mask.data;
  const found: number[] = [];
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) found.push(i);
  return filled([found.length], 'int32', found);
}

/**
 * The elements where the mask holds, in order, on one axis; the two broadcast. Backward: dy in its place, 0 elsewhere.
 *
 * @throws DTypeError if the mask is not bool
 * @see https://pytorch.org/docs/stable/generated/torch.masked_select.html
 */
export function maskedSelect(x: Tensor, mask: Tensor): Tensor {
  expectMask('maskedSelect', mask);
  const shape = broadcastShapes('maskedSelect', x.shape, mask.shape);
  const whole = reshape(expand(x, shape), [-1]);
  return takeRows(whole, truePositions(duplicate(stretched(mask, shape))));
}

/** Where elements are not 0: their positions (n, axes of x), int32. @see https://pytorch.org/docs/stable/generated/torch.nonzero.html */
export function nonzero(x: Tensor): Tensor {
  expectTensor('nonzero', 'the first argument', x);
  const flat = truePositions(x).data;
  const rows: number[] = [];
  for (const position of flat) {
    let rest = position;
    const row = new Array<number>(x.ndim);
    for (let axis = x.ndim - 1; axis >= 0; axis--) {
      row[axis] = rest % x.shape[axis];
      rest = Math.floor(rest / x.shape[axis]);
    }
    for (const place of row) rows.push(place);
  }
  return filled([flat.length, x.ndim], 'int32', rows);
}

/** A bool matrix (rows, columns): where column − row, compared with `diagonal`, fits. */
function band([rows, columns]: Shape, fits: (distance: number) => boolean): Tensor {
  const values = Array.from({ length: rows * columns }, (_, i) =>
    fits((i % columns) - Math.floor(i / columns)),
  );
  return filled([rows, columns], 'bool', values.map(Number));
}

/** The matrices (…, r, c) with 0 below a diagonal (0 is the main one, 1 the next above). Backward: likewise. */
export function triu(x: Tensor, diagonal = 0): Tensor {
  expectTensor('triu', 'the first argument', x);
  expectKind('triu', 'diagonal', diagonal, 'a whole number');
  return zeroed(
    'triu',
    x,
    band(x.shape.slice(-2), (distance) => distance < diagonal),
  );
}

/** The matrices (…, r, c) with 0 above a diagonal (0 is the main one, 1 the next above). Backward: likewise. */
export function tril(x: Tensor, diagonal = 0): Tensor {
  expectTensor('tril', 'the first argument', x);
  expectKind('tril', 'diagonal', diagonal, 'a whole number');
  return zeroed(
    'tril',
    x,
    band(x.shape.slice(-2), (distance) => distance > diagonal),
  );
}

const zeroed = (op: string, x: Tensor, mask: Tensor): Tensor =>
  record(op, maskedFill(x.detach(), mask, 0), [x], [], (dy) => [maskedFill(dy, mask, 0)]);

/** Where both are not 0, as a bool tensor. */
export const logicalAnd = (a: Tensor, b: Tensor): Tensor => mul(converted(a, 'bool'), converted(b, 'bool'));
/** Where either is not 0, as a bool tensor. */
export const logicalOr = (a: Tensor, b: Tensor): Tensor => add(converted(a, 'bool'), converted(b, 'bool'));
/** Where exactly one is not 0, as a bool tensor. */
export const logicalXor = (a: Tensor, b: Tensor): Tensor => ne(converted(a, 'bool'), converted(b, 'bool'));
/** Where elements are NaN, as a bool tensor. */
export const isnan = (x: Tensor): Tensor => ne(x, x);
/** Where elements are ∞ or −∞, as a bool tensor. */
export const isinf = (x: Tensor): Tensor => eq(abs(converted(x, 'float32')), Infinity);
/** Where elements are neither infinite nor NaN, as a bool tensor. */
export const isfinite = (x: Tensor): Tensor => lt(abs(converted(x, 'float32')), Infinity);

/** How many elements have each value from 0 on; at least `minlength` counts. @see https://pytorch.org/docs/stable/generated/torch.bincount.html */
export function bincount(x: Tensor, minlength = 0): Tensor {
  expectTensor('bincount', 'the first argument', x);
  expectKind('bincount', 'minlength', minlength, 'a whole number of 0 or more');
  if (x.dtype !== 'int32' || x.ndim !== 1)
    throw new DTypeError(`bincount: needs int32 on one axis, not ${x.dtype} on ${x.ndim}`);
  const data = x.data as Int32Array;
  if (data.some((v) => v < 0)) throw new DTypeError('bincount: values must not be negative');
  const length = data.reduce((n, v) => Math.max(n, v + 1), minlength);
  expectSizes('bincount', [length]);
  const counts = new Int32Array(length);
  for (const v of data) counts[v] += 1;
  return filled([length], 'int32', counts);
}

/** Whether two tensors have one shape and equal elements. */
export function equal(a: Tensor, b: Tensor): boolean {
  expectTensors('equal', 'operands', [a, b]);
  return String(a.shape) === String(b.shape) && all(eq(a, b)).item() === 1;
}

/** Options of `allclose`. */
export interface AllcloseOptions {
  /** Tolerance as a share of |b|. Default 1e-5. */
  readonly rtol?: number;
  /** Tolerance beside it. Default 1e-8. */
  readonly atol?: number;
  /** Whether NaN equals NaN. Default false. */
  readonly equalNan?: boolean;
}

const ALLCLOSE: Schema<AllcloseOptions> = { rtol: 'a number', atol: 'a number', equalNan: 'true or false' };
const ALLCLOSE_ORDER = ['rtol', 'atol', 'equalNan'] as const;

/** Whether |a − b| ≤ atol + rtol · |b| everywhere; infinities and (with equalNan) NaN count as equal. */
export function allclose(
  a: Tensor,
  b: Tensor,
  ...options: Arguments<AllcloseOptions, typeof ALLCLOSE_ORDER>
): boolean {
  expectTensors('allclose', 'operands', [a, b]);
  const read = readArguments('allclose', options, ALLCLOSE, ALLCLOSE_ORDER);
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = read;
  const shape = broadcastShapes('allclose', a.shape, b.shape);
  const [x, z] = [a, b].map((side) => duplicate(stretched(side, shape)).data);
  for (let i = 0; i < numel(shape); i++) {
    if (x[i] === z[i] || (equalNan && Number.isNaN(x[i]) && Number.isNaN(z[i]))) continue;
    if (!Number.isFinite(x[i]) || !(Math.abs(x[i] - z[i]) <= atol + rtol * Math.abs(z[i]))) return false;
  }
  return true;
}
