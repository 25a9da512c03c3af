import { IndexError, ValueError } from '../../errors.js';
import { told } from '../../options.js';
import { expectTensor } from '../operands.js';
import { show } from '../shape.js';
import { Tensor } from '../tensor.js';
import { atTensors } from './indexing.js';
import { select, slice, unsqueeze } from './views.js';

type Open = number | null | undefined;
type Range = readonly [start: Open, end?: Open, step?: number];

/**
 * An index for `at`: a position, [start, end?, step?] (null leaves an end open), ':' for all, '...' for all axes in between, null for a new axis, an int32
 * tensor of positions, or a bool tensor.
 */
export type Index = number | Range | ':' | '...' | null | Tensor;

/**
 * Elements by a mixed index; see `at`. A view where no tensor is among the indices, else a copy.
 *
 * @throws IndexError for positions outside, too many indices, a mask of another shape, or tensors that stand apart
 */
export function pick(x: Tensor, indices: readonly Index[]): Tensor {
  expectTensor('at', 'the first argument', x);
  const axesOf = (index: Index): number =>
    index === null || index === '...'
      ? 0
      : index instanceof Tensor && index.dtype === 'bool'
        ? index.ndim
        : 1;
  const named = indices.reduce<number>((n, index) => n + axesOf(index), 0);
  if (named > x.ndim)
    throw new IndexError(`at: ${named} indices for a tensor of ${x.ndim} axes, ${show(x.shape)}`);
  let y = x;
  let axis = 0;
  const together: Tensor[] = [];
  for (const [i, index] of indices.entries()) {
    if (index instanceof Tensor) {
      together.push(index);
      if (indices[i + 1] instanceof Tensor) continue;
      if (indices.slice(i + 1).some((later) => later instanceof Tensor))
        throw new IndexError('at: tensors of positions must stand side by side');
      if (together.length > 1 && together.some((t) => t.dtype === 'bool'))
        throw new IndexError('at: a mask cannot stand beside other tensors');
      const rest = y.ndim - axis - together.reduce((n, t) => n + axesOf(t), 0);
      y = atTensors(y, axis, together);
      axis = y.ndim - rest;
    } else if (index === null) y = unsqueeze(y, axis++);
    else if (index === ':') axis += 1;
    else if (index === '...') axis += x.ndim - named;
    else if (typeof index === 'number') y = select(y, axis, index);
    else if (isRange(index))
      y = slice(y, axis++, index[0] ?? undefined, index[1] ?? undefined, index[2] ?? 1);
    else throw notAnIndex(index);
  }
  return y;
}

const isRange = (index: unknown): index is Range =>
  Array.isArray(index) &&
  index.length > 0 &&
  index.length <= 3 &&
  index.every(
    (at) => at === null || at === undefined || Number.isInteger(at) || Math.abs(at as number) === Infinity,
  );

function notAnIndex(index: unknown): ValueError {
  const isPositions = Array.isArray(index);
  return new ValueError(
    `at: ${isPositions ? `[${index.map(told).join(', ')}]` : told(index)} is not an index`,
    {
      hint: isPositions
        ? 'a list is a range, [start, end, step]; for positions write tensor([0, 2, 5]), for several axes at(0, 2)'
        : "an index is a number, a range [start, end, step], ':', '...', null, or a tensor of positions or booleans",
    },
  );
}
