import { DTypeError, ValueError } from '../../errors.js';
import { readOptions, type Schema } from '../../options.js';
import { record } from '../autograd.js';
import { full } from '../create.js';
import { Generator } from '../generator.js';
import { bernoulliFill } from '../random.js';
import { type Draw, drawnLike, normalDraw, uniformDraw } from '../random-like.js';
import type { Tensor } from '../tensor.js';
import { into } from './in-place.js';

/** Options of the operations that fill a tensor with random numbers. */
export interface DrawOptions {
  /** Where the numbers come from. Default: the generator that `manualSeed` sets. */
  readonly generator?: Generator;
}

/** What these options may be. */
export const DRAW: Schema<DrawOptions> = { generator: Generator };

/** x ← random numbers, drawn in the order in which x's elements lie in memory. Backward: dx = 0. */
function redraw(op: string, x: Tensor, draw: Draw, given: DrawOptions | undefined): Tensor {
  if (x.dtype !== 'float32') {
    throw new DTypeError(`${op}: fills float32 tensors, not ${x.dtype}`, { hint: 'use float() first' });
  }
  const options = readOptions(op, given, DRAW);
  const compute = (before: Tensor): Tensor =>
    record(op, drawnLike(x, draw, options), [before], [], (dy) => [full(dy.shape, 0, { dtype: 'float32' })]);
  return into(op, x, compute);
}

/**
 * x ← numbers from U(from, to), PyTorch's bit for bit: views draw in the order of memory. Backward: dx = 0.
 *
 * @throws ValueError if from is above to; DTypeError for anything but float32; AutogradError for an expanded tensor, and for a leaf
 *   that requires a gradient
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.uniform_.html
 * @example
 * zeros([3]).uniform_(-1, 1).abs().max().item() <= 1; // true
 */
export function uniform_(x: Tensor, from = 0, to = 1, options?: DrawOptions): Tensor {
  if (!(from <= to)) throw new ValueError(`uniform_: there is nothing from ${from} to ${to}`);
  return redraw('uniform_', x, uniformDraw(from, to), options);
}

/**
 * x ← numbers from N(mean, std²), PyTorch's bit for bit: views draw in the order of memory. Backward: dx = 0.
 *
 * @throws ValueError if std is negative; DTypeError for anything but float32; AutogradError for an expanded tensor, and for a leaf
 *   that requires a gradient
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.normal_.html
 * @example
 * zeros([3]).normal_(5, 0).tolist(); // [5, 5, 5]
 */
export function normal_(x: Tensor, mean = 0, std = 1, options?: DrawOptions): Tensor {
  if (!(std >= 0)) throw new ValueError(`normal_: std must be 0 or more, not ${std}`);
  return redraw('normal_', x, normalDraw(mean, std, x), options);
}

/**
 * x ← 1 with probability p, else 0, PyTorch's bit for bit: the mask of a dropout by hand. Backward: dx = 0.
 *
 * @throws ValueError if p is not between 0 and 1; DTypeError for anything but float32; AutogradError for an expanded tensor, and for a leaf
 *   that requires a gradient
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.bernoulli_.html
 * @example
 * zeros([3]).bernoulli_(1).tolist(); // [1, 1, 1]
 */
export function bernoulli_(x: Tensor, p = 0.5, options?: DrawOptions): Tensor {
  if (!(p >= 0 && p <= 1)) throw new ValueError(`bernoulli_: p must be between 0 and 1, not ${p}`);
  return redraw('bernoulli_', x, (g, out) => bernoulliFill(g, out, p), options);
}
