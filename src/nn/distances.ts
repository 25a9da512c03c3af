import { type Arguments, readArguments } from '../options.js';
import {
  COSINE,
  COSINE_ORDER,
  type CosineOptions,
  cosineSimilarity,
  DISTANCE,
  DISTANCE_ORDER,
  type DistanceOptions,
  pairwiseDistance,
} from '../tensor/ops/distances.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/**
 * Cosine of the angle between vectors along an axis.
 *
 * Options: `dim` (1), `eps` (1e-8, the least length that is divided by).
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.CosineSimilarity.html
 * @example
 * new nn.CosineSimilarity().forward(tensor([[1, 0]]).float(), tensor([[0, 2]]).float()).tolist(); // [0]
 */
export class CosineSimilarity extends Module {
  readonly dim: number;
  readonly eps: number;

  constructor(...options: Arguments<CosineOptions, typeof COSINE_ORDER>) {
    super();
    const { dim = 1, eps = 1e-8 } = readArguments('CosineSimilarity', options, COSINE, COSINE_ORDER);
    this.dim = dim;
    this.eps = eps;
  }

  /**
   * @param a  shapes that broadcast
   * @param b  as `a`
   * @returns     their common shape without the axis `dim`
   * @throws ShapeError if the shapes do not broadcast; IndexError if there is no such axis
   */
  override forward(a: Tensor, b: Tensor): Tensor {
    const { dim, eps } = this;
    return cosineSimilarity(a, b, { dim, eps });
  }
}

/**
 * Distance between vectors along the last axis, ‖a − b + eps‖ₚ.
 *
 * Options: `p` (2), `eps` (1e-6), `keepdim` (false).
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.PairwiseDistance.html
 * @example
 * new nn.PairwiseDistance({ p: 1, eps: 0 }).forward(tensor([[3.5, 1]]), tensor([[0.5, 2]])).tolist(); // [4]
 */
export class PairwiseDistance extends Module {
  readonly p: number;
  readonly eps: number;
  readonly keepdim: boolean;

  constructor(...options: Arguments<DistanceOptions, typeof DISTANCE_ORDER>) {
    super();
    const read = readArguments('PairwiseDistance', options, DISTANCE, DISTANCE_ORDER);
    const { p = 2, eps = 1e-6, keepdim = false } = read;
    this.p = p;
    this.eps = eps;
    this.keepdim = keepdim;
  }

  /**
   * @param a  (…, D), broadcasting
   * @param b  as `a`
   * @returns     (…), or (…, 1) with keepdim
   * @throws ShapeError if the shapes do not broadcast
   */
  override forward(a: Tensor, b: Tensor): Tensor {
    const { p, eps, keepdim } = this;
    return pairwiseDistance(a, b, { p, eps, keepdim });
  }
}
