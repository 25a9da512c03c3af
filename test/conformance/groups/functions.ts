import * as u from '../../../src/index.js';
import {
  backwardFrom,
  camelCase,
  gradsOf,
  inputsOf,
  needsOtherType,
  type Runner,
  unsupported,
} from '../group.js';

interface Arguments {
  readonly dim: number;
  readonly min?: number;
  readonly max?: number;
  readonly negativeSlope?: number;
  readonly alpha?: number;
  readonly keepdim?: boolean;
  readonly approximate?: 'none' | 'tanh';
  readonly beta?: number;
  readonly threshold?: number;
  readonly minVal?: number;
  readonly maxVal?: number;
}

type Function = (x: u.Tensor, args: Arguments) => u.Tensor;

const FUNCTIONS: Readonly<Record<string, Function | undefined>> = {
  tanh: u.tanh,
  sigmoid: u.sigmoid,
  relu: u.relu,
  gelu: (x, args) => u.gelu(x, args),
  softplus: (x, args) => u.softplus(x, args),
  leaky_relu: (x, { negativeSlope }) => u.leakyRelu(x, negativeSlope),
  elu: (x, { alpha }) => u.elu(x, alpha),
  silu: u.silu,
  logsigmoid: u.logSigmoid,
  hardtanh: (x, { minVal, maxVal }) => u.hardtanh(x, minVal, maxVal),
  exp: u.exp,
  log: u.log,
  log1p: u.log1p,
  expm1: u.expm1,
  sqrt: u.sqrt,
  rsqrt: u.rsqrt,
  abs: u.abs,
  neg: u.neg,
  round: u.round,
  floor: u.floor,
  ceil: u.ceil,
  sign: u.sign,
  reciprocal: u.reciprocal,
  square: u.square,
  clamp: (x, { min, max }) => u.clamp(x, min, max),
  softsign: u.softsign,
  relu6: u.relu6,
  selu: u.selu,
  hardsigmoid: u.hardsigmoid,
  erf: u.erf,
  sin: u.sin,
  cos: u.cos,
  softmax: (x, { dim }) => u.softmax(x, dim),
  log_softmax: (x, { dim }) => u.logSoftmax(x, dim),
  logsumexp: (x, { dim, keepdim }) => u.logsumexp(x, dim, { keepdim }),
};

/** Elementwise functions and softmaxes at ordinary and extreme inputs. */
export const func: Runner = (c) => {
  if (needsOtherType(c)) return unsupported('float64');
  const f = FUNCTIONS[c.op.slice('func.'.length)];
  if (f === undefined) return unsupported(c.op);
  const inputs = inputsOf(c);
  const output = f(inputs.input, camelCase<Arguments>(c.args));
  backwardFrom({ output }, c.cot);
  return { out: { output }, grad: gradsOf(c, inputs) };
};
