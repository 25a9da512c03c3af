import { ValueError } from '../../errors.js';
import { type Arguments, type Schema } from '../../options.js';
import type { Tensor } from '../../tensor/tensor.js';
import { perGroup, Schedule, type Scheduled, readSchedule, PER_GROUP } from './scheduler.js';

/** Options of `ReduceLROnPlateau`. */
export interface ReduceLROnPlateauOptions {
  /** Whether the measure should fall or rise. Default `min`. */
  readonly mode?: 'min' | 'max';
  /** Factor on the learning rate, below 1. Default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement that are let pass. Default 10. */
  readonly patience?: number;
  /** What counts as an improvement. Default 1e-4. */
  readonly threshold?: number;
  /** Whether the threshold is a share of the best or a difference to it. Default `rel`. */
  readonly thresholdMode?: 'rel' | 'abs';
  /** Epochs after a fall in which none is counted as bad. Default 0. */
  readonly cooldown?: number;
  /** The smallest learning rate; one for all groups, or one for each. Default 0. */
  readonly minLr?: number | readonly number[];
  /** Falls by less than this do not happen. Default 1e-8. */
  readonly eps?: number;
}

const REDUCE_LRON_PLATEAU: Schema<ReduceLROnPlateauOptions> = {
  mode: { oneOf: ['min', 'max'] },
  factor: 'a number',
  patience: 'a whole number of 0 or more',
  threshold: 'a number',
  thresholdMode: { oneOf: ['rel', 'abs'] },
  cooldown: 'a whole number of 0 or more',
  minLr: PER_GROUP,
  eps: 'a number',
};
const REDUCE_LRON_PLATEAU_ORDER = [
  'mode',
  'factor',
  'patience',
  'threshold',
  'thresholdMode',
  'cooldown',
  'minLr',
  'eps',
] as const;

/**
 * A fall when a measure, such as the validation loss, has stopped to improve: `step(loss)` after each epoch.
 *
 *     better = mode 'min': x < best · (1 − threshold), or x < best − threshold with 'abs'
 *              mode 'max': x > best · (1 + threshold), or x > best + threshold with 'abs'
 *     lr = max(lr · factor, minLr) after more than `patience` epochs in a row that are not better
 *
 * @throws ValueError for a factor of 1 or more, an unknown mode, a negative patience or cooldown, and minLr of another
 *   length than the groups
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html
 * @example
 * const optimizer = new optim.SGD(new nn.Linear(2, 1).parameters(), { lr: 1 });
 * const schedule = new optim.ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 1 });
 * for (const loss of [3, 2, 2, 2]) schedule.step(loss);
 * schedule.getLastLr(); // [0.5]
 */
export class ReduceLROnPlateau extends Schedule {
  private readonly mode: string;
  private readonly factor: number;
  private readonly patience: number;
  private readonly threshold: number;
  private readonly thresholdMode: string;
  private readonly cooldown: number;
  private readonly minLrs: readonly number[];
  private readonly eps: number;
  private best: number;
  private cooldownCounter = 0;
  private numBadEpochs = 0;

  constructor(
    optimizer: Scheduled,
    ...given: Arguments<ReduceLROnPlateauOptions, typeof REDUCE_LRON_PLATEAU_ORDER>
  ) {
    const options = readSchedule(
      'ReduceLROnPlateau',
      optimizer,
      given,
      REDUCE_LRON_PLATEAU,
      REDUCE_LRON_PLATEAU_ORDER,
    );
    super(optimizer);
    const { mode = 'min', factor = 0.1, thresholdMode = 'rel' } = options;
    if (!(factor < 1)) throw new ValueError(`ReduceLROnPlateau: factor must be below 1, not ${factor}`);
    this.mode = mode;
    this.factor = factor;
    this.patience = options.patience ?? 10;
    this.threshold = options.threshold ?? 1e-4;
    this.thresholdMode = thresholdMode;
    this.cooldown = options.cooldown ?? 0;
    this.minLrs = perGroup('ReduceLROnPlateau', 'minLr', options.minLr ?? 0, optimizer);
    this.eps = options.eps ?? 1e-8;
    this.best = mode === 'min' ? Infinity : -Infinity;
  }

  /**
   * Takes the measure of an epoch.
   *
   * @param metric  a number, or a tensor of one element
   */
  step(metric: number | Tensor): void {
    const value = typeof metric === 'number' ? metric : metric.item();
    this.lastEpoch += 1;
    if (this.isBetter(value)) {
      this.best = value;
      this.numBadEpochs = 0;
    } else this.numBadEpochs += 1;
    if (this.cooldownCounter > 0) {
      this.cooldownCounter -= 1;
      this.numBadEpochs = 0;
    }
    if (this.numBadEpochs > this.patience) {
      this.reduce();
      this.cooldownCounter = this.cooldown;
      this.numBadEpochs = 0;
    }
    this.remember();
  }

  private isBetter(value: number): boolean {
    const { best, threshold } = this;
    const relative = this.thresholdMode === 'rel';
    if (this.mode === 'min') return value < (relative ? best * (1 - threshold) : best - threshold);
    return value > (relative ? best * (threshold + 1) : best + threshold);
  }

  private reduce(): void {
    this.optimizer.paramGroups.forEach((group, i) => {
      const lr = Math.max(group.lr * this.factor, this.minLrs[i]);
      if (group.lr - lr > this.eps) group.lr = lr;
    });
  }
}
