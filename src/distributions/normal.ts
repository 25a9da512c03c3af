import { noGrad } from '../tensor/autograd.js';
import { add, div, eq, gt, mul, sub } from '../tensor/ops/binary.js';
import { erf, log, neg, square } from '../tensor/ops/elementwise.js';
import { expand } from '../tensor/ops/views.js';
import { randn } from '../tensor/random-tensors.js';
import { broadcastShapes, type Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { asTensor, Distribution, expectAll } from './distribution.js';

/**
 * Normal distributions N(loc, scale²); the two broadcast, and may be numbers.
 *
 * @throws ValueError if a scale is not above 0 or a loc is NaN; ShapeError if they do not broadcast
 * @see https://pytorch.org/docs/stable/distributions.html#normal
 * @example
 * const posterior = new distributions.Normal(zeros([2, 3]), ones([3]));
 * posterior.rsample().shape; // [2, 3]
 * posterior.sample([5]).shape; // [5, 2, 3]
 * new distributions.Normal(0, 1).logProb(tensor(0.5)).item().toFixed(4); // '-1.0439'
 */
export class Normal extends Distribution {
  readonly loc: Tensor;
  readonly scale: Tensor;

  constructor(loc: Tensor | number, scale: Tensor | number) {
    const [mean, deviation] = [asTensor('Normal', 'loc', loc), asTensor('Normal', 'scale', scale)];
    const shape = broadcastShapes('Normal', mean.shape, deviation.shape);
    super(shape);
    this.loc = expand(mean, shape);
    this.scale = expand(deviation, shape);
    expectAll('Normal', 'loc must not be NaN', eq(mean, mean));
    expectAll('Normal', 'scale must be above 0', gt(deviation, 0));
  }

  /** The expectation, loc. */
  get mean(): Tensor {
    return this.loc;
  }

  /** The standard deviation, scale. */
  get stddev(): Tensor {
    return this.scale;
  }

  /** scale². */
  get variance(): Tensor {
    return square(this.scale);
  }

  override sample(shape: Shape = []): Tensor {
    return noGrad(() => this.rsample(shape));
  }

  /** Numbers drawn as loc + ε · scale with ε from N(0, 1), so that gradients reach both: (shape, batch). */
  rsample(shape: Shape = []): Tensor {
    return add(this.loc, mul(randn(this.extended(shape)), this.scale));
  }

  /** −(x − loc)² / 2 scale² − ln scale − ln √2π */
  override logProb(value: Tensor): Tensor {
    expectAll('Normal', 'logProb takes no NaN', eq(value, value));
    const distance = div(neg(square(sub(value, this.loc))), mul(this.variance, 2));
    return sub(sub(distance, log(this.scale)), Math.log(Math.sqrt(2 * Math.PI)));
  }

  /** ½ + ½ ln 2π + ln scale */
  override entropy(): Tensor {
    return add(log(this.scale), 0.5 + 0.5 * Math.log(2 * Math.PI));
  }

  /** Probability of what is no greater than the value. */
  cdf(value: Tensor): Tensor {
    const distance = div(div(sub(value, this.loc), this.scale), Math.SQRT2);
    return mul(add(erf(distance), 1), 0.5);
  }
}
