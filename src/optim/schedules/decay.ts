import { type Arguments, type Schema } from '../../options.js';
import { EPOCH, EpochLR, type EpochOptions, expectWhole, type Scheduled, readSchedule } from './scheduler.js';

/** Options of `StepLR`. */
export interface StepLROptions extends EpochOptions {
  /** Epochs between two falls. */
  readonly stepSize: number;
  /** Factor on the learning rate. Default 0.1. */
  readonly gamma?: number;
}

const STEP_LR: Schema<StepLROptions> = { stepSize: { needs: 'a number' }, gamma: 'a number', ...EPOCH };
const STEP_LR_ORDER = ['stepSize', 'gamma', 'lastEpoch'] as const;

/**
 * A fall every `stepSize` epochs: lr = base · gamma^⌊epoch / stepSize⌋.
 *
 * @throws ValueError unless stepSize is a whole number from 1 on
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html
 * @example
 * const optimizer = new optim.SGD(new nn.Linear(2, 1).parameters(), { lr: 1 });
 * const schedule = new optim.StepLR(optimizer, { stepSize: 2, gamma: 0.5 });
 * for (let epoch = 0; epoch < 5; epoch++) schedule.step();
 * schedule.getLastLr(); // [0.25]
 */
export class StepLR extends EpochLR {
  private readonly stepSize: number;
  private readonly gamma: number;

  constructor(optimizer: Scheduled, ...given: Arguments<StepLROptions, typeof STEP_LR_ORDER>) {
    const {
      stepSize,
      gamma = 0.1,
      lastEpoch,
    } = readSchedule('StepLR', optimizer, given, STEP_LR, STEP_LR_ORDER);
    super(optimizer, lastEpoch);
    this.stepSize = expectWhole('StepLR', 'stepSize', stepSize, 1);
    this.gamma = gamma;
    this.start();
  }

  protected override next(lr: number): number {
    return this.lastEpoch === 0 || this.lastEpoch % this.stepSize !== 0 ? lr : lr * this.gamma;
  }

  protected override at(base: number): number {
    return base * this.gamma ** Math.floor(this.lastEpoch / this.stepSize);
  }
}

/** Options of `MultiStepLR`. */
export interface MultiStepLROptions extends EpochOptions {
  /** Epochs at which the learning rate falls; one named twice counts twice. */
  readonly milestones: readonly number[];
  /** Factor on the learning rate. Default 0.1. */
  readonly gamma?: number;
}

const MULTI_STEP_LR: Schema<MultiStepLROptions> = {
  milestones: { needs: 'a list of numbers' },
  gamma: 'a number',
  ...EPOCH,
};
const MULTI_STEP_LR_ORDER = ['milestones', 'gamma', 'lastEpoch'] as const;

/**
 * A fall at each milestone: lr = base · gamma^(milestones up to this epoch).
 *
 * @throws ValueError for milestones that are not whole numbers from 0 on
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiStepLR.html
 * @example
 * const optimizer = new optim.SGD(new nn.Linear(2, 1).parameters(), { lr: 1 });
 * const schedule = new optim.MultiStepLR(optimizer, { milestones: [1, 3], gamma: 0.5 });
 * for (let epoch = 0; epoch < 3; epoch++) schedule.step();
 * schedule.getLastLr(); // [0.25]
 */
export class MultiStepLR extends EpochLR {
  private readonly milestones: readonly number[];
  private readonly gamma: number;

  constructor(optimizer: Scheduled, ...given: Arguments<MultiStepLROptions, typeof MULTI_STEP_LR_ORDER>) {
    const {
      milestones,
      gamma = 0.1,
      lastEpoch,
    } = readSchedule('MultiStepLR', optimizer, given, MULTI_STEP_LR, MULTI_STEP_LR_ORDER);
    super(optimizer, lastEpoch);
    this.milestones = milestones.map((epoch) => expectWhole('MultiStepLR', 'a milestone', epoch, 0));
    this.gamma = gamma;
    this.start();
  }

  protected override next(lr: number): number {
    const count = this.milestones.filter((epoch) => epoch === this.lastEpoch).length;
    return count === 0 ? lr : lr * this.gamma ** count;
  }

  protected override at(base: number): number {
    return base * this.gamma ** this.milestones.filter((epoch) => epoch <= this.lastEpoch).length;
  }
}

/** Options of `ExponentialLR`. */
export interface ExponentialLROptions extends EpochOptions {
  /** Factor on the learning rate. */
  readonly gamma: number;
}

const EXPONENTIAL_LR: Schema<ExponentialLROptions> = { gamma: { needs: 'a number' }, ...EPOCH };
const EXPONENTIAL_LR_ORDER = ['gamma', 'lastEpoch'] as const;

/**
 * A fall at each epoch: lr = base · gamma^epoch.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ExponentialLR.html
 * @example
 * const optimizer = new optim.SGD(new nn.Linear(2, 1).parameters(), { lr: 1 });
 * const schedule = new optim.ExponentialLR(optimizer, { gamma: 0.5 });
 * for (let epoch = 0; epoch < 3; epoch++) schedule.step();
 * schedule.getLastLr(); // [0.125]
 */
export class ExponentialLR extends EpochLR {
  private readonly gamma: number;

  constructor(optimizer: Scheduled, ...given: Arguments<ExponentialLROptions, typeof EXPONENTIAL_LR_ORDER>) {
    const { gamma, lastEpoch } = readSchedule(
      'ExponentialLR',
      optimizer,
      given,
      EXPONENTIAL_LR,
      EXPONENTIAL_LR_ORDER,
    );
    super(optimizer, lastEpoch);
    this.gamma = gamma;
    this.start();
  }

  protected override next(lr: number): number {
    return this.lastEpoch === 0 ? lr : lr * this.gamma;
  }

  protected override at(base: number): number {
    return base * this.gamma ** this.lastEpoch;
  }
}
