import { readOptions, type Schema } from '../../options.js';
import { record } from '../autograd.js';
import type { Tensor } from '../tensor.js';
import { div, minimum, mul, sub } from './binary.js';
import { abs, clamp, neg, sign, square } from './elementwise.js';
import { expectSameShapes, LOSS, type LossOptions, reduceLosses } from './losses.js';

// Losses of the distance between input and target: each is a function of d = input − target and its slope.

/** A function of the distance, f(d), and its derivative, both without history. */
interface Distance {
  readonly loss: (d: Tensor) => Tensor;
  readonly slope: (d: Tensor) => Tensor;
}

/** lossᵢ = f(inputᵢ − targetᵢ), reduced. Backward: dinput = dloss · f'(d), dtarget = −dinput. */
function distanceLoss(
  op: string,
  { loss, slope }: Distance,
  input: Tensor,
  target: Tensor,
  { reduction }: LossOptions,
): Tensor {
  expectSameShapes(op, input, target);
  const d = sub(input.detach(), target.detach());
  const losses = record(op, loss(d), [input, target], [d.storage], (dLoss, [forInput, forTarget]) => {
    const dInput = mul(dLoss, slope(d));
    return [forInput && dInput, forTarget && neg(dInput)];
  });
  return reduceLosses(losses, reduction);
}

const SQUARED: Distance = { loss: square, slope: (d) => mul(d, 2) };
const ABSOLUTE: Distance = { loss: abs, slope: sign };

/** ½ d² up to |d| = δ, then δ (|d| − ½ δ): with c = min(|d|, δ) both are c (|d| − ½ c). The slope is d, cut at ±δ. */
const rounded = (delta: number): Distance => ({
  loss: (d) => {
    const size = abs(d);
    const c = minimum(size, delta);
    return mul(c, sub(size, mul(c, 0.5)));
  },
  slope: (d) => clamp(d, -delta, delta),
});

/** The same divided by β, so that its slope ends at ±1. */
const smooth = (beta: number): Distance => {
  const { loss, slope } = rounded(beta);
  return { loss: (d) => div(loss(d), beta), slope: (d) => div(slope(d), beta) };
};

/**
 * Squared error: lossᵢ = (inputᵢ − targetᵢ)². Backward: dinput = 2 (input − target) · dloss, dtarget = −dinput.
 *
 * @param input   any shape, float32
 * @param target  the same shape. PyTorch would broadcast (with a warning), here that is an error
 * @returns       a scalar, or with reduction 'none' a loss an element
 * @throws ShapeError if the shapes differ; DTypeError for other dtypes; ValueError for an unknown reduction
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss.html
 * @example
 * mseLoss(tensor([1.5, 2]), tensor([1, 2.5])).item(); // 0.25
 */
export function mseLoss(input: Tensor, target: Tensor, options?: LossOptions): Tensor {
  return distanceLoss('mseLoss', SQUARED, input, target, readOptions('mseLoss', options, LOSS));
}

/**
 * Absolute error: lossᵢ = |inputᵢ − targetᵢ|. Backward: dinput = sign(input − target) · dloss (0 where they are equal),
 * dtarget = −dinput.
 *
 * @param input   any shape, float32
 * @param target  the same shape
 * @returns       a scalar, or with reduction 'none' a loss an element
 * @throws ShapeError if the shapes differ; DTypeError for other dtypes; ValueError for an unknown reduction
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.l1_loss.html
 * @example
 * l1Loss(tensor([1.5, 2]), tensor([1, 4.5]), { reduction: 'sum' }).item(); // 3
 */
export function l1Loss(input: Tensor, target: Tensor, options?: LossOptions): Tensor {
  return distanceLoss('l1Loss', ABSOLUTE, input, target, readOptions('l1Loss', options, LOSS));
}

/** Options of the smooth absolute error. */
export interface SmoothL1Options extends LossOptions {
  /** Up to which distance the loss is quadratic; with 0 it is the absolute error. Default 1. */
  readonly beta?: number;
}

/** What these options may be: beta may be infinite. */
export const SMOOTH_L1: Schema<SmoothL1Options> = { ...LOSS, beta: '0 or more' };

/**
 * Absolute error that is smooth around 0, with d = input − target.
 *
 *     lossᵢ = ½ d² / β       where |d| < β
 *     lossᵢ = |d| − ½ β      elsewhere
 *
 * Backward: dinput = d / β, cut at ±1, times dloss; dtarget = −dinput.
 *
 * @param input   any shape, float32
 * @param target  the same shape
 * @returns       a scalar, or with reduction 'none' a loss an element
 * @throws ValueError for a beta below 0 or an unknown reduction; ShapeError if the shapes differ; DTypeError for other dtypes
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.smooth_l1_loss.html
 * @example
 * smoothL1Loss(tensor([0.5, 3]), tensor([0, 0.5]), { reduction: 'none' }).tolist(); // [0.125, 2]
 */
export function smoothL1Loss(input: Tensor, target: Tensor, options?: SmoothL1Options): Tensor {
  const { beta = 1, ...rest } = readOptions('smoothL1Loss', options, SMOOTH_L1);
  return distanceLoss('smoothL1Loss', beta === 0 ? ABSOLUTE : smooth(beta), input, target, rest);
}

/** Options of Huber's loss. */
export interface HuberOptions extends LossOptions {
  /** Up to which distance the loss is quadratic. Default 1. */
  readonly delta?: number;
}

/** What these options may be. */
export const HUBER: Schema<HuberOptions> = { ...LOSS, delta: 'above 0' };

/**
 * Huber's loss, with d = input − target.
 *
 *     lossᵢ = ½ d²               where |d| < δ
 *     lossᵢ = δ (|d| − ½ δ)      elsewhere
 *
 * Backward: dinput = d, cut at ±δ, times dloss; dtarget = −dinput.
 *
 * @param input   any shape, float32
 * @param target  the same shape
 * @returns       a scalar, or with reduction 'none' a loss an element
 * @throws ValueError for a delta of 0 or less or an unknown reduction; ShapeError if the shapes differ; DTypeError for other
 *   dtypes
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.huber_loss.html
 * @example
 * huberLoss(tensor([0.5, 3]), tensor([0, 0.5]), { reduction: 'none', delta: 2 }).tolist(); // [0.125, 3]
 */
export function huberLoss(input: Tensor, target: Tensor, options?: HuberOptions): Tensor {
  const { delta = 1, ...rest } = readOptions('huberLoss', options, HUBER);
  return distanceLoss('huberLoss', rounded(delta), input, target, rest);
}
