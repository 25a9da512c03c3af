import { ValueError } from '../errors.js';
import { kernels } from '../kernels/engine.js';
import { type Arguments, readArguments, type Schema } from '../options.js';
import { empty, Tensor } from '../tensor/tensor.js';
import { Optimizer, type ParamGroup, type Params } from './optimizer.js';
import { MAXIMIZE, type Names, rows } from './rows.js';

/** Hyperparameters of `SGD`. */
export interface SGDOptions {
  /** Learning rate. Default 0.001. */
  lr: number;
  /** Share of the last step that goes on. Default 0. */
  momentum: number;
  /** Share of a gradient that momentum leaves out. Default 0. */
  dampening: number;
  /** L2 penalty. Default 0. */
  weightDecay: number;
  /** Nesterov's momentum, which looks ahead. Default false. */
  nesterov: boolean;
  /** Climb instead of descend. Default false. */
  maximize: boolean;
}

const DEFAULTS: SGDOptions = {
  lr: 0.001,
  momentum: 0,
  dampening: 0,
  weightDecay: 0,
  nesterov: false,
  maximize: false,
};

const OPTIONS: Schema<SGDOptions> = {
  lr: '0 or more',
  momentum: '0 or more',
  dampening: 'a number',
  weightDecay: '0 or more',
  nesterov: 'true or false',
  maximize: 'true or false',
};
const ORDER = ['lr', 'momentum', 'dampening', 'weightDecay', 'nesterov'] as const;

const NESTEROV = 2;
// The buffer holds nothing yet.
const FRESH = 4;

/**
 * Stochastic gradient descent, optionally with momentum.
 *
 *     g = ∂L/∂p + weightDecay · p
 *     b = momentum · b + (1 − dampening) · g          (the first time b = g)
 *     p = p − lr · (nesterov ? g + momentum · b : b)
 *
 * State by parameter: `momentum_buffer`, with momentum.
 *
 * Options may stand by position, in PyTorch's order: lr, momentum, dampening, weightDecay, nesterov.
 *
 * @throws ValueError for a negative lr, momentum or weightDecay, and for nesterov without momentum or with dampening
 * @see https://pytorch.org/docs/stable/generated/torch.optim.SGD.html
 * @example
 * const w = new nn.Parameter(ones([1]));
 * const optimizer = new optim.SGD([w], { lr: 0.5 });
 * w.mul(3).sum().backward();
 * optimizer.step();
 * w.tolist(); // [-0.5]
 */
export class SGD extends Optimizer<SGDOptions> {
  constructor(params: Params<SGDOptions>, ...options: Arguments<Partial<SGDOptions>, typeof ORDER>) {
    const given = readArguments('SGD', options, OPTIONS, ORDER);
    super('SGD', params, { ...DEFAULTS, ...given }, OPTIONS);
  }

  protected override check(hyper: SGDOptions): void {
    if (hyper.nesterov && (hyper.momentum <= 0 || hyper.dampening !== 0)) {
      throw new ValueError('SGD: nesterov needs a momentum above 0 and a dampening of 0');
    }
  }

  protected override update(group: ParamGroup<SGDOptions>, params: readonly Tensor[]): void {
    if (group.momentum === 0) {
      this.updateBy(group, params, [null]);
      return;
    }
    const fresh = params.filter((p) => this.state.get(p)?.momentum_buffer === undefined);
    const known = params.filter((p) => this.state.get(p)?.momentum_buffer !== undefined);
    for (const p of fresh) this.state.set(p, { momentum_buffer: empty(p.shape) });
    this.updateBy(group, fresh, ['momentum_buffer'], FRESH);
    this.updateBy(group, known, ['momentum_buffer']);
  }

  private updateBy(
    { lr, momentum, dampening, weightDecay, nesterov, maximize }: SGDOptions,
    params: readonly Tensor[],
    names: Names,
    more = 0,
  ): void {
    const entries = rows(this.state, params, names);
    const flags = (maximize ? MAXIMIZE : 0) | (nesterov ? NESTEROV : 0) | more;
    kernels.sgd(entries, params.length, lr, momentum, dampening, weightDecay, flags);
  }
}
