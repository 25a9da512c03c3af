import './methods.js';

export { type BackwardOptions, isGradEnabled, noGrad } from './autograd.js';
export {
  arange,
  eye,
  full,
  oneHot,
  ones,
  onesLike,
  tensor,
  type TensorData,
  type TensorOptions,
  zeros,
  zerosLike,
} from './create.js';
export type { DType } from './dtype.js';
export { type Build as EngineBuild, build as engineBuild } from '../kernels/engine.js';
export { type MemoryUsage, memoryUsage, setMemoryBudget } from './memory.js';
export {
  add,
  div,
  eq,
  ge,
  gt,
  le,
  lt,
  maximum,
  minimum,
  mul,
  ne,
  type Operand,
  remainder,
  sub,
} from './ops/binary.js';
export {
  abs,
  ceil,
  clamp,
  cos,
  exp,
  floor,
  log,
  logicalNot,
  neg,
  pow,
  reciprocal,
  relu,
  round,
  sigmoid,
  sign,
  sin,
  sqrt,
  square,
  tanh,
} from './ops/elementwise.js';
export { matmul } from './ops/matmul.js';
export {
  all,
  any,
  argmax,
  argmin,
  type Dim,
  type Extremes,
  max,
  mean,
  min,
  prod,
  type ReduceOptions,
  std,
  sum,
  variance,
  type VarianceOptions,
} from './ops/reduce.js';
export { logSoftmax, softmax } from './ops/softmax.js';
export {
  at,
  cat,
  flatten,
  type Index,
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
  unsqueeze,
} from './ops/views.js';
export { defaultGenerator, Generator, type GeneratorState, initialSeed, manualSeed } from './generator.js';
export {
  bernoulli,
  multinomial,
  normal,
  rand,
  randint,
  randn,
  type RandomOptions,
  randperm,
  uniform,
} from './random-tensors.js';
export type { Shape } from './shape.js';
export { type Nested, Tensor } from './tensor.js';
