import { rhythmOf } from './step.js';
import { dateCodec, type DateForm, HALVES, isMonth, LANGUAGES } from './date-format.js';

/** What the dates of a column were found to be. */
export interface FoundDates {
  readonly form: DateForm;
  /** By row: milliseconds since 1970, or null for a cell that is no date of this form. */
  readonly times: readonly (number | null)[];
  /** Why this form, where others would do as well. */
  readonly why?: string;
}

/** Dates that can be read in several ways. */
export interface Undecided {
  readonly formats: readonly string[];
  /** A cell, and what it is by each format. */
  readonly cell: string;
  readonly readings: readonly string[];
}

/** Dates by day as people write them; a letter that stands for itself is in brackets. */
const DAYS = [
  ...[
    'YYYY-M-D',
    'YYYY/M/D',
    'YYYY.M.D',
    'YYYY. M. D.',
    'YYYY. M. D',
    'YYYY M D',
    'YYYY년 M월 D일',
    'YYYY年M月D日',
    'YYYYMMDD',
  ],
  ...['D-M-YYYY', 'M-D-YYYY', 'D/M/YYYY', 'M/D/YYYY', 'D.M.YYYY', 'D. M. YYYY', 'D M YYYY', 'M D YYYY'],
  ...['D-M-YY', 'M-D-YY', 'YY-M-D', 'D/M/YY', 'M/D/YY', 'YY/M/D', 'D.M.YY', 'YY.M.D'],
  ...['D MMM YYYY', 'D-MMM-YYYY', 'D/MMM/YYYY', 'D. MMM YYYY', 'D-MMM-YY', 'D MMM YY', 'DDMMMYYYY'],
  ...[
    'MMM D YYYY',
    'MMM D, YYYY',
    'MMM-D-YYYY',
    'YYYY-MMM-D',
    'YYYY MMM D',
    'YYYY/MMM/D',
    'MMM D YY',
    'MMM D, YY',
  ],
];
/** Longer steps. */
const PERIODS = [
  ...[
    'YYYY-M',
    'YYYY/M',
    'M/YYYY',
    'M-YYYY',
    'YYYY[M]MM',
    'YYYY-[M]MM',
    'YYYY[m]MM',
    'YYYY년 M월',
    'YYYY年M月',
    'YYYY. M.',
    'YYYY M',
  ],
  ...[
    'MMM YYYY',
    'MMM-YYYY',
    'MMM, YYYY',
    'MMM/YYYY',
    'MMM-YY',
    'MMM YY',
    'YYYY MMM',
    'YYYY-MMM',
    'YYYYMMM',
    'YY-MMM',
  ],
  ...[
    'YYYY[Q]Q',
    'YYYY-[Q]Q',
    'YYYY [Q]Q',
    'YYYY/[Q]Q',
    'YYYY:[Q]Q',
    '[Q]Q YYYY',
    '[Q]Q-YYYY',
    '[Q]Q/YYYY',
    'Q[Q]YYYY',
    '[Q]Q YY',
  ],
  ...['YYYY-[W]WW', 'YYYY[W]WW', 'YYYY [W]WW', '[W]WW YYYY', '[W]WW/YYYY'],
];

/** Times of a day, in a column of their own or behind a day. */
export const CLOCKS = [
  ...[
    'H:mm',
    'H:mm:ss',
    'H:mm:ss.S',
    'H:mm:ss,S',
    'h:mm A',
    'h:mm:ss A',
    'A h:mm',
    'A h:mm:ss',
    'H.mm.ss',
    'HH-mm-ss',
  ],
  ...['H시 m분', 'H[h]mm', 'H[h]', 'H시', 'H時', 'HHmm', 'HHmmss', 'H.mm', 'H'],
];
const JOINTS = [' ', 'T', ', ', ' - ', '-', '_', ':'];

/** Numbers that may be dates, and whether they are only where their column is called so. */
const DIGITS: readonly (readonly [format: string, pattern: RegExp])[] = [
  ['YYYYMMDD', /^(?:1[5-9]|2[01])\d{6}$/],
  ['YYYYMMDDHH', /^(?:19|20)\d{8}$/],
  ['YYYYMMDDHHmm', /^(?:19|20)\d{10}$/],
  ['YYYYMMDDHHmmss', /^(?:19|20)\d{12}$/],
  ['YYYYMM', /^(?:1[5-9]|2[01])\d{4}$/],
  ['YYYY', /^(?:1[5-9]|2[01])\d{2}$/],
  ['X', /^[1-9]\d{8,9}(?:\.\d+)?$/],
  ['x', /^[1-9]\d{11,12}$/],
  ['xx', /^[1-9]\d{14,15}$/],
  ['xxx', /^[1-9]\d{17,18}$/],
  ['YYYY.M', /^(?:1[5-9]|2[01])\d{2}\.\d{1,2}$/],
  ['Y-MM', /^\d{1,3}-\d{2}$/],
];
const SURE = new Set(['YYYYMMDD', 'YYYYMMDDHHmm', 'YYYYMMDDHHmmss']);

/** Forms in which a cell is a date that nobody takes for a number. */
function formsOf(cell: string): DateForm[] {
  if (cell.length < 4 || cell.length > 48 || !/\d/.test(cell) || /^[+-]?[\d,']*\.?\d*$/.test(cell)) return [];
  const words = cell.match(/\p{L}{3,}/gu) ?? [];
  const language = LANGUAGES.find((one) => words.some((word) => isMonth(word, one)));
  const capitals = words.some((word) => isMonth(word, language ?? 'en') && word === word.toUpperCase());
  const day = /^(?!\d)\p{L}{2,9}\.?,?\s+/u.exec(cell)?.[0] ?? '';
  const isWeekday = day !== '' && !LANGUAGES.some((one) => isMonth(day.replace(/[.,\s]/g, ''), one));
  const start = isWeekday ? `ddd${day.replace(/^\p{L}+\.?/u, '')}` : '';
  const rest = isWeekday ? cell.slice(day.length) : cell;
  const names = language === undefined ? {} : { language, ...(capitals ? { capitals } : {}) };
  const isIn = (format: string): boolean => format.includes('MMM') === (language !== undefined);
  const read = (formats: readonly string[], text: string): string[] =>
    formats.filter((format) => isIn(format) && dateCodec({ format, ...names }).parse(text) !== null);
  const plain = read([...DAYS, ...PERIODS], rest).map((format) => ({ format: start + format, ...names }));
  const timed = splits(rest).flatMap(([date, joint, clock]) => {
    const dates = read(DAYS, date);
    if (dates.length === 0) return [];
    return clocksOf(clock).flatMap(({ format, zone }) =>
      dates.map((one): DateForm => {
        return {
          format: start + one + joint + format,
          ...names,
          ...(zone === undefined ? {} : { zone }),
          ...(format.includes('A') ? { halves: halvesIn(clock) } : {}),
        };
      }),
    );
  });
  return [...plain, ...timed];
}

const halvesIn = (clock: string): readonly [string, string] =>
  HALVES.find((pair) => pair.some((half) => clock.includes(half))) ?? HALVES[0];

/** Every place at which a time of day may follow. */
function splits(text: string): (readonly [date: string, joint: string, clock: string])[] {
  return JOINTS.flatMap((joint) => {
    const parts = text.split(joint);
    return parts
      .slice(1)
      .map((_, i) => [parts.slice(0, i + 1).join(joint), joint, parts.slice(i + 1).join(joint)] as const);
  }).filter(([date, , clock]) => date.length >= 6 && /^(?:\d|\D{2} ?\d)/u.test(clock));
}

/** The forms in which a text is a time of day, with its zone if it has one. */
function clocksOf(text: string): { readonly format: string; readonly zone?: string }[] {
  const found = /(?<=\d|m|M)(\s?)(Z|[+-]\d{2}:?\d{2}|[+-]\d{2}|(?<=\s)[A-Z]{3,4})$/.exec(text);
  const clock = found === null ? text : text.slice(0, found.index);
  return CLOCKS.filter(
    (format) => dateCodec({ format: `YYYY ${format}` }).parse(`2000 ${clock}`) !== null,
  ).flatMap((format) => {
    if (found === null) return [{ format }];
    const zoned = { format: `${format}${found[1]}Z`, zone: found[2] };
    return dateCodec({ format: `YYYY ${zoned.format}`, zone: found[2] }).parse(`2000 ${text}`) === null
      ? []
      : [zoned];
  });
}

/** Whether a cell by itself looks like a date. */
export function looksLikeDate(cell: string): boolean {
  // Dates have digits or the name of a month in them, and words have not: most cells are told by that.
  return cell.length >= 4 && cell.length <= 48 && /\d/.test(cell) && formsOf(cell).length > 0;
}

/** The part of a column's cells that must be dates for it to be a column of dates: the others are then mistakes. */
const MOST = 0.8;
const SAMPLE = 300;

/**
 * The dates of a column, by the form that fits all of it.
 *
 * @param isNamed  whether the column is called what columns of dates are called
 * @returns  null for a column of other things
 */
export function inferDates(cells: readonly string[], isNamed: boolean): FoundDates | Undecided | null {
  const filled = cells.filter((cell) => cell !== '');
  if (filled.length === 0) return null;
  return inferWritten(cells, filled) ?? inferDigits(cells, filled, isNamed);
}

export const isUndecided = (found: FoundDates | Undecided): found is Undecided => 'readings' in found;

function inferWritten(cells: readonly string[], filled: readonly string[]): FoundDates | Undecided | null {
  const probes = [0, filled.length >> 1, filled.length - 1].map((at) => filled[at]);
  const byKey = new Map(
    probes.flatMap(formsOf).map((form) => [JSON.stringify({ ...form, zone: '', halves: [] }), form]),
  );
  if (byKey.size === 0) return null;
  const stride = Math.max(1, Math.floor(filled.length / SAMPLE));
  const sample = filled.filter((_, i) => i % stride === 0);
  const isLikely = (form: DateForm): boolean => {
    const { parse } = dateCodec(form);
    return sample.filter((cell) => parse(cell) !== null).length >= MOST * sample.length;
  };
  const likely = [...byKey.values()].filter(isLikely).map((form) => readBy(form, cells));
  const hits = likely.map(({ times }) =>
    times.reduce<number>((count, time) => count + (time === null ? 0 : 1), 0),
  );
  const most = hits.reduce((a, b) => Math.max(a, b), 0);
  if (most < MOST * filled.length) return null;
  const best = distinct(likely.filter((_, i) => hits[i] === most));
  return best.length === 1 ? asWritten(best[0], filled) : byOrder(best, filled);
}

const readBy = (form: DateForm, cells: readonly string[]): FoundDates => {
  const { parse } = dateCodec(form);
  return { form, times: cells.map((cell) => parse(cell)) };
};

/** Forms that read every cell alike are one. */
function distinct(all: readonly FoundDates[]): FoundDates[] {
  const isSame = (a: FoundDates, b: FoundDates): boolean => a.times.every((time, i) => time === b.times[i]);
  return all.filter((one, i) => !all.slice(0, i).some((before) => isSame(before, one)));
}

/** Fewer rows may rise by chance. */
const ENOUGH = 5;

/** Of several readings the only one in which time goes one way, or in even steps without a gap. */
function byOrder(readings: readonly FoundDates[], filled: readonly string[]): FoundDates | Undecided {
  const timesOf = ({ times }: FoundDates): number[] => times.filter((time) => time !== null);
  const rising = readings.filter((reading) => isMonotone(timesOf(reading)));
  const even = rising.filter((reading) => isEven(timesOf(reading)));
  for (const [left, why] of [
    [rising, 'only so do the dates go one way'],
    [even, 'only so are the dates evenly apart'],
  ] as const) {
    if (left.length === 1 && filled.length >= ENOUGH) return { ...asWritten(left[0], filled), why };
  }
  const written = readings.map((reading) => asWritten(reading, filled).form);
  const cell = filled.find((one) => new Set(written.map((form) => dateCodec(form).parse(one))).size > 1)!;
  const readingOf = (form: DateForm): string =>
    dateCodec({ format: 'D MMMM YYYY' }).write(dateCodec(form).parse(cell)!);
  return { formats: written.map(({ format }) => format), cell, readings: written.map(readingOf) };
}

function isEven(times: readonly number[]): boolean {
  const { step, missing, holidays } = rhythmOf(
    times[0] > times[times.length - 1] ? [...times].reverse() : times,
  );
  return step.kind !== 'uneven' && missing + holidays === 0;
}

/** Whether all rise, or all fall. */
export function isMonotone(times: readonly number[]): boolean {
  const isUp = times.every((time, i) => i === 0 || time >= times[i - 1]);
  return isUp || times.every((time, i) => i === 0 || time <= times[i - 1]);
}

const isStrict = (times: readonly number[]): boolean =>
  isMonotone(times) && new Set(times).size === times.length;

/** The form with zeros in front and long names as the cells have them, so that what is written looks the same. */
export function asWritten(found: FoundDates, filled: readonly string[]): FoundDates {
  const { form } = found;
  const padDate = (format: string): string => format.replace(/(?<![MD[])[MD](?![MD])/g, '$&$&');
  const padHour = (format: string): string =>
    format.replace(/(?<!H)H(?!H)/g, 'HH').replace(/(?<![h[])h(?!h)/g, 'hh');
  const long = (format: string): string => format.replace(/MMM(?!M)/, 'MMMM');
  const same = (format: string): string => format;
  // What nothing speaks against comes first: zeros in front of all or of none, and short names.
  const pads = [(format: string) => padHour(padDate(format)), same, padDate, padHour];
  const variants = pads.flatMap((pad) => [same, long].map((name) => name(pad(form.format))));
  const stride = Math.max(1, Math.floor(filled.length / SAMPLE));
  const sample = filled.filter((_, i) => i % stride === 0);
  const { parse } = dateCodec(form);
  const times = sample.map((cell) => parse(cell));
  const score = (format: string): number => {
    const { write } = dateCodec({ ...form, format });
    return times.filter((time, i) => time !== null && write(time) === sample[i]).length;
  };
  const best = [...new Set(variants)]
    .map((format) => ({ format, score: score(format) }))
    .reduce((a, b) => (b.score > a.score ? b : a));
  return { ...found, form: { ...form, format: best.format } };
}

/** Numbers as dates: where they can be nothing else, or their column's name or their order says so. */
function inferDigits(
  cells: readonly string[],
  filled: readonly string[],
  isNamed: boolean,
): FoundDates | null {
  for (const [format, pattern] of DIGITS) {
    if (
      filled.slice(0, SAMPLE).filter((cell) => pattern.test(cell)).length <
      MOST * Math.min(SAMPLE, filled.length)
    )
      continue;
    const fits = filled.filter((cell) => pattern.test(cell)).length;
    if (fits < MOST * filled.length) continue;
    const found = readBy(
      { format },
      cells.map((cell) => (pattern.test(cell) ? cell : '')),
    );
    const times = found.times.filter((time) => time !== null);
    if (times.length < MOST * filled.length) continue;
    const isDate =
      format === 'Y-MM'
        ? isStrict(times)
        : SURE.has(format)
          ? times.length === filled.length || isNamed
          : isNamed || (format !== 'YYYY.M' && isStrict(times) && isRegular(times));
    if (isDate) return asWritten(found, filled);
  }
  return null;
}

/** Whether most steps are of one size, months and years counted as such. */
function isRegular(times: readonly number[]): boolean {
  if (times.length < 3) return true;
  const steps = times
    .slice(1)
    .map((time, i) => Math.round(Math.abs(time - times[i]) / 86_400_000 / 28) || Math.abs(time - times[i]));
  const counts = new Map<number, number>();
  for (const step of steps) counts.set(step, (counts.get(step) ?? 0) + 1);
  return [...counts.values()].some((count) => count > steps.length / 2);
}
