import { FormatError } from '../errors.js';
import type { Table } from './csv.js';
import { shell } from './say.js';
import { looksLikeDate } from './dates.js';
import { looksLikeNumber } from './numbers.js';

/** With fewer of its dates repeated, a table has mistakes, and is not long. */
const REPEATED = 0.3;

/**
 * Refuses a table of several series one below the other: dates repeat, and do not within what some columns say.
 *
 * @param times     by row
 * @param dateColumns  the columns that say when
 * @throws FormatError that says what the series are, and how one of them is read
 */
export function expectOneSeries(
  table: Table,
  times: readonly number[],
  dateColumns: readonly string[],
  name: string,
): void {
  const { columns, rows } = table;
  const repeats = 1 - new Set(times).size / times.length;
  if (repeats < REPEATED || rows.length < 4) return;
  const keys = keysOf(table, times, dateColumns);
  if (keys.length === 0) return;
  const of = (row: number): string => keys.map((at) => rows[row].cells[at]).join(' ');
  const series = new Set(rows.map((_, row) => of(row)));
  const where = keys.map((at) => `--where ${shell(`${columns[at]}=${rows[0].cells[at]}`)}`).join(' ');
  const some = [...series].slice(0, 4).join(', ');
  throw new FormatError(
    `${name} holds ${series.size} series one below the other, by ${keys.map((at) => `'${columns[at]}'`).join(' and ')}: ${some}${series.size > 4 ? ', …' : ''}`,
    { hint: `they are not to be learnt as one; take one of them: ${where}` },
  );
}

/**
 * Refuses a table whose columns are times, a row for each series: it would be read across.
 *
 * @throws FormatError that says so
 */
export function expectTall({ columns }: Table, name: string): void {
  const times = columns.filter(
    (column) => /^(?:19|20)\d{2}(?: \[\w+\])?$/.test(column) || looksLikeDate(column),
  );
  if (times.length < 5 || times.length < columns.length / 2) return;
  throw new FormatError(
    `${name} is wide: its columns are times (${times.slice(0, 3).join(', ')}, …), and time must go down the rows`,
    {
      hint: 'turn it round, so that each time is a row (transpose, or melt); or take one column of it: --target',
    },
  );
}

/** The fewest columns within which no date comes twice. */
function keysOf(
  { columns, rows }: Table,
  times: readonly number[],
  dateColumns: readonly string[],
): number[] {
  const candidates = columns
    .map((column, at) => {
      const cells = rows.map((row) => row.cells[at]);
      const different = new Set(cells).size;
      return {
        at,
        column,
        different,
        isText: !cells.some(looksLikeNumber),
        isWhole: cells.every((cell) => /^\d*$/.test(cell)),
      };
    })
    .filter(
      ({ column, different, isText, isWhole }) =>
        !dateColumns.includes(column) && different > 1 && different <= rows.length / 2 && (isText || isWhole),
    )
    .sort((a, b) => Number(b.isText) - Number(a.isText) || a.at - b.at);
  const isUnique = (keys: readonly number[]): boolean =>
    new Set(rows.map(({ cells }, row) => `${times[row]} ${keys.map((at) => cells[at]).join('\u0000')}`))
      .size >=
    0.98 * rows.length;
  const single = candidates.find(({ at }) => isUnique([at]));
  if (single !== undefined) return [single.at];
  const places = candidates.slice(0, 6).map(({ at }) => at);
  const pair = places.flatMap((a, i) => places.slice(i + 1).map((b) => [a, b])).find(isUnique);
  return pair ?? (places.length > 2 && isUnique(places.slice(0, 3)) ? places.slice(0, 3) : []);
}
