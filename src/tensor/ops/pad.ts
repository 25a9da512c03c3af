import { ShapeError } from '../../errors.js';
import { type Arguments, expectKind, readArguments, type Schema } from '../../options.js';
import { filled, full } from '../create.js';
import { show } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { indexSelect } from './indexing.js';
import { cat, narrow } from './views.js';

/** What stands beyond the ends: one value, the elements mirrored at the last, the last again, or those from the other end. */
export type PadMode = 'constant' | 'reflect' | 'replicate' | 'circular';

/** Options of `pad`. */
export interface PadFunctionOptions {
  /** Default 'constant'. */
  readonly mode?: PadMode;
  /** What 'constant' fills in. Default 0. */
  readonly value?: number;
}

const OPTIONS: Schema<PadFunctionOptions> = {
  mode: { oneOf: ['constant', 'reflect', 'replicate', 'circular'] },
  value: 'a number or NaN',
};
const ORDER = ['mode', 'value'] as const;

/** Where the element at a position that may lie outside [0, size) comes from. */
const SOURCES: Readonly<Record<Exclude<PadMode, 'constant'>, (at: number, size: number) => number>> = {
  reflect: (at, size) => (at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at),
  replicate: (at, size) => Math.min(Math.max(at, 0), size - 1),
  circular: (at, size) => (at + size) % size,
};

/** How far each mode reaches beyond the end. */
const MOST: Readonly<Record<PadMode, (size: number) => number>> = {
  constant: () => Infinity,
  reflect: (size) => size - 1,
  replicate: () => Infinity,
  circular: (size) => size,
};

/**
 * x with more elements at the ends of its last axes: pad is [before, after] of the last axis, then of the one before it, and so
 * on; negative numbers take elements away. Backward: each gradient goes back to where its element came from.
 *
 * @throws ShapeError for an odd number of sizes, more than x has axes, or more than a mode reaches; ValueError for an unknown mode
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.pad.html
 * @example
 * pad(tensor([1, 2, 3]), [1, 2]).tolist(); // [0, 1, 2, 3, 0, 0]
 * pad(tensor([1, 2, 3]), [2, 1], { mode: 'reflect' }).tolist(); // [3, 2, 1, 2, 3, 2]
 * pad(tensor([1, 2, 3]), [-1, 0]).tolist(); // [2, 3]
 */
export function pad(
  x: Tensor,
  sizes: readonly number[],
  ...options: Arguments<PadFunctionOptions, typeof ORDER>
): Tensor {
  const { mode = 'constant', value = 0 } = readArguments('pad', options, OPTIONS, ORDER);
  expectKind('pad', 'the sizes', sizes, 'a list of numbers');
  if (sizes.length % 2 !== 0 || sizes.length > 2 * x.ndim || !sizes.every((size) => Number.isInteger(size))) {
    throw new ShapeError(
      `pad: [${sizes.join(', ')}] must be [before, after] for up to ${x.ndim} axes, the last first`,
    );
  }
  let y = x;
  for (let i = 0; i < sizes.length; i += 2) {
    const axis = x.ndim - 1 - i / 2;
    const [before, after] = [sizes[i], sizes[i + 1]];
    const size = x.shape[axis];
    const most = MOST[mode](size);
    if (before > most || after > most || size + before + after < 0) {
      throw new ShapeError(
        `pad: axis ${axis} of ${show(x.shape)} cannot take ${before} before and ${after} after, mode '${mode}'`,
      );
    }
    y =
      mode === 'constant'
        ? filledUp(y, axis, before, after, value)
        : picked(y, axis, before, after, SOURCES[mode]);
  }
  return y;
}

function filledUp(x: Tensor, axis: number, before: number, after: number, value: number): Tensor {
  const from = Math.max(-before, 0);
  const kept = narrow(x, axis, from, x.shape[axis] - from - Math.max(-after, 0));
  const block = (size: number): Tensor[] =>
    size > 0
      ? [
          full(
            x.shape.map((s, i) => (i === axis ? size : s)),
            value,
            { dtype: x.dtype },
          ),
        ]
      : [];
  return cat([...block(before), kept, ...block(after)], axis);
}

function picked(
  x: Tensor,
  axis: number,
  before: number,
  after: number,
  source: (at: number, size: number) => number,
): Tensor {
  const size = x.shape[axis];
  const from = Array.from({ length: before + size + after }, (_, i) => source(i - before, size));
  return indexSelect(x, axis, filled([from.length], 'int32', from));
}
