import type { Series } from '../data/series.js';
import { FormatError, ValueError } from '../errors.js';
import { type CsvOptions, readCsv, type Row } from './csv.js';

/** What happens to cells without a number: an error, the value before, a line between the values around, or the row goes. */
export type MissingChoice = 'error' | 'previous' | 'linear' | 'drop';
export const MISSING_CHOICES: readonly MissingChoice[] = ['error', 'previous', 'linear', 'drop'];

/** What of a table makes a series. */
export interface SeriesOptions extends CsvOptions {
  /** Columns to take. Default: all that are numbers. */
  readonly columns?: readonly string[];
  /** The column that says when a row was. Default: the first that has dates in all rows, if any. */
  readonly date?: string;
  /** Default 'error'. */
  readonly missing?: MissingChoice;
  /** The file has its newest row first: turn it round. Default false. */
  readonly newestFirst?: boolean;
}

const NOTHING = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '-']);
const THOUSANDS = /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/;
const DATE =
  /^(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?(Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * A table as a series: numbers by column, in the order of time.
 *
 * @throws FormatError that names line and column: for cells that are no numbers, missing ones (unless told what to do), dates that cannot be
 *   read, and rows that go back in time
 * @throws ValueError for columns that are not there
 * @example
 * const { columns, values } = readSeries('day,price\n2024-01-01,10\n2024-01-02,12\n');
 * [columns, [...values[0]]]; // [['price'], [10, 12]]
 */
export function readSeries(text: string, options: SeriesOptions = {}): Series {
  const { name = 'the table', missing = 'error', newestFirst = false } = options;
  const table = readCsv(text, options);
  const rows = newestFirst ? [...table.rows].reverse() : [...table.rows];
  const dateAt = dateColumn(table.columns, rows, options.date);
  const dates = dateAt < 0 ? null : datesIn(rows, dateAt, table.columns[dateAt], name);
  const taken = takenColumns(table.columns, rows, dateAt, options);
  const read = taken.map((at) => rows.map((row) => numberIn(row, at, table.columns[at], name)));
  const columns = taken.map((at) => table.columns[at]);
  if (missing === 'drop') {
    const kept = rows.map((_, i) => i).filter((i) => read.every((column) => !Number.isNaN(column[i])));
    if (kept.length === 0) throw new FormatError(`${name}: in every row a cell is empty`);
    const values = read.map((column) => Float64Array.from(kept, (i) => column[i]));
    return { columns, dates: dates && kept.map((i) => dates[i]), values };
  }
  const values = read.map((column, k) => filled(column, missing, { rows, column: columns[k], name }));
  return { columns, dates, values };
}

/** The index of a column. @throws ValueError that lists what there is, and guesses */
export function columnIndex(columns: readonly string[], wanted: string): number {
  const at = columns.indexOf(wanted);
  if (at >= 0) return at;
  const near = columns.find((column) => column.toLowerCase() === wanted.trim().toLowerCase());
  throw new ValueError(`there is no column '${wanted}'`, {
    hint: near === undefined ? `there are ${columns.join(', ')}` : `did you mean '${near}'?`,
  });
}

function dateColumn(columns: readonly string[], rows: readonly Row[], wanted: string | undefined): number {
  if (wanted !== undefined) return columnIndex(columns, wanted);
  return columns.findIndex((_, at) => rows.every(({ cells }) => DATE.test(cells[at].trim())));
}

function datesIn(rows: readonly Row[], at: number, column: string, name: string): Date[] {
  const dates = rows.map(({ line, cells }) => {
    const date = dateOf(cells[at].trim());
    if (date !== null) return date;
    throw new FormatError(`${name}, line ${line}: '${cells[at]}' in '${column}' is no date`, {
      hint: 'dates are written 2024-01-31 or 2024-01-31 12:00',
    });
  });
  const back = dates.findIndex((date, i) => i > 0 && date <= dates[i - 1]);
  if (back < 0) return dates;
  const [line, before] = [rows[back].line, rows[back - 1].line];
  const isSame = dates[back].getTime() === dates[back - 1].getTime();
  throw new FormatError(
    `${name}: line ${line} ${isSame ? 'has the date of' : 'is earlier than'} line ${before}`,
    {
      hint: isSame
        ? 'leave one of them out'
        : 'sort the rows by date; for files with the newest first there is newestFirst (--newest-first)',
    },
  );
}

function dateOf(text: string): Date | null {
  const found = DATE.exec(text);
  if (found === null) return null;
  const [, year, month, day = '1', hour = '0', minute = '00', second = '00', zone = 'Z'] = found;
  const two = (digits: string): string => digits.padStart(2, '0');
  const date = new Date(
    `${year}-${two(month)}-${two(day)}T${two(hour)}:${minute}:${second.padStart(2, '0')}${zone}`,
  );
  // The 31st of a month of 30 days would become the 1st of the next.
  const isReal = !Number.isNaN(date.getTime()) && (zone !== 'Z' || date.getUTCDate() === Number(day));
  return isReal ? date : null;
}

function takenColumns(
  columns: readonly string[],
  rows: readonly Row[],
  dateAt: number,
  { columns: wanted, name = 'the table' }: SeriesOptions,
): number[] {
  if (wanted !== undefined) return wanted.map((column) => columnIndex(columns, column));
  const isNumeric = (at: number): boolean =>
    rows.some(({ cells }) => !isMissing(cells[at])) &&
    rows.every(({ cells }) => isMissing(cells[at]) || !Number.isNaN(parsed(cells[at])));
  const found = columns.map((_, at) => at).filter((at) => at !== dateAt && isNumeric(at));
  if (found.length > 0) return found;
  throw new FormatError(`${name} has no column of numbers`, {
    hint: `its columns are ${columns.join(', ')}`,
  });
}

const isMissing = (cell: string): boolean => NOTHING.has(cell.trim().toLowerCase());

function parsed(cell: string): number {
  const text = cell.trim();
  const number = Number(THOUSANDS.test(text) ? text.replaceAll(',', '') : text);
  return Number.isFinite(number) ? number : NaN;
}

/** NaN for a cell that is missing. */
function numberIn({ line, cells }: Row, at: number, column: string, name: string): number {
  if (isMissing(cells[at])) return NaN;
  const number = parsed(cells[at]);
  if (!Number.isNaN(number)) return number;
  throw new FormatError(`${name}, line ${line}: '${cells[at]}' in '${column}' is no number`);
}

function filled(
  values: readonly number[],
  missing: Exclude<MissingChoice, 'drop'>,
  { rows, column, name }: { readonly rows: readonly Row[]; readonly column: string; readonly name: string },
): Float64Array {
  const result = Float64Array.from(values);
  for (let i = 0; i < result.length; i++) {
    if (!Number.isNaN(result[i])) continue;
    const where = `${name}, line ${rows[i].line}: '${column}' has no value`;
    if (missing === 'error') {
      throw new FormatError(where, {
        hint: 'say what to do: missing previous, linear or drop (--missing previous)',
      });
    }
    const before = i - 1;
    let after = i + 1;
    while (after < result.length && Number.isNaN(values[after])) after += 1;
    if (before < 0 || (missing === 'linear' && after === result.length)) {
      throw new FormatError(`${where} ${before < 0 ? 'before' : 'behind'} it to go by`, {
        hint: "leave such rows out: missing 'drop' (--missing drop)",
      });
    }
    const start = result[before];
    const share = missing === 'previous' ? 0 : 1 / (after - before);
    result[i] = start + share * ((missing === 'previous' ? start : values[after]) - start);
  }
  return result;
}
