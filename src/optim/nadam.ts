import { type Arguments, readArguments, type Schema } from '../options.js';
import type { Tensor } from '../tensor/tensor.js';
import { expectBetas, type MomentOptions, stepByMoments } from './moments.js';
import { Optimizer, type ParamGroup, type Params } from './optimizer.js';
import { alike, begin, count } from './rows.js';

/** Hyperparameters of `NAdam`. */
export interface NAdamOptions extends MomentOptions {
  /** Learning rate. Default 0.002. */
  lr: number;
  /** L2 penalty, or with decoupledWeightDecay the share of lr by which weights shrink. Default 0. */
  weightDecay: number;
  /** How fast the momentum grows to its full size. Default 0.004. */
  momentumDecay: number;
  /** Let weights decay apart from the gradient, as AdamW does. Default false. */
  decoupledWeightDecay: boolean;
}

const DEFAULTS: NAdamOptions = {
  lr: 0.002,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  momentumDecay: 0.004,
  decoupledWeightDecay: false,
  maximize: false,
};

const OPTIONS: Schema<NAdamOptions> = {
  lr: '0 or more',
  betas: 'a pair of numbers',
  eps: '0 or more',
  weightDecay: '0 or more',
  momentumDecay: '0 or more',
  decoupledWeightDecay: 'true or false',
  maximize: 'true or false',
};
const ORDER = ['lr', 'betas', 'eps', 'weightDecay', 'momentumDecay', 'decoupledWeightDecay'] as const;

/**
 * Adam with Nesterov's momentum (Dozat, 2016).
 *
 *     g = ∂L/∂p + weightDecay · p
 *     μₜ = β₁ (1 − ½ · 0.96^(t · momentumDecay)),   Πₜ = μ₁ μ₂ … μₜ
 *     m = β₁ m + (1 − β₁) g,   v = β₂ v + (1 − β₂) g²
 *     m̂ = μₜ₊₁ m / (1 − Πₜ₊₁) + (1 − μₜ) g / (1 − Πₜ)
 *     p = p − lr · m̂ / (√(v / (1 − β₂ᵗ)) + eps)
 *
 * State by parameter: `step`, `exp_avg` (m), `exp_avg_sq` (v), `mu_product` (Π).
 *
 * Options may stand by position, in PyTorch's order: lr, betas, eps, weightDecay, momentumDecay, decoupledWeightDecay.
 *
 * @throws ValueError for a negative lr, eps, weightDecay or momentumDecay, and for betas outside [0, 1)
 * @see https://pytorch.org/docs/stable/generated/torch.optim.NAdam.html
 * @example
 * const w = new nn.Parameter(ones([3]));
 * const optimizer = new optim.NAdam([w], { lr: 0.01 });
 * w.square().sum().backward();
 * optimizer.step();
 */
export class NAdam extends Optimizer<NAdamOptions> {
  constructor(params: Params<NAdamOptions>, ...options: Arguments<Partial<NAdamOptions>, typeof ORDER>) {
    const given = readArguments('NAdam', options, OPTIONS, ORDER);
    super('NAdam', params, { ...DEFAULTS, ...given }, OPTIONS);
  }

  protected override check(hyper: NAdamOptions): void {
    expectBetas('NAdam', hyper);
  }

  protected override update(group: ParamGroup<NAdamOptions>, params: readonly Tensor[]): void {
    const { lr, betas, eps, momentumDecay, decoupledWeightDecay } = group;
    const momentum = (step: number): number => betas[0] * (1 - 0.5 * 0.96 ** (step * momentumDecay));
    count(this.state, params, ['exp_avg', 'exp_avg_sq']);
    for (const p of params) {
      const own = begin(this.state, p, 'mu_product', () => 1);
      own.mu_product = (own.mu_product as number) * momentum(own.step as number);
    }
    for (const { own, params: together } of alike(this.state, params, 'step', 'mu_product')) {
      const step = own.step as number;
      const product = own.mu_product as number;
      const root = Math.sqrt(1 - betas[1] ** step);
      const [now, next] = [momentum(step), momentum(step + 1)];
      stepByMoments(this.state, together, group, {
        byGradient: (lr * root * (1 - now)) / (1 - product),
        byMean: (lr * root * next) / (1 - product * next),
        eps: eps * root,
        decoupled: decoupledWeightDecay,
      });
    }
  }
}
