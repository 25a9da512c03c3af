import { CsvError, parse } from 'csv-parse/sync';
import { FormatError } from '../errors.js';

/** A row of a table, and the line of the file in which it begins. */
export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A table as it stands in a file. */
export interface Table {
  /** Names of the columns, in their order. */
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** How a table is written. */
export interface CsvOptions {
  /** Default: whichever of comma, semicolon and tab the first line has most of. */
  readonly delimiter?: string;
  /** What the text is, for messages. Default 'the table'. */
  readonly name?: string;
}

const REASONS: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'it has another number of cells than the lines before',
  CSV_RECORD_INCONSISTENT_COLUMNS: 'it has another number of cells than the first line',
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
  CSV_INVALID_CLOSING_QUOTE: 'something stands behind a closing quote',
  INVALID_OPENING_QUOTE: 'a quote stands in the middle of a cell',
};

/**
 * Reads a table: RFC 4180, with lines that begin with # as comments. The first row names the columns; where it is all numbers, the
 * comment before it does, if it has as many names, and else they are c1, c2, ….
 *
 * @throws FormatError that names the line, for quotes that do not close, rows of different lengths, names that are missing or
 *   there twice, and a table without rows
 */
export function readCsv(text: string, { delimiter, name = 'the table' }: CsvOptions = {}): Table {
  const body = text.replace(/^\ufeff/, '');
  const first = body.split(/\r?\n/).find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '';
  const used = delimiter ?? likelyDelimiter(first);
  const all = records(body, used, name);
  if (all.length === 0) throw new FormatError(`${name} is empty`);
  const isNamed = !all[0].cells.every(isNumber);
  const columns = isNamed ? all[0].cells.map((cell) => cell.trim()) : unnamed(body, all[0], used);
  const rows = isNamed ? all.slice(1) : all;
  expectNames(columns, name);
  if (rows.length === 0) throw new FormatError(`${name} has names of columns, but no rows`);
  return { columns, rows };
}

function records(text: string, delimiter: string, name: string): Row[] {
  try {
    const parsed = parse(text, {
      ...{ delimiter, comment: '#', comment_no_infix: true, info: true, skip_empty_lines: true },
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return parsed.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = (cause as unknown as { lines?: number }).lines;
    const reason = Object.hasOwn(REASONS, cause.code) ? REASONS[cause.code] : cause.message;
    throw new FormatError(`${name}${line === undefined ? '' : `, line ${line}`}: ${reason}`, {
      hint: `cells are separated by ${shownDelimiter(delimiter)}; one that has it, or a quote, stands in double quotes`,
      cause,
    });
  }
}

const isNumber = (cell: string): boolean => cell.trim() !== '' && Number.isFinite(Number(cell));

function unnamed(text: string, { cells }: Row, delimiter: string): string[] {
  const comments = text.split(/\r?\n/).filter((line) => line.startsWith('#'));
  const names = (comments.at(-1) ?? '')
    .slice(1)
    .split(delimiter)
    .map((cell) => cell.trim());
  return names.length === cells.length && !names.includes('') ? names : cells.map((_, i) => `c${i + 1}`);
}

function expectNames(columns: readonly string[], name: string): void {
  const empty = columns.indexOf('');
  if (empty >= 0) throw new FormatError(`${name}: column ${empty + 1} has no name`);
  const twice = columns.find((column, i) => columns.indexOf(column) !== i);
  if (twice !== undefined) throw new FormatError(`${name}: two columns are called '${twice}'`);
}

function likelyDelimiter(line: string): string {
  const counts = [',', ';', '\t'].map((sign) => [sign, line.split(sign).length] as const);
  return counts.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

const shownDelimiter = (sign: string): string => (sign === '\t' ? 'tabs' : `'${sign}'`);
