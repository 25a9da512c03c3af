import { StateDictError, ValueError } from '../../errors.js';
import { type Arguments, expectKind, type Schema } from '../../options.js';
import { expectWhole, LRScheduler, type Scheduled, type ScheduleState, readSchedule } from './scheduler.js';

/** A schedule made of others, whose states are part of its own. */
abstract class CompositeLR extends LRScheduler {
  protected readonly schedulers: readonly LRScheduler[];

  protected constructor(where: string, schedulers: readonly LRScheduler[]) {
    expectKind(where, 'schedulers', schedulers, 'a list');
    if (schedulers.length === 0) throw new ValueError(`${where}: there are no schedules to put together`);
    const { optimizer } = schedulers[0];
    schedulers.forEach((scheduler, i) => {
      if (!(scheduler instanceof LRScheduler)) {
        throw new ValueError(`${where}: schedule ${i} does not go by epochs alone`, {
          hint: 'ReduceLROnPlateau needs a measure with every step: call it yourself',
        });
      }
      if (scheduler.optimizer !== optimizer) {
        throw new ValueError(`${where}: schedule ${i} is for another optimiser than the first`);
      }
    });
    super(optimizer);
    this.schedulers = [...schedulers];
  }

  override undo(): void {
    super.undo();
    for (const scheduler of this.schedulers) scheduler.undo();
  }

  override rewind(): void {
    super.rewind();
    for (const scheduler of this.schedulers) scheduler.rewind();
  }

  override restart(): void {
    this.reset();
    this.rewind();
    this.start();
  }

  /** Puts the learning rates back to what they were before any schedule. */
  protected reset(): void {
    for (const group of this.optimizer.paramGroups) group.lr = group.initialLr!;
  }

  override stateDict(): ScheduleState {
    return { ...super.stateDict(), schedulers: this.schedulers.map((scheduler) => scheduler.stateDict()) };
  }

  override loadStateDict({ schedulers, ...own }: ScheduleState): void {
    const states = Array.isArray(schedulers) ? (schedulers as readonly ScheduleState[]) : [];
    if (states.length !== this.schedulers.length) {
      throw new StateDictError(
        `${this.constructor.name}: the state is of ${states.length} schedules, not of ${this.schedulers.length}`,
      );
    }
    super.loadStateDict(own);
    this.schedulers.forEach((scheduler, i) => {
      scheduler.loadStateDict(states[i]);
    });
  }
}

/** Options of `SequentialLR`. */
export interface SequentialLROptions {
  /** The schedules, in order. */
  readonly schedulers: readonly LRScheduler[];
  /** The epochs at which the second, third, … take over: one fewer than schedules, in rising order. */
  readonly milestones: readonly number[];
}

const SEQUENTIAL_LR: Schema<SequentialLROptions> = {
  schedulers: { needs: 'a list' },
  milestones: { needs: 'a list of numbers' },
};
const SEQUENTIAL_LR_ORDER = ['schedulers', 'milestones'] as const;

/**
 * One schedule after another, each from its own epoch 0.
 *
 * @throws ValueError for schedules of several optimisers, for ReduceLROnPlateau, and for milestones that are not one fewer
 *   than schedules or do not rise
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.SequentialLR.html
 * @example
 * const optimizer = new optim.SGD(new nn.Linear(2, 1).parameters(), { lr: 1 });
 * const warmUp = new optim.ConstantLR(optimizer, { factor: 0.25, totalIters: 2 });
 * const fall = new optim.ExponentialLR(optimizer, { gamma: 0.5 });
 * const schedule = new optim.SequentialLR(optimizer, { schedulers: [warmUp, fall], milestones: [2] });
 * schedule.getLastLr(); // [0.25]
 * for (let epoch = 0; epoch < 3; epoch++) schedule.step();
 * schedule.getLastLr(); // [0.5]
 */
export class SequentialLR extends CompositeLR {
  private readonly milestones: readonly number[];

  constructor(optimizer: Scheduled, ...given: Arguments<SequentialLROptions, typeof SEQUENTIAL_LR_ORDER>) {
    const { schedulers, milestones } = readSchedule(
      'SequentialLR',
      optimizer,
      given,
      SEQUENTIAL_LR,
      SEQUENTIAL_LR_ORDER,
    );
    super('SequentialLR', schedulers);
    if (this.optimizer !== optimizer) {
      throw new ValueError('SequentialLR: the schedules are for another optimiser');
    }
    if (milestones.length !== schedulers.length - 1) {
      throw new ValueError(
        `SequentialLR: ${schedulers.length} schedules need ${schedulers.length - 1} milestones, not ${milestones.length}`,
      );
    }
    this.milestones = milestones.map((epoch, i) =>
      expectWhole('SequentialLR', `milestone ${i}`, epoch, i === 0 ? 0 : milestones[i - 1]),
    );
    // The schedules have all made their first step, one upon the other: only the first one's counts.
    this.reset();
    for (const scheduler of this.schedulers) scheduler.undo();
    this.schedulers[0].start();
    this.remember();
  }

  override step(): void {
    this.lastEpoch += 1;
    const at = this.milestones.filter((epoch) => epoch <= this.lastEpoch).length;
    if (at > 0 && this.milestones[at - 1] === this.lastEpoch) this.schedulers[at].restart();
    else this.schedulers[at].step();
    this.remember();
  }

  override start(): void {
    this.lastEpoch += 1;
    this.schedulers[0].start();
    this.remember();
  }
}

/**
 * Several schedules at once: their factors multiply.
 *
 * @throws ValueError without schedules, for schedules of several optimisers, and for ReduceLROnPlateau
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ChainedScheduler.html
 * @example
 * const optimizer = new optim.SGD(new nn.Linear(2, 1).parameters(), { lr: 1 });
 * const warmUp = new optim.ConstantLR(optimizer, { factor: 0.25, totalIters: 2 });
 * const fall = new optim.ExponentialLR(optimizer, { gamma: 0.5 });
 * const schedule = new optim.ChainedScheduler([warmUp, fall]);
 * for (let epoch = 0; epoch < 2; epoch++) schedule.step();
 * schedule.getLastLr(); // [0.25]
 */
export class ChainedScheduler extends CompositeLR {
  constructor(schedulers: readonly LRScheduler[]) {
    super('ChainedScheduler', schedulers);
  }

  override step(): void {
    this.lastEpoch += 1;
    for (const scheduler of this.schedulers) scheduler.step();
    this.remember();
  }

  override start(): void {
    this.lastEpoch += 1;
    for (const scheduler of this.schedulers) scheduler.start();
    this.remember();
  }
}
