import { CsvError, parse } from 'csv-parse/sync';
import { FormatError } from '../errors.js';
import { readOptions, type Schema } from '../options.js';
import { type Dialect, dialectOf, separatorSaid, separatorShown } from './dialect.js';
import { FRAME, frameOf, type FrameOptions } from './frame.js';

/** A row of a table, and the line of the file in which it begins. */
export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A table as it stands in a file. */
export interface Table {
  /** Names of the columns, in their order. */
  readonly columns: readonly string[];
  /** Whether the file itself names them. */
  readonly hasNames: boolean;
  readonly rows: readonly Row[];
}

/** How a table is written. */
export interface CsvOptions extends FrameOptions {
  /** A sign, or tab or space. Default: the one of tab, semicolon, bar, comma and blanks that most rows have equally often. */
  readonly separator?: string;
  /** Lines to leave out at the start. Default 0. */
  readonly skip?: number;
}

const OPTIONS: Schema<CsvOptions> = { ...FRAME, separator: 'text', skip: 'a whole number of 0 or more' };

const REASONS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
  CSV_INVALID_CLOSING_QUOTE: 'something stands behind a closing quote',
  INVALID_OPENING_QUOTE: 'a quote stands in the middle of a cell',
};

/**
 * Reads a table: RFC 4180, with lines that begin with # as comments. The first row names the columns, unless it is as the others are: then
 * the comment before it does, if it has as many names, and else they are c1, c2, ….
 *
 * @throws FormatError that names the line, for quotes that do not close, rows of different lengths, titles before and footers behind the
 *   table, names that are there twice, and a table without rows
 */
export function readCsv(text: string, given?: CsvOptions): Table {
  const options = readOptions('readCsv', given, OPTIONS);
  const { columns, header, rows } = frameOf(rowsOf(text, options), options);
  return { columns, hasNames: header, rows };
}

/** The rows of a text, how they were told apart, and its comments. */
export interface RawRows extends Dialect {
  readonly rows: readonly Row[];
  /** Lines that begin with #, without it. */
  readonly comments: readonly string[];
  /** What the text's own separator seems to be, whatever was asked for. */
  readonly likely: string;
}

/** Cuts a text into rows of cells. @throws FormatError for quotes that are wrong */
export function rowsOf(text: string, { separator, skip = 0, name = 'the table' }: CsvOptions = {}): RawRows {
  const unix = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  const body =
    skip > 0
      ? unix.replace(new RegExp(`^(?:[^\\n]*(?:\\n|$)){0,${skip}}`), (lines) => lines.replace(/[^\n]/g, ''))
      : unix;
  const found = dialectOf(body.replace(/^\n+/, ''));
  const dialect = { ...found, ...(separator === undefined ? {} : { separator: separatorSaid(separator) }) };
  // Excel's own line that names the separator is no row, but a line.
  const plain = body.replace(/^(\n*)sep=.(?=\n)/i, '$1');
  const comments: string[] = [];
  // A line that begins with # within quotes is text.
  const table = plain.includes('#')
    ? plain.replace(/"(?:[^"]|"")*"|^#.*$/gm, (found) => {
        if (!found.startsWith('#')) return found;
        comments.push(found.slice(1));
        return '';
      })
    : plain;
  if (
    /^\s*@(?:relation|problemname|attribute|frequency)\b/im.test(plain.slice(0, 4096)) &&
    /^@data\b/im.test(plain)
  ) {
    throw new FormatError(`${name} is a file of several series (.tsf, .ts or .arff), not a table`, {
      hint: 'take the values of one series, one a line, as a file of their own',
    });
  }
  return { ...dialect, rows: records(table, dialect, name), likely: found.separator, comments };
}

function records(text: string, { separator, quote }: Dialect, name: string): Row[] {
  const isBlank = separator === ' ';
  try {
    const parsed = parse(isBlank ? text.replace(/^ +| +$/gm, '').replace(/ {2,}/g, ' ') : text, {
      ...{ delimiter: separator, quote, record_delimiter: '\n', relax_column_count: true, trim: !isBlank },
    });
    return numbered(parsed);
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = (cause as unknown as { lines?: number }).lines;
    const reason = Object.hasOwn(REASONS, cause.code) ? REASONS[cause.code] : cause.message;
    throw new FormatError(`${name}${line === undefined ? '' : `, line ${line}`}: ${reason}`, {
      hint: `cells are separated by ${separatorShown(separator)}; one that has it, or a quote, stands in double quotes`,
      cause,
    });
  }
}

/** Rows with the line in which they begin: each ends one, and so does every line within a cell. Empty lines are none. */
function numbered(parsed: readonly string[][]): Row[] {
  const rows: Row[] = [];
  let line = 1;
  for (const cells of parsed) {
    if (cells.length > 1 || cells[0] !== '') rows.push({ line, cells });
    line += 1;
    for (const cell of cells) if (cell.includes('\n')) line += cell.split('\n').length - 1;
  }
  return rows;
}
