import { stdout } from 'node:process';
import type { RunEvent } from '../training/events.js';
import { EXIT, failureOf } from './failure.js';
import { outputFailure } from './output.js';
import type { View } from './views/view.js';

/** Why a run ended before its time, and the exit code that says so. */
export interface Stop {
  readonly why: string;
  readonly exit: number;
}

const SIGNALS = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;

/**
 * Takes events one after the other, letting signals through, and the news that the output can be written no longer. The first ends the run
 * between two events; a second signal, with no listener left, ends the process.
 *
 * @returns why it stopped; null if it came to its end
 */
export async function interruptible(events: Iterable<RunEvent>, take: View): Promise<Stop | null> {
  let stop: Stop | null = null;
  const signals = Object.entries(SIGNALS).map(([signal, exit]) => {
    const listener = (): void => {
      stop ??= { why: 'stopped', exit };
    };
    process.once(signal, listener);
    return [signal, listener] as const;
  });
  const onOutput = (error: NodeJS.ErrnoException): void => {
    stop ??=
      error.code === 'EPIPE'
        ? { why: 'stopped, because nobody reads the output any more', exit: EXIT.unread }
        : { why: `stopped: ${outputFailure(error).message}`, exit: failureOf(outputFailure(error)).exit };
  };
  stdout.on('error', onOutput);
  const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const stopped = (): Stop | null => stop;
  try {
    let breathed = performance.now();
    for (const event of events) {
      take(event);
      if (performance.now() - breathed > 50) {
        await breath();
        breathed = performance.now();
      }
      if (stopped() !== null) return stopped();
    }
    // What was written last may have failed, too.
    await breath();
    return stopped();
  } finally {
    for (const [signal, listener] of signals) process.off(signal, listener);
    stdout.off('error', onOutput);
  }
}
