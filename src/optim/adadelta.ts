import { kernels } from '../kernels/engine.js';
import { type Arguments, readArguments, type Schema } from '../options.js';
import type { Tensor } from '../tensor/tensor.js';
import { Optimizer, type ParamGroup, type Params } from './optimizer.js';
import { count, MAXIMIZE, rows } from './rows.js';

/** Hyperparameters of `Adadelta`. */
export interface AdadeltaOptions {
  /** Factor on the step. Default 1. */
  lr: number;
  /** Decay rate of the running means of squares. Default 0.9. */
  rho: number;
  /** Added to them below their roots. Default 1e-6. */
  eps: number;
  /** L2 penalty. Default 0. */
  weightDecay: number;
  /** Climb instead of descend. Default false. */
  maximize: boolean;
}

const DEFAULTS: AdadeltaOptions = { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false };

const OPTIONS: Schema<AdadeltaOptions> = {
  lr: '0 or more',
  rho: 'between 0 and 1',
  eps: '0 or more',
  weightDecay: '0 or more',
  maximize: 'true or false',
};
const ORDER = ['lr', 'rho', 'eps', 'weightDecay'] as const;

/**
 * Adadelta (Zeiler, 2012).
 *
 *     g = ∂L/∂p + weightDecay · p
 *     v = rho · v + (1 − rho) g²
 *     s = √(d + eps) / √(v + eps) · g,   d = rho · d + (1 − rho) s²
 *     p = p − lr · s
 *
 * State by parameter: `step`, `square_avg` (v), `acc_delta` (d).
 *
 * Options may stand by position, in PyTorch's order: lr, rho, eps, weightDecay.
 *
 * @throws ValueError for a negative lr, eps or weightDecay, and for rho outside [0, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.optim.Adadelta.html
 * @example
 * const w = new nn.Parameter(ones([3]));
 * const optimizer = new optim.Adadelta([w]);
 * w.square().sum().backward();
 * optimizer.step();
 */
export class Adadelta extends Optimizer<AdadeltaOptions> {
  constructor(
    params: Params<AdadeltaOptions>,
    ...options: Arguments<Partial<AdadeltaOptions>, typeof ORDER>
  ) {
    const given = readArguments('Adadelta', options, OPTIONS, ORDER);
    super('Adadelta', params, { ...DEFAULTS, ...given }, OPTIONS);
  }

  protected override update(group: ParamGroup<AdadeltaOptions>, params: readonly Tensor[]): void {
    const { lr, rho, eps, weightDecay, maximize } = group;
    count(this.state, params, ['square_avg', 'acc_delta']);
    const entries = rows(this.state, params, ['square_avg', 'acc_delta']);
    kernels.adadelta(entries, params.length, lr, rho, eps, weightDecay, maximize ? MAXIMIZE : 0);
  }
}
