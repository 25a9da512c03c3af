import { ShapeError } from '../errors.js';
import { noGrad } from '../tensor/autograd.js';
import { converted } from '../tensor/copy.js';
import { div, eq, ge, mul, sub } from '../tensor/ops/binary.js';
import { clamp, neg } from '../tensor/ops/elementwise.js';
import { gather } from '../tensor/ops/indexing.js';
import { argmax, sum } from '../tensor/ops/reduce.js';
import { logsumexp, softmax } from '../tensor/ops/softmax.js';
import { expand, reshape, squeeze, t, unsqueeze } from '../tensor/ops/views.js';
import { multinomial } from '../tensor/random-tensors.js';
import { broadcastShapes, numel, type Shape, show } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { Distribution, expectAll, logOf, type Odds, oddsOf } from './distribution.js';

/**
 * One of several classes, of given weights (along the last axis, brought to a sum of 1) or logits: what a policy chooses from.
 *
 * @throws ValueError for both or neither of them, weights that are negative or all 0, or NaN; ShapeError for a scalar
 * @see https://pytorch.org/docs/stable/distributions.html#categorical
 * @example
 * const policy = new distributions.Categorical({ logits: zeros([2, 4]) });
 * const action = policy.sample();
 * action.shape; // [2]
 * policy.logProb(action).exp().tolist(); // [0.25, 0.25]
 * new distributions.Categorical(tensor([1, 3])).probs.tolist(); // [0.25, 0.75]
 */
export class Categorical extends Distribution {
  /** Probabilities, (batch, classes). */
  readonly probs: Tensor;
  /** Logarithms of the probabilities, (batch, classes). */
  readonly logits: Tensor;

  constructor(odds: Tensor | Odds) {
    const { probs, logits } = oddsOf('Categorical', odds);
    const given = probs ?? logits!;
    if (given.ndim < 1) {
      throw new ShapeError(`Categorical: needs an axis of classes, not ${show(given.shape)}`);
    }
    super(given.shape.slice(0, -1));
    if (probs !== undefined) {
      this.probs = div(probs, sum(probs, -1, { keepdim: true }));
      this.logits = logOf(this.probs);
      expectAll('Categorical', 'probs must be 0 or more, and not all 0', ge(this.probs, 0));
    } else {
      this.logits = sub(given, logsumexp(given, -1, { keepdim: true }));
      this.probs = softmax(this.logits, -1);
      expectAll('Categorical', 'logits must not be NaN', eq(this.logits, this.logits));
    }
  }

  /** The likeliest class, (batch), int32. */
  get mode(): Tensor {
    return argmax(this.probs, -1);
  }

  /** Classes drawn, (shape, batch), int32: PyTorch's after the same seed. */
  override sample(shape: Shape = []): Tensor {
    const classes = this.probs.shape.at(-1)!;
    const drawn = noGrad(() =>
      multinomial(reshape(this.probs, [-1, classes]), numel(shape), { replacement: true }),
    );
    return reshape(t(drawn), this.extended(shape));
  }

  /** Logarithm of the probability of classes, which broadcast against the batch. */
  override logProb(value: Tensor): Tensor {
    const shape = broadcastShapes('Categorical', value.shape, this.batchShape);
    const index = unsqueeze(expand(converted(value, 'int32'), shape), -1);
    const logits = expand(this.logits, [...shape, this.logits.shape.at(-1)!]);
    return squeeze(gather(logits, -1, index), -1);
  }

  /** −Σ p ln p */
  override entropy(): Tensor {
    return neg(sum(mul(clamp(this.logits, LOWEST), this.probs), -1));
  }
}

// The most negative float32, which 0 annuls where −∞ would make NaN.
const LOWEST = -3.4028234663852886e38;
