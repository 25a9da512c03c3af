import { ValueError } from '../errors.js';
import { recording } from '../kernels/engine.js';
import { type Arguments, readArguments, type Schema } from '../options.js';
import { noGrad } from '../tensor/autograd.js';
import { duplicate } from '../tensor/copy.js';
import { filled, zeros } from '../tensor/create.js';
import { add, mul, sub } from '../tensor/ops/binary.js';
import { abs, neg } from '../tensor/ops/elementwise.js';
import { add_, copy_ } from '../tensor/ops/in-place.js';
import { dot } from '../tensor/ops/products.js';
import { max, sum } from '../tensor/ops/reduce.js';
import { cat, narrow, reshape, select, unsqueeze } from '../tensor/ops/views.js';
import { Tensor } from '../tensor/tensor.js';
import { Optimizer, type Params, type ParamState } from './optimizer.js';
import { type Point, strongWolfe } from './strong-wolfe.js';

/** Hyperparameters of `LBFGS`. */
export interface LBFGSOptions {
  /** Learning rate, the length of the first step tried. Default 1. */
  lr: number;
  /** Iterations of a step at most. Default 20. */
  maxIter: number;
  /** Evaluations of the loss in a step at most. Default ⌊1.25 · maxIter⌋. */
  maxEval: number;
  /** Largest element of the gradient at which a step ends. Default 1e-7. */
  toleranceGrad: number;
  /** Change of the loss or of a parameter at which a step ends. Default 1e-9. */
  toleranceChange: number;
  /** Changes remembered. Default 100. */
  historySize: number;
  /** How to find a step's length: 'strongWolfe', or null to take lr as it is. Default null. */
  lineSearchFn: 'strongWolfe' | null;
}

const DEFAULTS = {
  lr: 1,
  maxIter: 20,
  toleranceGrad: 1e-7,
  toleranceChange: 1e-9,
  historySize: 100,
  lineSearchFn: null,
};

const OPTIONS: Schema<LBFGSOptions> = {
  lr: '0 or more',
  maxIter: 'a whole number above 0',
  maxEval: 'a whole number above 0',
  toleranceGrad: 'a number',
  toleranceChange: 'a number',
  historySize: 'a whole number above 0',
  lineSearchFn: [{ oneOf: ['strongWolfe'] }, null],
};
const ORDER = [
  'lr',
  'maxIter',
  'maxEval',
  'toleranceGrad',
  'toleranceChange',
  'historySize',
  'lineSearchFn',
] as const;

/** What is remembered, with the first parameter. The history stands row by row. */
interface Memory extends ParamState {
  func_evals: number;
  n_iter: number;
  /** Direction of the last iteration, and how far it went. */
  d: Tensor;
  t: number;
  /** Changes of the gradient y and of the parameters s, and 1 / y · s. */
  old_dirs: Tensor;
  old_stps: Tensor;
  ro: Tensor;
  H_diag: number;
  prev_flat_grad: Tensor;
  prev_loss: number;
}

const f = Math.fround;
const largest = (x: Tensor): number => max(abs(x)).item();

/**
 * L-BFGS (Liu and Nocedal, 1989): steps in the directions that the last changes of the gradient suggest. For small problems that are
 * given whole at each evaluation; one group of parameters only.
 *
 * State, with the first parameter: `func_evals`, `n_iter`, `d`, `t`, `H_diag`, `prev_flat_grad`, `prev_loss`, and the history
 * `old_dirs`, `old_stps`, `ro`, row by row (PyTorch has lists).
 *
 * @throws ValueError for more than one group, a negative lr, sizes that are not above 0, and an unknown lineSearchFn
 * @see https://pytorch.org/docs/stable/generated/torch.optim.LBFGS.html
 * @example
 * const w = new nn.Parameter(zeros([2]));
 * const optimizer = new optim.LBFGS([w], { lineSearchFn: 'strongWolfe' });
 * optimizer.step(() => {
 *   optimizer.zeroGrad();
 *   const loss = w.sub(tensor([3, -1])).square().sum();
 *   loss.backward();
 *   return loss;
 * });
 * w.tolist(); // [3, -1]
 */
export class LBFGS extends Optimizer<LBFGSOptions> {
  constructor(params: Params<LBFGSOptions>, ...options: Arguments<Partial<LBFGSOptions>, typeof ORDER>) {
    const given = readArguments<Partial<LBFGSOptions>>('LBFGS', options, OPTIONS, ORDER);
    const maxEval = given.maxEval ?? Math.floor(((given.maxIter ?? DEFAULTS.maxIter) * 5) / 4);
    super('LBFGS', params, { ...DEFAULTS, ...given, maxEval }, OPTIONS);
  }

  protected override check(): void {
    if (this.paramGroups.length > 0) throw new ValueError('LBFGS: there can be only one group of parameters');
  }

  /** @throws ValueError always: gradients alone are not enough */
  protected override update(): never {
    throw new ValueError('LBFGS: step needs a function that computes the loss anew', {
      hint: 'write optimizer.step(() => { optimizer.zeroGrad(); …; loss.backward(); return loss; })',
    });
  }

  /**
   * Evaluates the model as often as it takes, and changes the parameters.
   *
   * @param closure  clears gradients, computes the loss, calls backward, and returns the loss: a tensor of one element, or a number
   * @returns        what the closure returned at its first call
   * @throws ValueError without a closure
   */
  override step<T>(closure?: () => T): T {
    if (closure === undefined) return this.update();
    recording()?.cannot('LBFGS decides how often it evaluates');
    const [{ lr, maxIter, maxEval, toleranceGrad, toleranceChange, historySize, lineSearchFn }] =
      this.paramGroups;
    const evaluate = (): [loss: number, grad: Tensor, result: T] => {
      const result = closure();
      return [result instanceof Tensor ? result.item() : Number(result), this.flatGrad(), result];
    };
    const [firstLoss, firstGrad, result] = evaluate();
    let [loss, grad] = [firstLoss, firstGrad];
    let evaluations = 1;
    const memory = this.memory(grad);
    memory.func_evals += 1;
    if (largest(grad) <= toleranceGrad) return result;

    for (let iteration = 1; iteration <= maxIter; iteration++) {
      memory.n_iter += 1;
      const first = memory.n_iter === 1;
      const d = noGrad(() => (first ? neg(grad) : direction(memory, grad, historySize)));
      memory.d = d;
      memory.prev_flat_grad = grad;
      memory.prev_loss = loss;
      memory.t = first ? f(Math.min(1, f(1 / sum(abs(grad)).item()))) * lr : lr;
      const slope = noGrad(() => dot(grad, d)).item();
      if (slope > -toleranceChange) break;

      const before = evaluations;
      let done = false;
      if (lineSearchFn === 'strongWolfe') {
        const start: Point = { t: 0, loss, grad, slope };
        const limits = { most: maxEval - evaluations, toleranceChange, largest: largest(d) };
        const [best, count] = strongWolfe((t) => this.at(t, d, evaluate), start, memory.t, limits);
        ({ loss, grad, t: memory.t } = best);
        evaluations += count;
        this.move(memory.t, d);
        done = largest(grad) <= toleranceGrad;
      } else {
        this.move(memory.t, d);
        if (iteration < maxIter) {
          [loss, grad] = evaluate();
          evaluations += 1;
          done = largest(grad) <= toleranceGrad;
        }
      }
      memory.func_evals += evaluations - before;
      if (evaluations >= maxEval || done) break;
      if (noGrad(() => largest(mul(d, memory.t))) <= toleranceChange) break;
      if (Math.abs(loss - memory.prev_loss) < toleranceChange) break;
    }
    return result;
  }

  /** What is remembered, which at the start is nothing. */
  private memory(grad: Tensor): Memory {
    const [first] = this.paramGroups[0].params;
    const known = this.state.get(first);
    if (known !== undefined) return known as Memory;
    const none = zeros([0, grad.numel()]);
    const fresh: Memory = {
      ...{ func_evals: 0, n_iter: 0, d: grad, t: 0, H_diag: 1, prev_flat_grad: grad, prev_loss: 0 },
      ...{ old_dirs: none, old_stps: none, ro: zeros([0]) },
    };
    this.state.set(first, fresh);
    return fresh;
  }

  /** All gradients in a row, 0 for parameters without. */
  private flatGrad(): Tensor {
    const rows = this.paramGroups[0].params.map((p) => {
      return p.gradient === null ? zeros([p.numel()]) : reshape(p.gradient.detach(), [-1]);
    });
    return noGrad(() => cat(rows));
  }

  /** p ← p + t · d */
  private move(t: number, d: Tensor): void {
    noGrad(() => {
      let start = 0;
      for (const p of this.paramGroups[0].params) {
        add_(p, mul(reshape(narrow(d, 0, start, p.numel()), p.shape), t));
        start += p.numel();
      }
    });
  }

  /** The point that is t along d, after which the parameters are as before. */
  private at(t: number, d: Tensor, evaluate: () => [loss: number, grad: Tensor, result: unknown]): Point {
    const { params } = this.paramGroups[0];
    const before = params.map(duplicate);
    this.move(t, d);
    const [loss, grad] = evaluate();
    noGrad(() => {
      params.forEach((p, i) => copy_(p, before[i]));
    });
    return { t, loss, grad, slope: noGrad(() => dot(grad, d)).item() };
  }

  /** The history has shapes of its own. */
  protected override copied(own: ParamState): ParamState {
    return Object.fromEntries(
      Object.entries(own).map(([name, value]) => [name, value instanceof Tensor ? duplicate(value) : value]),
    );
  }
}

/**
 * −H · g with the inverse Hessian H that the history stands for, by the two-loop recursion (Nocedal, 1980); the last change joins the
 * history if the loss curves upwards along it.
 */
function direction(memory: Memory, grad: Tensor, historySize: number): Tensor {
  const y = sub(grad, memory.prev_flat_grad);
  const s = mul(memory.d, memory.t);
  const ys = dot(y, s).item();
  if (ys > 1e-10) {
    const added = (rows: Tensor, row: Tensor): Tensor => {
      const drop = Math.max(0, rows.shape[0] + 1 - historySize);
      return cat([narrow(rows, 0, drop, rows.shape[0] - drop), unsqueeze(row, 0)]);
    };
    memory.old_dirs = added(memory.old_dirs, y);
    memory.old_stps = added(memory.old_stps, s);
    memory.ro = added(memory.ro, filled([], 'float32', [f(1 / ys)]));
    memory.H_diag = f(ys / dot(y, y).item());
  }
  const { old_dirs, old_stps, H_diag } = memory;
  const ro = memory.ro.data;
  const share = new Float32Array(ro.length);
  let q = neg(grad);
  for (let i = ro.length - 1; i >= 0; i--) {
    share[i] = dot(select(old_stps, 0, i), q).item() * ro[i];
    q = sub(q, mul(select(old_dirs, 0, i), share[i]));
  }
  let r = mul(q, H_diag);
  for (let i = 0; i < ro.length; i++) {
    const back = f(dot(select(old_dirs, 0, i), r).item() * ro[i]);
    r = add(r, mul(select(old_stps, 0, i), share[i] - back));
  }
  return r;
}
