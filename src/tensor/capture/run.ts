import { recordWith } from '../../kernels/engine.js';
import { copyInto } from '../copy.js';
import type { Tensor } from '../tensor.js';
import {
  type ArgumentCopy,
  copyOf,
  type FunctionNumbers,
  type Given,
  givenBy,
  replaced,
} from './arguments.js';
import { Recording } from './recording.js';
import { type Returned, returnedBy, sameReturned } from './results.js';
import { sameActions, samePlaces } from './same.js';

/** A step as it is called from here. */
export type Step = (...args: readonly unknown[]) => unknown;

/** A run of a step that was recorded. */
export interface Run {
  readonly recording: Recording;
  /** The copies that it ran on. */
  readonly copies: readonly ArgumentCopy[];
  readonly returned: Returned;
}

/**
 * Runs a step and notes what it does.
 *
 * @param last  the run before this. The first is one on the arguments themselves, which shows what the step does to them; later
 *              ones have copies, which replays fill with other numbers.
 * @returns     also what the step gives its caller
 */
export function recordedRun(
  step: Step,
  args: readonly unknown[],
  given: Given,
  functions: FunctionNumbers,
  last: Run | null,
): [run: Run, result: unknown] {
  const onCopies = last !== null;
  const settings = last?.recording.settings;
  const copies = onCopies ? given.tensors.map(copyOf) : [];
  const inputs = onCopies ? copies.map(({ tensor }) => tensor) : given.tensors;
  const passed = onCopies ? args.map((arg) => replaced(arg, given.tensors, inputs)) : args;
  const versions = (xs: readonly Tensor[]): string => xs.map(({ storage }) => storage.version).join();
  const [before, copiesBefore] = [versions(given.tensors), versions(inputs)];

  const recording = new Recording();
  const outer = recordWith(recording);
  let result: unknown;
  try {
    recording.begin(inputs);
    result = watchingChance(recording, () => step(...passed));
  } catch (error) {
    recording.end();
    throw error;
  } finally {
    recordWith(outer);
  }

  const isKept = [args, passed].every((list) => givenBy(list, functions)?.key === given.key);
  if (!isKept || versions(given.tensors) !== before || versions(inputs) !== copiesBefore) {
    recording.cannot('it changes its arguments');
    if (onCopies) giveBack(given.tensors, copies);
  }
  if (last?.recording.settings !== settings) recording.cannot('it changes how an optimiser goes on');
  recording.finish();
  const returned = returnedBy(recording, result, inputs);
  return [{ recording, copies, returned }, replaced(result, inputs, given.tensors)];
}

/** Carries what was written to copies over to the arguments. */
function giveBack(tensors: readonly Tensor[], copies: readonly ArgumentCopy[]): void {
  tensors.forEach((x, i) => {
    const { tensor, version } = copies[i];
    if (tensor.storage.version === version) return;
    copyInto(x, tensor);
    x.storage.written();
  });
}

/** Runs a step whose calls of `Math.random` would otherwise be seen by nobody. */
function watchingChance(recording: Recording, run: () => unknown): unknown {
  const { random } = Math;
  const watched = (): number => {
    recording.cannot('it draws random numbers');
    return random();
  };
  // Where the language's own objects are frozen it stays as it is.
  Reflect.set(Math, 'random', watched);
  try {
    return run();
  } finally {
    if (Math.random === watched) Math.random = random;
  }
}

/** Whether two runs did the same and gave the same, the second on its own memory as the first on its own. */
export function sameRuns(a: Run, b: Run): boolean {
  const same = samePlaces(a.recording, b.recording);
  return sameReturned(a.returned, b.returned, same) && sameActions(a.recording, b.recording, same);
}
