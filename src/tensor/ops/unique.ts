import { AutogradError } from '../../errors.js';
import { readOptions, type Schema } from '../../options.js';
import { record } from '../autograd.js';
import { duplicate } from '../copy.js';
import { filled } from '../create.js';
import { axisOf } from '../operands.js';
import type { Tensor } from '../tensor.js';
import { indexSelect } from './indexing.js';
import { compareNumbers } from './sort.js';
import { permute, reshape } from './views.js';

/** Options of `unique` and `uniqueConsecutive`. */
export interface UniqueOptions {
  /** Give the place of each element among the values, and how often each occurs. Default false. */
  readonly returnInverse?: boolean;
  /** The same as `returnInverse`, under PyTorch's other name. Default false. */
  readonly returnCounts?: boolean;
  /** Compare slices along an axis instead of elements. Default: elements of the flattened tensor. */
  readonly dim?: number;
}

const OPTIONS: Schema<UniqueOptions> = {
  returnInverse: 'true or false',
  returnCounts: 'true or false',
  dim: 'a whole number',
};

/** Different values, and how the elements are spread over them. */
export interface Unique {
  /** (n), or with `dim` the tensor's shape with n on that axis. */
  readonly values: Tensor;
  /** Which of the values each element (or slice) is, int32. */
  readonly inverse: Tensor;
  /** How often each value occurs, (n), int32. */
  readonly counts: Tensor;
}

/** Options with which `unique` gives the values alone. */
export type ValuesOnly = UniqueOptions & { readonly returnInverse?: false; readonly returnCounts?: false };

/** Groups equal elements or slices that follow each other in an order. NaN is different from everything, itself too. */
function grouped(op: string, x: Tensor, given: UniqueOptions | undefined, sorted: boolean): Unique | Tensor {
  const options = readOptions(op, given, OPTIONS);
  const axis = options.dim === undefined ? 0 : axisOf(op, x, options.dim);
  const whole = options.dim === undefined ? reshape(x, [-1]) : x;
  const n = whole.shape[axis] ?? 1;
  const first = [axis, ...whole.shape.keys()].filter((d, i) => i === 0 || d !== axis);
  const data = duplicate(whole.ndim === 0 ? whole : permute(whole, first)).data;
  const width = n === 0 ? 0 : data.length / n;
  const compare = (a: number, b: number): number => {
    for (let i = 0; i < width; i++) {
      const order = compareNumbers(data[a * width + i], data[b * width + i]);
      if (order !== 0) return order;
    }
    return 0;
  };
  const same = (a: number, b: number): boolean => {
    for (let i = 0; i < width; i++) if (data[a * width + i] !== data[b * width + i]) return false;
    return true;
  };
  const order = [...Array(n).keys()];
  if (sorted) order.sort(compare);
  const [firsts, counts]: [number[], number[]] = [[], []];
  const inverse = new Int32Array(n);
  for (const [k, row] of order.entries()) {
    if (k === 0 || !same(order[k - 1], row)) {
      firsts.push(row);
      counts.push(0);
    }
    counts[counts.length - 1] += 1;
    inverse[row] = counts.length - 1;
  }
  const picked = indexSelect(whole.detach(), axis, filled([firsts.length], 'int32', firsts));
  const values = record(op, picked, [x], [], () => {
    throw new AutogradError(`backward: ${op} has no gradient`, { hint: `call detach() before ${op}` });
  });
  if (!options.returnInverse && !options.returnCounts) return values;
  return {
    values,
    inverse: filled(options.dim === undefined ? x.shape : [n], 'int32', inverse),
    counts: filled([counts.length], 'int32', counts),
  };
}

/**
 * The different elements in order, or with `dim` the different slices (in the order of their first element that differs). Has no
 * gradient.
 *
 * @returns the values; with `returnInverse` or `returnCounts` { values, inverse, counts }
 * @throws IndexError for an axis that does not exist
 * @see https://pytorch.org/docs/stable/generated/torch.unique.html
 * @example
 * unique(tensor([3, 1, 3])).tolist(); // [1, 3]
 * unique(tensor([3, 1, 3]), { returnInverse: true }).inverse.tolist(); // [1, 0, 1]
 * unique(tensor([[2, 1], [0, 5], [2, 1]]), { dim: 0 }).tolist(); // [[0, 5], [2, 1]]
 */
export function unique(x: Tensor, options?: ValuesOnly): Tensor;
export function unique(x: Tensor, options: UniqueOptions): Unique;
export function unique(x: Tensor, options?: UniqueOptions): Unique | Tensor {
  return grouped('unique', x, options, true);
}

/**
 * The elements without those that equal the one before, or with `dim` the slices. Has no gradient.
 *
 * @returns the values; with `returnInverse` or `returnCounts` { values, inverse, counts }
 * @throws IndexError for an axis that does not exist
 * @see https://pytorch.org/docs/stable/generated/torch.unique_consecutive.html
 * @example
 * uniqueConsecutive(tensor([1, 1, 2, 1])).tolist(); // [1, 2, 1]
 * uniqueConsecutive(tensor([1, 1, 2, 1]), { returnCounts: true }).counts.tolist(); // [2, 1, 1]
 */
export function uniqueConsecutive(x: Tensor, options?: ValuesOnly): Tensor;
export function uniqueConsecutive(x: Tensor, options: UniqueOptions): Unique;
export function uniqueConsecutive(x: Tensor, options?: UniqueOptions): Unique | Tensor {
  return grouped('uniqueConsecutive', x, options, false);
}
