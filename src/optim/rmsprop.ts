import { kernels } from '../kernels/engine.js';
import { type Arguments, readArguments, type Schema } from '../options.js';
import type { Tensor } from '../tensor/tensor.js';
import { Optimizer, type ParamGroup, type Params } from './optimizer.js';
import { count, MAXIMIZE, rows } from './rows.js';

/** Hyperparameters of `RMSprop`. */
export interface RMSpropOptions {
  /** Learning rate. Default 0.01. */
  lr: number;
  /** Decay rate of the running mean of squares. Default 0.99. */
  alpha: number;
  /** Added to its root. Default 1e-8. */
  eps: number;
  /** L2 penalty. Default 0. */
  weightDecay: number;
  /** Share of the last step that goes on. Default 0. */
  momentum: number;
  /** Divide by the standard deviation instead of the root of the mean square. Default false. */
  centered: boolean;
  /** Climb instead of descend. Default false. */
  maximize: boolean;
}

const DEFAULTS: RMSpropOptions = {
  lr: 0.01,
  alpha: 0.99,
  eps: 1e-8,
  weightDecay: 0,
  momentum: 0,
  centered: false,
  maximize: false,
};

const OPTIONS: Schema<RMSpropOptions> = {
  lr: '0 or more',
  alpha: '0 or more',
  eps: '0 or more',
  weightDecay: '0 or more',
  momentum: '0 or more',
  centered: 'true or false',
  maximize: 'true or false',
};
const ORDER = ['lr', 'alpha', 'eps', 'weightDecay', 'momentum', 'centered'] as const;

/**
 * RMSprop (Hinton, 2012), optionally centred (Graves, 2013) and with momentum.
 *
 *     g = ∂L/∂p + weightDecay · p
 *     v = alpha · v + (1 − alpha) g²
 *     a = alpha · a + (1 − alpha) g                    (centered; else a = 0)
 *     b = momentum · b + g / (√(v − a²) + eps)
 *     p = p − lr · b
 *
 * State by parameter: `step`, `square_avg` (v), `grad_avg` (a) where centered, `momentum_buffer` (b) with momentum.
 *
 * Options may stand by position, in PyTorch's order: lr, alpha, eps, weightDecay, momentum, centered.
 *
 * @throws ValueError for a negative lr, alpha, eps, momentum or weightDecay
 * @see https://pytorch.org/docs/stable/generated/torch.optim.RMSprop.html
 * @example
 * const w = new nn.Parameter(ones([1]));
 * const optimizer = new optim.RMSprop([w], { lr: 0.25, alpha: 0.75 });
 * w.mul(3).sum().backward();
 * optimizer.step();
 * w.tolist(); // [0.5]
 */
export class RMSprop extends Optimizer<RMSpropOptions> {
  constructor(params: Params<RMSpropOptions>, ...options: Arguments<Partial<RMSpropOptions>, typeof ORDER>) {
    const given = readArguments('RMSprop', options, OPTIONS, ORDER);
    super('RMSprop', params, { ...DEFAULTS, ...given }, OPTIONS);
  }

  protected override update(group: ParamGroup<RMSpropOptions>, params: readonly Tensor[]): void {
    const { lr, alpha, eps, weightDecay, momentum, centered, maximize } = group;
    const names = ['square_avg', centered ? 'grad_avg' : null, momentum > 0 ? 'momentum_buffer' : null];
    count(this.state, params, names);
    const entries = rows(this.state, params, names);
    const flags = maximize ? MAXIMIZE : 0;
    kernels.rmsprop(entries, params.length, lr, alpha, 1 - alpha, eps, momentum, weightDecay, flags);
  }
}
