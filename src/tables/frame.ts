import { FormatError } from '../errors.js';
import type { Schema } from '../options.js';
import { isMissing } from './cells.js';
import type { RawRows, Row } from './csv.js';
import { looksLikeDate } from './dates.js';
import { looksLikeNumber } from './numbers.js';
import { counted } from './say.js';

/** Which rows of a text are the table. */
export interface FrameOptions {
  /** What the text is, for messages. Default 'the table'. */
  readonly name?: string;
  /** Whether the first row names the columns. Default: unless it is as the others are. */
  readonly header?: boolean;
  /** Rows to read. Default: all. */
  readonly rows?: number;
  /** Whether what stands behind the table is left out without being asked. Default false. */
  readonly footer?: boolean;
}

/** What these options may be. */
export const FRAME: Schema<FrameOptions> = {
  name: 'text',
  header: 'true or false',
  rows: 'a whole number above 0',
  footer: 'true or false',
};

/** A table in its frame. */
export interface Framed {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** Whether a row names the columns. */
  readonly header: boolean;
  /** Whether lines behind the table were left out. */
  readonly footer: boolean;
  /** What was left out or made up, and why. */
  readonly notes: readonly string[];
}

/**
 * The table among the rows of a text: without empty rows and columns, titles and footers, and with a name for every column.
 *
 * @throws FormatError that names the line: for titles, footers, rows of other lengths, names there twice, and a table without rows
 */
export function frameOf(raw: RawRows, options: FrameOptions = {}): Framed {
  const { name = 'the table', rows: wanted } = options;
  const filled = raw.rows.filter(({ cells }) => cells.some((cell) => cell !== ''));
  if (filled.length === 0) throw new FormatError(`${name} is empty`);
  const notes: string[] = [];
  const empty = raw.rows.length - filled.length;
  if (empty > 0) notes.push(`${counted(empty, 'empty row')} left out`);
  const width = commonWidth(filled);
  const start = Math.max(
    0,
    filled.findIndex((row) => !isTitle(row, width)),
  );
  const end = endOf(filled, width);
  const header = options.header ?? !isAsOthers(filled.slice(start, end), width);
  const first = start + (header ? 1 : 0);
  const isCut = wanted !== undefined && first + wanted < filled.length;
  const behind = isCut ? [] : filled.slice(end);
  const strange = { titles: filled.slice(0, start), footers: options.footer === true ? [] : behind };
  if (strange.titles.length + strange.footers.length > 0) {
    throw strangers(strange, { start: filled[start].line, rows: end - first, name });
  }
  if (behind.length > 0) {
    notes.push(`${counted(behind.length, 'line')} behind the table left out, from line ${behind[0].line} on`);
  }
  const even = evened(filled.slice(start, isCut ? first + wanted : end), width, name);
  const columns = header ? namesOf(even[0]) : unnamed(raw, width);
  expectDistinct(columns, even, name);
  const further = header ? furtherNames(even) : [];
  if (further.length > 0) notes.push(`line ${further.join(' and ')} left out: names or units, no data`);
  const rows = even.slice(first - start + further.length);
  if (rows.length === 0) throw new FormatError(`${name} has names of columns, but no rows`);
  if (!header && options.header === undefined) {
    const where = columns[0] === 'c1' ? '' : ', as the comment before them says';
    notes.push(`no row of names: the first is as the others; columns are ${shortList(columns)}${where}`);
  }
  const table = withoutEmptyColumns({ columns, rows }, notes);
  const made = table.columns.filter(
    (column, i) => header && column === `c${i + 1}` && even[0].cells[i] === '',
  );
  if (made.length > 0) notes.push(`columns without a name are called ${shortList(made)}`);
  return { ...table, header, footer: behind.length > 0 || (isCut && first + wanted >= end), notes };
}

const shortList = (names: readonly string[]): string =>
  names.length > 4 ? `${names.slice(0, 3).join(', ')}, …` : names.join(', ');

/** The number of cells that most rows have; of as frequent ones the larger. */
function commonWidth(rows: readonly Row[]): number {
  const counts = new Map<number, number>();
  for (const { cells } of rows) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  const isMore = ([width, count]: readonly [number, number], best: readonly [number, number]): boolean =>
    count > best[1] || (count === best[1] && width > best[0]);
  return [...counts].reduce((best, one) => (isMore(one, best) ? one : best))[0];
}

/** Cells up to the last that is not empty. */
const trimmedWidth = (cells: readonly string[]): number => cells.findLastIndex((cell) => cell !== '') + 1;

const isData = (cell: string): boolean => looksLikeNumber(cell) || looksLikeDate(cell);

/** A line of words before the table: too few for its columns or too many, and nothing in it that is data. */
function isTitle({ cells }: Row, width: number): boolean {
  const words = cells.filter((cell) => cell !== '');
  // Over a nameless column of row names, the first name may be missing.
  if (width === 1 || words.some(isData) || (cells[0] === '' && cells.length === width)) return false;
  return trimmedWidth(cells) > width || words.length <= Math.max(1, (width - 1) / 2);
}

/** Where lines begin that stand behind the table. */
function endOf(rows: readonly Row[], width: number): number {
  const sample = rows.slice(0, SAMPLE).filter(({ cells }) => cells.length === width);
  const isDataIn = (at: number): boolean =>
    sample.filter(({ cells }) => isData(cells[at] ?? '')).length > sample.length / 2;
  if (width === 1) return isDataIn(0) ? endOfColumn(rows) : rows.length;
  // In a table of texts, short rows are mistakes.
  if (!Array.from({ length: width }, (_, at) => at).some(isDataIn)) return rows.length;
  const isDataFirst = isDataIn(0);
  let end = rows.length;
  while (end > 1 && isFooter(rows[end - 1], width, isDataFirst)) end -= 1;
  return end;
}

const SAMPLE = 200;

function isFooter({ cells }: Row, width: number, isDataFirst: boolean): boolean {
  const isWords = cells[0] !== '' && !isData(cells[0]) && !isMissing(cells[0]);
  const isAlone = isDataFirst && cells.slice(1).every((cell) => cell === '');
  return isWords && (cells.length < width || isAlone || (isDataFirst && trimmedWidth(cells) > width));
}

/** In a column of numbers, sentences at the end are no data. */
function endOfColumn(rows: readonly Row[]): number {
  let end = rows.length;
  while (end > 1 && /\p{L}.*\s/u.test(rows[end - 1].cells[0]) && !isData(rows[end - 1].cells[0])) end -= 1;
  return end;
}

interface Strangers {
  readonly titles: readonly Row[];
  readonly footers: readonly Row[];
}

/** @param table  where it begins, and how many rows it has */
function strangers(
  { titles, footers }: Strangers,
  table: { readonly start: number; readonly rows: number; readonly name: string },
): FormatError {
  const shown = (rows: readonly Row[]): string =>
    rows
      .slice(0, 3)
      .map(({ line, cells }) => `line ${line} ('${cells.join(' ').trim().slice(0, 60)}')`)
      .join(' and ');
  const told = [
    ...(titles.length > 0 ? [`${shown(titles)} before the table`] : []),
    ...(footers.length > 0 ? [`${shown(footers)} behind the table`] : []),
  ];
  const says = [
    ...(titles.length > 0 ? [`--skip ${table.start - 1}`] : []),
    ...(footers.length > 0 ? [`--rows ${table.rows}`] : []),
  ];
  return new FormatError(`${table.name}: ${told.join(', ')}: no data`, {
    hint: `to read the table alone: ${says.join(' ')}`,
  });
}

const kindOf = (cell: string): 'number' | 'date' | 'text' =>
  looksLikeNumber(cell) ? 'number' : looksLikeDate(cell) ? 'date' : 'text';

/** Whether the first row has what the others have in every column: then it names nothing. */
function isAsOthers([first, ...rest]: readonly Row[], width: number): boolean {
  const sample = rest.slice(0, SAMPLE);
  let isKnown = false;
  for (let at = 0; at < width; at++) {
    const cell = first.cells[at] ?? '';
    const others = sample.map(({ cells }) => cells[at] ?? '').filter((other) => !isMissing(other));
    const kinds = others.map(kindOf);
    const kind = (['number', 'date'] as const).find((one) => {
      return kinds.filter((other) => other === one).length >= 0.8 * kinds.length;
    });
    if (isMissing(cell) || (sample.length > 0 && (others.length === 0 || kind === undefined))) continue;
    // Over numbers a date is a name.
    if (kind === undefined ? !isData(cell) : kindOf(cell) !== kind) return false;
    isKnown = true;
  }
  return isKnown && !isYears(first.cells);
}

/** Names such as 1958, 1959, 1960. */
function isYears(cells: readonly string[]): boolean {
  const years = cells.filter((cell) => /^(?:19|20)\d{2}$/.test(cell)).map(Number);
  const isRun = years.every((year, i) => i === 0 || year === years[i - 1] + 1);
  return isRun && years.length > 2 && years.length >= Math.min(5, cells.length - 2);
}

/** Rows as long as the table is wide, without empty cells beyond it. */
function evened(rows: readonly Row[], width: number, name: string): Row[] {
  const [first, ...others] = rows;
  // R writes no name for the column of row names.
  const isNameless =
    first.cells.length === width - 1 &&
    others.length > 0 &&
    others.every(({ cells }) => trimmedWidth(cells) === width);
  return rows.map((row, i) => {
    const { line, cells } = row;
    if (i === 0 && isNameless && width > 2 && !cells.some(isData)) return { line, cells: ['', ...cells] };
    if (cells.length === width) return row;
    if (cells.length > width && trimmedWidth(cells) <= width) return { line, cells: cells.slice(0, width) };
    // A separator less at the end is an empty cell less, in the row of names and in all others alike.
    if (
      i === 0 &&
      cells.length < width &&
      rows.slice(1).every((other) => (other.cells[width - 1] ?? '') === '')
    ) {
      return { line, cells: [...cells, ...Array<string>(width - cells.length).fill('')] };
    }
    throw new FormatError(
      `${name}, line ${line}: it has another number of cells than the others: ${cells.length}, not ${width}`,
      {
        hint: `it says '${cells.join(' | ').slice(0, 60)}'; mend it, or if the separator is another: --separator`,
      },
    );
  });
}

const namesOf = ({ cells }: Row): string[] =>
  cells.map((cell, i) => (cell === '' ? `c${i + 1}` : cell.replace(/\s*\n\s*/g, ' ')));

function unnamed({ comments, separator }: RawRows, width: number): string[] {
  const names = (comments.at(-1) ?? '').split(separator).map((cell) => cell.trim());
  const isNamed = names.length === width && !names.includes('');
  return isNamed ? names : Array.from({ length: width }, (_, i) => `c${i + 1}`);
}

function expectDistinct(columns: readonly string[], rows: readonly Row[], name: string): void {
  const twice = columns.find((column, i) => columns.indexOf(column) !== i);
  if (twice === undefined) return;
  const data = rows.find(({ cells }) => cells.some(isData)) ?? rows[rows.length - 1];
  throw new FormatError(`${name}: two columns are called '${twice}'`, {
    hint: `rename one of them; or read without names, as c1, c2, …: --no-header --skip ${data.line - 1}`,
  });
}

/** Lines behind the names that have words where all others have numbers: units, names of another level. */
function furtherNames(rows: readonly Row[]): number[] {
  const rest = rows.slice(4, 4 + SAMPLE);
  const numeric = rows[0].cells
    .map((_, at) => rest.map(({ cells }) => cells[at]).filter((cell) => !isMissing(cell)))
    .flatMap((cells, at) => (cells.length > 0 && cells.every(isData) ? [at] : []));
  if (numeric.length < 2) return [];
  const isWords = ({ cells }: Row): boolean =>
    numeric.every((at) => !isData(cells[at])) && numeric.some((at) => !isMissing(cells[at]));
  const count = rows.slice(1, 4).findIndex((row) => !isWords(row));
  return rows.slice(1, count < 0 ? 4 : 1 + count).map(({ line }) => line);
}

/** Columns without a name and without a cell are separators at the end of lines. */
function withoutEmptyColumns(
  { columns, rows }: Pick<Framed, 'columns' | 'rows'>,
  notes: string[],
): Pick<Framed, 'columns' | 'rows'> {
  const isNameless = (at: number): boolean => columns[at] === `c${at + 1}`;
  const kept = columns
    .map((_, at) => at)
    .filter((at) => !isNameless(at) || rows.some(({ cells }) => cells[at] !== ''));
  if (kept.length === columns.length) return { columns, rows };
  notes.push(`${counted(columns.length - kept.length, 'empty column')} left out`);
  return {
    columns: kept.map((at) => columns[at]),
    rows: rows.map(({ line, cells }) => ({ line, cells: kept.map((at) => cells[at]) })),
  };
}
