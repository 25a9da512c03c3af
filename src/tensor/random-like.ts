import { readOptions } from '../options.js';
import { filled } from './create.js';
import { defaultGenerator, type Generator } from './generator.js';
import { denseStrides } from './dense-strides.js';
import { expectTensor } from './operands.js';
import { expectRange, normalFill, normalSingly, randintFill, uniformFill } from './random.js';
import { RANDOM, type RandomOptions, readRandom } from './random-tensors.js';
import { isContiguous } from './shape.js';
import { type Layout, Tensor } from './tensor.js';

/** Draws numbers one after the other, as elements lie in memory. */
export type Draw<T extends Float32Array | Int32Array = Float32Array> = (g: Generator, out: T) => void;

/** Numbers from U(from, to). */
export const uniformDraw =
  (from: number, to: number): Draw =>
  (g, out) =>
    uniformFill(g, out, from, to);

/** Numbers from N(mean, std²) for a layout: PyTorch draws those of a contiguous tensor in blocks, others one by one. */
export const normalDraw = (
  mean: number,
  std: number,
  { shape, strides }: Pick<Layout, 'shape' | 'strides'>,
): Draw =>
  isContiguous(shape, strides)
    ? (g, out) => normalFill(g, out, mean, std)
    : (g, out) => normalSingly(g, out, mean, std);

/** Numbers in the shape of `x`, drawn in the order in which its elements lie in memory. */
export function drawnLike(x: Tensor, draw: Draw, { generator, requiresGrad }: RandomOptions = {}): Tensor {
  const values = new Float32Array(x.numel());
  draw(generator ?? defaultGenerator, values);
  const { storage } = filled([values.length], 'float32', values);
  const y = new Tensor(storage, 'float32', x.shape, denseStrides(x));
  return requiresGrad === true ? y.requiresGrad_() : y;
}

/**
 * Numbers from U(0, 1) in the shape of `x` and in its order of memory, as PyTorch's `rand_like`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.rand_like.html
 * @example
 * randLike(zeros([2, 3])).shape; // [2, 3]
 */
export function randLike(x: Tensor, options?: RandomOptions): Tensor {
  expectTensor('randLike', 'the first argument', x);
  return drawnLike(x, uniformDraw(0, 1), readRandom('randLike', options));
}

/**
 * Numbers from N(0, 1) in the shape of `x` and in its order of memory, as PyTorch's `randn_like`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.randn_like.html
 * @example
 * const [mean, deviation] = [zeros([2, 3]), ones([2, 3])];
 * mean.add(deviation.mul(randnLike(deviation))).shape; // [2, 3]
 */
export function randnLike(x: Tensor, options?: RandomOptions): Tensor {
  expectTensor('randnLike', 'the first argument', x);
  const strides = denseStrides(x);
  return drawnLike(x, normalDraw(0, 1, { shape: x.shape, strides }), readRandom('randnLike', options));
}

/**
 * Whole numbers from `low` to before `high` in the shape, the order of memory and (unless said) the dtype of `x`, as PyTorch's
 * `randint_like`.
 *
 * @throws ValueError if there is no number between low and high
 * @see https://pytorch.org/docs/stable/generated/torch.randint_like.html
 * @example
 * randintLike(zeros([2, 3]), 0, 10).dtype; // 'float32'
 */
export function randintLike(x: Tensor, low: number, high: number, options?: RandomOptions): Tensor {
  expectTensor('randintLike', 'the first argument', x);
  expectRange('randintLike', low, high);
  const { dtype = x.dtype, generator, requiresGrad = false } = readOptions('randintLike', options, RANDOM);
  const values = new Int32Array(x.numel());
  randintFill(generator ?? defaultGenerator, values, low, high);
  const { storage } = filled([values.length], dtype, values);
  const y = new Tensor(storage, dtype, x.shape, denseStrides(x));
  return requiresGrad ? y.requiresGrad_() : y;
}
