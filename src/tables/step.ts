/** How far apart rows are. */
export type Step =
  | { readonly kind: 'even'; readonly milliseconds: number }
  | { readonly kind: 'months'; readonly months: number; readonly isLastDay: boolean }
  | { readonly kind: 'working days' }
  | { readonly kind: 'uneven' };

/** The rhythm of rows. */
export interface Rhythm {
  readonly step: Step;
  /** In words: daily, hourly, every 15 minutes, uneven. */
  readonly words: string;
  /** Steps without a row, holidays among working days aside. */
  readonly missing: number;
  /** Working days without a row that are taken for holidays. */
  readonly holidays: number;
  /** Rows before which steps are missing. */
  readonly gaps: readonly number[];
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** As many working days in a row may be holidays; more are a gap. */
const HOLIDAYS = 4;
/** How far from whole a step may be, as clocks of sensors are. */
const TOLERANCE = 0.2;

/** The rhythm of rising times. */
export function rhythmOf(times: readonly number[]): Rhythm {
  if (times.length < 2)
    return { step: { kind: 'uneven' }, words: 'a single row', missing: 0, holidays: 0, gaps: [] };
  const step = stepOf(times);
  const lost = times.map((time, i) => (i === 0 ? 0 : stepsBetween(step, times[i - 1], time) - 1));
  const isHoliday = (count: number): boolean => step.kind === 'working days' && count <= HOLIDAYS;
  const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
  return {
    ...{ step, words: wordsOf(step) },
    missing: sum(lost.filter((count) => !isHoliday(count))),
    holidays: sum(lost.filter(isHoliday)),
    gaps: lost.flatMap((count, i) => (count > 0 && !isHoliday(count) ? [i] : [])),
  };
}

function stepOf(times: readonly number[]): Step {
  const months = monthsStep(times);
  if (months !== null) return months;
  const steps = times.slice(1).map((time, i) => time - times[i]);
  const common = mostFrequent(steps);
  const isWhole = (step: number): boolean =>
    Math.abs(step / common - Math.round(step / common)) < TOLERANCE && step > common / 2;
  const alike = steps.filter((step) => Math.abs(step / common - 1) < TOLERANCE).length;
  if (common === DAY && isWorking(times)) return { kind: 'working days' };
  const isEven = steps.filter(isWhole).length >= 0.9 * steps.length && alike >= steps.length / 2;
  return isEven ? { kind: 'even', milliseconds: common } : { kind: 'uneven' };
}

/** Of steps that differ by the trembling of a clock the middle one. */
function mostFrequent(steps: readonly number[]): number {
  const sorted = [...steps].sort((a, b) => a - b);
  const counts = new Map<number, number>();
  for (const step of steps) counts.set(step, (counts.get(step) ?? 0) + 1);
  const [step, count] = [...counts].reduce((best, one) =>
    one[1] > best[1] || (one[1] === best[1] && one[0] < best[0]) ? one : best,
  );
  return count >= steps.length / 3 ? step : sorted[sorted.length >> 1];
}

const weekday = (time: number): number => new Date(time).getUTCDay();

/** Days without any weekend, over one at least. */
function isWorking(times: readonly number[]): boolean {
  const span = times[times.length - 1] - times[0];
  return span >= 6 * DAY && times.every((time) => weekday(time) % 6 !== 0);
}

const monthOf = (time: number): number => {
  const date = new Date(time);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
};

/** Months, quarters and years: the same day of the month each time, or its last. */
function monthsStep(times: readonly number[]): Step | null {
  const dates = times.map((time) => new Date(time));
  const isSameTime = times.every((time) => (time - times[0]) % DAY === 0);
  const isSameDay = dates.every((date) => date.getUTCDate() === dates[0].getUTCDate());
  const isLastDay = dates.every((date) => new Date(date.getTime() + DAY).getUTCDate() === 1);
  if (!isSameTime || !(isSameDay || isLastDay)) return null;
  const steps = times.slice(1).map((time, i) => monthOf(time) - monthOf(times[i]));
  if (steps.includes(0)) return null;
  const months = mostFrequent(steps);
  return steps.every((step) => step % months === 0)
    ? { kind: 'months', months, isLastDay: isLastDay && !isSameDay }
    : null;
}

/** Steps from one time to a later one: 1 where nothing is missing between them. */
function stepsBetween(step: Step, from: number, to: number): number {
  if (step.kind === 'even') return Math.max(1, Math.round((to - from) / step.milliseconds));
  if (step.kind === 'months') return (monthOf(to) - monthOf(from)) / step.months;
  return step.kind === 'working days' ? workingDays(from, to) : 1;
}

function workingDays(from: number, to: number): number {
  const weeks = Math.floor((to - from) / (7 * DAY));
  let count = 5 * weeks;
  for (let time = from + weeks * 7 * DAY + DAY; time <= to; time += DAY)
    count += weekday(time) % 6 === 0 ? 0 : 1;
  return Math.max(1, count);
}

/** The time some steps after another. Uneven steps go on by the mean of those so far. */
export function stepOn(step: Step, from: number, count: number, mean: number): number {
  if (step.kind === 'even') return from + count * step.milliseconds;
  if (step.kind === 'uneven') return from + count * mean;
  if (step.kind === 'months') return monthsOn(from, count * step.months, step.isLastDay);
  let time = from;
  for (let left = count; left > 0; left -= weekday(time) % 6 === 0 ? 0 : 1) time += DAY;
  return time;
}

function monthsOn(from: number, months: number, isLastDay: boolean): number {
  const date = new Date(from);
  const day = date.getUTCDate();
  // Day 0 is the last of the month before.
  date.setUTCMonth(date.getUTCMonth() + months + 1, 0);
  if (!isLastDay) date.setUTCDate(Math.min(day, date.getUTCDate()));
  return date.getTime();
}

const YEARLY: Readonly<Record<number, string>> = {
  1: 'monthly',
  3: 'quarterly',
  6: 'half-yearly',
  12: 'yearly',
};
const UNITS = [
  [7 * DAY, 'weekly', 'weeks'],
  [DAY, 'daily', 'days'],
  [HOUR, 'hourly', 'hours'],
  [MINUTE, 'every minute', 'minutes'],
  [SECOND, 'every second', 'seconds'],
  [1, 'every millisecond', 'milliseconds'],
] as const;

function wordsOf(step: Step): string {
  if (step.kind === 'working days') return 'daily, without weekends';
  if (step.kind === 'uneven') return 'uneven';
  if (step.kind === 'months') {
    const { months } = step;
    return Object.hasOwn(YEARLY, months)
      ? YEARLY[months]
      : months % 12 === 0
        ? `every ${months / 12} years`
        : `every ${months} months`;
  }
  const { milliseconds } = step;
  const [size, once, many] = UNITS.find(([unit]) => milliseconds % unit === 0) ?? UNITS[UNITS.length - 1];
  return milliseconds === size ? once : `every ${milliseconds / size} ${many}`;
}
