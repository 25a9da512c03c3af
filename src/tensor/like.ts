import { kernels } from '../kernels/engine.js';
import {
  constantLike,
  expectOptions,
  full,
  inType,
  ones,
  sizesOf,
  type SizesWith,
  tensor,
  type TensorData,
  type TensorOptions,
  zeros,
} from './create.js';
import { expectDType } from './dtype.js';
import { denseStrides } from './dense-strides.js';
import { expectSizes, type Shape } from './shape.js';
import { empty as allocate, Tensor } from './tensor.js';

// Tensors that take their dtype, or their shape too, from another one; and those whose contents do not matter.

function finish(x: Tensor, { requiresGrad = false }: TensorOptions): Tensor {
  // Whatever lies in memory is a number, but not a boolean.
  if (x.dtype === 'bool') kernels.fillInt(x.address, 0, x.numel());
  return requiresGrad ? x.requiresGrad_() : x;
}

/**
 * A tensor of whatever lies in memory (false, for bool), float32 unless said: to be filled.
 *
 * @throws ShapeError for sizes that are not whole or below 0
 * @see https://pytorch.org/docs/stable/generated/torch.empty.html
 * @example
 * empty([2, 3]).fill_(0.5).sum().item(); // 3
 */
export function empty(shape: Shape, options?: TensorOptions): Tensor;
export function empty(...sizes: SizesWith<TensorOptions>): Tensor;
export function empty(...given: (Shape | number | TensorOptions | undefined)[]): Tensor {
  const [shape, options = {}] = sizesOf('empty', given);
  expectSizes('empty', shape);
  expectOptions('empty', options);
  const { dtype = 'float32' } = options;
  expectDType('empty', dtype);
  return finish(allocate(shape, dtype), options);
}

/**
 * A tensor of whatever lies in memory in the shape and dtype of another, its axes in the same order in memory.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.empty_like.html
 * @example
 * emptyLike(zeros([2, 3])).shape; // [2, 3]
 */
export function emptyLike(x: Tensor, options?: TensorOptions): Tensor {
  const like = inType('emptyLike', x, options);
  const { dtype = x.dtype } = like;
  expectDType('emptyLike', dtype);
  const { storage } = allocate(x.shape, dtype);
  return finish(new Tensor(storage, dtype, x.shape, denseStrides(x)), like);
}

/**
 * One value everywhere in the shape and dtype of another tensor, its axes in the same order in memory.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.full_like.html
 * @example
 * fullLike(zeros([2]), 7).tolist(); // [7, 7]
 */
export function fullLike(x: Tensor, value: number | boolean, options?: TensorOptions): Tensor {
  return constantLike('fullLike', x, value, options);
}

/** Zeros of a shape in the dtype of `x`. @see https://pytorch.org/docs/stable/generated/torch.Tensor.new_zeros.html */
export function newZeros(x: Tensor, shape: Shape, options?: TensorOptions): Tensor {
  const like = inType('newZeros', x, options);
  return zeros(shape, like);
}

/** Ones of a shape in the dtype of `x`. @see https://pytorch.org/docs/stable/generated/torch.Tensor.new_ones.html */
export function newOnes(x: Tensor, shape: Shape, options?: TensorOptions): Tensor {
  const like = inType('newOnes', x, options);
  return ones(shape, like);
}

/** One value everywhere in the dtype of `x`. @see https://pytorch.org/docs/stable/generated/torch.Tensor.new_full.html */
export function newFull(x: Tensor, shape: Shape, value: number | boolean, options?: TensorOptions): Tensor {
  const like = inType('newFull', x, options);
  return full(shape, value, like);
}

/** A tensor of a shape to be filled, in the dtype of `x`. @see https://pytorch.org/docs/stable/generated/torch.Tensor.new_empty.html */
export function newEmpty(x: Tensor, shape: Shape, options?: TensorOptions): Tensor {
  const like = inType('newEmpty', x, options);
  return empty(shape, like);
}

/**
 * The given values in the dtype of `x`: `x.newTensor([1, 2])` is float32 where x is.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.new_tensor.html
 * @example
 * newTensor(zeros([1]), [1, 2]).dtype; // 'float32'
 */
export function newTensor(x: Tensor, data: TensorData, options?: TensorOptions): Tensor {
  const like = inType('newTensor', x, options);
  return tensor(data, like);
}
