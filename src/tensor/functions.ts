export { type BackwardOptions, isGradEnabled, noGrad } from './autograd.js';
export {
  arange,
  eye,
  full,
  oneHot,
  ones,
  onesLike,
  type SizesWith,
  tensor,
  type TensorData,
  type TensorOptions,
  zeros,
  zerosLike,
} from './create.js';
export type { Arguments } from '../options.js';
export type { DType } from './dtype.js';
export { capture } from './capture/capture.js';
export { getNumThreads, setNumThreads } from '../kernels/threads.js';
export { type Build as EngineBuild, build as engineBuild } from '../kernels/code.js';
export { type EngineReport, engineReport } from '../kernels/report.js';
export { type GradientHook, type HookHandle, registerHook } from './hooks.js';
export { empty, emptyLike, fullLike, newEmpty, newFull, newOnes, newTensor, newZeros } from './like.js';
export { type MemoryUsage, memoryUsage, setMemoryBudget } from './memory.js';
export {
  elu,
  gelu,
  type GELUOptions,
  hardsigmoid,
  hardtanh,
  leakyRelu,
  logSigmoid,
  relu6,
  selu,
  silu,
  softplus,
  type SoftplusOptions,
  softsign,
} from './ops/activations.js';
export { at } from './ops/at.js';
export {
  add,
  type AlphaOptions,
  div,
  type DivOptions,
  eq,
  floorDivide,
  ge,
  gt,
  le,
  lt,
  maximum,
  minimum,
  mul,
  ne,
  type Operand,
  pow,
  remainder,
  sub,
} from './ops/binary.js';
export {
  abs,
  ceil,
  clamp,
  type ClampOptions,
  cos,
  erf,
  exp,
  expm1,
  floor,
  log,
  log1p,
  logicalNot,
  neg,
  reciprocal,
  relu,
  round,
  rsqrt,
  sigmoid,
  sign,
  sin,
  sqrt,
  square,
  tanh,
} from './ops/elementwise.js';
export { einsum } from './ops/einsum.js';
export {
  diag,
  flip,
  gather,
  indexSelect,
  repeat,
  repeatInterleave,
  roll,
  scatter,
  scatterAdd,
  takeAlongDim,
  trace,
} from './ops/indexing.js';
export { indexAdd, type IndexAddOptions, indexCopy, indexFill } from './ops/index-writing.js';
export {
  allclose,
  type AllcloseOptions,
  bincount,
  equal,
  isfinite,
  isinf,
  isnan,
  logicalAnd,
  logicalOr,
  logicalXor,
  maskedFill,
  maskedSelect,
  nonzero,
  tril,
  triu,
  where,
} from './ops/masking.js';
export type { IndexPutOptions } from './ops/index-put.js';
export { matmul } from './ops/matmul.js';
export { bmm, dot, mm, mv, outer } from './ops/products.js';
export {
  all,
  amax,
  amin,
  any,
  argmax,
  argmin,
  type Dim,
  type Extremes,
  type KeepDim,
  max,
  mean,
  min,
  norm,
  prod,
  type ReduceOptions,
  std,
  sum,
  variance,
  type VarianceOptions,
} from './ops/reduce.js';
export { cumprod, cumsum } from './ops/scan.js';
export { type Index } from './ops/pick.js';
export { logSoftmax, logsumexp, softmax } from './ops/softmax.js';
export { argsort, median, sort, type SortOptions, topk, type TopkOptions } from './ops/sort.js';
export { type Unique, unique, uniqueConsecutive, type UniqueOptions } from './ops/unique.js';
export {
  cat,
  chunk,
  diagonal,
  flatten,
  narrow,
  permute,
  reshape,
  select,
  slice,
  split,
  squeeze,
  stack,
  transpose,
  unbind,
  unflatten,
  unsqueeze,
} from './ops/views.js';
export {
  addcdiv,
  addcmul,
  type AddElementsOptions,
  addmm,
  addmv,
  type AddProductOptions,
  baddbmm,
  lerp,
} from './ops/weighted.js';
export { defaultGenerator, Generator, type GeneratorState, initialSeed, manualSeed } from './generator.js';
export { randintLike, randLike, randnLike } from './random-like.js';
export {
  bernoulli,
  multinomial,
  type MultinomialOptions,
  normal,
  rand,
  randint,
  randn,
  type RandomOptions,
  randperm,
  uniform,
} from './random-tensors.js';
export { linspace } from './ranges.js';
export type { Shape } from './shape.js';
export { type Nested, type NestedValues, Tensor } from './tensor.js';
