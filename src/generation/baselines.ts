import { ValueError } from '../errors.js';

// What any forecast has to beat.

/**
 * The last value again and again.
 *
 * @throws ValueError for a history without values, and a horizon that is not whole and positive
 * @example
 * naive([3, 5, 4], 2); // [4, 4]
 */
export function naive(history: ArrayLike<number>, horizon: number): number[] {
  return seasonalNaive(history, horizon, 1);
}

/**
 * The last season again and again: ŷ(n + h) = y(n + h − season), or whole seasons before.
 *
 * @param season  steps after which things repeat: 12 for months, 7 for days
 * @throws ValueError for a history shorter than a season, and sizes that are not whole and positive
 * @example
 * seasonalNaive([1, 5, 2, 6], 3, 2); // [2, 6, 2]
 */
export function seasonalNaive(history: ArrayLike<number>, horizon: number, season: number): number[] {
  for (const [name, size] of Object.entries({ horizon, season })) {
    if (!Number.isInteger(size) || size < 1) {
      throw new ValueError(`${name} must be a whole number from 1 on, not ${size}`);
    }
  }
  if (history.length < season) {
    throw new ValueError(
      `the history has ${history.length} values, which is less than a season of ${season}`,
    );
  }
  const start = history.length - season;
  return Array.from({ length: horizon }, (_, step) => history[start + (step % season)]);
}
