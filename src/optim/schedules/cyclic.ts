import { ValueError } from '../../errors.js';
import { type Arguments, type Schema } from '../../options.js';
import { CYCLED_MOMENTUM, type CycledMomentumOptions, momentumRange, setMomentum } from './momentum.js';
import {
  EPOCH,
  EpochLR,
  type EpochOptions,
  perGroup,
  type Scheduled,
  readSchedule,
  PER_GROUP,
} from './scheduler.js';

/** Options of `CyclicLR`. */
export interface CyclicLROptions extends EpochOptions, CycledMomentumOptions {
  /** The smallest learning rate; one for all groups, or one for each. */
  readonly baseLr: number | readonly number[];
  /** The largest learning rate of a full cycle; one for all groups, or one for each. */
  readonly maxLr: number | readonly number[];
  /** Steps up. Default 2000. */
  readonly stepSizeUp?: number;
  /** Steps down. Default stepSizeUp. */
  readonly stepSizeDown?: number;
  /**
   * How the height of cycles changes: `triangular` not at all, `triangular2` to half with each cycle, `exp_range` by
   * gamma with each step. Default `triangular`.
   */
  readonly mode?: 'triangular' | 'triangular2' | 'exp_range';
  /** Base of `exp_range`. Default 1. */
  readonly gamma?: number;
  /** A height of one's own instead of a mode, by cycle (from 1) or step (from 0), as `scaleMode` says. */
  readonly scaleFn?: (x: number) => number;
  /** What `scaleFn` is a function of. Default `cycle`. */
  readonly scaleMode?: 'cycle' | 'iterations';
}

const CYCLIC_LR: Schema<CyclicLROptions> = {
  baseLr: { needs: PER_GROUP },
  maxLr: { needs: PER_GROUP },
  stepSizeUp: 'a number',
  stepSizeDown: 'a number',
  mode: { oneOf: ['triangular', 'triangular2', 'exp_range'] },
  gamma: 'a number',
  scaleFn: 'a function',
  scaleMode: { oneOf: ['cycle', 'iterations'] },
  ...CYCLED_MOMENTUM,
  ...EPOCH,
};
const CYCLIC_LR_ORDER = [
  'baseLr',
  'maxLr',
  'stepSizeUp',
  'stepSizeDown',
  'mode',
  'gamma',
  'scaleFn',
  'scaleMode',
  'cycleMomentum',
  'baseMomentum',
  'maxMomentum',
  'lastEpoch',
] as const;

/**
 * Up and down in straight lines between two learning rates, step by step (Smith, 2017), momentum the other way.
 *
 * Momentum goes from 0.9 to 0.8 and back unless said otherwise.
 *
 * @throws ValueError for an unknown mode, sizes that are not above 0, lists of another length than the groups, and an
 *   optimiser without momentum unless cycleMomentum is false
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CyclicLR.html
 * @example
 * const optimizer = new optim.SGD(new nn.Linear(2, 1).parameters(), { momentum: 0.9 });
 * const schedule = new optim.CyclicLR(optimizer, { baseLr: 0.25, maxLr: 0.75, stepSizeUp: 2 });
 * schedule.step();
 * schedule.getLastLr(); // [0.5]
 */
export class CyclicLR extends EpochLR {
  override readonly baseLrs: readonly number[];
  private readonly maxLrs: readonly number[];
  private readonly totalSize: number;
  private readonly stepRatio: number;
  private readonly mode: string;
  private readonly gamma: number;
  private readonly scaleFn?: (x: number) => number;
  private readonly byStep: boolean;
  private readonly cycleMomentum: boolean;
  private readonly baseMomentums: readonly number[];
  private readonly maxMomentums: readonly number[];

  constructor(optimizer: Scheduled, ...given: Arguments<CyclicLROptions, typeof CYCLIC_LR_ORDER>) {
    const options = readSchedule('CyclicLR', optimizer, given, CYCLIC_LR, CYCLIC_LR_ORDER);
    const { stepSizeUp = 2000, stepSizeDown = stepSizeUp, mode = 'triangular', lastEpoch = -1 } = options;
    const { cycleMomentum = true, baseMomentum = 0.8, maxMomentum = 0.9 } = options;
    if (!(stepSizeUp > 0 && stepSizeDown >= 0)) {
      throw new ValueError(`CyclicLR: a cycle cannot have ${stepSizeUp} steps up and ${stepSizeDown} down`);
    }
    const baseLrs = perGroup('CyclicLR', 'baseLr', options.baseLr, optimizer);
    const maxLrs = perGroup('CyclicLR', 'maxLr', options.maxLr, optimizer);
    const range = cycleMomentum ? momentumRange('CyclicLR', optimizer, baseMomentum, maxMomentum) : undefined;
    if (lastEpoch === -1) optimizer.paramGroups.forEach((group, i) => (group.lr = baseLrs[i]));
    super(optimizer, lastEpoch);
    this.baseLrs = baseLrs;
    this.maxLrs = maxLrs;
    this.totalSize = stepSizeUp + stepSizeDown;
    this.stepRatio = stepSizeUp / this.totalSize;
    this.mode = mode;
    this.gamma = options.gamma ?? 1;
    this.scaleFn = options.scaleFn;
    this.byStep = this.scaleFn === undefined ? mode === 'exp_range' : options.scaleMode === 'iterations';
    this.cycleMomentum = cycleMomentum;
    this.baseMomentums = range?.base ?? [];
    this.maxMomentums = range?.max ?? [];
    this.start();
  }

  override step(epoch?: number): void {
    super.step(epoch);
    if (!this.cycleMomentum) return;
    const height = this.height();
    this.optimizer.paramGroups.forEach((group, i) => {
      setMomentum(group, this.maxMomentums[i] - (this.maxMomentums[i] - this.baseMomentums[i]) * height);
    });
  }

  protected override next(_lr: number, _base: number, group: number): number {
    return this.baseLrs[group] + (this.maxLrs[group] - this.baseLrs[group]) * this.height();
  }

  /** From 0 at the bottom to 1 at the top of a full cycle. */
  private height(): number {
    const cycle = Math.floor(1 + this.lastEpoch / this.totalSize);
    const x = 1 + this.lastEpoch / this.totalSize - cycle;
    const line = x <= this.stepRatio ? x / this.stepRatio : (x - 1) / (this.stepRatio - 1);
    return line * this.scale(this.byStep ? this.lastEpoch : cycle);
  }

  private scale(x: number): number {
    if (this.scaleFn !== undefined) return this.scaleFn(x);
    if (this.mode === 'triangular') return 1;
    return this.mode === 'triangular2' ? 1 / 2 ** (x - 1) : this.gamma ** x;
  }
}
