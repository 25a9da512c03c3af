import type { Tensor } from '../tensor.js';
import { fill } from './arguments.js';
import type { Action, Job, KernelCall } from './recording.js';
import type { Run } from './run.js';

/** A run made ready to be done again. */
export interface Replay {
  readonly run: Run;
  /** Kernels up to the last one that decides how it goes on. They write nothing but the recording's own memory. */
  readonly undecided: readonly (KernelCall | Job)[];
  /** All that it did besides. */
  readonly decided: readonly Action[];
}

/** Makes a run ready. From then on its memory is written at each replay. */
export function prepared(run: Run): Replay {
  const { recording } = run;
  const { actions, decided } = recording;
  for (const action of actions) {
    if (action.kind !== 'gradient' || !recording.owns(action.address)) continue;
    action.next!.storage.keep();
    // Whoever believed that nobody has seen it would dispose of it.
    action.leaf.gradientSeen = true;
  }
  const first = actions.slice(0, decided);
  return {
    run,
    undecided: first.filter((action) => action.kind === 'kernel' || action.kind === 'job'),
    decided: [
      ...first.filter((action) => action.kind === 'gradient' || action.kind === 'live'),
      ...actions.slice(decided),
    ],
  };
}

/**
 * Does again what was recorded, with other arguments.
 *
 * @returns  false if that does not hold any more, and then nothing that anybody sees has been changed
 */
export function replay({ run, undecided, decided }: Replay, tensors: readonly Tensor[]): boolean {
  const { recording, copies } = run;
  if (!recording.holds) return false;
  for (const [leaf, gradient] of recording.starts) if (leaf.gradient !== gradient) return false;
  fill(copies, recording.places, tensors);
  recording.takeBack();
  for (const action of undecided) {
    if (action.kind === 'job') action.run();
    else if (!Object.is(action.run(...action.args), action.result)) return false;
  }
  for (const storage of recording.written) storage.written();
  for (const action of decided) {
    if (action.kind === 'kernel') action.run(...action.args);
    else if (action.kind !== 'gradient') action.run();
    else {
      action.leaf.gradient = action.next;
      action.leaf.gradientSeen = true;
    }
  }
  return true;
}
