import { ValueError } from '../errors.js';
import { kernels } from '../kernels/engine.js';
import type { Tensor } from '../tensor/tensor.js';
import { MAXIMIZE, rows, type States } from './rows.js';

// What Adam and its kin share: two running moments of the gradient and one step
//
//     p = p − (byGradient · g + byMean · m) / (√v + eps)
//
// in which corrections of v, as in √(v / (1 − β₂ᵗ)), are part of the factors and eps

/** Hyperparameters that all of them have. */
export interface MomentOptions {
  /** Learning rate. */
  lr: number;
  /** Decay rates of the two moments. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the root of the second moment. Default 1e-8. */
  eps: number;
  /** Weight decay. */
  weightDecay: number;
  /** Climb instead of descend. Default false. */
  maximize: boolean;
}

/** What one of them makes of the moments at a step. */
export interface Coefficients {
  /** Share of the gradient itself. Default 0. */
  readonly byGradient?: number;
  readonly byMean: number;
  readonly eps: number;
  /** Whether to leave the divisor out. Default false. */
  readonly rootless?: boolean;
  /** Whether weights decay apart from the gradient, by lr · weightDecay. */
  readonly decoupled: boolean;
  readonly amsgrad?: boolean;
}

const AMSGRAD = 2;
const DECOUPLED = 4;
const ROOTLESS = 8;

/** Moves the moments of parameters on and takes a step by them. */
export function stepByMoments(
  states: States,
  params: readonly Tensor[],
  { lr, betas, weightDecay, maximize }: MomentOptions,
  { byGradient = 0, byMean, eps, decoupled, rootless = false, amsgrad = false }: Coefficients,
): void {
  const flags =
    (maximize ? MAXIMIZE : 0) |
    (amsgrad ? AMSGRAD : 0) |
    (decoupled ? DECOUPLED : 0) |
    (rootless ? ROOTLESS : 0);
  const decay = decoupled ? lr * weightDecay : weightDecay;
  const entries = rows(states, params, ['exp_avg', 'exp_avg_sq', amsgrad ? 'max_exp_avg_sq' : null]);
  kernels.adam(entries, params.length, byGradient, byMean, ...betas, eps, decay, flags);
}

/** Checks that both decay rates are at least 0 and less than 1. */
export function expectBetas(where: string, { betas }: MomentOptions): void {
  betas.forEach((beta, i) => {
    if (beta >= 0 && beta < 1) return;
    throw new ValueError(`${where}: betas[${i}] must be at least 0 and less than 1, not ${beta}`);
  });
}
