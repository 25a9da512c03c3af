import { kernels, table } from '../kernels/engine.js';
import { dense } from '../tensor/copy.js';
import { zerosLike } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import { expectRange, Optimizer, type ParamGroup, type Params } from './optimizer.js';

/** Hyperparameters of `Adam`. */
export interface AdamOptions {
  /** Learning rate. Default 0.001. */
  lr: number;
  /** Decay rates of the two moments. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the root of the second moment. Default 1e-8. */
  eps: number;
  /** L2 penalty. Default 0. */
  weightDecay: number;
  /** Divide by the largest second moment so far (Reddi et al., 2018). Default false. */
  amsgrad: boolean;
  /** Climb instead of descend. Default false. */
  maximize: boolean;
}

const DEFAULTS: AdamOptions = {
  lr: 0.001,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  maximize: false,
};

interface AdamState {
  step: number;
  exp_avg: Tensor;
  exp_avg_sq: Tensor;
  max_exp_avg_sq?: Tensor;
  [name: string]: Tensor | number | undefined;
}

/**
 * Adam (Kingma and Ba, 2015).
 *
 *     g = ∂L/∂p + weightDecay · p
 *     m = β₁ m + (1 − β₁) g,   v = β₂ v + (1 − β₂) g²
 *     p = p − lr · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + eps)
 *
 * State by parameter: `step`, `exp_avg` (m), `exp_avg_sq` (v), and `max_exp_avg_sq` with amsgrad.
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
  constructor(params: Params<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super('Adam', params, { ...DEFAULTS, ...options });
  }

  protected override check(hyper: AdamOptions): void {
    expectRange('Adam', 'lr', hyper.lr, 0);
    expectRange('Adam', 'eps', hyper.eps, 0);
    expectRange('Adam', 'betas[0]', hyper.betas[0], 0, 1);
    expectRange('Adam', 'betas[1]', hyper.betas[1], 0, 1);
    expectRange('Adam', 'weightDecay', hyper.weightDecay, 0);
  }

  protected override update(group: ParamGroup<AdamOptions>, params: readonly Tensor[]): void {
    // Parameters that once had no gradient are behind in steps, and the bias corrections depend on the step.
    const bySteps = new Map<number, Tensor[]>();
    for (const p of params) {
      const own = this.stateOf(p, group.amsgrad);
      own.step += 1;
      const together = bySteps.get(own.step);
      if (together === undefined) bySteps.set(own.step, [p]);
      else together.push(p);
    }
    for (const [step, together] of bySteps) this.updateAt(step, group, together);
  }

  private stateOf(p: Tensor, amsgrad: boolean): AdamState {
    let own = this.state.get(p) as AdamState | undefined;
    if (own === undefined) {
      own = { step: 0, exp_avg: zerosLike(p), exp_avg_sq: zerosLike(p) };
      this.state.set(p, own as Record<string, Tensor | number>);
    }
    if (amsgrad) own.max_exp_avg_sq ??= zerosLike(p);
    return own;
  }

  private updateAt(step: number, group: ParamGroup<AdamOptions>, params: readonly Tensor[]): void {
    const { lr, eps, weightDecay, amsgrad, maximize } = group;
    const [beta1, beta2] = group.betas;
    const grads = params.map((p) => dense(p.gradient!));
    const entries: number[] = [];
    params.forEach((p, i) => {
      const own = this.state.get(p) as AdamState;
      const largest = amsgrad ? own.max_exp_avg_sq!.address : 0;
      entries.push(
        p.address,
        grads[i].address,
        own.exp_avg.address,
        own.exp_avg_sq.address,
        largest,
        p.numel(),
      );
    });
    const flags = Number(amsgrad) | (Number(maximize) << 1);
    const [correction1, correction2] = [1 - beta1 ** step, Math.sqrt(1 - beta2 ** step)];
    kernels.adam(
      table(entries),
      params.length,
      lr,
      beta1,
      beta2,
      eps,
      weightDecay,
      correction1,
      correction2,
      flags,
    );
  }
}
