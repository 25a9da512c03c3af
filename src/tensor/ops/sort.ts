import { IndexError, ValueError } from '../../errors.js';
import { readOptions, type Schema, told } from '../../options.js';
import { filled } from '../create.js';
import { axisOf } from '../operands.js';
import { around, show } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { asItLies, gather } from './indexing.js';
import { type Extremes, extremes } from './reduce.js';
import { clone, contiguous, narrow, permute, squeeze } from './views.js';

/** Options of `sort`. */
export interface SortOptions {
  /** The largest first. Default false. */
  readonly descending?: boolean;
}

/** Which of two numbers comes first, as a sort wants it: NaN counts as the largest. */
export function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : Number(a > b);
}
const SORT: Schema<SortOptions> = { descending: 'true or false' };

/** Positions along an axis in order of value; equal ones keep their order, NaN counts as the largest. */
export function argsort(x: Tensor, dim = -1, options?: SortOptions | boolean): Tensor {
  const descending =
    typeof options === 'boolean' ? options : (readOptions('argsort', options, SORT).descending ?? false);
  const axis = axisOf('argsort', x, dim);
  const [outer, n, inner] = around(x.shape, axis);
  const data = x.data;
  const order = new Int32Array(data.length);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const at = (k: number): number => (o * n + k) * inner + i;
      const positions = [...Array(n).keys()];
      positions.sort((a, b) =>
        descending ? compareNumbers(data[at(b)], data[at(a)]) : compareNumbers(data[at(a)], data[at(b)]),
      );
      positions.forEach((p, k) => (order[at(k)] = p));
    }
  }
  return filled(x.shape, 'int32', order);
}

/**
 * The elements along an axis (the last if left out) in order, and where they stood; equal ones keep their order, NaN counts as the
 * largest. Backward: each gradient goes back to where its element stood.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.sort.html
 * @example
 * sort(tensor([3, 1, 2])).values.tolist(); // [1, 2, 3]
 */
export function sort(x: Tensor, dim = -1, options?: SortOptions | boolean): Extremes {
  const indices = argsort(x, dim, options);
  if (x.ndim === 0) return extremes(clone(x), indices);
  const axis = axisOf('sort', x, dim);
  const values = asItLies(x, (x, order) =>
    gather(x, order.indexOf(axis), contiguous(permute(indices, order))),
  );
  return extremes(values, indices);
}

/** Options of `topk`. */
export interface TopkOptions {
  /** The largest (default) or the smallest. */
  readonly largest?: boolean;
}

const TOPK: Schema<TopkOptions> = { largest: 'true or false' };

/**
 * The k largest elements along an axis (the last if left out), in order, and where they stood.
 * Backward: each gradient goes back to where its element stood.
 *
 * @throws ValueError if there are fewer than k
 * @see https://pytorch.org/docs/stable/generated/torch.topk.html
 * @example
 * topk(tensor([3, 1, 2]), 2).indices.tolist(); // [0, 2]
 */
export function topk(x: Tensor, k: number, dim = -1, options?: TopkOptions | boolean): Extremes {
  const largest =
    typeof options === 'boolean' ? options : (readOptions('topk', options, TOPK).largest ?? true);
  const axis = axisOf('topk', x, dim);
  const size = x.shape[axis] ?? 1;
  if (!Number.isInteger(k) || k < 0 || k > size)
    throw new ValueError(`topk: k must be a whole number from 0 to ${size}, not ${told(k)}`);
  if (x.ndim === 0 && k === 1) return sort(x);
  const indices = contiguous(narrow(argsort(x, axis, { descending: largest }), axis, 0, k));
  return extremes(gather(x, axis, indices), indices);
}

/**
 * The middle of the elements along an axis (the lower of two), and where it stands; the first NaN where there is one.
 * Backward: each gradient goes back to where its element stood.
 *
 * @throws IndexError along an axis of size 0
 * @see https://pytorch.org/docs/stable/generated/torch.median.html
 * @example
 * median(tensor([3, 1, 2])).values.item(); // 2
 */
export function median(x: Tensor, dim = -1): Extremes {
  const axis = axisOf('median', x, dim);
  const [outer, n, inner] = around(x.shape, axis);
  if (n === 0)
    throw new IndexError(`median: there is nothing to choose from on axis ${axis} of ${show(x.shape)}`);
  const [data, order] = [x.data, argsort(x, axis).data];
  const middle = Int32Array.from({ length: outer * inner }, (_, line) => {
    const at = (k: number): number => (Math.floor(line / inner) * n + k) * inner + (line % inner);
    for (let k = 0; k < n; k++) if (Number.isNaN(data[at(k)])) return k;
    return order[at(Math.floor((n - 1) / 2))];
  });
  if (x.ndim === 0) return extremes(clone(x), filled([], 'int32', middle));
  const indices = filled(
    x.shape.map((size, i) => (i === axis ? 1 : size)),
    'int32',
    middle,
  );
  return extremes(squeeze(gather(x, axis, indices), axis), squeeze(indices, axis));
}
