import { backward } from './autograd.js';
import { converted } from './copy.js';
import type { DType } from './dtype.js';
import { format } from './format.js';
import * as binary from './ops/binary.js';
import * as elementwise from './ops/elementwise.js';
import * as inPlace from './ops/in-place.js';
import { matmul } from './ops/matmul.js';
import * as reduce from './ops/reduce.js';
import { logSoftmax, softmax } from './ops/softmax.js';
import * as views from './ops/views.js';
import type { Shape } from './shape.js';
import { Tensor } from './tensor.js';

// Operations as methods, so that code reads as PyTorch's. Each is documented where the function of the same name is defined.

type Method<F> = F extends (x: Tensor, ...rest: infer R) => infer T ? (...rest: R) => T : never;

/** `x` in another dtype. Backward (float32 to float32 only): dx = dy. */
function to(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : converted(x, dtype);
}

const sizes = (shape: readonly [Shape] | readonly number[]): Shape =>
  typeof shape[0] === 'object' ? shape[0] : (shape as readonly number[]);

const withOneName = {
  neg: elementwise.neg,
  abs: elementwise.abs,
  sign: elementwise.sign,
  exp: elementwise.exp,
  log: elementwise.log,
  sqrt: elementwise.sqrt,
  square: elementwise.square,
  reciprocal: elementwise.reciprocal,
  sin: elementwise.sin,
  cos: elementwise.cos,
  tanh: elementwise.tanh,
  sigmoid: elementwise.sigmoid,
  relu: elementwise.relu,
  floor: elementwise.floor,
  ceil: elementwise.ceil,
  round: elementwise.round,
  logicalNot: elementwise.logicalNot,
  pow: elementwise.pow,
  clamp: elementwise.clamp,
  add: binary.add,
  sub: binary.sub,
  mul: binary.mul,
  div: binary.div,
  maximum: binary.maximum,
  minimum: binary.minimum,
  remainder: binary.remainder,
  eq: binary.eq,
  ne: binary.ne,
  lt: binary.lt,
  le: binary.le,
  gt: binary.gt,
  ge: binary.ge,
  add_: inPlace.add_,
  sub_: inPlace.sub_,
  mul_: inPlace.mul_,
  div_: inPlace.div_,
  fill_: inPlace.fill_,
  zero_: inPlace.zero_,
  copy_: inPlace.copy_,
  matmul,
  sum: reduce.sum,
  mean: reduce.mean,
  prod: reduce.prod,
  argmax: reduce.argmax,
  argmin: reduce.argmin,
  any: reduce.any,
  all: reduce.all,
  variance: reduce.variance,
  std: reduce.std,
  softmax,
  logSoftmax,
  contiguous: views.contiguous,
  clone: views.clone,
  transpose: views.transpose,
  t: views.t,
  unsqueeze: views.unsqueeze,
  squeeze: views.squeeze,
  flatten: views.flatten,
  slice: views.slice,
  narrow: views.narrow,
  select: views.select,
  at: views.at,
  split: views.split,
  unbind: views.unbind,
  to,
  backward,
};

type SameName = { [K in keyof typeof withOneName]: Method<(typeof withOneName)[K]> };

interface OtherSignatures {
  /** The same memory under another shape: `x.view(2, -1)` or `x.view([2, -1])`. */
  view(...shape: [Shape] | number[]): Tensor;
  /** The same values under another shape, copied where the strides do not allow a view. */
  reshape(...shape: [Shape] | number[]): Tensor;
  /** Axes in another order: `x.permute(2, 0, 1)`. */
  permute(...order: [Shape] | number[]): Tensor;
  /** Axes of size 1 stretched: `x.expand(3, 4)`. */
  expand(...shape: [Shape] | number[]): Tensor;
  /** The largest element, or along an axis the largest and where they stand. */
  max(): Tensor;
  max(dim: number, options?: reduce.ReduceOptions): reduce.Extremes;
  /** The smallest element, or along an axis the smallest and where they stand. */
  min(): Tensor;
  min(dim: number, options?: reduce.ReduceOptions): reduce.Extremes;
  /** As float32. */
  float(): Tensor;
  /** As int32, cut towards 0. */
  int(): Tensor;
  /** As bool: where the value is not 0. */
  bool(): Tensor;
  /** As PyTorch prints it. */
  toString(): string;
}

declare module './tensor.js' {
  interface Tensor extends SameName, OtherSignatures {}
}

const methods: Record<string, unknown> = {};
for (const [name, operation] of Object.entries(withOneName)) {
  methods[name] = function (this: Tensor, ...rest: unknown[]) {
    return (operation as (x: Tensor, ...rest: unknown[]) => unknown)(this, ...rest);
  };
}

const otherSignatures: OtherSignatures & ThisType<Tensor> = {
  view(...shape) {
    return views.view(this, sizes(shape));
  },
  reshape(...shape) {
    return views.reshape(this, sizes(shape));
  },
  permute(...order) {
    return views.permute(this, sizes(order));
  },
  expand(...shape) {
    return views.expand(this, sizes(shape));
  },
  max(dim?: number, options?: reduce.ReduceOptions) {
    return (dim === undefined ? reduce.max(this) : reduce.max(this, dim, options)) as never;
  },
  min(dim?: number, options?: reduce.ReduceOptions) {
    return (dim === undefined ? reduce.min(this) : reduce.min(this, dim, options)) as never;
  },
  float() {
    return to(this, 'float32');
  },
  int() {
    return to(this, 'int32');
  },
  bool() {
    return to(this, 'bool');
  },
  toString() {
    return format(this);
  },
};

Object.assign(Tensor.prototype, methods, otherSignatures, {
  // How Node's console shows an object; browsers use toString.
  [Symbol.for('nodejs.util.inspect.custom')](this: Tensor) {
    return format(this);
  },
});
