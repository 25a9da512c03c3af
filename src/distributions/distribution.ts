import { ValueError } from '../errors.js';
import { expectKind, readOptions, type Schema } from '../options.js';
import type { Shape } from '../tensor/shape.js';
import { filled } from '../tensor/create.js';
import { sub } from '../tensor/ops/binary.js';
import { clamp, log, log1p, neg } from '../tensor/ops/elementwise.js';
import { all } from '../tensor/ops/reduce.js';
import { Tensor } from '../tensor/tensor.js';

/**
 * Base of distributions, one for each element of `batchShape`.
 *
 * @see https://pytorch.org/docs/stable/distributions.html
 */
export abstract class Distribution {
  protected constructor(readonly batchShape: Shape) {}

  /** Numbers drawn without history, (shape, batch): PyTorch's after the same seed. */
  abstract sample(shape?: Shape): Tensor;

  /** Logarithm of the probability, or of its density, at values that broadcast against the batch. */
  abstract logProb(value: Tensor): Tensor;

  /** How much is uncertain, in nats, (batch). */
  abstract entropy(): Tensor;

  protected extended(shape: Shape): Shape {
    return [...shape, ...this.batchShape];
  }
}

// NaN has an error of its own.
const PARAMETER = ['a number or NaN', Tensor] as const;

/** A parameter as a tensor of float32. */
export function asTensor(where: string, name: string, x: Tensor | number): Tensor {
  expectKind(where, name, x, PARAMETER);
  return x instanceof Tensor ? x : filled([], 'float32', [x]);
}

/** Checks a parameter or value, of which everything has to hold; NaN never does. */
export function expectAll(where: string, what: string, holds: Tensor): void {
  if (all(holds).item() === 1) return;
  throw new ValueError(`${where}: ${what}`);
}

/** Parameters of distributions of events: probabilities, or their logarithms. */
export type Odds = { readonly probs: Tensor | number } | { readonly logits: Tensor | number };

interface Either {
  readonly probs?: Tensor | number;
  readonly logits?: Tensor | number;
}

const EITHER: Schema<Either> = { probs: PARAMETER, logits: PARAMETER };

/** Whichever is given; a tensor alone is probabilities, as PyTorch's first argument. */
export function oddsOf(where: string, given: Tensor | number | Odds): { probs?: Tensor; logits?: Tensor } {
  if (given instanceof Tensor || typeof given === 'number') {
    return { probs: asTensor(where, 'probs', given) };
  }
  const { probs, logits } = readOptions<Either>(where, given, EITHER);
  if ((probs === undefined) === (logits === undefined)) {
    throw new ValueError(`${where}: needs either probs or logits`, {
      hint: `write new ${where}({ logits })`,
    });
  }
  return probs === undefined
    ? { logits: asTensor(where, 'logits', logits!) }
    : { probs: asTensor(where, 'probs', probs) };
}

// The distance from 1 to the next float32: what PyTorch keeps probabilities from 0 and 1 by.
const EPSILON = 2 ** -23;
const inside = (probs: Tensor): Tensor => clamp(probs, EPSILON, 1 - EPSILON);

/** ln p, finite. */
export const logOf = (probs: Tensor): Tensor => log(inside(probs));

/** ln p − ln(1 − p), finite. */
export function logOddsOf(probs: Tensor): Tensor {
  const p = inside(probs);
  return sub(log(p), log1p(neg(p)));
}
