import { type Arguments, readArguments, readOptions } from '../options.js';
import { LOSS, type LossOptions, type Reduction } from '../tensor/ops/losses.js';
import {
  HUBER,
  huberLoss,
  type HuberOptions,
  l1Loss,
  mseLoss,
  SMOOTH_L1,
  smoothL1Loss,
  type SmoothL1Options,
} from '../tensor/ops/losses-regression.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/**
 * Mean squared error, (input − target)².
 *
 * Options: `reduction` ('mean', 'sum' or 'none'; default 'mean').
 *
 * @throws ValueError for an unknown reduction
 * @see https://pytorch.org/docs/stable/generated/torch.nn.MSELoss.html
 * @example
 * new nn.MSELoss().forward(tensor([1.5, 2]), tensor([1, 2.5])).item(); // 0.25
 */
export class MSELoss extends Module {
  readonly reduction: Reduction;

  constructor(options?: LossOptions) {
    super();
    this.reduction = readOptions('MSELoss', options, LOSS).reduction ?? 'mean';
  }

  /**
   * @param input   any shape
   * @param target  the same shape
   * @returns       a scalar, or with reduction 'none' a loss an element
   * @throws ShapeError if the shapes differ; DTypeError for anything but float32
   */
  override forward(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, { reduction: this.reduction });
  }
}

/**
 * Mean absolute error, |input − target|.
 *
 * Options: `reduction` ('mean', 'sum' or 'none'; default 'mean').
 *
 * @throws ValueError for an unknown reduction
 * @see https://pytorch.org/docs/stable/generated/torch.nn.L1Loss.html
 * @example
 * new nn.L1Loss().forward(tensor([1.5, 2]), tensor([1, 4.5])).item(); // 1.5
 */
export class L1Loss extends Module {
  readonly reduction: Reduction;

  constructor(options?: LossOptions) {
    super();
    this.reduction = readOptions('L1Loss', options, LOSS).reduction ?? 'mean';
  }

  /**
   * @param input   any shape
   * @param target  the same shape
   * @returns       a scalar, or with reduction 'none' a loss an element
   * @throws ShapeError if the shapes differ; DTypeError for anything but float32
   */
  override forward(input: Tensor, target: Tensor): Tensor {
    return l1Loss(input, target, { reduction: this.reduction });
  }
}

/**
 * Absolute error that is smooth around 0: ½ d² / β where |d| < β, else |d| − ½ β, with d = input − target.
 *
 * Options: `beta` (1; with 0 it is the absolute error), `reduction` ('mean').
 *
 * @throws ValueError for a beta below 0 or an unknown reduction
 * @see https://pytorch.org/docs/stable/generated/torch.nn.SmoothL1Loss.html
 * @example
 * new nn.SmoothL1Loss().forward(tensor([3.5]), tensor([0.5])).item(); // 2.5
 */
export class SmoothL1Loss extends Module {
  readonly beta: number;
  readonly reduction: Reduction;

  constructor(options?: SmoothL1Options) {
    super();
    const { beta = 1, reduction = 'mean' } = readOptions('SmoothL1Loss', options, SMOOTH_L1);
    this.beta = beta;
    this.reduction = reduction;
  }

  /**
   * @param input   any shape
   * @param target  the same shape
   * @returns       a scalar, or with reduction 'none' a loss an element
   * @throws ShapeError if the shapes differ; DTypeError for anything but float32
   */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { beta, reduction } = this;
    return smoothL1Loss(input, target, { beta, reduction });
  }
}

const HUBER_ORDER = ['reduction', 'delta'] as const;

/**
 * Huber's loss: ½ d² where |d| < δ, else δ (|d| − ½ δ), with d = input − target.
 *
 * Options: `delta` (1), `reduction` ('mean').
 *
 * @throws ValueError for a delta of 0 or less or an unknown reduction
 * @see https://pytorch.org/docs/stable/generated/torch.nn.HuberLoss.html
 * @example
 * new nn.HuberLoss({ delta: 2 }).forward(tensor([3.5]), tensor([0.5])).item(); // 4
 */
export class HuberLoss extends Module {
  readonly delta: number;
  readonly reduction: Reduction;

  constructor(...options: Arguments<HuberOptions, typeof HUBER_ORDER>) {
    super();
    const read = readArguments('HuberLoss', options, HUBER, HUBER_ORDER);
    const { delta = 1, reduction = 'mean' } = read;
    this.delta = delta;
    this.reduction = reduction;
  }

  /**
   * @param input   any shape
   * @param target  the same shape
   * @returns       a scalar, or with reduction 'none' a loss an element
   * @throws ShapeError if the shapes differ; DTypeError for anything but float32
   */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { delta, reduction } = this;
    return huberLoss(input, target, { delta, reduction });
  }
}
