import { type Arguments, readArguments, type Schema } from '../../options.js';
import { filled, full } from '../create.js';
import { defaultGenerator } from '../generator.js';
import { exponentialFill } from '../random.js';
import { expectTensor } from '../operands.js';
import { numel } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { add, div, sub } from './binary.js';
import { log, neg } from './elementwise.js';
import { scatter } from './indexing.js';
import { DRAW, type DrawOptions } from './random-in-place.js';
import { max } from './reduce.js';
import { softmax } from './softmax.js';

/** Options of `gumbelSoftmax`. */
export interface GumbelOptions extends DrawOptions {
  /** Temperature: the lower, the nearer to one-hot. Default 1. */
  readonly tau?: number;
  /** Give one-hot vectors, with the gradient of the soft ones. Default false. */
  readonly hard?: boolean;
  /** Axis of the classes. Default -1. */
  readonly dim?: number;
}

const OPTIONS: Schema<GumbelOptions> = {
  ...DRAW,
  tau: 'above 0',
  hard: 'true or false',
  dim: 'a whole number',
};
const ORDER = ['tau', 'hard'] as const;

/**
 * A sample from the Gumbel-softmax distribution (Jang et al., 2016): softmax((logits + g) / tau) with g from Gumbel(0, 1), which a
 * gradient passes. Draws the numbers that PyTorch draws.
 *
 * @throws ValueError for a tau of 0 or less
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.gumbel_softmax.html
 * @example
 * gumbelSoftmax(zeros([2, 5]), { hard: true }).sum(-1).tolist(); // [1, 1]
 */
export function gumbelSoftmax(logits: Tensor, ...options: Arguments<GumbelOptions, typeof ORDER>): Tensor {
  const read = readArguments('gumbelSoftmax', options, OPTIONS, ORDER);
  const { tau = 1, hard = false, dim = -1, generator } = read;
  expectTensor('gumbelSoftmax', 'logits', logits);
  const draws = new Float32Array(numel(logits.shape));
  exponentialFill(generator ?? defaultGenerator, draws);
  const gumbels = neg(log(filled(logits.shape, 'float32', draws)));
  const soft = softmax(div(add(logits, gumbels), tau), dim);
  if (!hard) return soft;
  const { indices } = max(soft.detach(), dim, { keepdim: true });
  const zeros = full(logits.shape, 0, { dtype: 'float32' });
  return add(sub(scatter(zeros, dim, indices, 1), soft.detach()), soft);
}
