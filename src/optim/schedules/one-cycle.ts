import { ValueError } from '../../errors.js';
import { type Arguments, type Schema } from '../../options.js';
import {
  CYCLED_MOMENTUM,
  type CycledMomentumOptions,
  type MomentumRange,
  momentumRange,
  setMomentum,
} from './momentum.js';
import {
  EPOCH,
  EpochLR,
  type EpochOptions,
  expectWhole,
  perGroup,
  type Scheduled,
  readSchedule,
  PER_GROUP,
} from './scheduler.js';

/** Options of `OneCycleLR`. */
export interface OneCycleLROptions extends EpochOptions, CycledMomentumOptions {
  /** The largest learning rate; one for all groups, or one for each. */
  readonly maxLr: number | readonly number[];
  /** Steps of the cycle; or leave it out and give `epochs` and `stepsPerEpoch`. */
  readonly totalSteps?: number;
  readonly epochs?: number;
  readonly stepsPerEpoch?: number;
  /** Share of the steps in which the learning rate rises. Default 0.3. */
  readonly pctStart?: number;
  /** Along a cosine or a line. Default `cos`. */
  readonly annealStrategy?: 'cos' | 'linear';
  /** The learning rate begins with maxLr / divFactor. Default 25. */
  readonly divFactor?: number;
  /** It ends with what it began with, divided by this. Default 1e4. */
  readonly finalDivFactor?: number;
  /** First back to where it began, then to the end; else to the end at once. Default false. */
  readonly threePhase?: boolean;
}

type Height = 'first' | 'max' | 'last';

/** A stretch between two steps: the learning rate's ends, and whether momentum is at its largest there. */
interface Phase {
  readonly end: number;
  readonly lr: readonly [Height, Height];
  readonly momentum: readonly ['base' | 'max', 'base' | 'max'];
}

const ONE_CYCLE_LR: Schema<OneCycleLROptions> = {
  maxLr: { needs: PER_GROUP },
  totalSteps: 'a number',
  epochs: 'a number',
  stepsPerEpoch: 'a number',
  pctStart: 'between 0 and 1',
  annealStrategy: { oneOf: ['cos', 'linear'] },
  ...CYCLED_MOMENTUM,
  divFactor: 'a number',
  finalDivFactor: 'a number',
  threePhase: 'true or false',
  ...EPOCH,
};
const ONE_CYCLE_LR_ORDER = [
  'maxLr',
  'totalSteps',
  'epochs',
  'stepsPerEpoch',
  'pctStart',
  'annealStrategy',
  'cycleMomentum',
  'baseMomentum',
  'maxMomentum',
  'divFactor',
  'finalDivFactor',
  'threePhase',
  'lastEpoch',
] as const;

/**
 * One rise to a large learning rate and a fall far below where it began, over a whole training (Smith and Topin, 2018);
 * momentum, or β₁ of Adam and its kin, goes the other way, from 0.95 to 0.85 and back. Called after every batch.
 *
 * @throws ValueError without totalSteps or epochs and stepsPerEpoch, for a pctStart outside [0, 1], an unknown
 *   annealStrategy, lists of another length than the groups, an optimiser without momentum unless cycleMomentum is
 *   false, and for steps beyond the cycle
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.OneCycleLR.html
 * @example
 * const optimizer = new optim.Adam(new nn.Linear(2, 1).parameters());
 * const schedule = new optim.OneCycleLR(optimizer, { maxLr: 0.5, totalSteps: 11, divFactor: 4, pctStart: 5 / 11 });
 * schedule.getLastLr(); // [0.125]
 * for (let batch = 0; batch < 4; batch++) schedule.step();
 * schedule.getLastLr(); // [0.5]
 */
export class OneCycleLR extends EpochLR {
  private readonly totalSteps: number;
  private readonly pctStart: number;
  private readonly annealStrategy: string;
  private readonly threePhase: boolean;
  private readonly maxLrs: readonly number[];
  private readonly firstLrs: readonly number[];
  private readonly lastLrs: readonly number[];
  private readonly cycleMomentum: boolean;
  private readonly baseMomentums: readonly number[];
  private readonly maxMomentums: readonly number[];

  constructor(optimizer: Scheduled, ...given: Arguments<OneCycleLROptions, typeof ONE_CYCLE_LR_ORDER>) {
    const options = readSchedule('OneCycleLR', optimizer, given, ONE_CYCLE_LR, ONE_CYCLE_LR_ORDER);
    const { pctStart = 0.3, annealStrategy = 'cos', divFactor = 25, finalDivFactor = 1e4 } = options;
    const { cycleMomentum = true, baseMomentum = 0.85, maxMomentum = 0.95, lastEpoch = -1 } = options;
    const totalSteps = stepsOf(options);
    const maxLrs = perGroup('OneCycleLR', 'maxLr', options.maxLr, optimizer);
    const range = cycleMomentum
      ? momentumRange('OneCycleLR', optimizer, baseMomentum, maxMomentum)
      : undefined;
    const firstLrs = maxLrs.map((lr) => lr / divFactor);
    if (lastEpoch === -1) optimizer.paramGroups.forEach((group, i) => (group.initialLr = firstLrs[i]));
    super(optimizer, lastEpoch);
    this.totalSteps = totalSteps;
    this.pctStart = pctStart;
    this.annealStrategy = annealStrategy;
    this.threePhase = options.threePhase ?? false;
    this.maxLrs = maxLrs;
    this.firstLrs = firstLrs;
    this.lastLrs = firstLrs.map((lr) => lr / finalDivFactor);
    this.cycleMomentum = cycleMomentum;
    this.baseMomentums = range?.base ?? [];
    this.maxMomentums = range?.max ?? [];
    this.start();
  }

  override step(epoch?: number): void {
    const to = epoch ?? this.lastEpoch + 1;
    if (to > this.totalSteps) {
      throw new ValueError(`OneCycleLR: step ${to} is beyond the cycle's ${this.totalSteps} steps`, {
        hint: 'totalSteps is the number of batches of all epochs together',
      });
    }
    super.step(epoch);
    if (!this.cycleMomentum) return;
    const { phase, share } = this.place();
    const range: MomentumRange = { base: this.baseMomentums, max: this.maxMomentums };
    this.optimizer.paramGroups.forEach((group, i) => {
      const [from, to] = phase.momentum.map((height) => range[height][i]);
      setMomentum(group, this.between(from, to, share));
    });
  }

  protected override next(_lr: number, _base: number, group: number): number {
    const { phase, share } = this.place();
    const lrs = { first: this.firstLrs, max: this.maxLrs, last: this.lastLrs };
    const [from, to] = phase.lr.map((height) => lrs[height][group]);
    return this.between(from, to, share);
  }

  private phases(): readonly Phase[] {
    const rise = this.pctStart * this.totalSteps - 1;
    const end = this.totalSteps - 1;
    const up: Phase = { end: rise, lr: ['first', 'max'], momentum: ['max', 'base'] };
    if (!this.threePhase) return [up, { end, lr: ['max', 'last'], momentum: ['base', 'max'] }];
    return [
      up,
      { end: 2 * this.pctStart * this.totalSteps - 2, lr: ['max', 'first'], momentum: ['base', 'max'] },
      { end, lr: ['first', 'last'], momentum: ['max', 'max'] },
    ];
  }

  /** The phase that the last step is in, and how much of it is over. */
  private place(): { readonly phase: Phase; readonly share: number } {
    const phases = this.phases();
    const found = phases.findIndex(({ end }) => this.lastEpoch <= end);
    const at = found === -1 ? phases.length - 1 : found;
    const start = at === 0 ? 0 : phases[at - 1].end;
    const length = phases[at].end - start;
    return { phase: phases[at], share: length === 0 ? 1 : (this.lastEpoch - start) / length };
  }

  private between(from: number, to: number, share: number): number {
    if (this.annealStrategy === 'linear') return (to - from) * share + from;
    return to + ((from - to) / 2) * (Math.cos(Math.PI * share) + 1);
  }
}

function stepsOf({ totalSteps, epochs, stepsPerEpoch }: OneCycleLROptions): number {
  if (totalSteps !== undefined) return expectWhole('OneCycleLR', 'totalSteps', totalSteps, 1);
  if (epochs === undefined || stepsPerEpoch === undefined) {
    throw new ValueError('OneCycleLR: give totalSteps, or epochs and stepsPerEpoch');
  }
  return (
    expectWhole('OneCycleLR', 'epochs', epochs, 1) *
    expectWhole('OneCycleLR', 'stepsPerEpoch', stepsPerEpoch, 1)
  );
}
