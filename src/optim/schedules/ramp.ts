import { ValueError } from '../../errors.js';
import { type Arguments, type Schema } from '../../options.js';
import { EPOCH, EpochLR, type EpochOptions, expectWhole, type Scheduled, readSchedule } from './scheduler.js';

/** Options of `ConstantLR`. */
export interface ConstantLROptions extends EpochOptions {
  /** Factor on the learning rate until then, from 0 to 1. Default 1/3. */
  readonly factor?: number;
  /** The epoch from which on the learning rate is whole. Default 5. */
  readonly totalIters?: number;
}

const CONSTANT_LR: Schema<ConstantLROptions> = {
  factor: 'between 0 and 1',
  totalIters: 'a number',
  ...EPOCH,
};
const CONSTANT_LR_ORDER = ['factor', 'totalIters', 'lastEpoch'] as const;

/**
 * A smaller learning rate at first: lr = base · factor until `totalIters`, then base.
 *
 * @throws ValueError for a factor outside [0, 1], and at `totalIters` for a factor of 0, from which no factor leads back
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ConstantLR.html
 * @example
 * const optimizer = new optim.SGD(new nn.Linear(2, 1).parameters(), { lr: 1 });
 * const schedule = new optim.ConstantLR(optimizer, { factor: 0.5, totalIters: 2 });
 * schedule.getLastLr(); // [0.5]
 * schedule.step();
 * schedule.step();
 * schedule.getLastLr(); // [1]
 */
export class ConstantLR extends EpochLR {
  private readonly factor: number;
  private readonly totalIters: number;

  constructor(optimizer: Scheduled, ...given: Arguments<ConstantLROptions, typeof CONSTANT_LR_ORDER>) {
    const options = readSchedule('ConstantLR', optimizer, given, CONSTANT_LR, CONSTANT_LR_ORDER);
    const { factor = 1 / 3, totalIters = 5, lastEpoch } = options;
    super(optimizer, lastEpoch);
    this.factor = factor;
    this.totalIters = expectWhole('ConstantLR', 'totalIters', totalIters, 0);
    this.start();
  }

  protected override next(lr: number): number {
    if (this.lastEpoch === 0) return lr * this.factor;
    if (this.lastEpoch !== this.totalIters) return lr;
    if (this.factor === 0) {
      throw new ValueError('ConstantLR: a learning rate of 0 cannot grow back by a factor', {
        hint: 'use a factor above 0, or LambdaLR with 0 and then 1',
      });
    }
    return lr * (1 / this.factor);
  }

  protected override at(base: number): number {
    return base * (this.lastEpoch >= this.totalIters ? 1 : this.factor);
  }
}

/** Options of `LinearLR`. */
export interface LinearLROptions extends EpochOptions {
  /** Factor on the learning rate at the start, above 0 and up to 1. Default 1/3. */
  readonly startFactor?: number;
  /** Factor at the end, from 0 to 1. Default 1. */
  readonly endFactor?: number;
  /** The epoch from which on the factor is `endFactor`. Default 5. */
  readonly totalIters?: number;
}

const LINEAR_LR: Schema<LinearLROptions> = {
  startFactor: 'a number',
  endFactor: 'between 0 and 1',
  totalIters: 'a number',
  ...EPOCH,
};
const LINEAR_LR_ORDER = ['startFactor', 'endFactor', 'totalIters', 'lastEpoch'] as const;

/**
 * A straight line from base · startFactor to base · endFactor over `totalIters` epochs; a warm-up, as it stands.
 *
 * @throws ValueError for a startFactor outside (0, 1] or an endFactor outside [0, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LinearLR.html
 * @example
 * const optimizer = new optim.SGD(new nn.Linear(2, 1).parameters(), { lr: 1 });
 * const schedule = new optim.LinearLR(optimizer, { startFactor: 0.5, totalIters: 2 });
 * schedule.step();
 * schedule.getLastLr(); // [0.75]
 */
export class LinearLR extends EpochLR {
  private readonly startFactor: number;
  private readonly endFactor: number;
  private readonly totalIters: number;

  constructor(optimizer: Scheduled, ...given: Arguments<LinearLROptions, typeof LINEAR_LR_ORDER>) {
    const options = readSchedule('LinearLR', optimizer, given, LINEAR_LR, LINEAR_LR_ORDER);
    const { startFactor = 1 / 3, endFactor = 1, totalIters = 5, lastEpoch } = options;
    super(optimizer, lastEpoch);
    if (!(startFactor > 0 && startFactor <= 1)) {
      throw new ValueError(`LinearLR: startFactor must be above 0 and at most 1, not ${startFactor}`);
    }
    this.startFactor = startFactor;
    this.endFactor = endFactor;
    this.totalIters = expectWhole('LinearLR', 'totalIters', totalIters, 0);
    this.start();
  }

  protected override next(lr: number): number {
    if (this.lastEpoch === 0) return lr * this.startFactor;
    if (this.lastEpoch > this.totalIters) return lr;
    const rise = this.endFactor - this.startFactor;
    return lr * (1 + rise / (this.totalIters * this.startFactor + (this.lastEpoch - 1) * rise));
  }

  protected override at(base: number): number {
    const rise = this.endFactor - this.startFactor;
    const share = this.totalIters === 0 ? 1 : Math.min(this.totalIters, this.lastEpoch) / this.totalIters;
    return base * (this.startFactor + rise * share);
  }
}

/** Options of `PolynomialLR`. */
export interface PolynomialLROptions extends EpochOptions {
  /** The epoch from which on the learning rate is 0. Default 5. */
  readonly totalIters?: number;
  /** Power of the polynomial. Default 1. */
  readonly power?: number;
}

const POLYNOMIAL_LR: Schema<PolynomialLROptions> = { totalIters: 'a number', power: 'a number', ...EPOCH };
const POLYNOMIAL_LR_ORDER = ['totalIters', 'power', 'lastEpoch'] as const;

/**
 * A fall to 0: lr = base · (1 − epoch / totalIters)^power.
 *
 * @throws ValueError unless totalIters is a whole number
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.PolynomialLR.html
 * @example
 * const optimizer = new optim.SGD(new nn.Linear(2, 1).parameters(), { lr: 1 });
 * const schedule = new optim.PolynomialLR(optimizer, { totalIters: 2, power: 2 });
 * schedule.step();
 * schedule.getLastLr(); // [0.25]
 */
export class PolynomialLR extends EpochLR {
  private readonly totalIters: number;
  private readonly power: number;

  constructor(optimizer: Scheduled, ...given: Arguments<PolynomialLROptions, typeof POLYNOMIAL_LR_ORDER>) {
    const {
      totalIters = 5,
      power = 1,
      lastEpoch,
    } = readSchedule('PolynomialLR', optimizer, given, POLYNOMIAL_LR, POLYNOMIAL_LR_ORDER);
    super(optimizer, lastEpoch);
    this.totalIters = expectWhole('PolynomialLR', 'totalIters', totalIters, 0);
    this.power = power;
    this.start();
  }

  protected override next(lr: number): number {
    const [epoch, total] = [this.lastEpoch, this.totalIters];
    if (epoch === 0 || epoch > total) return lr;
    return lr * ((1 - epoch / total) / (1 - (epoch - 1) / total)) ** this.power;
  }

  protected override at(base: number): number {
    const share = this.totalIters === 0 ? 1 : Math.min(this.totalIters, this.lastEpoch) / this.totalIters;
    return base * (1 - share) ** this.power;
  }
}
