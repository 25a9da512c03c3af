import { ValueError } from '../../errors.js';
import type { Schema } from '../../options.js';
import { PER_GROUP, perGroup, type Scheduled, type ScheduledGroup } from './scheduler.js';

/** Options of schedules that cycle momentum against the learning rate. */
export interface CycledMomentumOptions {
  /** Cycle momentum, or β₁ of Adam and its kin. Default true. */
  readonly cycleMomentum?: boolean;
  /** The smallest momentum, where the learning rate is largest; one for all groups, or one for each. */
  readonly baseMomentum?: number | readonly number[];
  /** The largest momentum, where the learning rate is smallest; one for all groups, or one for each. */
  readonly maxMomentum?: number | readonly number[];
}

/** What these options may be. */
export const CYCLED_MOMENTUM: Schema<CycledMomentumOptions> = {
  cycleMomentum: 'true or false',
  baseMomentum: PER_GROUP,
  maxMomentum: PER_GROUP,
};

/** Momentum's range by group. */
export interface MomentumRange {
  readonly base: readonly number[];
  readonly max: readonly number[];
}

/** The range of momentum for each group. */
export function momentumRange(
  where: string,
  optimizer: Scheduled,
  base: number | readonly number[],
  max: number | readonly number[],
): MomentumRange {
  if (optimizer.paramGroups.some((group) => !('momentum' in group) && !('betas' in group))) {
    throw new ValueError(`${where}: the optimiser has neither momentum nor betas to cycle`, {
      hint: 'set cycleMomentum: false',
    });
  }
  return {
    base: perGroup(where, 'baseMomentum', base, optimizer),
    max: perGroup(where, 'maxMomentum', max, optimizer),
  };
}

/** Sets a group's momentum, or its β₁ where it has betas. */
export function setMomentum(group: ScheduledGroup, momentum: number): void {
  if (group.betas === undefined) group.momentum = momentum;
  else group.betas = [momentum, group.betas[1]];
}
