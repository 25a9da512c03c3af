import { ShapeError } from '../../errors.js';
import { readOptions, type Schema } from '../../options.js';
import { record } from '../autograd.js';
import { dense } from '../copy.js';
import { filled } from '../create.js';
import { inMemoryOrder } from '../memory-order.js';
import { expectTensors } from '../operands.js';
import { broadcastShapes, sameShape, show } from '../shape.js';
import { Tensor } from '../tensor.js';
import { add, div, lt, mul, sub } from './binary.js';
import { abs } from './elementwise.js';
import { into } from './in-place.js';
import { where } from './masking.js';
import { bmm, mm, mv } from './products.js';
import { sumTo } from './reduce.js';
import { expand } from './views.js';

// A tensor and a product of two others, added with factors: written in the operations that do each part.

/** Factors of `addmm` and its kin. */
export interface AddProductOptions {
  /** Factor of the tensor that is added to; with 0 its values do not count at all, not even NaN. Default 1. */
  readonly beta?: number;
  /** Factor of the product. Default 1. */
  readonly alpha?: number;
}

const PRODUCT: Schema<AddProductOptions> = { beta: 'a number', alpha: 'a number' };

function plus(op: string, x: Tensor, product: Tensor, options: AddProductOptions | undefined): Tensor {
  const { beta = 1, alpha = 1 } = readOptions(op, options, PRODUCT);
  const whole = expand(x, product.shape);
  const scaled = beta === 0 ? where(filled([], 'bool', [true]), 0, whole) : times(whole, beta);
  // The product stands first, so that the sum lies in memory as it does.
  const y = add(times(product, alpha), scaled);
  if (sameShape(y.shape, product.shape)) return y;
  throw new ShapeError(`${op}: ${show(x.shape)} does not stretch to the product's ${show(product.shape)}`);
}

const times = (x: Tensor, factor: number): Tensor => (factor === 1 ? x : mul(x, factor));

/**
 * beta · x + alpha · a · b.  x stretches to (m, n), a (m, k), b (k, n) → (m, n).
 *
 * @throws ShapeError for what does not fit; DTypeError for anything but float32
 * @see https://pytorch.org/docs/stable/generated/torch.addmm.html
 * @example
 * addmm(ones([2]), eye(2), eye(2), { beta: 0.5, alpha: 2 }).tolist(); // [[2.5, 0.5], [0.5, 2.5]]
 */
export function addmm(x: Tensor, a: Tensor, b: Tensor, options?: AddProductOptions): Tensor {
  return plus('addmm', x, mm(a, b), options);
}

/**
 * beta · x + alpha · a · b.  x stretches to (m), a (m, k), b (k) → (m).
 *
 * @throws ShapeError for what does not fit; DTypeError for anything but float32
 * @see https://pytorch.org/docs/stable/generated/torch.addmv.html
 * @example
 * addmv(ones([2]), eye(2), tensor([0.5, 2])).tolist(); // [1.5, 3]
 */
export function addmv(x: Tensor, a: Tensor, b: Tensor, options?: AddProductOptions): Tensor {
  return plus('addmv', x, mv(a, b), options);
}

/**
 * beta · x + alpha · a · b for batches of matrices.  x stretches to (batch, m, n), a (batch, m, k), b (batch, k, n) → (batch, m, n).
 *
 * @throws ShapeError for what does not fit; DTypeError for anything but float32
 * @see https://pytorch.org/docs/stable/generated/torch.baddbmm.html
 * @example
 * baddbmm(ones([1]), ones([3, 2, 4]), ones([3, 4, 5])).shape; // [3, 2, 5]
 */
export function baddbmm(x: Tensor, a: Tensor, b: Tensor, options?: AddProductOptions): Tensor {
  return plus('baddbmm', x, bmm(a, b), options);
}

/** Factor of `addcmul` and `addcdiv`. */
export interface AddElementsOptions {
  /** Factor of the product or quotient. Default 1. */
  readonly value?: number;
}

const ELEMENTS: Schema<AddElementsOptions> = { value: 'a number' };

/**
 * x + value · a · b element by element, broadcasting.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.addcmul.html
 * @example
 * addcmul(tensor([1, 2]), tensor([3, 4]), tensor([5, 6]), { value: 10 }).tolist(); // [151, 242]
 */
export function addcmul(x: Tensor, a: Tensor, b: Tensor, options?: AddElementsOptions): Tensor {
  const { value = 1 } = readOptions('addcmul', options, ELEMENTS);
  return add(x, mul(times(a, value), b));
}

/**
 * x + value · a / b element by element, broadcasting; float32.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.addcdiv.html
 * @example
 * addcdiv(tensor([1.5]), tensor([3]), tensor([4]), { value: 2 }).tolist(); // [3]
 */
export function addcdiv(x: Tensor, a: Tensor, b: Tensor, options?: AddElementsOptions): Tensor {
  const { value = 1 } = readOptions('addcdiv', options, ELEMENTS);
  return add(x, div(times(a, value), b));
}

/**
 * From a to b by a share of the way, w: a + w (b − a), and counted from b where w is nearer to 1; broadcasting.
 * Backward: da = (1 − w) · dy, db = w · dy, dw = (b − a) · dy.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.lerp.html
 * @example
 * lerp(tensor([0.5]), tensor([4.5]), 0.25).tolist(); // [1.5]
 */
export function lerp(a: Tensor, b: Tensor, weight: Tensor | number): Tensor {
  expectTensors('lerp', 'operands', [a, b]);
  const [from, to] = [a.detach(), b.detach()];
  const w = weight instanceof Tensor ? weight.detach() : weight;
  const shape = broadcastShapes(
    'lerp',
    broadcastShapes('lerp', a.shape, b.shape),
    w instanceof Tensor ? w.shape : [],
  );
  const y = inMemoryOrder(shape, [from, to, w], ([from, to, w]) => dense(between(from, to, w)));
  const given = weight instanceof Tensor ? weight : null;
  const way = given && sub(to, from);
  return record('lerp', y, [a, b, given], [given], (dy, [toA, toB, toWeight]) => [
    toA && sumTo(mul(dy, sub(1, w)), a.shape),
    toB && sumTo(mul(dy, w), b.shape),
    toWeight && sumTo(mul(dy, way!), given!.shape),
  ]);
}

function between(from: Tensor, to: Tensor, w: Tensor | number): Tensor {
  const way = sub(to, from);
  const fromStart = (): Tensor => add(from, mul(way, w));
  const fromEnd = (): Tensor => sub(to, mul(way, sub(1, w)));
  if (w instanceof Tensor) return where(lt(abs(w), 0.5), fromStart(), fromEnd());
  return Math.abs(w) < 0.5 ? fromStart() : fromEnd();
}

/** x ← x + value · a · b. */
export const addcmul_ = (x: Tensor, a: Tensor, b: Tensor, options?: AddElementsOptions): Tensor =>
  into('addcmul_', x, (x) => addcmul(x, a, b, options), a, b);
/** x ← x + value · a / b. */
export const addcdiv_ = (x: Tensor, a: Tensor, b: Tensor, options?: AddElementsOptions): Tensor =>
  into('addcdiv_', x, (x) => addcdiv(x, a, b, options), a, b);
/** x ← from x to b by a share of the way; see `lerp`. */
export const lerp_ = (x: Tensor, b: Tensor, weight: Tensor | number): Tensor =>
  into('lerp_', x, (x) => lerp(x, b, weight), b, weight);
