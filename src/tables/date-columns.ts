import { FormatError, ValueError } from '../errors.js';
import { columnIndex } from './columns.js';
import type { Row, Table } from './csv.js';
import { looksLikeNumber } from './numbers.js';
import { shell } from './say.js';
import { dateCodec, type DateForm, formatSaid, LANGUAGES } from './date-format.js';
import { asWritten, CLOCKS, type FoundDates, inferDates, isUndecided, type Undecided } from './dates.js';

/** Where a table says when a row was, and how. */
export interface DateColumns {
  /** One, or several that make a date together. */
  readonly columns: readonly string[];
  /** The format of each. */
  readonly formats: readonly string[];
  readonly form: DateForm;
}

/** The dates of a table. */
export interface TableDates extends DateColumns {
  /** By row, in milliseconds since 1970. */
  readonly times: readonly number[];
  readonly why?: string;
}

/** What is asked for. */
export interface DateOptions {
  /** What the table is, for messages. */
  readonly name: string;
  /** The columns that make a date; 'none' where no column does. Default: found. */
  readonly date?: string;
  /** As `DateForm.format`, or Python's. Default: found. */
  readonly dateFormat?: string;
  /** How the dates were before; must fit as `dateFormat`. */
  readonly known?: DateColumns | null;
}

/** Names of columns that hold dates, in the languages people export tables in. */
const DATE_NAME =
  /date|datum|fecha|^data$|^dat$|time|zeit|^day$|^tag$|^jour|^dt$|^ds$|^ts$|^period|month|monat|mois|^mes$|year|jahr|ann[ée]e|^a[ñn]o$|^anno$|quarter|week|epoch|날짜|일자|일시|시점|기간|기준일|년월|연월|년도|연도|日付|日期|年月|日時|時間|时间|年份/i;
/** Names of the parts of a date, each the letters for it. */
const PARTS: readonly (readonly [pattern: RegExp, formats: readonly string[]])[] = [
  [/^(?:year|yr|yyyy|jahr|ann[ée]e|a[ñn]o|anno|년|년도|연도|年|年份)$/i, ['YYYY', 'YY']],
  [/^(?:month|mon|mo|mm|mnth|monat|mois|mes|mese|월|月|月份)$/i, ['M', 'MMM']],
  [/^(?:day|dd|dy|mday|tag|jour|d[ií]a|giorno|일|日)$/i, ['D']],
  [/^(?:hour|hr|hh|hrs|stunde|std|heure|hora|ora|시|시간|時|时|小时)$/i, ['H']],
  [/^(?:minute|min|mi|minuto|분|分)$/i, ['m']],
  [/^(?:second|sec|ss|sekunde|초|秒)$/i, ['s']],
];
const CLOCK_NAME = /time|zeit|hour|^hr|^he$|heure|hora|std|시각|시간|^시$|時|时/i;
export const isYearName = (name: string): boolean => PARTS[0][0].test(name.trim());
export const isDateName = (name: string): boolean => DATE_NAME.test(name);

/**
 * When each row was: by the columns that are named, else by the one whose cells are dates, with the time of day beside it where the days
 * repeat, or by those called year, month, day, hour.
 *
 * @returns  null for a table that does not say
 * @throws FormatError that names line, column and cell for a date that is none, and for dates that can be read in several ways
 * @throws ValueError for columns that are not there, and formats that are none
 */
export function datesOf(table: Table, options: DateOptions): TableDates | null {
  const { columns } = table;
  const { date, known } = options;
  if (date === 'none' && !columns.includes('none')) return null;
  const wanted = date ?? (known === undefined ? undefined : known?.columns.join(','));
  if (known === null && date === undefined) return null;
  if (wanted !== undefined) return joinedDates(table, named(columns, wanted), options, null);
  const found =
    foundIn(table, options.dateFormat === undefined ? options.name : null) ?? calledDates(table, options);
  return found === null ? null : joinedDates(table, found.indices, options, found.dates);
}

/** `--date year,month,day`, where no column has a comma in its name. */
function named(columns: readonly string[], wanted: string): number[] {
  const isOne = columns.includes(wanted) || !wanted.includes(',');
  return (isOne ? [wanted] : wanted.split(',')).map((name) => columnIndex(columns, name.trim()));
}

const cellsAt = ({ rows }: Table, at: number): string[] => rows.map(({ cells }) => cells[at]);

/** Columns whose cells are dates, those that are called so first. */
export function dateLike(table: Table): { readonly at: number; readonly found: FoundDates | Undecided }[] {
  const all = table.columns.flatMap((column, at) => {
    const found = inferDates(cellsAt(table, at), isDateName(column));
    return found === null ? [] : [{ at, found, isNamed: isDateName(column) }];
  });
  return all.sort((a, b) => rank(b) - rank(a));
}

/** Whole dates before years and the like, and columns that say so before others; else the first. */
function rank({
  found,
  isNamed,
}: {
  readonly found: FoundDates | Undecided;
  readonly isNamed: boolean;
}): number {
  const isWhole =
    isUndecided(found) || !['YYYY', 'X', 'x', 'xx', 'xxx', 'YYYYMM'].includes(found.form.format);
  return (isWhole ? 2 : 0) + (isNamed ? 1 : 0);
}

/** The columns that say when a row was, so far as that is found without being said. */
export function dateColumnsOf(table: Table): string[] {
  return (foundIn(table, null)?.indices ?? []).map((at) => table.columns[at]);
}

interface FoundColumns {
  readonly indices: readonly number[];
  /** What was found of the first, where it is the only one. */
  readonly dates: FoundDates | Undecided | null;
}

/** @param name  of the table, for an error where numbers may be dates; null for none */
function foundIn(table: Table, name: string | null): FoundColumns | null {
  const parts = partsOf(table);
  const [best] = dateLike(table) as [ReturnType<typeof dateLike>[number]?];
  const isYear = best !== undefined && !isUndecided(best.found) && best.found.form.format === 'YYYY';
  // A year with a month beside it is a part of a date.
  if (parts.length > 1 && (best === undefined || isYear || parts.includes(best.at)))
    return { indices: parts, dates: null };
  if (best === undefined) {
    if (name !== null) expectNoQuestion(table, name);
    return null;
  }
  const clock = hasRepeats(cellsAt(table, best.at)) ? clockBeside(table, best.at) : -1;
  return clock < 0 ? { indices: [best.at], dates: best.found } : { indices: [best.at, clock], dates: null };
}

/** Where the format of dates is said, the column that is called one, though what is in it is not known for dates. */
function calledDates(table: Table, { dateFormat }: DateOptions): FoundColumns | null {
  if (dateFormat === undefined) return null;
  const at = Math.max(textsCalledDates(table), numbersCalledDates(table));
  return at < 0 ? null : { indices: [at], dates: null };
}

const hasRepeats = (cells: readonly string[]): boolean => new Set(cells).size < cells.length;

/** The columns called year, month, day …, as far as there is one of each; none without a month. */
function partsOf({ columns, rows }: Table): number[] {
  const found: number[] = [];
  for (const [pattern, formats] of PARTS) {
    const at = columns.findIndex((column) => pattern.test(column.trim()));
    if (
      at < 0 ||
      partFormat(
        rows.map(({ cells }) => cells[at]),
        formats,
      ) === null
    )
      break;
    found.push(at);
  }
  return found.length > 1 ? found : [];
}

/** The letters that a part of a date is read by. */
function partFormat(cells: readonly string[], formats: readonly string[]): string | null {
  const reads = (format: string, text: string): boolean =>
    dateCodec({ format: format.startsWith('Y') ? format : `YYYY ${format}` }).parse(
      format.startsWith('Y') ? text : `2000 ${text}`,
    ) !== null;
  return formats.find((format) => cells.every((cell) => reads(format, cell))) ?? null;
}

/** The column of the times of day, for a column of days. */
function clockBeside(table: Table, dateAt: number): number {
  const order = table.columns
    .map((_, at) => at)
    .sort((a, b) => Math.abs(a - dateAt - 1) - Math.abs(b - dateAt - 1));
  return (
    order.find(
      (at) => at !== dateAt && clockFormat(cellsAt(table, at), CLOCK_NAME.test(table.columns[at])) !== null,
    ) ?? -1
  );
}

/** What could be numbers is a time of day only where its column says so. */
const VAGUE = ['H', 'H.mm', 'HHmm', 'HHmmss'];

function clockFormat(cells: readonly string[], isNamed: boolean): string | null {
  const formats = CLOCKS.filter((format) => isNamed || !VAGUE.includes(format));
  const filled = cells.filter((cell) => cell !== '');
  const { parse } = {
    parse: (format: string, cell: string) => dateCodec({ format: `YYYY ${format}` }).parse(`2000 ${cell}`),
  };
  return filled.length === 0
    ? null
    : (formats.find((format) => filled.every((cell) => parse(format, cell) !== null)) ?? null);
}

/** A column of whole numbers that is called a date; −1 for none. */
const numbersCalledDates = ({ columns, rows }: Table): number =>
  columns.findIndex(
    (column, i) =>
      /date|datum|timestamp|datetime|epoch|날짜|일자|일시|日付|日期/i.test(column) &&
      rows.every(({ cells }) => /^\d{5,}$/.test(cells[i])),
  );

/** A column of texts with digits in them that is called a date; −1 for none. */
const textsCalledDates = ({ columns, rows }: Table): number =>
  columns.findIndex(
    (column, i) =>
      isDateName(column) && rows.every(({ cells }) => /\d/.test(cells[i]) && !looksLikeNumber(cells[i])),
  );

/** Refuses a table with a column that is called a date, but is none that is known. */
function expectNoQuestion(table: Table, name: string): void {
  const { columns, rows } = table;
  const where = (at: number): string =>
    `${name}, line ${rows[0].line}: '${rows[0].cells[at]}' in '${columns[at]}'`;
  const texts = textsCalledDates(table);
  if (texts >= 0) {
    throw new FormatError(`${where(texts)} is no date in a form that is known`, {
      hint: 'say how dates are written: --date-format; or read the rows as they stand: --date none',
    });
  }
  const at = numbersCalledDates(table);
  if (at < 0) return;
  const others = columns.filter((_, i) => i !== at && rows.every(({ cells }) => looksLikeNumber(cells[i])));
  const read = others.map((column) => `--column ${shell(column)}`).join(' ');
  throw new FormatError(`${where(at)} may be a date, or a number`, {
    hint: `if it is one: --date-format (X for Unix seconds, YYYYMMDD, …); if it is none: --date none ${read}`,
  });
}

function joinedDates(
  table: Table,
  indices: readonly number[],
  options: DateOptions,
  found: FoundDates | Undecided | null,
): TableDates {
  const { rows } = table;
  const columns = indices.map((at) => table.columns[at]);
  const [first] = indices;
  const cells = rows.map((row) =>
    indices.length === 1
      ? row.cells[first]
      : indices
          .map((at) => row.cells[at])
          .join(' ')
          .trim(),
  );
  const { form, formats, why, read } = formOf(table, indices, cells, options, found);
  const { parse } = dateCodec(form);
  const times = cells.map(
    (cell, i) =>
      (read === undefined ? parse(cell) : read[i]) ??
      failed(rows, i, cell, { columns, form, name: options.name }),
  );
  return { columns, formats, form, times, ...(why === undefined ? {} : { why }) };
}

interface Found {
  readonly form: DateForm;
  readonly formats: readonly string[];
  readonly why?: string;
  /** By row, where they were read already. */
  readonly read?: readonly (number | null)[];
}

function formOf(
  table: Table,
  indices: readonly number[],
  cells: readonly string[],
  options: DateOptions,
  already: FoundDates | Undecided | null,
): Found {
  const { dateFormat, known, name } = options;
  const filled = cells.filter((cell) => cell !== '');
  if (dateFormat !== undefined) return said(formatSaid(dateFormat), indices.length, filled);
  // What was read before is read the same way, unless it fits nothing.
  if (known != null && options.date === undefined) return known;
  if (indices.length === 1) {
    const column = table.columns[indices[0]];
    const found = already ?? inferDates(cells, true);
    if (found !== null && isUndecided(found)) throw undecided(found, column, name);
    if (found !== null) {
      return { form: found.form, formats: [found.form.format], why: found.why, read: found.times };
    }
    throw noDate(table.rows[0], cells[0], { columns: [column], name });
  }
  const formats = indices.map((at, i) => partOrWhole(table, at, i, name));
  const language = LANGUAGES.find(
    (one) => dateCodec({ format: formats.join(' '), language: one }).parse(cells[0]) !== null,
  );
  return {
    form: { format: formats.join(' '), ...(language === undefined || language === 'en' ? {} : { language }) },
    formats,
  };
}

/** The format of one of several columns that make a date together. */
function partOrWhole(table: Table, at: number, place: number, name: string): string {
  const [column, cells] = [table.columns[at], cellsAt(table, at)];
  const part = PARTS.find(([pattern]) => pattern.test(column.trim())) ?? PARTS.at(place);
  const ofPart = part === undefined ? null : partFormat(cells, part[1]);
  const padded = (format: string): string =>
    cells.some((cell) => /^0\d/.test(cell)) ? format + format : format;
  if (ofPart !== null) return ofPart.length === 1 ? padded(ofPart) : ofPart;
  const found = place === 0 ? inferDates(cells, true) : null;
  if (found !== null && isUndecided(found)) throw undecided(found, column, name);
  const clock = place === 0 ? null : clockFormat(cells, true);
  if (found !== null) return found.form.format;
  if (clock !== null) {
    const isShort = cells.some((cell) => /^\d(?!\d)/.test(cell));
    return isShort ? clock : clock.replace(/^[Hh](?![Hh])/, '$&$&');
  }
  const row = table.rows[0];
  throw noDate(row, row.cells[at], { columns: [column], name });
}

/** A format that was asked for; that of several columns has a blank between each. */
function said(format: string, count: number, filled: readonly string[]): Found {
  const { form } = asWritten({ form: languageOf(format, filled), times: [] }, filled);
  const formats = count === 1 ? [form.format] : form.format.split(' ');
  if (formats.length === count) return { form, formats };
  throw new ValueError(`the format '${format}' is not one for ${count} columns`, {
    hint: `it takes ${count} formats with blanks between them, such as DD/MM/YYYY HH.mm`,
  });
}

function languageOf(format: string, [cell = '']: readonly string[]): DateForm {
  if (!format.includes('MMM')) return { format };
  const language = LANGUAGES.find((one) => dateCodec({ format, language: one }).parse(cell) !== null);
  return { format, language, capitals: /\p{Lu}{3}/u.test(cell) };
}

function undecided({ formats, cell, readings }: Undecided, column: string, name: string): FormatError {
  return new FormatError(
    `${name}: '${cell}' in '${column}' can be ${readings.join(' or ')}, and no other date there decides it`,
    { hint: `say ${formats.map((format) => `--date-format ${shell(format)}`).join(' or ')}` },
  );
}

interface Where {
  readonly columns: readonly string[];
  readonly name: string;
}

function noDate({ line }: Row, cell: string, { columns, name }: Where): FormatError {
  return new FormatError(`${name}, line ${line}: '${cell}' in '${columns.join(' and ')}' is no date`, {
    hint: 'say how it is written, such as --date-format DD.MM.YYYY, or X for Unix seconds; or --date with another column',
  });
}

function failed(
  rows: readonly Row[],
  i: number,
  cell: string,
  { columns, form, name }: Where & { readonly form: DateForm },
): never {
  const where = `${name}, line ${rows[i].line}`;
  const column = columns.join(' and ');
  const isNearEnd = i >= rows.length - 5 && i > 0;
  const what =
    cell === ''
      ? `there is no date in '${column}'`
      : `'${cell}' in '${column}' is no date, as the others are: ${form.format}`;
  throw new FormatError(`${where}: ${what}`, {
    hint: isNearEnd
      ? `mend it, or if the data end before it: --rows ${i}`
      : 'mend it, or say how dates are written: --date-format, or with --date which column they are in',
  });
}
