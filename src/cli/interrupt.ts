import type { RunEvent } from '../training/events.js';
import type { View } from './views/view.js';

const SIGNALS = { SIGINT: 'interrupted', SIGTERM: 'terminated' } as const;

/**
 * Takes events one after the other, letting signals through. The first ends the run between two events; the second, with no
 * listener left, ends the process.
 *
 * @returns how the user stopped it; null if it came to its end
 */
export async function interruptible(
  events: Iterable<RunEvent>,
  take: View,
): Promise<(typeof SIGNALS)[keyof typeof SIGNALS] | null> {
  let stopped: (typeof SIGNALS)[keyof typeof SIGNALS] | null = null;
  const listeners = Object.entries(SIGNALS).map(([signal, how]) => {
    const stop = (): void => {
      stopped ??= how;
    };
    process.once(signal, stop);
    return [signal, stop] as const;
  });
  const isStopped = (): boolean => stopped !== null;
  try {
    let breathed = performance.now();
    for (const event of events) {
      take(event);
      if (performance.now() - breathed > 50) {
        await new Promise((resolve) => setImmediate(resolve));
        breathed = performance.now();
      }
      if (isStopped()) break;
    }
    return stopped;
  } finally {
    for (const [signal, stop] of listeners) process.off(signal, stop);
  }
}
