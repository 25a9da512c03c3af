import { ValueError } from '../errors.js';

/** Languages of the names of months. */
export const LANGUAGES = ['en', 'de', 'fr', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

/** How dates are written. */
export interface DateForm {
  /**
   * YYYY, YY or Y, M or MM, MMM or MMMM (names), D or DD, H or HH, h or hh with A (am, pm), m or mm, s or ss, S (parts of a second),
   * Q (quarter), W (ISO week), Z (zone), X, x, xx and xxx (Unix seconds, milli-, micro- and nanoseconds); anything else stands for itself,
   * letters in [brackets].
   */
  readonly format: string;
  /** Of the names of months. Default 'en'. */
  readonly language?: Language;
  /** Names of months are in capitals: 01-JAN-2024. */
  readonly capitals?: boolean;
  /** As `A` is written: AM and PM if left out. */
  readonly halves?: readonly [string, string];
  /** As `Z` is written: 'Z', '+01:00', 'KST'. */
  readonly zone?: string;
}

/** A form that reads and writes. */
export interface DateCodec {
  /** Milliseconds since 1970 in UTC, or null for what is no date of this form. */
  readonly parse: (text: string) => number | null;
  readonly write: (time: number) => string;
}

const names = (words: string): readonly string[] => words.split(' ');
const SHORT: Readonly<Record<Language, readonly string[]>> = {
  en: names('Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'),
  de: names('Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez'),
  fr: names('janv févr mars avr mai juin juil août sept oct nov déc'),
  es: names('ene feb mar abr may jun jul ago sep oct nov dic'),
};
const LONG: Readonly<Record<Language, readonly string[]>> = {
  en: names('January February March April May June July August September October November December'),
  de: names('Januar Februar März April Mai Juni Juli August September Oktober November Dezember'),
  fr: names('janvier février mars avril mai juin juillet août septembre octobre novembre décembre'),
  es: names('enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre'),
};
const EXTRA: Readonly<Partial<Record<Language, Readonly<Record<string, number>>>>> = {
  en: { sept: 9 },
  de: { mrz: 3, sept: 9 },
};

/** Months by their names in small letters, from 1. */
function monthsOf(language: Language): ReadonlyMap<string, number> {
  const months = new Map(Object.entries(EXTRA[language] ?? {}));
  for (const list of [SHORT, LONG])
    list[language].forEach((name, i) => months.set(name.toLowerCase(), i + 1));
  return months;
}

/** Whether a word is a month's name in a language. */
export const isMonth = (word: string, language: Language): boolean =>
  MONTHS[language].has(word.toLowerCase());
const MONTHS = Object.fromEntries(LANGUAGES.map((language) => [language, monthsOf(language)])) as Record<
  Language,
  ReadonlyMap<string, number>
>;

const TOKEN = /\[[^\]]*\]|YYYY|YY|Y|MMMM|MMM|MM|M|DD|D|ddd|HH|H|hh|h|mm|m|ss|s|S|A|Q|WW|W|Z|X|xxx|xx|x/g;
const NUMERIC = /^(?:Y+|MM?|DD?|HH?|hh?|mm?|ss?|Q|WW?)$/;
const PATTERNS: Readonly<Record<string, string>> = {
  ...{ YYYY: '(\\d{4})', YY: '(\\d{2})', Y: '(\\d{1,4})', S: '(\\d{1,9})', Q: '([1-4])' },
  ...{
    MMM: '(\\p{L}+)\\.?',
    MMMM: '(\\p{L}+)\\.?',
    ddd: '\\p{L}+\\.?',
    A: '([AaPp]\\.?[Mm]\\.?|오전|오후|上午|下午|午前|午後)',
  },
  ...{ Z: '\\s?(Z|[+-]\\d{2}(?::?\\d{2})?|[A-Z]{3,4})', X: '(-?\\d{1,11}(?:\\.\\d+)?)', x: '(-?\\d{1,14})' },
  ...{ xx: '(-?\\d{1,17})', xxx: '(-?\\d{1,20})' },
};

/** How people write the halves of a day. */
export const HALVES: readonly (readonly [string, string])[] = [
  ['AM', 'PM'],
  ['am', 'pm'],
  ['a.m.', 'p.m.'],
  ['오전', '오후'],
  ['上午', '下午'],
  ['午前', '午後'],
];

/** Hours ahead of UTC of the zones that tables name. */
const ZONES: Readonly<Record<string, number>> = {
  ...{ UTC: 0, GMT: 0, WET: 0, WEST: 1, BST: 1, CET: 1, CEST: 2, EET: 2, EEST: 3, MSK: 3, KST: 9, JST: 9 },
  ...{ EST: -5, EDT: -4, CST: -6, CDT: -5, MST: -7, MDT: -6, PST: -8, PDT: -7 },
};

const codecs = new Map<string, DateCodec>();

/**
 * What reads and writes dates of a form.
 *
 * @throws ValueError for a format without a date in it
 */
export function dateCodec(form: DateForm): DateCodec {
  const key = JSON.stringify(form);
  let codec = codecs.get(key);
  if (codec === undefined) codecs.set(key, (codec = made(form)));
  return codec;
}

function made(form: DateForm): DateCodec {
  const { tokens, pattern } = compiled(form.format);
  const at = (...names: string[]): number => 1 + tokens.findIndex((token) => names.includes(token));
  const places: Places = {
    ...{
      unix: at('X', 'x', 'xx', 'xxx'),
      unixScale: tokens.includes('X') ? 1000 : 1,
      unixParts: tokens.includes('xxx') ? 1e6 : tokens.includes('xx') ? 1000 : 1,
      year: at('YYYY', 'Y'),
      shortYear: at('YY'),
    },
    ...{
      month: at('MM', 'M'),
      name: at('MMM', 'MMMM'),
      quarter: at('Q'),
      week: at('WW', 'W'),
      day: at('DD', 'D'),
    },
    ...{
      hour: at('HH', 'H'),
      shortHour: at('hh', 'h'),
      half: at('A'),
      minute: at('mm', 'm'),
      second: at('ss', 's'),
    },
    ...{ fraction: at('S'), zone: at('Z') },
  };
  const months = MONTHS[form.language ?? 'en'];
  return {
    parse: (text) => {
      const found = pattern.exec(text);
      return found === null ? null : timeOf(found, places, months);
    },
    write: (time) => written(form, time),
  };
}

/** Which group of the pattern has which part of a date; 0 for none. */
type Places = Readonly<
  Record<
    | 'unix'
    | 'unixScale'
    | 'unixParts'
    | 'year'
    | 'shortYear'
    | 'month'
    | 'name'
    | 'quarter'
    | 'week'
    | 'day'
    | 'hour'
    | 'shortHour'
    | 'half'
    | 'minute'
    | 'second'
    | 'fraction'
    | 'zone',
    number
  >
>;

function compiled(format: string): { readonly tokens: readonly string[]; readonly pattern: RegExp } {
  const tokens: string[] = [];
  let source = '';
  let end = 0;
  const all = [...format.matchAll(TOKEN)].map(({ 0: token, index }) => {
    return { token, from: index, to: index + token.length };
  });
  for (const { token, from, to } of all) {
    source += literal(format.slice(end, from));
    end = to;
    if (token.startsWith('[')) {
      source += literal(token.slice(1, -1));
      continue;
    }
    // Digits without anything between are as many as the letters.
    const isTight = all.some(
      (other) => NUMERIC.test(other.token) && (other.to === from || other.from === to),
    );
    source += PATTERNS[token] ?? (isTight ? `(\\d{${token.length}})` : '(\\d{1,2})');
    if (token !== 'ddd') tokens.push(token);
  }
  const kinds = new Set(tokens.map((token) => token[0]));
  if (!['Y', 'X', 'x'].some((kind) => kinds.has(kind))) {
    throw new ValueError(`the format of dates '${format}' has no year`, {
      hint: 'such as YYYY-MM-DD, DD.MM.YYYY HH:mm, MMM D, YYYY, %d/%m/%Y, or X for Unix seconds',
    });
  }
  return { tokens, pattern: new RegExp(`^${source}${literal(format.slice(end))}$`, 'u') };
}

/** Blanks of any kind and number stand for each other. */
const literal = (text: string): string =>
  text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/\s+/g, '\\s+');

function timeOf(found: RegExpExecArray, at: Places, months: ReadonlyMap<string, number>): number | null {
  if (at.unix > 0) return (Number(found[at.unix]) * at.unixScale) / at.unixParts;
  const number = (place: number, fallback: number): number => (place > 0 ? Number(found[place]) : fallback);
  const short = number(at.shortYear, 70);
  // As POSIX has it: 69 to 99 are those of the last century.
  const year = number(at.year, short + (short < 69 ? 2000 : 1900));
  const ofQuarter = 3 * number(at.quarter, 1) - 2;
  const month = at.name > 0 ? (months.get(found[at.name].toLowerCase()) ?? 0) : number(at.month, ofQuarter);
  const day = number(at.day, 1);
  if (month < 1 || month > 12 || day < 1 || (day > 28 && day > daysIn(year, month))) return null;
  const hour =
    at.shortHour > 0
      ? hourOf(Number(found[at.shortHour]), at.half > 0 ? found[at.half] : '')
      : number(at.hour, 0);
  const [minute, second] = [number(at.minute, 0), number(at.second, 0)];
  const isLate = hour === 24 && minute + second > 0;
  if (hour === null || hour > 24 || isLate || minute > 59 || second > 59) return null;
  const ahead = at.zone > 0 ? minutesAhead(found[at.zone]) : 0;
  const days = at.week > 0 ? weekUtc(year, Number(found[at.week])) : dateUtc(year, month, day);
  if (ahead === null || days === null) return null;
  const fraction = at.fraction > 0 ? Math.round(1000 * Number(`0.${found[at.fraction]}`)) : 0;
  return days + 3_600_000 * hour + 60_000 * (minute - ahead) + 1000 * second + fraction;
}

/** An hour of the clock of twelve; null for none. */
const hourOf = (hour: number, half: string): number | null =>
  hour < 1 || hour > 12 ? null : (hour % 12) + (/^p|오후|下午|午後/i.test(half) ? 12 : 0);

/** `Date.UTC` takes the year 3 for 1903. */
function dateUtc(year: number, month: number, day: number): number {
  if (year > 99) return Date.UTC(year, month - 1, day);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}

const daysIn = (year: number, month: number): number => new Date(dateUtc(year, month + 1, 0)).getUTCDate();

const DAY = 86_400_000;

/** The Monday of an ISO week: week 1 has the 4th of January in it. */
function weekUtc(year: number, week: number): number | null {
  const fourth = dateUtc(year, 1, 4);
  const weekday = (new Date(fourth).getUTCDay() + 6) % 7;
  return week < 1 || week > 53 ? null : fourth + DAY * (7 * (week - 1) - weekday);
}

function minutesAhead(zone: string): number | null {
  if (zone === 'Z') return 0;
  if (Object.hasOwn(ZONES, zone)) return 60 * ZONES[zone];
  const found = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  return found === null
    ? null
    : (found[1] === '-' ? -1 : 1) * (60 * Number(found[2]) + Number(found[3] || 0));
}

function written(
  { format, language = 'en', capitals = false, zone = 'Z', halves = HALVES[0] }: DateForm,
  time: number,
): string {
  const date = new Date(time + 60_000 * (format.includes('Z') ? (minutesAhead(zone) ?? 0) : 0));
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  const [hour, minute, second] = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()];
  const two = (n: number): string => String(n).padStart(2, '0');
  const name = (list: readonly string[]): string =>
    capitals ? list[month - 1].toUpperCase() : list[month - 1];
  const [weekYear, week] = isoWeek(time);
  const hasWeek = format.includes('W');
  const year4 = hasWeek ? weekYear : year;
  const texts: Readonly<Record<string, () => string>> = {
    YYYY: () => String(year4).padStart(4, '0'),
    YY: () => two(year4 % 100),
    Y: () => String(year4),
    MMMM: () => name(LONG[language]),
    MMM: () => name(SHORT[language]),
    ...{ MM: () => two(month), M: () => String(month), DD: () => two(day), D: () => String(day) },
    ddd: () => ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][date.getUTCDay()],
    ...{
      HH: () => two(hour),
      H: () => String(hour),
      hh: () => two(hour % 12 || 12),
      h: () => String(hour % 12 || 12),
    },
    ...{ mm: () => two(minute), m: () => String(minute), ss: () => two(second), s: () => String(second) },
    S: () => String(date.getUTCMilliseconds()).padStart(3, '0'),
    A: () => halves[hour < 12 ? 0 : 1],
    Q: () => String(Math.ceil(month / 3)),
    ...{ WW: () => two(week), W: () => String(week), Z: () => zone },
    ...{ X: () => String(time / 1000), x: () => String(time) },
    ...{ xx: () => String(Math.round(1000 * time)), xxx: () => `${Math.round(1000 * time)}000` },
  };
  return format.replace(TOKEN, (token) => (token.startsWith('[') ? token.slice(1, -1) : texts[token]()));
}

/** The ISO week of a day, and the year it belongs to: that of its Thursday. */
function isoWeek(time: number): [year: number, week: number] {
  const thursday = new Date(time + DAY * (3 - ((new Date(time).getUTCDay() + 6) % 7)));
  const year = thursday.getUTCFullYear();
  return [year, Math.floor((thursday.getTime() - dateUtc(year, 1, 1)) / DAY / 7) + 1];
}

const STRFTIME: Readonly<Record<string, string>> = {
  ...{
    Y: 'YYYY',
    y: 'YY',
    m: 'MM',
    d: 'DD',
    e: 'D',
    H: 'HH',
    I: 'hh',
    M: 'mm',
    S: 'ss',
    f: 'S',
    p: 'A',
    b: 'MMM',
    B: 'MMMM',
  },
  ...{
    a: 'ddd',
    A: 'ddd',
    z: 'Z',
    Z: 'Z',
    s: 'X',
    q: 'Q',
    G: 'YYYY',
    V: 'WW',
    F: 'YYYY-MM-DD',
    T: 'HH:mm:ss',
    j: '',
  },
};

/**
 * A format as people say it, in the letters of `DateForm`: Python's (`%d/%m/%Y`), and Excel's and Java's (`dd.mm.yyyy hh:mm`).
 */
export function formatSaid(text: string): string {
  if (text.includes('%')) {
    return text.replace(/%-?([A-Za-z])/g, (_, letter: string) =>
      Object.hasOwn(STRFTIME, letter) ? STRFTIME[letter] : letter,
    );
  }
  if (!/y/.test(text)) return text;
  const clock = text.search(/[hHsS]/);
  const [date, time] = clock < 0 ? [text, ''] : [text.slice(0, clock), text.slice(clock)];
  return (
    date.toUpperCase().replace(/'T'/, 'T') +
    time.replace(/^hh|^h/, (hours) => (/a/i.test(time) ? hours : hours.toUpperCase()))
  );
}
