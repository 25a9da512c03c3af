import { DTypeError, ShapeError } from '../errors.js';
import { type Arguments, expectKind, readArguments, type Schema } from '../options.js';
import { noGrad } from '../tensor/autograd.js';
import { copyInto } from '../tensor/copy.js';
import { filled } from '../tensor/create.js';
import { expectTensor } from '../tensor/operands.js';
import { fill_ } from '../tensor/ops/in-place.js';
import { normal_ as drawNormal, uniform_ as drawUniform } from '../tensor/ops/random-in-place.js';
import { reshape, t } from '../tensor/ops/views.js';
import { normal } from '../tensor/random-tensors.js';
import { show } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { orthonormal } from './orthonormal.js';

// Ways to fill a parameter, PyTorch's torch.nn.init: bit for bit its numbers after the same seed. Each changes the tensor
// in place, outside the recorded history, and returns it.

/** Which side of a matrix keeps its variance. */
export type FanMode = 'fanIn' | 'fanOut';

/** Nonlinearities that `calculateGain` knows. */
export type Nonlinearity = (typeof NONLINEARITIES)[number];

const NONLINEARITIES = ['linear', 'sigmoid', 'tanh', 'relu', 'leakyRelu', 'selu'] as const;

function filledWith(x: Tensor, values: Tensor): Tensor {
  if (x.dtype !== 'float32') throw new DTypeError(`init: fills float32 tensors, not ${x.dtype}`);
  noGrad(() => {
    copyInto(x, values);
    x.storage.written();
  });
  return x;
}

/** From U(from, to). */
export function uniform_(x: Tensor, from = 0, to = 1): Tensor {
  expectTensor('uniform_', 'the first argument', x);
  return noGrad(() => drawUniform(x, from, to));
}

/** From N(mean, std²). */
export function normal_(x: Tensor, mean = 0, std = 1): Tensor {
  expectTensor('normal_', 'the first argument', x);
  return noGrad(() => drawNormal(x, mean, std));
}

/** One value everywhere. */
export function constant_(x: Tensor, value: number): Tensor {
  expectTensor('constant_', 'the first argument', x);
  expectKind('constant_', 'value', value, 'a number or NaN');
  return noGrad(() => fill_(x, value));
}

/** Zeros. */
export const zeros_ = (x: Tensor): Tensor => constant_(x, 0);
/** Ones. */
export const ones_ = (x: Tensor): Tensor => constant_(x, 1);

/** By how much a nonlinearity shrinks what goes through it (PyTorch's recommended gains). */
export function calculateGain(nonlinearity: Nonlinearity, slope = 0.01): number {
  expectKind('calculateGain', 'nonlinearity', nonlinearity, { oneOf: NONLINEARITIES });
  expectKind('calculateGain', 'slope', slope, 'a number');
  const gains = {
    linear: 1,
    sigmoid: 1,
    tanh: 5 / 3,
    relu: Math.SQRT2,
    leakyRelu: Math.sqrt(2 / (1 + slope ** 2)),
    selu: 3 / 4,
  };
  return gains[nonlinearity];
}

/** [inputs, outputs] of a weight (out, in, …). */
function fans(x: Tensor): [fanIn: number, fanOut: number] {
  expectTensor('init', 'the first argument', x);
  if (x.ndim < 2)
    throw new ShapeError(
      `init: a tensor of shape ${show(x.shape)} has no inputs and outputs; it needs 2 axes`,
    );
  const field = x.shape.slice(2).reduce((a, b) => a * b, 1);
  return [x.shape[1] * field, x.shape[0] * field];
}

/** From U(−a, a), a = gain · √(6 / (in + out)) (Glorot and Bengio, 2010). */
export function xavierUniform_(x: Tensor, gain = 1): Tensor {
  expectKind('xavierUniform_', 'gain', gain, 'a number');
  const [fanIn, fanOut] = fans(x);
  const bound = Math.sqrt(3) * (gain * Math.sqrt(2 / (fanIn + fanOut)));
  return uniform_(x, -bound, bound);
}

/** From N(0, gain² · 2 / (in + out)) (Glorot and Bengio, 2010). */
export function xavierNormal_(x: Tensor, gain = 1): Tensor {
  expectKind('xavierNormal_', 'gain', gain, 'a number');
  const [fanIn, fanOut] = fans(x);
  return normal_(x, 0, gain * Math.sqrt(2 / (fanIn + fanOut)));
}

/** Options of Kaiming's initialisation. */
export interface KaimingOptions {
  /** Slope of a leaky relu. Default 0. */
  readonly a?: number;
  /** Default 'fanIn'. */
  readonly mode?: FanMode;
  /** Default 'leakyRelu'. */
  readonly nonlinearity?: Nonlinearity;
}

const KAIMING: Schema<KaimingOptions> = {
  a: 'a number',
  mode: { oneOf: ['fanIn', 'fanOut'] },
  nonlinearity: { oneOf: NONLINEARITIES },
};
const KAIMING_ORDER = ['a', 'mode', 'nonlinearity'] as const;

type KaimingArguments = Arguments<KaimingOptions, typeof KAIMING_ORDER>;

function kaimingStd(where: string, x: Tensor, options: KaimingArguments): number {
  const read = readArguments(where, options, KAIMING, KAIMING_ORDER);
  const { a = 0, mode = 'fanIn', nonlinearity = 'leakyRelu' } = read;
  const fan = fans(x)[mode === 'fanIn' ? 0 : 1];
  return calculateGain(nonlinearity, a) / Math.sqrt(fan);
}

/** From U(−b, b), b = gain · √(3 / fan) (He et al., 2015). */
export function kaimingUniform_(x: Tensor, ...options: KaimingArguments): Tensor {
  const bound = Math.sqrt(3) * kaimingStd('kaimingUniform_', x, options);
  return uniform_(x, -bound, bound);
}

/** From N(0, gain² / fan) (He et al., 2015). */
export function kaimingNormal_(x: Tensor, ...options: KaimingArguments): Tensor {
  return normal_(x, 0, kaimingStd('kaimingNormal_', x, options));
}

/**
 * Ones on the diagonal, zeros elsewhere.
 *
 * @throws ShapeError for anything but a matrix
 */
export function eye_(x: Tensor): Tensor {
  expectTensor('eye_', 'the first argument', x);
  if (x.ndim !== 2) throw new ShapeError(`init: eye_ fills matrices, not a tensor of shape ${show(x.shape)}`);
  const [rows, cols] = x.shape;
  const values = Float32Array.from({ length: rows * cols }, (_, i) =>
    Number(Math.floor(i / cols) === i % cols),
  );
  return filledWith(x, filled(x.shape, 'float32', values));
}

/**
 * A (semi-)orthogonal matrix: its rows, or its columns if there are fewer of them, are at right angles and `gain` long (Saxe et
 * al., 2013). Axes behind the second count as columns.
 *
 * From numbers of N(0, 1), by their QR decomposition with a positive diagonal of R, which is PyTorch's up to rounding.
 *
 * @throws ShapeError for fewer than 2 axes
 * @see https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.orthogonal_
 * @example
 * const w = nn.init.orthogonal_(zeros([2, 3]));
 * w.matmul(w.t()).round().tolist(); // [[1, 0], [0, 1]]
 */
export function orthogonal_(x: Tensor, gain = 1): Tensor {
  expectTensor('orthogonal_', 'the first argument', x);
  expectKind('orthogonal_', 'gain', gain, 'a number');
  if (x.ndim < 2) {
    throw new ShapeError(`init: a tensor of shape ${show(x.shape)} has no rows and columns; it needs 2 axes`);
  }
  if (x.numel() === 0) return x;
  const rows = x.shape[0];
  const cols = x.numel() / rows;
  const drawn = normal([rows, cols]);
  const wide = rows < cols;
  const tall = Float64Array.from((wide ? t(drawn) : drawn).data);
  const q = orthonormal(tall, Math.max(rows, cols), Math.min(rows, cols)).map((v) => v * gain);
  const matrix = filled(wide ? [cols, rows] : [rows, cols], 'float32', q);
  return filledWith(x, reshape(wide ? t(matrix) : matrix, x.shape));
}
