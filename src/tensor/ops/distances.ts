import { type Arguments, readArguments, type Schema } from '../../options.js';
import { record } from '../autograd.js';
import { expectTensors } from '../operands.js';
import { broadcastShapes } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { add, div, mul, sub } from './binary.js';
import { clamp } from './elementwise.js';
import { norm, sum } from './reduce.js';
import { expand } from './views.js';

// Lengths of vectors, and distances and angles between them.

/** x, but no less than `least`, while its gradient passes everywhere. Backward: dx = dy. */
export function atLeast(x: Tensor, least: number): Tensor {
  return record('atLeast', clamp(x.detach(), least), [x], [], (dy) => [dy]);
}

/** Options of `normalize`. */
export interface NormalizeOptions {
  /** Which norm measures the length. Default 2. */
  readonly p?: number;
  /** Axis along which the vectors lie. Default 1. */
  readonly dim?: number;
  /** The least length that is divided by. Default 1e-12. */
  readonly eps?: number;
}

const NORMALIZE: Schema<NormalizeOptions> = { p: 'a number', dim: 'a whole number', eps: 'a number' };
const NORMALIZE_ORDER = ['p', 'dim', 'eps'] as const;

/**
 * Vectors along an axis, divided by their lengths: x / max(‖x‖ₚ, eps).
 *
 * @throws IndexError if there is no such axis
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.normalize.html
 * @example
 * normalize(tensor([[3, 0], [0, 0.5]])).tolist(); // [[1, 0], [0, 1]]
 */
export function normalize(
  x: Tensor,
  ...options: Arguments<NormalizeOptions, typeof NORMALIZE_ORDER>
): Tensor {
  const read = readArguments('normalize', options, NORMALIZE, NORMALIZE_ORDER);
  const { p = 2, dim = 1, eps = 1e-12 } = read;
  return div(x, clamp(norm(x, p, dim, { keepdim: true }), eps));
}

/** Options of `cosineSimilarity`. */
export interface CosineOptions {
  /** Axis along which the vectors lie. Default 1. */
  readonly dim?: number;
  /** The least length that is divided by. Default 1e-8. */
  readonly eps?: number;
}

/** What these options may be, and which may stand by position. */
export const COSINE: Schema<CosineOptions> = { dim: 'a whole number', eps: 'a number' };
export const COSINE_ORDER = ['dim', 'eps'] as const;

/**
 * Cosine of the angle between vectors along an axis, a · b / (max(‖a‖, eps) · max(‖b‖, eps)); the two broadcast.
 *
 * @returns the common shape without that axis
 * @throws ShapeError if the shapes do not broadcast; IndexError if there is no such axis
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.cosine_similarity.html
 * @example
 * cosineSimilarity(tensor([[1, 0], [2, 0]]), tensor([[0, 3], [0.5, 0]])).tolist(); // [0, 1]
 */
export function cosineSimilarity(
  a: Tensor,
  b: Tensor,
  ...options: Arguments<CosineOptions, typeof COSINE_ORDER>
): Tensor {
  const { dim = 1, eps = 1e-8 } = readArguments('cosineSimilarity', options, COSINE, COSINE_ORDER);
  // Stretched first, since the length of a stretched vector is that of all its elements.
  expectTensors('cosineSimilarity', 'operands', [a, b]);
  const shape = broadcastShapes('cosineSimilarity', a.shape, b.shape);
  const [x, y] = [expand(a, shape), expand(b, shape)];
  const unit = (v: Tensor): Tensor => div(v, atLeast(norm(v, 2, dim, { keepdim: true }), eps));
  return sum(mul(unit(x), unit(y)), dim);
}

/** Options of `pairwiseDistance`. */
export interface DistanceOptions {
  /** Which norm measures the distance. Default 2. */
  readonly p?: number;
  /** Added to each difference, so that equal vectors have a gradient. Default 1e-6. */
  readonly eps?: number;
  /** Keep the last axis with size 1. Default false. */
  readonly keepdim?: boolean;
}

/** What these options may be, and which may stand by position. */
export const DISTANCE: Schema<DistanceOptions> = { p: 'a number', eps: 'a number', keepdim: 'true or false' };
export const DISTANCE_ORDER = ['p', 'eps', 'keepdim'] as const;

/**
 * Distance between vectors along the last axis, ‖a − b + eps‖ₚ; the two broadcast.
 *
 * @throws ShapeError if the shapes do not broadcast
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.pairwise_distance.html
 * @example
 * pairwiseDistance(tensor([[3, 4.5]]), tensor([[0, 0.5]])).round().tolist(); // [5]
 */
export function pairwiseDistance(
  a: Tensor,
  b: Tensor,
  ...options: Arguments<DistanceOptions, typeof DISTANCE_ORDER>
): Tensor {
  const read = readArguments('pairwiseDistance', options, DISTANCE, DISTANCE_ORDER);
  const { p = 2, eps = 1e-6, keepdim = false } = read;
  return norm(add(sub(a, b), eps), p, -1, { keepdim });
}
