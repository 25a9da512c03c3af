import { DTypeError, ValueError } from '../../errors.js';
import { kernels, table } from '../../kernels/engine.js';
import type { KernelExports } from '../../kernels/generated/exports.js';
import { readOptions, type Schema, told } from '../../options.js';
import { record, type Saved } from '../autograd.js';
import { converted, duplicate, stretched } from '../copy.js';
import { filled, zerosLike } from '../create.js';
import { type DType, expectInt32, expectNotWrapped, fitsInt32, promote } from '../dtype.js';
import { inMemoryOrder } from '../memory-order.js';
import { broadcastShapes, numel, type Shape } from '../shape.js';
import { empty, Tensor } from '../tensor.js';
import { floor, log, neg } from './elementwise.js';
import { maskedFill } from './masking.js';
import { sumTo } from './reduce.js';

/** A tensor, or a number that stands for a tensor of no axes. */
export type Operand = Tensor | number;

/** Those of whole numbers return 1 if a result has wrapped around. */
type BinaryKernel = (...args: Parameters<KernelExports['add']>) => unknown;

// How an operand of some shape lies in rows x cols of the result: elements to step per row and per column.
interface Steps {
  readonly row: number;
  readonly col: number;
}

interface Grid {
  readonly rows: number;
  readonly cols: number;
}

/** Whether `shape` repeats along the leading axes of `whole`: (…, shape). */
function isSuffix(shape: Shape, whole: Shape): boolean {
  const first = shape.findIndex((size) => size !== 1);
  if (first < 0) return true;
  for (let i = 1; i <= shape.length - first; i++) {
    if (shape[shape.length - i] !== whole[whole.length - i]) return false;
  }
  return true;
}

/** Whether `shape` stretches along the last axes of `whole`: (shape, 1, 1 …). */
function isPrefix(shape: Shape, whole: Shape): boolean {
  if (shape.length !== whole.length) return false;
  let i = 0;
  while (i < shape.length && shape[i] === whole[i]) i++;
  for (; i < shape.length; i++) if (shape[i] !== 1) return false;
  return true;
}

function stepsOf(shape: Shape, whole: Shape, { rows, cols }: Grid): Steps | null {
  const n = numel(shape);
  if (n === rows * cols) return { row: cols, col: 1 };
  if (n === 1) return { row: 0, col: 0 };
  if (n === cols && isSuffix(shape, whole)) return { row: 0, col: 1 };
  if (n === rows && isPrefix(shape, whole)) return { row: 1, col: 0 };
  return null;
}

/** Rows and columns in which at least one of the operands broadcasts by steps of 0. */
function gridFor(a: Shape, b: Shape, whole: Shape): Grid {
  const total = numel(whole);
  for (const shape of [a, b]) {
    const n = numel(shape);
    if (n === total || n === 1 || n === 0) continue;
    if (isSuffix(shape, whole)) return { rows: total / n, cols: n };
    if (isPrefix(shape, whole)) return { rows: n, cols: total / n };
  }
  return { rows: 1, cols: total };
}

const shapeOf = (x: Operand): Shape => (x instanceof Tensor ? x.shape : []);

/** y = kernel(a, b) with broadcasting, without history. Operands are converted to the dtype that the kernel reads. */
function apply(op: string, kernel: BinaryKernel, a: Operand, b: Operand, reads: DType, gives: DType): Tensor {
  expectOperand(op, a);
  expectOperand(op, b);
  const wraps = wrapsAsAsked(a) || wrapsAsAsked(b);
  const y = inMemoryOrder(broadcastShapes(op, shapeOf(a), shapeOf(b)), [a, b], ([a, b], shape) =>
    overGrid(op, kernel, a, b, shape, reads, gives, wraps),
  );
  y.wraps = wraps && gives === 'int32';
  return y;
}

const wrapsAsAsked = (x: Operand): boolean => x instanceof Tensor && x.wraps;

/** `apply` row by row: y contiguous, of `shape`. */
function overGrid(
  op: string,
  kernel: BinaryKernel,
  a: Operand,
  b: Operand,
  shape: Shape,
  reads: DType,
  gives: DType,
  wraps: boolean,
): Tensor {
  const grid = gridFor(shapeOf(a), shapeOf(b), shape);
  const place = (x: Operand): { source: Operand; steps: Steps } => {
    if (!(x instanceof Tensor)) return { source: x, steps: { row: 0, col: 0 } };
    const source = converted(x, reads);
    const steps = stepsOf(x.shape, shape, grid);
    if (steps !== null) return { source, steps };
    return { source: duplicate(stretched(source, shape)), steps: { row: grid.cols, col: 1 } };
  };
  const [left, right] = [place(a), place(b)];
  const y = empty(shape, gives);
  const address = (x: Operand): number => (x instanceof Tensor ? x.address : constant(op, x, reads));
  const wrapped = kernel(
    y.address,
    address(left.source),
    left.steps.row,
    left.steps.col,
    address(right.source),
    right.steps.row,
    right.steps.col,
    grid.rows,
    grid.cols,
  );
  if (!wraps) expectNotWrapped(op, wrapped);
  return y;
}

/** Checks an operand: a caller without types may pass a list, text or nothing. */
function expectOperand(op: string, x: unknown): void {
  if (!(x instanceof Tensor) && typeof x !== 'number') throw notAnOperand(op, x);
}

/** An error for what is neither a tensor nor a number. */
function notAnOperand(op: string, x: unknown): ValueError {
  return new ValueError(`${op}: operands are tensors and numbers, not ${told(x)}`, {
    hint: Array.isArray(x) ? 'tensor(values) makes one' : undefined,
  });
}

/** Address of a number that a kernel can read during the next call. */
function constant(op: string, value: number, dtype: DType): number {
  if (dtype === 'float32') single[0] = value;
  else {
    expectInt32(op, value);
    word[0] = value;
  }
  return table(word);
}

const single = new Float32Array(1);
const word = new Int32Array(single.buffer);

/** A number counts as int32 where it is whole, else as float32; it never widens a float32 tensor (PyTorch's scalar rule). */
function commonType(a: Operand, b: Operand): DType {
  const type = (x: Operand): DType =>
    x instanceof Tensor ? x.dtype : Number.isInteger(x) ? 'int32' : 'float32';
  return promote(type(a), type(b));
}

type Comparison = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

function compare(op: Comparison, left: Operand, right: Operand): Tensor {
  const whole = commonType(left, right) !== 'float32';
  const [a, b] = whole ? [comparable(left), comparable(right)] : [left, right];
  const float = commonType(a, b) === 'float32';
  return apply(op, kernels[float ? op : (`${op}Int` as const)], a, b, float ? 'float32' : 'int32', 'bool');
}

/** A number beyond int32 compares with whole numbers as infinity does. */
const comparable = (x: Operand): Operand =>
  x instanceof Tensor || !Number.isInteger(x) || fitsInt32(x) ? x : Math.sign(x) * Infinity;

function arithmetic(op: string, onFloat: BinaryKernel, onInt: BinaryKernel, a: Operand, b: Operand): Tensor {
  const dtype = commonType(a, b) === 'float32' ? 'float32' : 'int32';
  return apply(op, dtype === 'float32' ? onFloat : onInt, a, b, dtype, dtype);
}

const inputs = (a: Operand, b: Operand): (Tensor | null)[] => [asTensor(a), asTensor(b)];
const asTensor = (x: Operand): Tensor | null => (x instanceof Tensor ? x : null);
/** What a product saves: each operand for the other's gradient. */
const crosswise =
  (a: Operand, b: Operand) =>
  ([forA, forB]: readonly boolean[]): Saved => [forB && asTensor(a), forA && asTensor(b)];
/** A gradient reduced to the operand's shape, where it is wanted. */
const back = (wanted: boolean, x: Operand, grad: () => Tensor): Tensor | false =>
  wanted && sumTo(grad(), (x as Tensor).shape);
/** As `back`, for what does not need the operand's values, which it does not keep. */
function backTo(x: Operand): (wanted: boolean, grad: () => Tensor) => Tensor | false {
  const shape = x instanceof Tensor ? x.shape : [];
  return (wanted, grad) => wanted && sumTo(grad(), shape);
}

const isBool = (x: Operand): boolean => x instanceof Tensor && x.dtype === 'bool';
const bothBool = (a: Operand, b: Operand): boolean => commonType(a, b) === 'bool';

/** Options of `add` and `sub`. */
export interface AlphaOptions {
  /** Factor on the second operand. Default 1. */
  readonly alpha?: number;
}

const ALPHA: Schema<AlphaOptions> = { alpha: 'a number' };

/** b, times what the options say. */
function scaled(op: string, b: Operand, options: AlphaOptions): Operand {
  const { alpha = 1 } = readOptions(op, options, ALPHA);
  return alpha === 1 ? b : b instanceof Tensor ? mul(b, alpha) : b * alpha;
}

/** a + b, broadcasting, or a + alpha · b; of two bool tensors, a or b. Backward: da = dy, db = dy. */
export function add(a: Operand, b: Operand, options?: AlphaOptions): Tensor {
  if (options !== undefined) return add(a, scaled('add', b, options));
  if (bothBool(a, b)) return converted(apply('add', kernels.addInt, a, b, 'int32', 'int32'), 'bool');
  const y = arithmetic('add', kernels.add, kernels.addInt, a, b);
  const [toA, toB] = [backTo(a), backTo(b)];
  return record('add', y, inputs(a, b), [], (dy, [forA, forB]) => [toA(forA, () => dy), toB(forB, () => dy)]);
}

/**
 * a − b, broadcasting, or a − alpha · b. Backward: da = dy, db = −dy.
 *
 * @throws DTypeError for two bool tensors, and a bool tensor and a number, as PyTorch
 */
export function sub(a: Operand, b: Operand, options?: AlphaOptions): Tensor {
  if (options !== undefined) return sub(a, scaled('sub', b, options));
  if (bothBool(a, b) || (isBool(a) && !(b instanceof Tensor)) || (isBool(b) && !(a instanceof Tensor)))
    throw new DTypeError('sub: a bool tensor cannot be subtracted from, or taken off, a number or another', {
      hint: 'use ne(a, b) for "either, not both", or x.int() first',
    });
  const y = arithmetic('sub', kernels.sub, kernels.subInt, a, b);
  const [toA, toB] = [backTo(a), backTo(b)];
  return record('sub', y, inputs(a, b), [], (dy, [forA, forB]) => [
    toA(forA, () => dy),
    toB(forB, () => neg(dy)),
  ]);
}

/** a · b element by element, broadcasting; of two bool tensors, a and b. Backward: da = dy · b, db = dy · a. */
export function mul(a: Operand, b: Operand): Tensor {
  if (bothBool(a, b)) return converted(apply('mul', kernels.mulInt, a, b, 'int32', 'int32'), 'bool');
  const y = arithmetic('mul', kernels.mul, kernels.mulInt, a, b);
  return record('mul', y, inputs(a, b), crosswise(a, b), (dy, [forA, forB]) => [
    back(forA, a, () => mul(dy, b)),
    back(forB, b, () => mul(dy, a)),
  ]);
}

/** Options of `div`. */
export interface DivOptions {
  /** 'floor' rounds down to whole numbers, as `floorDivide` does; null not at all. Default null. */
  readonly roundingMode?: 'floor' | null;
}

const DIV: Schema<DivOptions> = { roundingMode: [{ oneOf: ['floor'] }, null] };

/** a / b element by element, broadcasting; always float32. Backward: da = dy / b, db = −dy · a / b². */
export function div(a: Operand, b: Operand, options?: DivOptions): Tensor {
  if (options !== undefined && readOptions('div', options, DIV).roundingMode === 'floor') {
    return floorDivide(a, b);
  }
  const y = apply('div', kernels.div, a, b, 'float32', 'float32');
  return record(
    'div',
    y,
    inputs(a, b),
    ([, forB]) => [forB && asTensor(a), asTensor(b)],
    (dy, [forA, forB]) => [
      back(forA, a, () => div(dy, b)),
      back(forB, b, () => neg(div(div(mul(dy, a), b), b))),
    ],
  );
}

/** The larger of a and b, element by element; NaN wins. Backward: dy to the larger, half to each where they are equal. */
export function maximum(a: Operand, b: Operand): Tensor {
  if (bothBool(a, b)) return apply('maximum', kernels.maximumInt, a, b, 'bool', 'bool');
  const y = arithmetic('maximum', kernels.maximum, kernels.maximumInt, a, b);
  return record('maximum', y, inputs(a, b), inputs(a, b), (dy, [forA, forB]) => [
    back(forA, a, () => shared(dy, eq(a, b), lt(a, b))),
    back(forB, b, () => shared(dy, eq(a, b), gt(a, b))),
  ]);
}

/** The smaller of a and b, element by element; NaN wins. Backward: dy to the smaller, half to each where they are equal. */
export function minimum(a: Operand, b: Operand): Tensor {
  if (bothBool(a, b)) return apply('minimum', kernels.minimumInt, a, b, 'bool', 'bool');
  const y = arithmetic('minimum', kernels.minimum, kernels.minimumInt, a, b);
  return record('minimum', y, inputs(a, b), inputs(a, b), (dy, [forA, forB]) => [
    back(forA, a, () => shared(dy, eq(a, b), gt(a, b))),
    back(forB, b, () => shared(dy, eq(a, b), lt(a, b))),
  ]);
}

/** dy, half of it between equals, none for the one that was not taken. Beside a NaN both have all of it, as in PyTorch. */
const shared = (dy: Tensor, equal: Tensor, lost: Tensor): Tensor =>
  maskedFill(sub(dy, mul(dy, mul(equal, 0.5))), lost, 0);

/** Refuses 0 as a divisor of whole numbers, for which there is no infinity. */
function expectDivisor(op: string, a: Operand, b: Operand): void {
  if (commonType(a, b) === 'float32') return;
  const zero = b instanceof Tensor ? b.data.includes(0) : b === 0;
  if (zero)
    throw new ValueError(`${op}: whole numbers cannot be divided by 0`, { hint: 'use float() first' });
}

/**
 * The remainder of a / b with b's sign, as Python's %. Backward: da = dy, db = −dy · ⌊a / b⌋.
 *
 * @throws ValueError for whole numbers and 0
 */
export function remainder(a: Operand, b: Operand): Tensor {
  expectDivisor('remainder', a, b);
  const y = arithmetic('remainder', kernels.remainder, kernels.remainderInt, a, b);
  return record(
    'remainder',
    y,
    inputs(a, b),
    ([, forB]) => (forB ? inputs(a, b) : []),
    (dy, [forA, forB]) => [back(forA, a, () => dy), back(forB, b, () => neg(mul(dy, floor(div(a, b)))))],
  );
}

/**
 * ⌊a / b⌋, as Python's //; int32 for whole numbers. Flat almost everywhere: no gradient.
 *
 * @throws ValueError for whole numbers and 0
 */
export function floorDivide(a: Operand, b: Operand): Tensor {
  expectDivisor('floorDivide', a, b);
  if (commonType(a, b) !== 'float32')
    return apply('floorDivide', kernels.floorDivInt, a, b, 'int32', 'int32');
  return floor(div(detached(a), detached(b)));
}

const detached = (x: Operand): Operand => (x instanceof Tensor ? x.detach() : x);

/**
 * aᵇ, broadcasting, either of them a number; int32 for whole numbers.
 * Backward: da = dy · b · a^(b−1) (0 where b is 0), db = dy · y · ln a (0 where a is 0 and b is not negative).
 *
 * @throws ValueError for a whole number to a negative whole power, as PyTorch
 */
export function pow(a: Operand, b: Operand): Tensor {
  if (commonType(a, b) !== 'float32') return wholePower(a, b);
  const y =
    a instanceof Tensor && !(b instanceof Tensor)
      ? constantPower(a, b)
      : apply('pow', kernels.pow, a, b, 'float32', 'float32');
  return record(
    'pow',
    y,
    inputs(a, b),
    ([, forB]) => [...inputs(a, b), forB && y],
    (dy, [forA, forB]) => [
      back(forA, a, () => baseGrad(dy, a, b)),
      back(forB, b, () => mul(dy, maskedFill(mul(y.detach(), log(toTensor(a))), mul(eq(a, 0), ge(b, 0)), 0))),
    ],
  );
}

/**
 * dy · b · a^(b−1), 0 where b is 0. A number b stays one: its power has short cuts, at whose singular points PyTorch's gradients
 * differ.
 */
function baseGrad(dy: Tensor, a: Operand, b: Operand): Tensor {
  if (b === 0) return zerosLike(dy);
  if (typeof b === 'number') return mul(dy, mul(pow(a, b - 1), b));
  return maskedFill(mul(dy, mul(pow(a, sub(b, 1)), b)), eq(b, 0), 0);
}

const toTensor = (x: Operand): Tensor => (x instanceof Tensor ? x : filled([], 'float32', [x]));

function constantPower(x: Tensor, exponent: number): Tensor {
  if (typeof exponent !== 'number') throw notAnOperand('pow', exponent);
  return inMemoryOrder(x.shape, [x], ([x]) => {
    const source = converted(x, 'float32');
    const y = empty(x.shape);
    kernels.powScalar(y.address, source.address, exponent, y.numel());
    return y;
  });
}

/** Powers of whole numbers, exact in double precision as far as int32 goes. */
function wholePower(a: Operand, b: Operand): Tensor {
  // Adding 0 of the other's shape broadcasts.
  const base = add(a, mul(b, 0));
  const [bases, exponents] = [base.data, add(b, mul(a, 0)).data];
  const result = Float64Array.from(bases, (x, i) => {
    if (exponents[i] < 0) {
      throw new ValueError('pow: whole numbers cannot be raised to negative whole powers', {
        hint: 'use float() first',
      });
    }
    // Rounded, because an engine's power may miss the last bit.
    const power = Math.round(x ** exponents[i]);
    expectInt32('pow', power);
    return power;
  });
  return filled(base.shape, 'int32', result);
}

/** Where a equals b, as a bool tensor. */
export const eq = (a: Operand, b: Operand): Tensor => compare('eq', a, b);
/** Where a differs from b, as a bool tensor. */
export const ne = (a: Operand, b: Operand): Tensor => compare('ne', a, b);
/** Where a < b, as a bool tensor. */
export const lt = (a: Operand, b: Operand): Tensor => compare('lt', a, b);
/** Where a ≤ b, as a bool tensor. */
export const le = (a: Operand, b: Operand): Tensor => compare('le', a, b);
/** Where a > b, as a bool tensor. */
export const gt = (a: Operand, b: Operand): Tensor => compare('gt', a, b);
/** Where a ≥ b, as a bool tensor. */
export const ge = (a: Operand, b: Operand): Tensor => compare('ge', a, b);
