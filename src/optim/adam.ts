import { type Arguments, readArguments, type Schema } from '../options.js';
import type { Tensor } from '../tensor/tensor.js';
import { expectBetas, type MomentOptions, stepByMoments } from './moments.js';
import { Optimizer, type ParamGroup, type Params } from './optimizer.js';
import { alike, count } from './rows.js';

/** Hyperparameters of `Adam` and `AdamW`. */
export interface AdamOptions extends MomentOptions {
  /** Learning rate. Default 0.001. */
  lr: number;
  /** L2 penalty, in AdamW the share of lr by which weights shrink. Default 0, in AdamW 0.01. */
  weightDecay: number;
  /** Divide by the largest second moment so far (Reddi et al., 2018). Default false. */
  amsgrad: boolean;
}

const DEFAULTS: AdamOptions = {
  lr: 0.001,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  maximize: false,
};

const OPTIONS: Schema<AdamOptions> = {
  lr: '0 or more',
  betas: 'a pair of numbers',
  eps: '0 or more',
  weightDecay: '0 or more',
  amsgrad: 'true or false',
  maximize: 'true or false',
};
const ORDER = ['lr', 'betas', 'eps', 'weightDecay', 'amsgrad'] as const;

/**
 * Adam (Kingma and Ba, 2015).
 *
 *     g = ∂L/∂p + weightDecay · p
 *     m = β₁ m + (1 − β₁) g,   v = β₂ v + (1 − β₂) g²
 *     p = p − lr · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + eps)
 *
 * State by parameter: `step`, `exp_avg` (m), `exp_avg_sq` (v), and `max_exp_avg_sq` with amsgrad.
 *
 * Options may stand by position, in PyTorch's order: lr, betas, eps, weightDecay, amsgrad.
 *
 * @throws ValueError for a negative lr, eps or weightDecay, and for betas outside [0, 1)
 * @see https://pytorch.org/docs/stable/generated/torch.optim.Adam.html
 * @example
 * const model = new nn.Linear(2, 1);
 * const optimizer = new optim.Adam(model.parameters(), { lr: 0.1 });
 * const loss = model.forward(ones([4, 2])).square().mean();
 * optimizer.zeroGrad();
 * loss.backward();
 * optimizer.step();
 */
export class Adam extends Optimizer<AdamOptions> {
  constructor(params: Params<AdamOptions>, ...options: Arguments<Partial<AdamOptions>, typeof ORDER>) {
    const given: Partial<AdamOptions> = readArguments('Adam', options, OPTIONS, ORDER);
    super('Adam', params, { ...DEFAULTS, ...given }, OPTIONS);
  }

  protected override check(hyper: AdamOptions): void {
    expectBetas('Adam', hyper);
  }

  protected override update(group: ParamGroup<AdamOptions>, params: readonly Tensor[]): void {
    adamStep(this.state, group, params, false);
  }
}

/**
 * Adam with weight decay apart from the gradient (Loshchilov and Hutter, 2019).
 *
 *     p = p − lr · weightDecay · p, then a step of Adam without penalty
 *
 * State by parameter as Adam's. weightDecay is 0.01 unless given.
 *
 * Options may stand by position, in PyTorch's order: lr, betas, eps, weightDecay, amsgrad.
 *
 * @throws ValueError for a negative lr, eps or weightDecay, and for betas outside [0, 1)
 * @see https://pytorch.org/docs/stable/generated/torch.optim.AdamW.html
 * @example
 * const w = new nn.Parameter(ones([1]));
 * const optimizer = new optim.AdamW([w], { lr: 0.5, weightDecay: 1 });
 * w.mul(0).sum().backward();
 * optimizer.step();
 * w.tolist(); // [0.5]
 */
export class AdamW extends Optimizer<AdamOptions> {
  constructor(params: Params<AdamOptions>, ...options: Arguments<Partial<AdamOptions>, typeof ORDER>) {
    const given: Partial<AdamOptions> = readArguments('AdamW', options, OPTIONS, ORDER);
    super('AdamW', params, { ...DEFAULTS, weightDecay: 0.01, ...given }, OPTIONS);
  }

  protected override check(hyper: AdamOptions): void {
    expectBetas('AdamW', hyper);
  }

  protected override update(group: ParamGroup<AdamOptions>, params: readonly Tensor[]): void {
    adamStep(this.state, group, params, true);
  }
}

function adamStep(
  states: Adam['state'],
  group: ParamGroup<AdamOptions>,
  params: readonly Tensor[],
  decoupled: boolean,
): void {
  const { lr, betas, eps, amsgrad } = group;
  count(states, params, ['exp_avg', 'exp_avg_sq', amsgrad ? 'max_exp_avg_sq' : null]);
  for (const { own, params: together } of alike(states, params, 'step')) {
    const step = own.step as number;
    const root = Math.sqrt(1 - betas[1] ** step);
    const byMean = (lr * root) / (1 - betas[0] ** step);
    stepByMoments(states, together, group, { byMean, eps: eps * root, amsgrad, decoupled });
  }
}
