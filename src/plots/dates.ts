import { ValueError } from '../errors.js';

const DAY = 86_400_000;
/** Dates that show the rhythm: recent ones, as it may have changed. */
const RECENT = 60;

/**
 * How dates go on: by months where they fall on the same day of the month, or on its last; by working days where there are no
 * weekends; else in steps as wide as most of those so far. In UTC.
 *
 * @param dates  rising, one or more
 * @param count  how many more
 * @throws ValueError without a date, and for dates that are none or do not rise
 * @example
 * const [next] = datesAhead([new Date('2024-11-30'), new Date('2024-12-31')], 1);
 * next.toISOString(); // '2025-01-31T00:00:00.000Z'
 */
export function datesAhead(dates: readonly Date[], count: number): Date[] {
  if (dates.length === 0) throw new ValueError('without a date there is none to go on from');
  const wrong = dates.findIndex((date, i) => !(date.getTime() > (dates[i - 1]?.getTime() ?? -Infinity)));
  if (wrong >= 0) throw new ValueError(`dates must rise, but date ${wrong} does not`);
  const recent = dates.slice(-RECENT);
  const next = byMonths(recent) ?? byDays(recent);
  return Array.from({ length: count }, (_, step) => next(step + 1));
}

type Next = (step: number) => Date;

/** Null where the dates do not go by months. */
function byMonths(dates: readonly Date[]): Next | null {
  const last = dates[dates.length - 1];
  const isSameTime = dates.every((date) => (date.getTime() - last.getTime()) % DAY === 0);
  const isLastDay = dates.every((date) => new Date(date.getTime() + DAY).getUTCDate() === 1);
  const isSameDay = dates.every((date) => date.getUTCDate() === last.getUTCDate());
  const months = dates.map((date) => date.getUTCFullYear() * 12 + date.getUTCMonth());
  const steps = new Set(months.slice(1).map((month, i) => month - months[i]));
  const [step] = steps;
  if (!isSameTime || !(isLastDay || isSameDay) || steps.size !== 1 || step === 0) return null;
  const day = last.getUTCDate();
  return (ahead) => {
    const date = new Date(last);
    // Day 0 is the last of the month before.
    date.setUTCMonth(last.getUTCMonth() + step * ahead + 1, 0);
    if (!isLastDay) date.setUTCDate(Math.min(day, date.getUTCDate()));
    return date;
  };
}

function byDays(dates: readonly Date[]): Next {
  const times = dates.map((date) => date.getTime());
  const last = times[times.length - 1];
  const gaps = times.slice(1).map((time, i) => time - times[i]);
  const gap = gaps.sort((a, b) => a - b)[gaps.length >> 1] ?? DAY;
  const hasWeekends = dates.some(isWeekend);
  // In ten days running there is a weekend.
  if (gap !== DAY || hasWeekends || dates.length < 10) return (step) => new Date(last + step * gap);
  return (step) => {
    let date = new Date(last);
    for (let left = step; left > 0; left -= isWeekend(date) ? 0 : 1) date = new Date(date.getTime() + DAY);
    return date;
  };
}

const isWeekend = (date: Date): boolean => date.getUTCDay() % 6 === 0;
