import { DTypeError } from '../../errors.js';
import { kernels } from '../../kernels/engine.js';
import type { KernelExports } from '../../kernels/generated/exports.js';
import { readOptions, type Schema } from '../../options.js';
import { record } from '../autograd.js';
import { converted, dense, duplicate } from '../copy.js';
import { zerosLike } from '../create.js';
import { expectNotWrapped, LEAST_INT32, MOST_INT32 } from '../dtype.js';
import { inMemoryOrder } from '../memory-order.js';
import { expectNumber, expectTensor } from '../operands.js';
import { empty, Tensor } from '../tensor.js';
import { add, div, ge, le, maximum, minimum, mul } from './binary.js';
import { maskedFill } from './masking.js';

/** Names of kernels of a form. By name, since `kernels` is another object while a step is captured. */
type Named<Form> = {
  [Name in keyof KernelExports]: KernelExports[Name] extends Form ? Name : never;
}[keyof KernelExports];
type UnaryKernel = Named<(y: number, x: number, n: number) => void>;

/** y = kernel(x) in float32, without history. */
function apply(kernel: UnaryKernel, x: Tensor): Tensor {
  expectTensor(kernel, 'the operand', x);
  return inMemoryOrder(x.shape, [x], ([x]) => {
    const source = converted(x, 'float32');
    const y = empty(x.shape);
    kernels[kernel](y.address, source.address, y.numel());
    return y;
  });
}

/** An elementwise function and its derivative: `back(dy, x)` gives dx. */
function unary(kernel: UnaryKernel, back: (dy: Tensor, x: Tensor) => Tensor): (x: Tensor) => Tensor {
  return (x) => record(kernel, apply(kernel, x), [x], [x], (dy) => [back(dy, x)]);
}

/** The float32 function, and for whole numbers (and booleans) what it comes to there. */
const wholeToo = (float: (x: Tensor) => Tensor, whole: (x: Tensor) => Tensor) => (x: Tensor) =>
  x instanceof Tensor && x.dtype !== 'float32' ? whole(converted(x, 'int32')) : float(x);

/** As `unary`, for functions that are flat almost everywhere. */
const flat =
  (kernel: UnaryKernel) =>
  (x: Tensor): Tensor =>
    record(kernel, apply(kernel, x), [x], [], (dy) => [zerosLike(dy)]);

/** Runs a kernel dx = f(dy, y), with which the saturating functions have their derivative from the result alone. */
function fromResult(
  kernel: Named<(dx: number, dy: number, y: number, n: number) => void>,
): (dy: Tensor, y: Tensor) => Tensor {
  return (dy, y) =>
    inMemoryOrder(y.shape, [y, dy], ([y, dy]) => {
      const [result, grad] = [dense(y), dense(dy)];
      const dx = empty(y.shape);
      kernels[kernel](dx.address, grad.address, result.address, y.numel());
      return dx;
    });
}

const tanhBack = fromResult('tanhBackward');
const sigmoidBack = fromResult('sigmoidBackward');
const reluBack = fromResult('reluBackward');

/** As `unary`, for functions whose derivative needs y alone: x may change afterwards. */
function saturating(kernel: UnaryKernel, back: (dy: Tensor, y: Tensor) => Tensor) {
  return (x: Tensor): Tensor => {
    const y = apply(kernel, x);
    return record(kernel, y, [x], [y], (dy) => [back(dy, y)]);
  };
}

/**
 * −x; int32 stays int32. Backward: dx = −dy.
 *
 * @throws DTypeError for bool, as PyTorch
 */
export function neg(x: Tensor): Tensor {
  expectTensor('neg', 'the operand', x);
  if (x.dtype === 'bool')
    throw new DTypeError('neg: a bool tensor has no opposite', {
      hint: 'use logicalNot(x), or x.int() first',
    });
  if (x.dtype !== 'float32') return integers('neg', x);
  const y = apply('neg', x);
  return record('neg', y, [x], [], (dy) => [neg(dy)]);
}

/** |x|; int32 stays int32. Backward: dx = dy · sign(x). */
export function abs(x: Tensor): Tensor {
  expectTensor('abs', 'the operand', x);
  return x.dtype === 'float32' ? absFloat(x) : integers('abs', x);
}

function integers(op: 'neg' | 'abs', x: Tensor): Tensor {
  return inMemoryOrder(x.shape, [x], ([x]) => {
    const source = converted(x, 'int32');
    const y = empty(x.shape, 'int32');
    expectNotWrapped(op, kernels[`${op}Int`](y.address, source.address, y.numel()));
    return y;
  });
}

const absFloat = unary('abs', (dy, x) => mul(dy, sign(x)));
/** −1, 0 or 1; bool stays bool. Backward: dx = 0. */
export function sign(x: Tensor): Tensor {
  expectTensor('sign', 'the first argument', x);
  return x.dtype === 'bool' ? duplicate(x) : signOfNumbers(x);
}
const signOfNumbers = wholeToo(flat('sign'), (x) => maximum(minimum(x, 1), -1));
/** The next whole number towards −∞. Backward: dx = 0. */
export const floor = wholeToo(flat('floor'), duplicate);
/** The next whole number towards +∞. Backward: dx = 0. */
export const ceil = wholeToo(flat('ceil'), duplicate);
/** The nearest whole number, halves to the even one. Backward: dx = 0. */
export const round = wholeToo(flat('round'), duplicate);
/** eˣ. Backward: dx = dy · y. */
export const exp = saturating('exp', (dy, y) => mul(dy, y));
/** ln x. Backward: dx = dy / x. */
export const log = unary('log', (dy, x) => div(dy, x));
/** √x. Backward: dx = dy / 2y. */
export const sqrt = saturating('sqrt', (dy, y) => div(dy, mul(y, 2)));
/** x². Backward: dx = 2x · dy. */
export const square = wholeToo(
  unary('square', (dy, x) => mul(dy, mul(x, 2))),
  (x) => mul(x, x),
);
/** 1 / x. Backward: dx = −dy · y². */
export const reciprocal = saturating('reciprocal', (dy, y) => neg(mul(dy, square(y))));
/** sin x. Backward: dx = dy · cos x. */
export const sin = unary('sin', (dy, x) => mul(dy, cos(x)));
/** cos x. Backward: dx = −dy · sin x. */
export const cos = unary('cos', (dy, x) => neg(mul(dy, sin(x))));
/** Hyperbolic tangent. Backward: dx = dy · (1 − y²). */
export const tanh = saturating('tanh', tanhBack);
/** σ(x) = 1 / (1 + e⁻ˣ). Backward: dx = dy · y · (1 − y). */
export const sigmoid = saturating('sigmoid', sigmoidBack);
/** max(x, 0). Backward: dx = dy where y > 0. */
export const relu = wholeToo(saturating('relu', reluBack), (x) => maximum(x, 0));

/** eˣ − 1, exact near 0. Backward: dx = dy · (y + 1). */
export const expm1 = saturating('expm1', (dy, y) => mul(dy, add(y, 1)));
/** ln(1 + x), exact near 0. Backward: dx = dy / (1 + x). */
export const log1p = unary('log1p', (dy, x) => div(dy, add(x, 1)));
/** The error function, 2/√π ∫₀ˣ e^(−t²) dt. Backward: dx = dy · 2/√π · e^(−x²). */
export const erf = unary('erf', (dy, x) => mul(dy, mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI))));
/** 1 / √x. Backward: dx = −dy · y³ / 2. */
export const rsqrt = (x: Tensor): Tensor => reciprocal(sqrt(x));

/** Limits of `clamp`; null is none. */
export interface ClampOptions {
  readonly min?: number | null;
  readonly max?: number | null;
}

const CLAMP: Schema<ClampOptions> = { min: ['a number', null], max: ['a number', null] };

/**
 * x limited to [min, max], by position or name; NaN stays, and whole numbers within whole limits.
 * Backward: dx = dy where min ≤ x ≤ max.
 *
 * @example
 * clamp(tensor([-1, 0, 5]), 0, 2).tolist(); // [0, 0, 2]
 * clamp(tensor([-1, 0, 5]), { min: 0 }).tolist(); // [0, 0, 5]
 */
export function clamp(x: Tensor, min?: number | null | ClampOptions, max?: number | null): Tensor {
  if (typeof min === 'object' && min !== null) {
    const limits = readOptions('clamp', min, CLAMP);
    return limited(x, limits.min, limits.max);
  }
  expectNumber('clamp', 'min', min ?? 0);
  expectNumber('clamp', 'max', max ?? 0);
  return limited(x, min, max);
}

function limited(x: Tensor, min?: number | null, max?: number | null): Tensor {
  expectTensor('clamp', 'the first argument', x);
  const whole = [min, max].every((limit) => Number.isInteger(limit ?? 0));
  if (x.dtype !== 'float32' && whole) {
    // A limit on the far side of all int32 limits nothing.
    const [low, high] = [min ?? LEAST_INT32, max ?? MOST_INT32];
    const raised = low <= LEAST_INT32 ? converted(x, 'int32') : maximum(x, low);
    return high >= MOST_INT32 ? raised : minimum(raised, high);
  }
  const [low, high] = [min ?? -Infinity, max ?? Infinity];
  const y = inMemoryOrder(x.shape, [x], ([x]) => {
    const source = converted(x, 'float32');
    const y = empty(x.shape);
    kernels.clamp(y.address, source.address, low, high, y.numel());
    return y;
  });
  return record('clamp', y, [x], [x], (dy) => [maskedFill(dy, logicalNot(mul(ge(x, low), le(x, high))), 0)]);
}

/** Where x is 0 (or false), as a bool tensor. */
export function logicalNot(x: Tensor): Tensor {
  expectTensor('logicalNot', 'the first argument', x);
  return inMemoryOrder(x.shape, [x], ([x]) => {
    const source = converted(x, 'bool');
    const y = empty(x.shape, 'bool');
    kernels.notBool(y.address, source.address, y.numel());
    return y;
  });
}
