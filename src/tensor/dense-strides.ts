import { memoryOrder } from './memory-order.js';
import type { Tensor } from './tensor.js';

/**
 * Strides without gaps with which elements lie in the same order as x's: its own, if it has no gaps. PyTorch makes tensors "like"
 * another so.
 */
export function denseStrides(x: Tensor): number[] {
  const result = new Array<number>(x.ndim);
  let step = 1;
  for (const axis of memoryOrder(x.shape, [x]).reverse()) {
    result[axis] = step;
    step *= Math.max(x.shape[axis], 1);
  }
  return result;
}
