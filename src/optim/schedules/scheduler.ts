import { recording } from '../../kernels/engine.js';
import { StateDictError, ValueError } from '../../errors.js';
import { readArguments, type Schema, told } from '../../options.js';

/** A parameter group as schedules see it. */
export interface ScheduledGroup {
  lr: number;
  /** What the learning rate was before any schedule; set by the first one. */
  initialLr?: number;
  momentum?: number;
  betas?: readonly [number, number];
}

/** What a schedule steers: any optimiser. */
export interface Scheduled {
  readonly paramGroups: readonly ScheduledGroup[];
}

/** A schedule's memory: numbers, flags, words and lists of them. Functions are not in it. */
export interface ScheduleState {
  readonly [name: string]: Plain;
}

type Plain = number | string | boolean | readonly Plain[] | ScheduleState;

const isPlain = (value: unknown): boolean =>
  Array.isArray(value) ? value.every(isPlain) : ['number', 'string', 'boolean'].includes(typeof value);

/** What all schedules have: the optimiser whose learning rates they set, and a state. */
export abstract class Schedule {
  /** The last epoch that there was a step for. */
  lastEpoch = 0;
  protected lastLr: number[] = [];

  protected constructor(readonly optimizer: Scheduled) {
    this.remember();
  }

  /** The learning rates of the groups, as last set here. */
  getLastLr(): number[] {
    return [...this.lastLr];
  }

  /** Everything needed to go on later. The learning rate itself is in the optimiser's state. */
  stateDict(): ScheduleState {
    return this.plain();
  }

  /**
   * Takes over the state of a schedule of the same kind.
   *
   * @throws StateDictError if it has other entries than this schedule's
   */
  loadStateDict(saved: ScheduleState): void {
    const [own, given] = [Object.keys(this.plain()).sort(), Object.keys(saved).sort()];
    if (own.join() !== given.join()) {
      throw new StateDictError(
        `${this.constructor.name}: the state has ${given.join(', ')}, but should have ${own.join(', ')}`,
      );
    }
    Object.assign(this, structuredClone(saved));
  }

  protected remember(): void {
    recording()?.cannot('a schedule moves on inside it');
    this.lastLr = this.optimizer.paramGroups.map((group) => group.lr);
  }

  private plain(): Record<string, Plain> {
    const plain = Object.entries(this).filter(([, value]) => isPlain(value));
    return structuredClone(Object.fromEntries(plain) as Record<string, Plain>);
  }
}

/**
 * Base of learning-rate schedules by epoch: they set `lr` of every parameter group of an optimiser, once when they are made
 * and again with each `step`, which is called after the optimiser's.
 *
 * @see https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
 */
export abstract class LRScheduler extends Schedule {
  /** Sets the next learning rates. */
  abstract step(): void;

  /** Makes the step of the start. @internal */
  abstract start(): void;

  /** Takes back the step of the start, for a schedule that another one leads. @internal */
  undo(): void {
    this.lastEpoch -= 1;
  }

  /** Forgets all steps. @internal */
  rewind(): void {
    this.lastEpoch = -1;
  }

  /** Sets the learning rates of epoch 0, for a schedule whose turn has come. @internal */
  abstract restart(): void;
}

/** Options that all schedules by a formula have. */
export interface EpochOptions {
  /** The last epoch of a run that is taken up again; the groups must have their `initialLr`. Default -1, a new run. */
  readonly lastEpoch?: number;
}

/** A schedule by a formula in the number of steps, most in the chainable form: the next learning rate from the last. */
export abstract class EpochLR extends LRScheduler {
  /** The groups' learning rates before any schedule. */
  readonly baseLrs: readonly number[];
  /** Steps since the schedule was made. */
  protected stepCount = 0;

  protected constructor(optimizer: Scheduled, lastEpoch = -1) {
    super(optimizer);
    this.baseLrs = optimizer.paramGroups.map((group, i) => {
      if (lastEpoch === -1) group.initialLr ??= group.lr;
      else if (group.initialLr === undefined) {
        throw new ValueError(`${this.constructor.name}: group ${i} has no initialLr to go on from`, {
          hint: 'load the state of the optimiser first, or leave lastEpoch out for a new run',
        });
      }
      return group.initialLr;
    });
    this.lastEpoch = lastEpoch;
  }

  /** The learning rate of a group at `lastEpoch`, given that of the epoch before and the group's base. */
  protected abstract next(lr: number, base: number, group: number): number;

  /** The learning rate at `lastEpoch` from the base alone, where there is such a formula. */
  protected at?(base: number): number;

  /**
   * Sets the next learning rates.
   *
   * @param epoch  the epoch to go to instead of the next one
   */
  override step(epoch?: number): void {
    this.stepCount += 1;
    this.lastEpoch = epoch ?? this.lastEpoch + 1;
    this.optimizer.paramGroups.forEach((group, i) => {
      const base = this.baseLrs[i];
      group.lr = epoch !== undefined && this.at !== undefined ? this.at(base) : this.next(group.lr, base, i);
    });
    this.remember();
  }

  override start(): void {
    this.stepCount = 0;
    this.step();
  }

  override restart(): void {
    this.step(0);
  }
}

/** The option of `EpochOptions`. */
export const EPOCH: Schema<EpochOptions> = { lastEpoch: 'a whole number' };

/** A number for all groups, or one for each. */
export const PER_GROUP = ['a number', 'a list of numbers'] as const;

/** The options of a schedule, which may stand by position in PyTorch's order; checks what is to be steered, too. */
export function readSchedule<Options extends object>(
  where: string,
  optimizer: Scheduled,
  given: readonly unknown[],
  schema: Schema<Options>,
  order: readonly (keyof Options & string)[],
): Options {
  const steered: unknown = optimizer;
  if (typeof steered !== 'object' || steered === null || !('paramGroups' in steered)) {
    throw new ValueError(`${where}: the first argument must be an optimiser, not ${told(optimizer)}`);
  }
  return readArguments(where, given, schema, order);
}

/** Checks a whole number from `least` on. */
export function expectWhole(where: string, name: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new ValueError(`${where}: ${name} must be a whole number, ${least} or more, not ${value}`);
}

/** One number for each group, from one for all or a list. */
export function perGroup(
  where: string,
  name: string,
  value: number | readonly number[],
  { paramGroups }: Scheduled,
): number[] {
  if (typeof value === 'number') return paramGroups.map(() => value);
  if (value.length === paramGroups.length) return [...value];
  throw new ValueError(
    `${where}: ${name} has ${value.length} values, but there are ${paramGroups.length} parameter groups`,
  );
}
