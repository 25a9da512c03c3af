import { workspace } from '../../../kernels/engine.js';
import { packedWeight } from '../../../tensor/packed.js';
import type { Tensor } from '../../../tensor/tensor.js';

/**
 * What a walk over a sequence needs besides tensors: scratch, and weights in the order in which its products read them.
 *
 * @param bytes    of scratch
 * @param weights  matrices (out, in), or null
 * @param order    'forward' for x · Wᵀ, 'backward' for dy · W
 * @returns        addresses: the scratch, then each matrix, 0 for null
 */
export function walkSpace(
  bytes: number,
  weights: readonly (Tensor | null)[],
  order: 'forward' | 'backward',
): number[] {
  const packed = weights.map((W) => W && packedWeight(W, order));
  return [workspace(bytes), ...packed.map((storage) => storage?.address ?? 0)];
}
