import type { Decimal } from './numbers.js';
import { separatorShown } from './dialect.js';

/** A column that is not read, and why. */
export interface LeftOut {
  readonly column: string;
  readonly why: string;
}

/** Cells of a column that were taken as missing: how many of each kind. */
export interface MissingCells {
  readonly column: string;
  readonly count: number;
  readonly marks: Readonly<Record<string, number>>;
}

/** What was read of a table, and how: all that was decided, so that nothing is guessed without a word. */
export interface TableReport {
  readonly rows: number;
  /** The first and the last date, as the table writes them; null without dates. */
  readonly first: string | null;
  readonly last: string | null;
  /** How far apart rows are, in words; null without dates. */
  readonly step: string | null;
  /** Steps without a row. */
  readonly missingSteps: number;
  /** The columns that are read. */
  readonly columns: readonly string[];
  /** Those that say when, and the format of each. */
  readonly dates: { readonly columns: readonly string[]; readonly formats: readonly string[] } | null;
  readonly decimal: Decimal;
  /** The sign between thousands; null without. */
  readonly thousands: string | null;
  readonly separator: string;
  readonly encoding: string;
  /** Whether a row names the columns. */
  readonly header: boolean;
  readonly leftOut: readonly LeftOut[];
  readonly missingCells: readonly MissingCells[];
  /** What else was done, or is to be known. */
  readonly notes: readonly string[];
}

/** The report for people: a line that says what it is, and one for each thing decided. */
export function reportLines(report: TableReport, file: string): string[] {
  const { rows, first, last, columns, dates, leftOut, missingCells, notes } = report;
  const when = first === null ? ', no dates' : `, ${first} to ${last!}, ${stepWords(report)}`;
  const line = (name: string, text: string): string => `  ${name.padEnd(8)}  ${text}`;
  return [
    `${file}: ${rows} rows${when}`,
    line('columns', columns.join(', ')),
    ...(dates === null
      ? []
      : [
          line(
            'dates',
            dates.columns.map((column, i) => `${column} (${shownFormat(dates.formats[i])})`).join(', '),
          ),
        ]),
    line('written', writtenWords(report)),
    ...(leftOut.length === 0 ? [] : [line('left out', leftOutWords(leftOut))]),
    ...(missingCells.length === 0 ? [] : [line('missing', missingWords(missingCells))]),
    ...notes.map((note) => line('note', note)),
  ];
}

const UNIX: Readonly<Record<string, string>> = {
  X: 'seconds',
  x: 'milliseconds',
  xx: 'microseconds',
  xxx: 'nanoseconds',
};
const shownFormat = (format: string): string =>
  Object.hasOwn(UNIX, format) ? `${format}, Unix ${UNIX[format]}` : format;

const stepWords = ({ step, missingSteps }: TableReport): string =>
  `${step ?? ''}${missingSteps > 0 ? `, ${missingSteps} missing` : ''}`;

function writtenWords({ separator, decimal, thousands, encoding, header }: TableReport): string {
  const sign = thousands === null ? '' : `, thousands ${/\s/.test(thousands) ? 'blank' : `'${thousands}'`}`;
  return `separator ${separatorShown(separator)}, decimal '${decimal}'${sign}, ${encoding.toUpperCase()}${header ? '' : ', no row of names'}`;
}

/** Columns that are left out for one reason stand together. */
function leftOutWords(leftOut: readonly LeftOut[]): string {
  const reasons = new Map<string, string[]>();
  for (const { column, why } of leftOut) reasons.set(why, [...(reasons.get(why) ?? []), column]);
  return [...reasons].map(([why, columns]) => `${columns.join(', ')} (${why})`).join('; ');
}

/** Columns that miss as many cells of the same kind stand together. */
function missingWords(all: readonly MissingCells[]): string {
  const alike = new Map<string, string[]>();
  for (const { column, count, marks } of all) {
    const said = Object.keys(marks).map((mark) => (mark === '' ? 'empty' : `'${mark}'`));
    const key = `${count} ${count === 1 ? 'cell' : 'cells'} (${said.slice(0, 3).join(', ')})`;
    alike.set(key, [...(alike.get(key) ?? []), column]);
  }
  return [...alike].map(([what, columns]) => `${what} of ${columns.join(', ')}`).join('; ');
}
