import { ValueError } from '../errors.js';
import { softplus } from '../tensor/ops/activations.js';
import { add, div, eq, mul, sub } from '../tensor/ops/binary.js';
import { log, neg, square } from '../tensor/ops/elementwise.js';
import { maskedFill } from '../tensor/ops/masking.js';
import { sum } from '../tensor/ops/reduce.js';
import type { Tensor } from '../tensor/tensor.js';
import { Bernoulli } from './bernoulli.js';
import { Categorical } from './categorical.js';
import type { Distribution } from './distribution.js';
import { Normal } from './normal.js';

/** ½ ((σₚ / σ_q)² + ((μₚ − μ_q) / σ_q)² − 1 − ln (σₚ / σ_q)²) */
function ofNormals(p: Normal, q: Normal): Tensor {
  const ratio = square(div(p.scale, q.scale));
  const distance = square(div(sub(p.loc, q.loc), q.scale));
  return mul(sub(sub(add(ratio, distance), 1), log(ratio)), 0.5);
}

/** Σ p (ln p − ln q) */
function ofCategoricals(p: Categorical, q: Categorical): Tensor {
  return sum(withEnds(mul(p.probs, sub(p.logits, q.logits)), p.probs, q.probs), -1);
}

/** p (ln p − ln q) + (1 − p) (ln (1 − p) − ln (1 − q)) */
function ofBernoullis(p: Bernoulli, q: Bernoulli): Tensor {
  const yes = mul(p.probs, sub(softplus(neg(q.logits)), softplus(neg(p.logits))));
  const no = mul(sub(1, p.probs), sub(softplus(q.logits), softplus(p.logits)));
  return add(withEnds(yes, p.probs, q.probs), withEnds(no, sub(1, p.probs), sub(1, q.probs)));
}

/** Terms that are infinite where q says never, but 0 where p says so. */
const withEnds = (terms: Tensor, p: Tensor, q: Tensor): Tensor =>
  maskedFill(maskedFill(terms, eq(q, 0), Infinity), eq(p, 0), 0);

/**
 * Kullback-Leibler divergence of p from q, two distributions of one kind: (batch).
 *
 * @throws ValueError for distributions of different kinds; ShapeError if their batches do not broadcast
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.kl.kl_divergence
 * @example
 * const { Normal, klDivergence } = distributions;
 * klDivergence(new Normal(1, 1), new Normal(0, 1)).item(); // 0.5
 */
export function klDivergence<Kind extends Distribution>(p: Kind, q: Kind): Tensor {
  if (p instanceof Normal && q instanceof Normal) return ofNormals(p, q);
  if (p instanceof Categorical && q instanceof Categorical) return ofCategoricals(p, q);
  if (p instanceof Bernoulli && q instanceof Bernoulli) return ofBernoullis(p, q);
  throw new ValueError(`klDivergence: is not known for ${p.constructor.name} and ${q.constructor.name}`);
}
