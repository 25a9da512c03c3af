import { ValueError } from '../errors.js';
import { kernels } from '../kernels/engine.js';
import { dense } from '../tensor/copy.js';
import type { Tensor } from '../tensor/tensor.js';

/** Length of all gradients together, √Σ g²; 0 without any. */
export function gradNorm(parameters: Iterable<Tensor>): number {
  let squares = 0;
  for (const { gradient } of parameters) {
    if (gradient !== null) squares += kernels.sumSquares(dense(gradient).address, gradient.numel());
  }
  return Math.sqrt(squares);
}

/**
 * Scales all gradients by one factor so that their length together is at most `maxNorm`.
 *
 * @returns  the length before
 * @throws ValueError if it is not finite and `errorIfNonfinite` is set
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
 */
export function clipGradNorm(
  parameters: Iterable<Tensor>,
  maxNorm: number,
  options: { readonly errorIfNonfinite?: boolean } = {},
): number {
  const list = [...parameters];
  const norm = gradNorm(list);
  if (!Number.isFinite(norm) && options.errorIfNonfinite === true) {
    throw new ValueError(`clipGradNorm: the length of the gradients is ${norm}`);
  }
  const factor = Math.min(1, maxNorm / (norm + 1e-6));
  if (factor === 1) return norm;
  for (const { gradient } of list) {
    if (gradient === null) continue;
    kernels.scale(gradient.address, gradient.address, factor, gradient.numel());
    gradient.storage.written();
  }
  return norm;
}
