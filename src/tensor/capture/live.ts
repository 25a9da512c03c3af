import { recordWith } from '../../kernels/engine.js';

/** Whoever decides something at each replay. */
export interface Owner {
  /** What it decides by, as a text. A step that changes this itself cannot be replayed. */
  settings(): string;
}

/** Runs something of `owner` that decides in JavaScript, now and, within a captured step, at each of its replays. */
export function live(owner: Owner, run: () => void): void {
  const outer = recordWith(null);
  try {
    run();
  } finally {
    recordWith(outer);
  }
  outer?.runs(run, owner);
}
