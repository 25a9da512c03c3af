/** An axis: where it begins and ends, and the marks on it. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly Tick[];
  /** Share of the way from low to high. */
  readonly place: (value: number) => number;
}

/** A mark on an axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** How an axis counts. */
export type AxisKind = 'linear' | 'log' | 'time';

/** An axis of about `count` round marks around all values from `min` to `max`. */
export function axis(kind: AxisKind, min: number, max: number, count: number): Axis {
  if (kind === 'log') return logAxis(min, max, count);
  return kind === 'time' ? timeAxis(min, max, count) : linearAxis(min, max, count);
}

/** How a linear axis is made. */
interface LinearOptions {
  /** Ends at the values instead of at a mark. */
  readonly snug?: boolean;
  /** Counts what comes whole. */
  readonly whole?: boolean;
}

/** Steps are 1, 2 or 5 times a power of ten. */
export function linearAxis(
  min: number,
  max: number,
  count: number,
  { snug = false, whole = false }: LinearOptions = {},
): Axis {
  let [low, high] = widened(min, max);
  const step = Math.max(roundStep((high - low) / count), whole ? 1 : 0);
  if (!snug) [low, high] = [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  return between(low, high, labelled(ticks, step));
}

/** One number is no axis: room on both sides. */
function widened(min: number, max: number): [number, number] {
  const size = Math.max(Math.abs(min), Math.abs(max));
  if (max - min > size * 1e-12 && size > 1e-300) return [min, max];
  const room = size > 1e-300 ? size / 10 : 1;
  return [min - room, max + room];
}

function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const [factor = 10] = [1, 2, 5].filter((f) => f >= (step / power) * (1 - 1e-9));
  return factor * power;
}

function between(low: number, high: number, ticks: readonly Tick[]): Axis {
  return { low, high, ticks, place: (value) => (value - low) / (high - low) };
}

function labelled(values: readonly number[], step: number): Tick[] {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const powers = largest >= 1e15 || decimals > 6;
  const unit = largest >= 1e4 && step >= 100 ? largeUnit(largest) : null;
  const label = (value: number): string => {
    if (Math.abs(value) < step / 2) return '0';
    if (powers) return signed(value.toExponential(2).replace(/\.?0*e\+?/, 'e'));
    if (unit === null) return signed(value.toFixed(decimals));
    return signed(String(Number((value / unit.size).toFixed(6)))) + unit.name;
  };
  return values.map((value) => ({ value, label: label(value) }));
}

function largeUnit(largest: number): { readonly size: number; readonly name: string } {
  if (largest >= 1e9) return { size: 1e9, name: 'G' };
  return largest >= 1e6 ? { size: 1e6, name: 'M' } : { size: 1e3, name: 'k' };
}

const signed = (text: string): string => text.replace('-', '\u2212');

/** Powers of ten; with 2 and 5 times these where that makes too few marks. */
function logAxis(min: number, max: number, count: number): Axis {
  const [low, high] = max > min * (1 + 1e-9) ? [min, max] : [min / 2, max * 2];
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const factors = to - from > count / 2 ? [1] : [1, 2, 5];
  const every = Math.max(1, Math.ceil((to - from) / (2 * count)));
  const marks: number[] = [];
  for (let power = from; power <= to; power += every) {
    for (const factor of factors) marks.push(Number(`${factor}e${power}`));
  }
  const before = marks.filter((mark) => mark <= low * (1 + 1e-9)).at(-1) ?? low;
  const behind = marks.find((mark) => mark >= high * (1 - 1e-9)) ?? high;
  const ticks = marks
    .filter((mark) => mark >= before && mark <= behind)
    .map((value) => ({ value, label: shortNumber(value) }));
  const width = Math.log(behind / before);
  return { low: before, high: behind, ticks, place: (value) => Math.log(value / before) / width };
}

const SECOND = 1000;
const DAY = 86_400 * SECOND;
const STEPS = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600].map((s) => s * SECOND);
const DAYS = [1, 2, 7, 14].map((days) => days * DAY);
const MONTHS = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200];
const MONTH = 30.44 * DAY;

/** Milliseconds since 1970 (UTC); marks at round times of the calendar. Ends at the values. */
function timeAxis(min: number, max: number, count: number): Axis {
  const [low, high] = max > min ? [min, max] : [min - DAY, max + DAY];
  const wanted = (high - low) / count;
  const step = [...STEPS, ...DAYS].find((s) => s >= wanted);
  const ticks: Tick[] = [];
  if (step !== undefined) {
    const isShort = step < DAY;
    for (let at = Math.ceil(low / step) * step; at <= high; at += step) {
      const iso = new Date(at).toISOString();
      const midnight = at % DAY === 0;
      const clock = iso.slice(11, step < 60 * SECOND ? 19 : 16);
      ticks.push({ value: at, label: isShort && !midnight ? clock : iso.slice(0, 10) });
    }
    return between(low, high, ticks);
  }
  const months = MONTHS.find((m) => m * MONTH >= wanted) ?? Math.ceil(wanted / MONTH / 1200) * 1200;
  const start = new Date(low);
  let month = Math.floor((start.getUTCFullYear() * 12 + start.getUTCMonth()) / months) * months;
  for (; ; month += months) {
    const date = new Date(Date.UTC(2000, 0, 1));
    date.setUTCFullYear(Math.floor(month / 12), month % 12);
    if (date.getTime() > high) break;
    if (date.getTime() < low) continue;
    ticks.push({ value: date.getTime(), label: date.toISOString().slice(0, months % 12 === 0 ? 4 : 7) });
  }
  return between(low, high, ticks);
}

/** A number as a reader wants it: four digits that count. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '–' : signed(String(value));
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return signed(value.toExponential(3).replace(/\.?0*e\+?/, 'e'));
  return signed(String(Number(value.toPrecision(4))));
}
