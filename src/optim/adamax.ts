import { kernels } from '../kernels/engine.js';
import { type Arguments, readArguments, type Schema } from '../options.js';
import type { Tensor } from '../tensor/tensor.js';
import { expectBetas, type MomentOptions } from './moments.js';
import { Optimizer, type ParamGroup, type Params } from './optimizer.js';
import { alike, count, MAXIMIZE, rows } from './rows.js';

/** Hyperparameters of `Adamax`. */
export interface AdamaxOptions extends MomentOptions {
  /** Learning rate. Default 0.002. */
  lr: number;
  /** Decay rates of the mean and of the largest gradient. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the size of a gradient. Default 1e-8. */
  eps: number;
  /** L2 penalty. Default 0. */
  weightDecay: number;
}

const DEFAULTS: AdamaxOptions = {
  lr: 0.002,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  maximize: false,
};

const OPTIONS: Schema<AdamaxOptions> = {
  lr: '0 or more',
  betas: 'a pair of numbers',
  eps: '0 or more',
  weightDecay: '0 or more',
  maximize: 'true or false',
};
const ORDER = ['lr', 'betas', 'eps', 'weightDecay'] as const;

/**
 * Adamax, Adam by the largest gradient instead of the root of the mean square (Kingma and Ba, 2015).
 *
 *     g = ∂L/∂p + weightDecay · p
 *     m = β₁ m + (1 − β₁) g,   u = max(β₂ u, |g| + eps)
 *     p = p − lr / (1 − β₁ᵗ) · m / u
 *
 * State by parameter: `step`, `exp_avg` (m), `exp_inf` (u).
 *
 * Options may stand by position, in PyTorch's order: lr, betas, eps, weightDecay.
 *
 * @throws ValueError for a negative lr, eps or weightDecay, and for betas outside [0, 1)
 * @see https://pytorch.org/docs/stable/generated/torch.optim.Adamax.html
 * @example
 * const w = new nn.Parameter(ones([1]));
 * const optimizer = new optim.Adamax([w], { lr: 0.25 });
 * w.mul(2).sum().backward();
 * optimizer.step();
 * w.tolist(); // [0.75]
 */
export class Adamax extends Optimizer<AdamaxOptions> {
  constructor(params: Params<AdamaxOptions>, ...options: Arguments<Partial<AdamaxOptions>, typeof ORDER>) {
    const given = readArguments('Adamax', options, OPTIONS, ORDER);
    super('Adamax', params, { ...DEFAULTS, ...given }, OPTIONS);
  }

  protected override check(hyper: AdamaxOptions): void {
    expectBetas('Adamax', hyper);
  }

  protected override update(group: ParamGroup<AdamaxOptions>, params: readonly Tensor[]): void {
    const { lr, betas, eps, weightDecay, maximize } = group;
    count(this.state, params, ['exp_avg', 'exp_inf']);
    for (const { own, params: together } of alike(this.state, params, 'step')) {
      const rate = lr / (1 - betas[0] ** (own.step as number));
      const entries = rows(this.state, together, ['exp_avg', 'exp_inf']);
      kernels.adamax(entries, together.length, rate, ...betas, eps, weightDecay, maximize ? MAXIMIZE : 0);
    }
  }
}
