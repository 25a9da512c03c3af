import { DTypeError, ShapeError } from '../../errors.js';
import { readOptions, type Schema } from '../../options.js';
import { arange, full } from '../create.js';
import { broadcastShapes, sameShape, show } from '../shape.js';
import { Tensor } from '../tensor.js';
import { into } from './in-place.js';
import { scatter, scatterAdd } from './indexing.js';
import { type Index, pick } from './pick.js';
import { expand, reshape } from './views.js';

/** Options of `indexPut_`. */
export interface IndexPutOptions {
  /** Add to what is there, as often as an element is named, instead of replacing it. Default false. */
  readonly accumulate?: boolean;
}

const OPTIONS: Schema<IndexPutOptions> = { accumulate: 'true or false' };

/**
 * x[indices] ← values, or with `accumulate` x[indices] += values. The indices are those of `at`; the values broadcast to the shape
 * that `at` would give. Of several values for one element the last stays.
 *
 * Backward: dx = dy, but 0 at those elements unless values were added; dvalues = dy there.
 *
 * @throws IndexError for indices that `at` refuses; ShapeError for values that do not broadcast; DTypeError for float32 values in a
 *   tensor of whole numbers
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.index_put_.html
 * @example
 * const x = zeros([2, 3]);
 * x.indexPut_([tensor([0, 1, 1]), tensor([2, 0, 0])], 1.5, { accumulate: true });
 * x.tolist(); // [[0, 0, 1.5], [3, 0, 0]]
 */
export function indexPut_(
  x: Tensor,
  indices: readonly Index[],
  values: Tensor | number,
  options?: IndexPutOptions | boolean,
): Tensor {
  const accumulate =
    typeof options === 'boolean' ? options : (readOptions('indexPut_', options, OPTIONS).accumulate ?? false);
  const elements = pick(reshape(arange(x.numel()), x.shape), indices);
  const source = values instanceof Tensor ? values : null;
  if (source && !sameShape(broadcastShapes('indexPut_', elements.shape, source.shape), elements.shape)) {
    throw new ShapeError(
      `indexPut_: values ${show(source.shape)} do not broadcast to ${show(elements.shape)}, the indices' shape`,
    );
  }
  if (x.dtype !== 'float32' && (source ? source.dtype === 'float32' : !Number.isInteger(values))) {
    throw new DTypeError(`indexPut_: float32 values do not go into a tensor of ${x.dtype}`, {
      hint: 'convert one of them: x.float(), or values.int()',
    });
  }
  const numbers = reshape(elements, [-1]);
  const put = (old: Tensor): Tensor => {
    const given = values instanceof Tensor ? values : full([], values, { dtype: x.dtype });
    const spread = reshape(expand(given, elements.shape), [-1]);
    return reshape((accumulate ? scatterAdd : scatter)(reshape(old, [-1]), 0, numbers, spread), x.shape);
  };
  return into('indexPut_', x, put, source);
}
