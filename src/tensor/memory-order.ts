import { stretched } from './copy.js';
import { contiguousStrides, type Shape } from './shape.js';
import { Tensor } from './tensor.js';

// Results of elementwise operations lie in memory as their operands do: tanh of a transposed tensor is a transposed one. Random
// numbers are drawn in the order of memory, so dropout behind it has PyTorch's mask only if this is so.

/**
 * The axes of a result in the order of memory, the outermost first, where its operands lie as they do: PyTorch's TensorIterator.
 * The first operand that tells two axes apart decides; stretched axes do not, and what nobody decides stays in row-major order.
 */
export function memoryOrder(shape: Shape, operands: readonly Tensor[]): number[] {
  const strides = operands.map((x) => stretched(x, shape).strides);
  const compare = (inner: number, outer: number): number => {
    for (const own of strides) {
      if (own[inner] === 0 || own[outer] === 0) continue;
      if (own[inner] !== own[outer]) return own[inner] - own[outer];
      if (shape[inner] > shape[outer]) return 1;
    }
    return 0;
  };
  // An insertion sort, since the comparison is not transitive: another would give another order.
  const order = [...shape.keys()].reverse();
  for (let i = 1; i < order.length; i++) {
    for (let k = i - 1, at = i; k >= 0; k--) {
      const difference = compare(order[k], order[at]);
      if (difference < 0) break;
      if (difference === 0) continue;
      [order[k], order[at]] = [order[at], order[k]];
      at = k;
    }
  }
  return order.reverse();
}

/**
 * A new tensor that `compute` makes of operands element by element, lying in memory as they do. Without history.
 *
 * @param shape    what the operands broadcast to; numbers may be among them
 * @param compute  gets the operands, and the shape, with the axes in the order of memory, and gives a contiguous tensor
 */
export function inMemoryOrder<const Operands extends readonly (Tensor | number)[]>(
  shape: Shape,
  operands: Operands,
  compute: (operands: Operands, shape: Shape) => Tensor,
): Tensor {
  const spread = operands.some((x) => x instanceof Tensor && !x.isContiguous());
  if (!spread) return compute(operands, shape);
  const order = memoryOrder(
    shape,
    operands.filter((x) => x instanceof Tensor),
  );
  if (order.every((axis, i) => axis === i)) return compute(operands, shape);
  const turned = operands.map((x) => (x instanceof Tensor ? reordered(x, order) : x));
  const y = compute(
    turned as readonly (Tensor | number)[] as Operands,
    order.map((axis) => shape[axis]),
  );
  const strides = contiguousStrides(y.shape);
  return new Tensor(
    y.storage,
    y.dtype,
    shape,
    shape.map((_, axis) => strides[order.indexOf(axis)]),
  );
}

/** The axes of x, with those in front that it lacks, in another order. */
function reordered(x: Tensor, order: readonly number[]): Tensor {
  const lead = order.length - x.ndim;
  return x.window({
    shape: order.map((axis) => x.shape[axis - lead] ?? 1),
    strides: order.map((axis) => x.strides[axis - lead] ?? 0),
    offset: x.offset,
  });
}
