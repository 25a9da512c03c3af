import { FormatError } from '../errors.js';
import type { Step } from './step.js';
import { stepOn } from './step.js';

/** What happens to cells without a number: an error, the value before, a line between the values around, or the row goes. */
export type MissingChoice = 'error' | 'previous' | 'linear' | 'drop';
export const MISSING_CHOICES: readonly MissingChoice[] = ['error', 'previous', 'linear', 'drop'];

/** How steps without a row are filled. */
export type FillChoice = 'previous' | 'linear';
export const FILL_CHOICES: readonly FillChoice[] = ['previous', 'linear'];

/**
 * A column without gaps. Cells at the start, which have nothing before them, stay empty; at the end the last value stands.
 */
export function filled(values: Float64Array, by: FillChoice): Float64Array {
  const result = Float64Array.from(values);
  for (let i = 1, after = 0; i < result.length; i++) {
    if (!Number.isNaN(values[i])) continue;
    if (after < i) for (after = i; after < values.length && Number.isNaN(values[after]);) after += 1;
    const end = by === 'previous' || after === result.length ? result[i - 1] : values[after];
    result[i] = result[i - 1] + (end - result[i - 1]) / (after - i + 1);
  }
  return result;
}

/** More rows than this many times those that there are nobody wants to make up. */
const MOST = 20;

/**
 * The rows of all steps from the first to the last: for each its time and the row that it has, or -1.
 *
 * @throws FormatError for steps that are uneven
 */
export function everyStep(
  times: readonly number[],
  step: Step,
  name: string,
): { readonly times: number[]; readonly rows: number[] } {
  if (step.kind === 'uneven') {
    throw new FormatError(
      `${name}: the dates are unevenly far apart, so that no rows can be filled in between`,
      {
        hint: 'leave --fill out; for empty cells there is --missing previous or linear',
      },
    );
  }
  const all = { times: [times[0]], rows: [0] };
  for (let row = 1; row < times.length; row++) {
    for (let at = 1; ; at++) {
      const time = stepOn(step, times[row - 1], at, 0);
      // A clock may tremble: what is within half a step of the row is its own.
      if (time + (stepOn(step, time, 1, 0) - time) / 2 > times[row]) break;
      all.times.push(time);
      all.rows.push(-1);
      if (all.times.length > MOST * times.length) {
        throw new FormatError(
          `${name}: most steps are missing, so that filling them would make most of the data up`,
          {
            hint: 'leave --fill out',
          },
        );
      }
    }
    all.times.push(times[row]);
    all.rows.push(row);
  }
  return all;
}
