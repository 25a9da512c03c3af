import { Tensor } from '../tensor.js';
import { indexPut_ } from './index-put.js';
import { type Index, pick } from './pick.js';
import { rootOf } from './view-history.js';

/**
 * Indexing as Python's x[…]: each entry stands for one axis, a bool tensor for as many as it has. Tensors of positions that stand
 * side by side are read together: `x.at(rows, columns)` picks one element for each pair.
 *
 * What is read is a place in x: a write in place to it reaches x, as Python's x[…] = value does. With numbers and ranges alone it is
 * a view. With tensors it is a copy that a write in place (`fill_`, `add_`, `copy_` …) puts back into x, so `clone()` it
 * where x must stay as it is; unlike a view's, its values do not follow later changes of x.
 *
 * @throws IndexError for positions outside, too many indices, a mask of another shape, or tensors that stand apart
 * @example
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * at(x, 1).tolist(); // [4, 5, 6]
 * at(x, ':', [1, 3]).tolist(); // [[2, 3], [5, 6]]
 * at(x, '...', 0).tolist(); // [1, 4]
 * at(x, x.gt(4)).tolist(); // [5, 6]
 * at(x, tensor([0, 1]), tensor([2, 0])).tolist(); // [3, 4]
 * at(x, x.gt(4)).fill_(0);
 * x.tolist(); // [[1, 2, 3], [4, 0, 0]]
 */
export function at(x: Tensor, ...indices: Index[]): Tensor {
  const y = pick(x, indices);
  if (indices.some((index) => index instanceof Tensor)) {
    rootOf(y).place = { target: x, write: () => indexPut_(x, indices, y) };
  }
  return y;
}
