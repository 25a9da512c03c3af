import { kernels } from '../kernels/engine.js';
import { type Arguments, readArguments, type Schema } from '../options.js';
import { full } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import { Optimizer, type ParamGroup, type Params } from './optimizer.js';
import { alike, begin, count, MAXIMIZE, rows } from './rows.js';

/** Hyperparameters of `Adagrad`. */
export interface AdagradOptions {
  /** Learning rate. Default 0.01. */
  lr: number;
  /** How fast the learning rate falls: it is lr / (1 + (t − 1) · lrDecay). Default 0. */
  lrDecay: number;
  /** L2 penalty. Default 0. */
  weightDecay: number;
  /** What the sum of squares begins with. Default 0. */
  initialAccumulatorValue: number;
  /** Added to the root of the sum of squares. Default 1e-10. */
  eps: number;
  /** Climb instead of descend. Default false. */
  maximize: boolean;
}

const DEFAULTS: AdagradOptions = {
  lr: 0.01,
  lrDecay: 0,
  weightDecay: 0,
  initialAccumulatorValue: 0,
  eps: 1e-10,
  maximize: false,
};

const OPTIONS: Schema<AdagradOptions> = {
  lr: '0 or more',
  lrDecay: '0 or more',
  weightDecay: '0 or more',
  initialAccumulatorValue: '0 or more',
  eps: '0 or more',
  maximize: 'true or false',
};
const ORDER = ['lr', 'lrDecay', 'weightDecay', 'initialAccumulatorValue', 'eps'] as const;

/**
 * Adagrad (Duchi et al., 2011).
 *
 *     g = ∂L/∂p + weightDecay · p
 *     s = s + g²                                       (s₀ = initialAccumulatorValue)
 *     p = p − lr / (1 + (t − 1) · lrDecay) · g / (√s + eps)
 *
 * State by parameter: `step`, `sum` (s), from the start.
 *
 * Options may stand by position, in PyTorch's order: lr, lrDecay, weightDecay, initialAccumulatorValue, eps.
 *
 * @throws ValueError for a negative lr, lrDecay, weightDecay, initialAccumulatorValue or eps
 * @see https://pytorch.org/docs/stable/generated/torch.optim.Adagrad.html
 * @example
 * const w = new nn.Parameter(ones([1]));
 * const optimizer = new optim.Adagrad([w], { lr: 0.25 });
 * w.mul(3).sum().backward();
 * optimizer.step();
 * w.tolist(); // [0.75]
 */
export class Adagrad extends Optimizer<AdagradOptions> {
  constructor(params: Params<AdagradOptions>, ...options: Arguments<Partial<AdagradOptions>, typeof ORDER>) {
    const given = readArguments('Adagrad', options, OPTIONS, ORDER);
    super('Adagrad', params, { ...DEFAULTS, ...given }, OPTIONS);
    for (const group of this.paramGroups) this.accumulators(group, group.params);
  }

  protected override update(group: ParamGroup<AdagradOptions>, params: readonly Tensor[]): void {
    const { lr, lrDecay, eps, weightDecay, maximize } = group;
    // Parameters of groups that were added later.
    this.accumulators(group, params);
    count(this.state, params, ['sum']);
    for (const { own, params: together } of alike(this.state, params, 'step')) {
      const rate = lr / (1 + ((own.step as number) - 1) * lrDecay);
      const entries = rows(this.state, together, ['sum', null, null]);
      const flags = maximize ? MAXIMIZE : 0;
      kernels.rmsprop(entries, together.length, rate, 1, 1, eps, 0, weightDecay, flags);
    }
  }

  private accumulators({ initialAccumulatorValue: value }: AdagradOptions, params: readonly Tensor[]): void {
    for (const p of params) begin(this.state, p, 'sum', () => full(p.shape, value, { dtype: 'float32' }));
  }
}
