import { recording, recordWith } from './engine.js';
import { tryTilesWhenDue } from './large.js';

let depth = 0;

/**
 * Runs kernels that belong together as one job. A recording notes it as one call, which decides anew at each replay who does
 * it, and what the engine tries out it tries when no job is under way.
 *
 * @param by  what it does, to tell jobs apart: a name and the numbers it goes by
 */
export function asJob(run: () => void, by: readonly unknown[] = [run]): void {
  const recorder = recording();
  if (recorder !== null) {
    recordWith(null);
    try {
      asJob(run);
    } finally {
      recordWith(recorder);
    }
    recorder.job(() => {
      asJob(run);
    }, by);
    return;
  }
  depth += 1;
  try {
    run();
  } finally {
    depth -= 1;
  }
  if (depth === 0) tryTilesWhenDue();
}
