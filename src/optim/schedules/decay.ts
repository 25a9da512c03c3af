import { EpochLR, type EpochOptions, expectWhole, type Scheduled } from './scheduler.js';

/** Options of `StepLR`. */
export interface StepLROptions extends EpochOptions {
  /** Epochs between two falls. */
  readonly stepSize: number;
  /** Factor on the learning rate. Default 0.1. */
  readonly gamma?: number;
}

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

  constructor(optimizer: Scheduled, { stepSize, gamma = 0.1, lastEpoch }: StepLROptions) {
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

  constructor(optimizer: Scheduled, { milestones, gamma = 0.1, lastEpoch }: MultiStepLROptions) {
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

  constructor(optimizer: Scheduled, { gamma, lastEpoch }: ExponentialLROptions) {
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
