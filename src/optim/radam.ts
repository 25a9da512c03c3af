import { type Arguments, readArguments, type Schema } from '../options.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Coefficients, expectBetas, type MomentOptions, stepByMoments } from './moments.js';
import { Optimizer, type ParamGroup, type Params } from './optimizer.js';
import { alike, count } from './rows.js';

/** Hyperparameters of `RAdam`. */
export interface RAdamOptions extends MomentOptions {
  /** Learning rate. Default 0.001. */
  lr: number;
  /** L2 penalty, or with decoupledWeightDecay the share of lr by which weights shrink. Default 0. */
  weightDecay: number;
  /** Let weights decay apart from the gradient, as AdamW does. Default false. */
  decoupledWeightDecay: boolean;
}

const DEFAULTS: RAdamOptions = {
  lr: 0.001,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  decoupledWeightDecay: false,
  maximize: false,
};

const OPTIONS: Schema<RAdamOptions> = {
  lr: '0 or more',
  betas: 'a pair of numbers',
  eps: '0 or more',
  weightDecay: '0 or more',
  decoupledWeightDecay: 'true or false',
  maximize: 'true or false',
};
const ORDER = ['lr', 'betas', 'eps', 'weightDecay', 'decoupledWeightDecay'] as const;

/**
 * Rectified Adam (Liu et al., 2020): momentum alone until the second moment is known well enough.
 *
 *     g = ∂L/∂p + weightDecay · p
 *     m = β₁ m + (1 − β₁) g,   v = β₂ v + (1 − β₂) g²
 *     ρ∞ = 2 / (1 − β₂) − 1,   ρ = ρ∞ − 2t β₂ᵗ / (1 − β₂ᵗ)
 *     r = √((ρ − 4)(ρ − 2) ρ∞ / ((ρ∞ − 4)(ρ∞ − 2) ρ))
 *     p = p − lr · m / (1 − β₁ᵗ) · (ρ > 5 ? r · √(1 − β₂ᵗ) / (√v + eps) : 1)
 *
 * State by parameter: `step`, `exp_avg` (m), `exp_avg_sq` (v).
 *
 * Options may stand by position, in PyTorch's order: lr, betas, eps, weightDecay, decoupledWeightDecay.
 *
 * @throws ValueError for a negative lr, eps or weightDecay, and for betas outside [0, 1)
 * @see https://pytorch.org/docs/stable/generated/torch.optim.RAdam.html
 * @example
 * const w = new nn.Parameter(ones([1]));
 * const optimizer = new optim.RAdam([w], { lr: 0.25 });
 * w.mul(2).sum().backward();
 * optimizer.step();
 * w.tolist(); // [0.5]
 */
export class RAdam extends Optimizer<RAdamOptions> {
  constructor(params: Params<RAdamOptions>, ...options: Arguments<Partial<RAdamOptions>, typeof ORDER>) {
    const given = readArguments('RAdam', options, OPTIONS, ORDER);
    super('RAdam', params, { ...DEFAULTS, ...given }, OPTIONS);
  }

  protected override check(hyper: RAdamOptions): void {
    expectBetas('RAdam', hyper);
  }

  protected override update(group: ParamGroup<RAdamOptions>, params: readonly Tensor[]): void {
    count(this.state, params, ['exp_avg', 'exp_avg_sq']);
    for (const { own, params: together } of alike(this.state, params, 'step')) {
      stepByMoments(this.state, together, group, rectified(own.step as number, group));
    }
  }
}

function rectified(step: number, { lr, betas, eps, decoupledWeightDecay }: RAdamOptions): Coefficients {
  const decoupled = decoupledWeightDecay;
  const corrected = lr / (1 - betas[0] ** step);
  const correction2 = 1 - betas[1] ** step;
  const most = 2 / (1 - betas[1]) - 1;
  const known = most - (2 * step * betas[1] ** step) / correction2;
  if (known <= 5) return { byMean: corrected, eps, decoupled, rootless: true };
  const r = Math.sqrt(((known - 4) * (known - 2) * most) / ((most - 4) * (most - 2) * known));
  return { byMean: corrected * r * Math.sqrt(correction2), eps, decoupled };
}
