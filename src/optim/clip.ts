import { ValueError } from '../errors.js';
import { kernels, recording } from '../kernels/engine.js';
import { type Arguments, expectKind, readArguments, type Schema } from '../options.js';
import { copyInto, dense } from '../tensor/copy.js';
import { Tensor } from '../tensor/tensor.js';
import { expectParameters } from './parameters.js';

/** Parameters whose gradients are meant: a list, or a single one. */
export type Clipped = Iterable<Tensor> | Tensor;

/** Options of `clipGradNorm`. */
export interface ClipGradNormOptions {
  /** The p of the p-norm: any number, ±Infinity for the largest and the smallest absolute value. Default 2. */
  readonly normType?: number;
  /** Throw instead of spreading NaN or Infinity. Default false. */
  readonly errorIfNonfinite?: boolean;
}

const OPTIONS: Schema<ClipGradNormOptions> = { normType: 'a number', errorIfNonfinite: 'true or false' };
const ORDER = ['normType', 'errorIfNonfinite'] as const;

function gradientsOf(where: string, parameters: Clipped): Tensor[] {
  if (!(parameters instanceof Tensor)) expectParameters(where, parameters);
  const list = parameters instanceof Tensor ? [parameters] : [...parameters];
  return list.flatMap((p) => {
    recording()?.looked(p);
    return p.gradient === null ? [] : [p.gradient];
  });
}

/** (Σ |x|ᵖ)^(1/p), with its limits for p = ±∞ and, for p = 0, the number of those that are not 0. */
function pNorm(values: ArrayLike<number>, p: number): number {
  const sizes = Array.from(values, Math.abs);
  // Math.max of many numbers at once would overflow the stack.
  if (p === Infinity) return sizes.reduce((a, b) => Math.max(a, b), 0);
  if (p === -Infinity) return sizes.reduce((a, b) => Math.min(a, b), Infinity);
  if (p === 0) return sizes.filter((x) => x !== 0).length;
  return sizes.reduce((sum, x) => sum + x ** p, 0) ** (1 / p);
}

function normOf(gradient: Tensor, p: number): number {
  if (p !== 2) return pNorm(gradient.data, p);
  return Math.sqrt(kernels.sumSquares(dense(gradient).address, gradient.numel()));
}

function normOfAll(gradients: readonly Tensor[], p: number): number {
  expectKind('gradNorm', 'normType', p, 'a number');
  const norms = gradients.map((gradient) => normOf(gradient, p));
  return norms.length === 0 ? 0 : pNorm(norms, p);
}

/** Runs a kernel y = f(x) over a gradient in place, whatever its strides. */
function inPlace(gradient: Tensor, kernel: (y: number, x: number, n: number) => void): void {
  const values = dense(gradient);
  kernel(values.address, values.address, values.numel());
  if (values !== gradient) copyInto(gradient, values);
  gradient.storage.written();
}

/** Length of all gradients together, by the p-norm: √Σ g² for 2; 0 without any. */
export function gradNorm(parameters: Clipped, normType = 2): number {
  return normOfAll(gradientsOf('gradNorm', parameters), normType);
}

/**
 * Scales all gradients by one factor so that their length together is at most `maxNorm`.
 *
 *     g = g · min(1, maxNorm / (length + 1e-6))
 *
 * Parameters without a gradient are left out.
 *
 * @returns  the length before
 * @throws ValueError for a negative maxNorm, and if the length is not finite and `errorIfNonfinite` is set
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
 * @example
 * const w = new nn.Parameter(ones([4]));
 * w.mul(3).sum().backward();
 * optim.clipGradNorm([w], 1); // 6
 * w.grad.tolist().map((g) => g.toFixed(3)); // ['0.500', '0.500', '0.500', '0.500']
 */
export function clipGradNorm(
  parameters: Clipped,
  maxNorm: number,
  ...options: Arguments<ClipGradNormOptions, typeof ORDER>
): number {
  const read = readArguments('clipGradNorm', options, OPTIONS, ORDER);
  const { normType = 2, errorIfNonfinite = false } = read;
  expectKind('clipGradNorm', 'maxNorm', maxNorm, '0 or more');
  const gradients = gradientsOf('clipGradNorm', parameters);
  const norm = normOfAll(gradients, normType);
  if (!Number.isFinite(norm) && errorIfNonfinite) {
    throw new ValueError(`clipGradNorm: the length of the gradients is ${norm}`, {
      hint: 'leave errorIfNonfinite out to go on with gradients that are not finite',
    });
  }
  const factor = Math.min(1, maxNorm / (norm + 1e-6));
  if (factor === 1) return norm;
  for (const gradient of gradients) {
    inPlace(gradient, (y, x, n) => {
      kernels.scale(y, x, factor, n);
    });
  }
  return norm;
}

/**
 * Limits every number of every gradient to [−clipValue, clipValue]; NaN stays.
 *
 * @throws ValueError for a negative clipValue
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_value_.html
 * @example
 * const w = new nn.Parameter(ones([2]));
 * w.mul(3).sum().backward();
 * optim.clipGradValue([w], 0.5);
 * w.grad.tolist(); // [0.5, 0.5]
 */
export function clipGradValue(parameters: Clipped, clipValue: number): void {
  expectKind('clipGradValue', 'clipValue', clipValue, '0 or more');
  for (const gradient of gradientsOf('clipGradValue', parameters)) {
    inPlace(gradient, (y, x, n) => {
      kernels.clamp(y, x, -clipValue, clipValue, n);
    });
  }
}
