import type { Shape } from './shape.js';
import type { Tensor } from './tensor.js';

// PyTorch draws random numbers in the order in which elements lie in memory, and makes tensors "like" another in that order too.

/**
 * Axes from the outermost in memory to the innermost: by falling strides, where equal ones put the smaller size inside, and a
 * stride of 0 keeps its place. (PyTorch's TensorIterator::reorder_dimensions, which is an insertion sort and no total order.)
 */
function memoryOrder(shape: Shape, strides: readonly number[]): number[] {
  // From the innermost on, as the sort goes.
  const axes = [...shape.keys()].reverse();
  const belongsOutside = (a: number, b: number): number => {
    if (strides[a] === 0 || strides[b] === 0) return 0;
    return strides[a] - strides[b] || (shape[a] > shape[b] ? 1 : 0);
  };
  for (let i = 1; i < axes.length; i++) {
    let moving = i;
    for (let k = i - 1; k >= 0; k--) {
      const order = belongsOutside(axes[k], axes[moving]);
      if (order < 0) break;
      if (order === 0) continue;
      [axes[k], axes[moving]] = [axes[moving], axes[k]];
      moving = k;
    }
  }
  return axes.reverse();
}

/** Strides without gaps with which elements lie in the same order as x's: its own, if it has no gaps. */
export function denseStrides({ shape, strides }: Tensor): number[] {
  const result = new Array<number>(shape.length);
  let step = 1;
  for (const axis of memoryOrder(shape, strides).reverse()) {
    result[axis] = step;
    step *= Math.max(shape[axis], 1);
  }
  return result;
}
