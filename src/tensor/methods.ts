import { ShapeError } from '../errors.js';
import { readArguments, told } from '../options.js';
import { backward } from './autograd.js';
import { converted } from './copy.js';
import { sizesOf, type SizesWith, type TensorOptions } from './create.js';
import { type DType, expectDType } from './dtype.js';
import { format } from './format.js';
import { registerHook } from './hooks.js';
import * as like from './like.js';
import { inMemoryOrder } from './memory-order.js';
import * as activations from './ops/activations.js';
import { at } from './ops/at.js';
import * as binary from './ops/binary.js';
import * as elementwise from './ops/elementwise.js';
import * as inPlace from './ops/in-place.js';
import { indexPut_ } from './ops/index-put.js';
import * as writing from './ops/index-writing.js';
import * as indexing from './ops/indexing.js';
import * as masking from './ops/masking.js';
import { matmul } from './ops/matmul.js';
import * as products from './ops/products.js';
import * as randomly from './ops/random-in-place.js';
import * as reduce from './ops/reduce.js';
import { cumprod, cumsum } from './ops/scan.js';
import { squeeze_, unsqueeze_ } from './ops/shape-in-place.js';
import { logsumexp, logSoftmax, softmax } from './ops/softmax.js';
import * as sorting from './ops/sort.js';
import { type Unique, unique, uniqueConsecutive, type UniqueOptions, type ValuesOnly } from './ops/unique.js';
import * as views from './ops/views.js';
import * as weighted from './ops/weighted.js';
import type { Shape } from './shape.js';
import { Tensor } from './tensor.js';

// Operations as methods, so that code reads as PyTorch's. Each is documented where the function of the same name is defined.

type Method<F> = F extends (x: Tensor, ...rest: infer R) => infer T ? (...rest: R) => T : never;

/** `x` in another dtype. Backward (float32 to float32 only): dx = dy. */
function to(x: Tensor, dtype: DType): Tensor {
  expectDType('to', dtype);
  return x.dtype === dtype ? x : inMemoryOrder(x.shape, [x], ([x]) => converted(x, dtype));
}

type Sizes = [shape: Shape, options?: TensorOptions] | SizesWith<TensorOptions>;

/** A shape as a list or as its sizes one by one. */
const sizes = (shape: readonly [Shape] | readonly number[]): Shape => {
  const [first] = shape;
  if (typeof first !== 'object') return shape as readonly number[];
  if (shape.length === 1) return first;
  throw new ShapeError(
    `sizes stand in one list or one by one, not ${told(shape.at(-1))} behind ${told(first)}`,
  );
};

/** Operations on a tensor alone. */
const alone = {
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
  expm1: elementwise.expm1,
  log1p: elementwise.log1p,
  erf: elementwise.erf,
  rsqrt: elementwise.rsqrt,
  silu: activations.silu,
  logSigmoid: activations.logSigmoid,
  selu: activations.selu,
  relu6: activations.relu6,
  hardsigmoid: activations.hardsigmoid,
  softsign: activations.softsign,
  zero_: inPlace.zero_,
  neg_: inPlace.neg_,
  abs_: inPlace.abs_,
  exp_: inPlace.exp_,
  log_: inPlace.log_,
  sqrt_: inPlace.sqrt_,
  square_: inPlace.square_,
  tanh_: inPlace.tanh_,
  sigmoid_: inPlace.sigmoid_,
  relu_: inPlace.relu_,
  trace: indexing.trace,
  nonzero: masking.nonzero,
  isnan: masking.isnan,
  isinf: masking.isinf,
  isfinite: masking.isfinite,
  contiguous: views.contiguous,
  clone: views.clone,
  t: views.t,
};

/** Operations that take more. */
const withMore = {
  gelu: activations.gelu,
  softplus: activations.softplus,
  elu: activations.elu,
  leakyRelu: activations.leakyRelu,
  hardtanh: activations.hardtanh,
  pow: binary.pow,
  clamp: elementwise.clamp,
  add: binary.add,
  sub: binary.sub,
  mul: binary.mul,
  div: binary.div,
  maximum: binary.maximum,
  minimum: binary.minimum,
  remainder: binary.remainder,
  floorDivide: binary.floorDivide,
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
  copy_: inPlace.copy_,
  maskedFill_: inPlace.maskedFill_,
  scatter_: inPlace.scatter_,
  clamp_: inPlace.clamp_,
  scatterAdd_: inPlace.scatterAdd_,
  indexPut_,
  pow_: inPlace.pow_,
  remainder_: inPlace.remainder_,
  uniform_: randomly.uniform_,
  normal_: randomly.normal_,
  bernoulli_: randomly.bernoulli_,
  indexAdd_: writing.indexAdd_,
  indexCopy_: writing.indexCopy_,
  indexFill_: writing.indexFill_,
  addcmul_: weighted.addcmul_,
  addcdiv_: weighted.addcdiv_,
  lerp_: weighted.lerp_,
  unsqueeze_,
  squeeze_,
  matmul,
  mm: products.mm,
  bmm: products.bmm,
  mv: products.mv,
  dot: products.dot,
  outer: products.outer,
  addmm: weighted.addmm,
  addmv: weighted.addmv,
  baddbmm: weighted.baddbmm,
  addcmul: weighted.addcmul,
  addcdiv: weighted.addcdiv,
  lerp: weighted.lerp,
  sum: reduce.sum,
  mean: reduce.mean,
  prod: reduce.prod,
  argmax: reduce.argmax,
  argmin: reduce.argmin,
  any: reduce.any,
  all: reduce.all,
  amax: reduce.amax,
  amin: reduce.amin,
  norm: reduce.norm,
  variance: reduce.variance,
  std: reduce.std,
  softmax,
  logSoftmax,
  logsumexp,
  cumsum,
  cumprod,
  sort: sorting.sort,
  argsort: sorting.argsort,
  topk: sorting.topk,
  median: sorting.median,
  gather: indexing.gather,
  takeAlongDim: indexing.takeAlongDim,
  scatter: indexing.scatter,
  scatterAdd: indexing.scatterAdd,
  indexSelect: indexing.indexSelect,
  indexAdd: writing.indexAdd,
  indexCopy: writing.indexCopy,
  indexFill: writing.indexFill,
  flip: indexing.flip,
  roll: indexing.roll,
  repeatInterleave: indexing.repeatInterleave,
  diagonal: views.diagonal,
  diag: indexing.diag,
  maskedFill: masking.maskedFill,
  maskedSelect: masking.maskedSelect,
  triu: masking.triu,
  tril: masking.tril,
  logicalAnd: masking.logicalAnd,
  logicalOr: masking.logicalOr,
  logicalXor: masking.logicalXor,
  bincount: masking.bincount,
  equal: masking.equal,
  allclose: masking.allclose,
  transpose: views.transpose,
  unsqueeze: views.unsqueeze,
  squeeze: views.squeeze,
  flatten: views.flatten,
  slice: views.slice,
  narrow: views.narrow,
  select: views.select,
  at,
  split: views.split,
  chunk: views.chunk,
  unflatten: views.unflatten,
  unbind: views.unbind,
  to,
  backward,
  registerHook,
  newTensor: like.newTensor,
};

type SameName = { [K in keyof typeof alone]: Method<(typeof alone)[K]> } & {
  [K in keyof typeof withMore]: Method<(typeof withMore)[K]>;
};

interface OtherSignatures {
  /** The same memory under another shape: `x.view(2, -1)` or `x.view([2, -1])`. */
  view(...shape: [Shape] | number[]): Tensor;
  /** The same values under another shape, copied where the strides do not allow a view. */
  reshape(...shape: [Shape] | number[]): Tensor;
  /** Axes in another order: `x.permute(2, 0, 1)`. */
  permute(...order: [Shape] | number[]): Tensor;
  /** Axes of size 1 stretched: `x.expand(3, 4)`. */
  expand(...shape: [Shape] | number[]): Tensor;
  /** The whole tensor several times along each axis: `x.repeat(2, 1)`. */
  repeat(...counts: [Shape] | number[]): Tensor;
  /** Axes of size 1 stretched to another tensor's shape. */
  expandAs(other: Tensor): Tensor;
  /** The same memory under another tensor's shape. */
  viewAs(other: Tensor): Tensor;
  /** The same values under another tensor's shape, copied where the strides do not allow a view. */
  reshapeAs(other: Tensor): Tensor;
  /** In another tensor's dtype. */
  typeAs(other: Tensor): Tensor;
  /** The rows along the first axis, as views: `for (const row of x)`. */
  [Symbol.iterator](): Generator<Tensor, void>;
  /** Zeros in this dtype: `x.newZeros(2, 3)` or `x.newZeros([2, 3])`. */
  newZeros(...shape: Sizes): Tensor;
  /** Ones in this dtype. */
  newOnes(...shape: Sizes): Tensor;
  /** A tensor in this dtype, to be filled. */
  newEmpty(...shape: Sizes): Tensor;
  /** One value everywhere in this dtype. */
  newFull(shape: Shape, value: number | boolean, options?: TensorOptions): Tensor;
  /** The different elements in order; with `returnInverse` or `returnCounts` also how the elements are spread over them. */
  unique(options?: ValuesOnly): Tensor;
  unique(options: UniqueOptions): Unique;
  /** The elements without those that equal the one before; as `unique`. */
  uniqueConsecutive(options?: ValuesOnly): Tensor;
  uniqueConsecutive(options: UniqueOptions): Unique;
  /** This where the condition holds, else the other. */
  where(condition: Tensor, other: binary.Operand): Tensor;
  /** The largest element, or along an axis the largest and where they stand. */
  max(): Tensor;
  max(dim: number, options?: reduce.KeepDim): reduce.Extremes;
  /** The smallest element, or along an axis the smallest and where they stand. */
  min(): Tensor;
  min(dim: number, options?: reduce.KeepDim): reduce.Extremes;
  /** As float32. */
  float(): Tensor;
  /** As int32, cut towards 0; an error for NaN and numbers that int32 does not have. */
  int(): Tensor;
  /** As bool: where the value is not 0. */
  bool(): Tensor;
  /** The axes in reverse order, a view: PyTorch's x.T. */
  readonly T: Tensor;
  /** The last two axes swapped, a view: PyTorch's x.mT. */
  readonly mT: Tensor;
}

declare module './tensor.js' {
  interface Tensor extends SameName, OtherSignatures {}
}

const methods: Record<string, unknown> = {};
for (const [name, operation] of Object.entries(alone)) {
  methods[name] = function (this: Tensor, ...rest: unknown[]) {
    if (rest.length > 0) readArguments(name, rest, {});
    return operation(this);
  };
}
for (const [name, operation] of Object.entries(withMore)) {
  methods[name] = function (this: Tensor, ...rest: unknown[]) {
    return (operation as (x: Tensor, ...rest: unknown[]) => unknown)(this, ...rest);
  };
}

const otherSignatures: Omit<OtherSignatures, 'T' | 'mT'> & ThisType<Tensor> = {
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
  repeat(...counts) {
    return indexing.repeat(this, sizes(counts));
  },
  expandAs(other) {
    return views.expand(this, other.shape);
  },
  viewAs(other) {
    return views.view(this, other.shape);
  },
  reshapeAs(other) {
    return views.reshape(this, other.shape);
  },
  typeAs(other) {
    return to(this, other.dtype);
  },
  *[Symbol.iterator]() {
    if (this.ndim === 0) throw new ShapeError('a scalar has no rows to iterate over', { hint: 'use item()' });
    yield* views.unbind(this);
  },
  newZeros(...shape) {
    return like.newZeros(this, ...sizesOf<TensorOptions>('newZeros', shape));
  },
  newOnes(...shape) {
    return like.newOnes(this, ...sizesOf<TensorOptions>('newOnes', shape));
  },
  newEmpty(...shape) {
    return like.newEmpty(this, ...sizesOf<TensorOptions>('newEmpty', shape));
  },
  newFull(shape, value, options) {
    return like.newFull(this, shape, value, options);
  },
  unique(options?: UniqueOptions) {
    return unique(this, options!) as never;
  },
  uniqueConsecutive(options?: UniqueOptions) {
    return uniqueConsecutive(this, options!) as never;
  },
  where(condition, other) {
    return masking.where(condition, this, other);
  },
  max(dim?: number, options?: reduce.KeepDim) {
    return (dim === undefined ? reduce.max(this) : reduce.max(this, dim, options)) as never;
  },
  min(dim?: number, options?: reduce.KeepDim) {
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
};

const properties: PropertyDescriptorMap & ThisType<Tensor> = {
  T: {
    get() {
      return views.permute(this, [...this.shape.keys()].reverse());
    },
  },
  mT: {
    get() {
      return views.transpose(this, -2, -1);
    },
  },
};
Object.defineProperties(Tensor.prototype, properties);

Object.assign(Tensor.prototype, methods, otherSignatures, {
  // How Node's console shows an object; browsers use toString.
  [Symbol.for('nodejs.util.inspect.custom')](this: Tensor) {
    return format(this);
  },
});
