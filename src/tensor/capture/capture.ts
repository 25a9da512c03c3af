import { recording } from '../../kernels/engine.js';
import { isGradEnabled } from '../autograd.js';
import { modeChanges } from '../modes.js';
import { forget, use } from './alive.js';
import { FunctionNumbers, type Given, givenBy } from './arguments.js';
import type { Recording } from './recording.js';
import { prepared, type Replay, replay } from './replay.js';
import { returnedAgain } from './results.js';
import { recordedRun, type Run, sameRuns, type Step } from './run.js';

/** What is known of a step for arguments of one kind. */
interface Variant {
  last: Run | null;
  /** The last run, if it did the same as the one before. */
  ready: Replay | null;
  /** `modeChanges()` after the last run. */
  modes: number;
  /** Runs in a row without a replay. */
  runs: number;
}

// Steps for more different arguments than this are not worth their memory.
const MOST_VARIANTS = 16;
// Nor is what has to run so often in a row.
const MOST_RUNS = 4;
const ends = new FinalizationRegistry<Set<Recording>>((recordings) => {
  for (const own of recordings) forget(own);
});

/**
 * A step that is recorded while it runs and, once two runs in a row did the same, replayed: the same kernels on the same memory,
 * without the work of making tensors and remembering how they came about. Small networks become several times faster, and every
 * number is the one that the step itself would give.
 *
 * It may run layers, losses, `backward`, `zeroGrad`, clipping and an optimiser's `step`, write to tensors in place, and take and
 * return tensors, numbers, words, and lists and plain objects of them. What a replay could not repeat is noticed, and then the step
 * simply runs: numbers that it reads (`item`, `tolist`, the length that `clipGradNorm` gives) and random ones (dropout,
 * `Math.random`), gradients that add up from call to call, arguments that it changes, that require gradients, or that are neither
 * tensors nor plain values, and whatever is another with each call. Arguments of other shapes and other numbers are recorded apart.
 * Learning rates and other settings of an optimiser are read at each replay.
 *
 * Two things it cannot notice, because they are JavaScript's alone:
 * - A variable outside of the step, or a property of a model, that keeps its value for two calls and changes later counts as it was
 *   recorded, be it a number or which tensor it is. Pass it as an argument, or write the new numbers into the same tensor
 *   (`copy_`, `fill_`). After `train()`, `eval()`, or a change of what requires gradients, the step runs once to be compared again.
 * - What the step does besides tensors (counting, printing, adding to a list) happens only when it really runs.
 *
 * @param step  called with the arguments, or with copies of the tensors in them
 * @returns     the step; what it returns are new tensors at each call
 * @throws whatever the step throws
 * @example
 * const model = new nn.Linear(3, 1);
 * const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
 * const step = capture((x: Tensor, y: Tensor) => {
 *   optimizer.zeroGrad();
 *   const loss = model.forward(x).sub(y).square().mean();
 *   loss.backward();
 *   optimizer.step();
 *   return loss;
 * });
 * for (let i = 0; i < 5; i++) step(ones([4, 3]), zeros([4, 1])).item();
 */
export function capture<A extends readonly unknown[], R>(step: (...args: A) => R): (...args: A) => R {
  const variants = new Map<string, Variant>();
  const recordings = new Set<Recording>();
  const functions = new FunctionNumbers();

  const run = (variant: Variant, args: A, given: Given): unknown => {
    const { last } = variant;
    const [next, result] = recordedRun(step as unknown as Step, args, given, functions, last);
    const { recording: own } = next;
    const didSame = last !== null && !last.recording.ended && own.reason === null && sameRuns(last, next);
    if (last !== null) {
      recordings.delete(last.recording);
      forget(last.recording);
    }
    variant.last = variant.ready = null;
    variant.runs = own.reason === null ? variant.runs + 1 : Infinity;
    if (variant.runs > MOST_RUNS) {
      forget(own);
      return result;
    }
    variant.last = next;
    variant.modes = modeChanges();
    recordings.add(own);
    use(own);
    if (!didSame) return result;
    variant.ready = prepared(next);
    return returnedAgain(own, next.returned, given.tensors);
  };

  const captured = (...args: A): R => {
    // Within another recording it is a part of that.
    if (recording() !== null) return step(...args);
    const given = givenBy(args, functions);
    if (given === null) return step(...args);
    const key = `${isGradEnabled()} ${given.key}`;
    let variant = variants.get(key);
    if (variant === undefined) {
      if (variants.size === MOST_VARIANTS) return step(...args);
      variants.set(key, (variant = { last: null, ready: null, modes: 0, runs: 0 }));
    }
    if (variant.runs > MOST_RUNS) return step(...args);
    const { ready } = variant;
    if (
      ready === null ||
      ready.run.recording.ended ||
      variant.modes !== modeChanges() ||
      !replay(ready, given.tensors)
    ) {
      return run(variant, args, given) as R;
    }
    variant.runs = 0;
    use(ready.run.recording);
    return returnedAgain(ready.run.recording, ready.run.returned, given.tensors) as R;
  };
  ends.register(captured, recordings);
  return captured;
}
