import { noGrad } from '../tensor/autograd.js';
import { eq, ge, le, mul, sub } from '../tensor/ops/binary.js';
import { neg, sigmoid } from '../tensor/ops/elementwise.js';
import { binaryCrossEntropyWithLogits } from '../tensor/ops/losses-probability.js';
import { logicalAnd, logicalOr } from '../tensor/ops/masking.js';
import { expand } from '../tensor/ops/views.js';
import { bernoulli } from '../tensor/random-tensors.js';
import { broadcastShapes, type Shape } from '../tensor/shape.js';
import { converted } from '../tensor/copy.js';
import type { Tensor } from '../tensor/tensor.js';
import { Distribution, expectAll, logOddsOf, type Odds, oddsOf } from './distribution.js';

/**
 * Events that happen (1) or not (0), of given probabilities or log-odds, which may be numbers.
 *
 * @throws ValueError for both or neither of them, or a probability that is not between 0 and 1
 * @see https://pytorch.org/docs/stable/distributions.html#bernoulli
 * @example
 * const coin = new distributions.Bernoulli({ probs: tensor([0.5, 1]) });
 * coin.logProb(tensor([0, 1])).tolist().map((x) => x.toFixed(4)); // ['-0.6931', '-0.0000']
 * coin.sample([3]).shape; // [3, 2]
 */
export class Bernoulli extends Distribution {
  /** Probabilities, (batch). */
  readonly probs: Tensor;
  /** Logarithms of the odds, (batch). */
  readonly logits: Tensor;

  constructor(odds: Tensor | number | Odds) {
    const { probs, logits } = oddsOf('Bernoulli', odds);
    super((probs ?? logits!).shape);
    if (probs !== undefined) {
      expectAll('Bernoulli', 'probs must be between 0 and 1', logicalAnd(ge(probs, 0), le(probs, 1)));
    } else expectAll('Bernoulli', 'logits must not be NaN', eq(logits!, logits!));
    this.probs = probs ?? sigmoid(logits!);
    this.logits = logits ?? logOddsOf(probs!);
  }

  /** The expectation, probs. */
  get mean(): Tensor {
    return this.probs;
  }

  /** p (1 − p) */
  get variance(): Tensor {
    return mul(this.probs, sub(1, this.probs));
  }

  override sample(shape: Shape = []): Tensor {
    return noGrad(() => bernoulli(expand(this.probs, this.extended(shape))));
  }

  /** ln p where the value is 1, ln(1 − p) where it is 0 */
  override logProb(value: Tensor): Tensor {
    expectAll('Bernoulli', 'values must be 0 or 1', logicalOr(eq(value, 0), eq(value, 1)));
    const shape = broadcastShapes('Bernoulli', value.shape, this.batchShape);
    const happened = expand(converted(value, 'float32'), shape);
    return neg(binaryCrossEntropyWithLogits(expand(this.logits, shape), happened, { reduction: 'none' }));
  }

  /** −p ln p − (1 − p) ln(1 − p) */
  override entropy(): Tensor {
    return binaryCrossEntropyWithLogits(this.logits, this.probs, { reduction: 'none' });
  }
}
