import { ValueError } from '../errors.js';
import { kernels } from '../kernels/engine.js';
import { type Arguments, readArguments, type Schema } from '../options.js';
import { full } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import { Optimizer, type ParamGroup, type Params } from './optimizer.js';
import { begin, count, MAXIMIZE, rows } from './rows.js';

/** Hyperparameters of `Rprop`. */
export interface RpropOptions {
  /** The step that a weight begins with. Default 0.01. */
  lr: number;
  /** Factors on the step where the gradient turns and where it does not. Default [0.5, 1.2]. */
  etas: readonly [number, number];
  /** The least and the largest step. Default [1e-6, 50]. */
  stepSizes: readonly [number, number];
  /** Climb instead of descend. Default false. */
  maximize: boolean;
}

const DEFAULTS: RpropOptions = { lr: 0.01, etas: [0.5, 1.2], stepSizes: [1e-6, 50], maximize: false };

const OPTIONS: Schema<RpropOptions> = {
  lr: '0 or more',
  etas: 'a pair of numbers',
  stepSizes: 'a pair of numbers',
  maximize: 'true or false',
};
const ORDER = ['lr', 'etas', 'stepSizes'] as const;

/**
 * Resilient backpropagation (Riedmiller and Braun, 1993), for gradients over the whole data: only their signs count.
 *
 *     s = s · (etas[1] where g · before > 0, etas[0] where g · before < 0), within stepSizes      (s₀ = lr)
 *     g = 0 where g · before < 0
 *     p = p − sign(g) · s,   before = g
 *
 * State by parameter: `step`, `prev` (the gradient before), `step_size` (s).
 *
 * Options may stand by position, in PyTorch's order: lr, etas, stepSizes.
 *
 * @throws ValueError for a negative lr, and unless 0 < etas[0] < 1 < etas[1]
 * @see https://pytorch.org/docs/stable/generated/torch.optim.Rprop.html
 * @example
 * const w = new nn.Parameter(ones([1]));
 * const optimizer = new optim.Rprop([w], { lr: 0.25 });
 * w.mul(3).sum().backward();
 * optimizer.step();
 * w.tolist(); // [0.75]
 */
export class Rprop extends Optimizer<RpropOptions> {
  constructor(params: Params<RpropOptions>, ...options: Arguments<Partial<RpropOptions>, typeof ORDER>) {
    const given = readArguments('Rprop', options, OPTIONS, ORDER);
    super('Rprop', params, { ...DEFAULTS, ...given }, OPTIONS);
  }

  protected override check({ etas, stepSizes }: RpropOptions): void {
    if (!(etas[0] > 0 && etas[0] < 1 && etas[1] > 1)) {
      throw new ValueError(`Rprop: etas must lie on both sides of 1, above 0, not be ${etas.join(' and ')}`);
    }
    if (!(stepSizes[0] <= stepSizes[1])) {
      throw new ValueError(
        `Rprop: the least of stepSizes comes first, but they are ${stepSizes.join(' and ')}`,
      );
    }
  }

  protected override update(group: ParamGroup<RpropOptions>, params: readonly Tensor[]): void {
    const { lr, etas, stepSizes, maximize } = group;
    for (const p of params) {
      begin(this.state, p, 'step_size', () => full(p.shape, lr, { dtype: 'float32' }));
    }
    count(this.state, params, ['prev']);
    const entries = rows(this.state, params, ['prev', 'step_size']);
    kernels.rprop(entries, params.length, ...etas, ...stepSizes, maximize ? MAXIMIZE : 0);
  }
}
