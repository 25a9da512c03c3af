import { FormatError } from '../errors.js';
import { isMissing, type Markers } from './cells.js';
import { columnIndex } from './columns.js';
import type { Table } from './csv.js';
import { dateColumnsOf, isDateName, isYearName } from './date-columns.js';
import { shell } from './say.js';
import { inferDates, isUndecided } from './dates.js';
import { looksLikeNumber, type Decimal, type FoundNumbers, type NoNumbers, numbersOf } from './numbers.js';
import type { LeftOut, MissingCells } from './report.js';

/** A column of numbers. */
export interface NumericColumn extends FoundNumbers {
  readonly name: string;
}

/** The columns of numbers that are read. */
export interface Numeric {
  readonly columns: readonly NumericColumn[];
  readonly leftOut: readonly LeftOut[];
  readonly missing: readonly MissingCells[];
  readonly notes: readonly string[];
}

/** Which columns are read, and how. */
export interface NumericOptions {
  readonly name: string;
  /** Columns to read. Default: all that are numbers, but for those that say when or count rows. */
  readonly wanted?: readonly string[];
  /** Columns that must be among them. */
  readonly targets: readonly string[];
  readonly dateColumns: readonly string[];
  readonly markers: Markers;
  readonly decimal?: Decimal;
  readonly separator: string;
}

/**
 * The columns of numbers of a table.
 *
 * @throws FormatError that names line, column and cell: for a cell that is no number in a column of numbers, and for numbers that can be read
 *   in two ways
 * @throws ValueError for columns that are not there
 */
export function numericColumns(table: Table, options: NumericOptions): Numeric {
  const { wanted, targets, dateColumns, decimal, name } = options;
  const asked = new Set(
    (wanted === undefined ? targets : [...targets, ...wanted]).map(
      (column) => table.columns[columnIndex(table.columns, column)],
    ),
  );
  const taken =
    wanted === undefined
      ? table.columns.filter((column) => !dateColumns.includes(column) || asked.has(column))
      : [...asked];
  const leftOut: LeftOut[] =
    wanted === undefined
      ? []
      : table.columns
          .filter((column) => !asked.has(column) && !dateColumns.includes(column))
          .map((column) => ({ column, why: 'not asked for' }));
  const cells = new Map(taken.map((column) => [column, cellsOf(table, column, options.markers)]));
  const writing = { separator: options.separator, ...(decimal === undefined ? {} : { decimal }) };
  const first = new Map([...cells].map(([column, all]) => [column, numbersOf(all, writing)]));
  const shown = new Set([...first.values()].flatMap((read) => ('kind' in read ? [] : (read.shown ?? []))));
  // What other columns show beyond doubt holds for those that could be read in two ways.
  const common = shown.size === 1 ? [...shown][0] : undefined;
  const found: NumericColumn[] = [];
  for (const column of taken) {
    const isAsked = asked.has(column);
    const all = cells.get(column)!;
    const reason = isAsked ? null : noInput(column, all, dateColumns.length > 0);
    if (reason !== null) {
      leftOut.push({ column, why: reason });
      continue;
    }
    const own = first.get(column)!;
    const isOpen = 'kind' in own && own.kind === 'two ways';
    const read = isOpen && common !== undefined ? numbersOf(all, { ...writing, decimal: common }) : own;
    if (!('kind' in read)) found.push({ name: column, ...read });
    else if (read.kind === 'text' && !isAsked)
      leftOut.push({ column, why: all.every((cell) => cell === null) ? 'empty' : textReason(all) });
    else throw noNumber(table, column, read, options);
  }
  const counters =
    wanted === undefined
      ? found.filter(
          ({ name: column, values }) => !asked.has(column) && mayCount(table, column) && isCount(values),
        )
      : [];
  const isAlone = found.length === counters.length;
  for (const { name: column } of isAlone ? [] : counters) leftOut.push({ column, why: 'counts the rows' });
  const columns = isAlone ? found : found.filter((column) => !counters.includes(column));
  if (columns.length === 0) {
    throw new FormatError(`${name} has no column of numbers`, {
      hint: `its columns are ${table.columns.join(', ')}`,
    });
  }
  const missing = columns.flatMap((column) => missingIn(table, column.name, options.markers));
  return {
    columns: inOrder(columns, table, [...asked], wanted !== undefined),
    leftOut,
    missing,
    notes: notesOf(columns, table),
  };
}

/** The columns that can be forecast without being named: of numbers, beside dates, or alone. */
export function likelyTargets(table: Table): string[] {
  const dates = dateColumnsOf(table);
  const kinds = table.columns.map((column, at) => {
    const all = table.rows.map((row) => row.cells[at]);
    const cells = all.filter((cell) => !isMissing(cell));
    // '5 kW' is a number where all of the column has the unit.
    const isNumber =
      cells.length > 0 &&
      (cells.filter(looksLikeNumber).length > cells.length / 2 ||
        !('kind' in numbersOf(cells, { separator: ',' })));
    if (!isNumber) return dates.includes(column) ? 'no input' : 'text';
    const isCounter = mayCount(table, column) && isCount(all.map(Number)) && table.columns.length > 1;
    return dates.includes(column) || isCounter || noInput(column, cells, dates.length > 0) !== null
      ? 'no input'
      : 'number';
  });
  // Numbers beside texts may say what these are: a label.
  if (dates.length === 0 && kinds.includes('text')) return [];
  return table.columns.filter((_, at) => kinds[at] === 'number');
}

/** As they were asked for, or as the table has them. */
function inOrder(
  columns: readonly NumericColumn[],
  table: Table,
  asked: readonly string[],
  isAsked: boolean,
): NumericColumn[] {
  const order = isAsked ? asked : table.columns;
  return [...columns].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

/** The cells of a column, null for those without a value. */
function cellsOf({ columns, rows }: Table, column: string, markers: Markers): (string | null)[] {
  const at = columns.indexOf(column);
  return rows.map(({ cells }) => (isMissing(cells[at]) || isMarked(cells[at], markers) ? null : cells[at]));
}

function isMarked(cell: string, { texts, numbers }: Markers): boolean {
  if (texts.has(cell)) return true;
  return numbers.size > 0 && numbers.has(Number(cell.replace(',', '.')));
}

/** Why a column that nobody asked for is no input, or null. */
function noInput(column: string, cells: readonly (string | null)[], isDated: boolean): string | null {
  const filled = cells.filter((cell) => cell !== null);
  if (
    isDated &&
    isYearName(column) &&
    filled.length > 0 &&
    filled.every((cell) => /^(?:1[5-9]|2[01])\d{2}$/.test(cell))
  )
    return 'the year once more';
  if (areDecimalYears(filled, isDated || isDateName(column))) return 'years as decimal numbers';
  const found = isDated ? inferDates(filled, isDateName(column)) : null;
  if (found === null) return null;
  return isUndecided(found) || found.form.format !== 'YYYY' || isYearName(column) ? 'dates as well' : null;
}

/** 1949.083, 1949.167, …: months as parts of years. */
function areDecimalYears(cells: readonly string[], isLikely: boolean): boolean {
  if (
    !isLikely ||
    cells.length < 10 ||
    !cells.every((cell) => /^(?:1[5-9]|2[01])\d{2}(?:\.\d+)?$/.test(cell))
  )
    return false;
  return cells.every(
    (cell, i) =>
      i === 0 || (Number(cell) > Number(cells[i - 1]) && Number(cell) - Number(cells[i - 1]) < 1.01),
  );
}

function textReason(cells: readonly (string | null)[]): string {
  const some = [...new Set(cells.filter((cell) => cell !== null))].slice(0, 3);
  return `text: ${some.map((cell) => (cell.length > 20 ? `${cell.slice(0, 20)}…` : cell)).join(', ')}`;
}

/** How columns are called that number the rows. */
const COUNTER = /^(?:no|nr|num|id|idx|index|row.*|#|unnamed.*|instant|obs|c\d+|번호|순번|番号|序号)\.?$/i;

/** Whether a column may number the rows: the first one, or one that is called so. */
const mayCount = ({ columns }: Table, column: string): boolean =>
  columns[0] === column || COUNTER.test(column.trim());

/** 0, 1, 2, … or 1, 2, 3, …, a row each. */
const isCount = (values: ArrayLike<number>): boolean =>
  values.length > 2 &&
  (values[0] === 0 || values[0] === 1) &&
  Array.from(values).every((value, i) => value === values[0] + i);

function noNumber(table: Table, column: string, read: NoNumbers, options: NumericOptions): FormatError {
  const { name } = options;
  const at = table.columns.indexOf(column);
  if (read.kind === 'text') {
    const row = table.rows.find(({ cells }) => !isMissing(cells[at]));
    if (row === undefined)
      return new FormatError(`${name}: there is no value in '${column}'`, { hint: 'take another column' });
    return new FormatError(`${name}, line ${row.line}: '${row.cells[at]}' in '${column}' is no number`, {
      hint: `all of '${column}' is text; take another column`,
    });
  }
  const { line, cells } = table.rows[read.row];
  const cell = cells[at];
  if (read.kind === 'two ways') {
    const [point, comma] = ['.', ','].map((decimal) =>
      numbersOf([cell], { decimal: decimal as Decimal, separator: ';' }),
    );
    const shown = (one: FoundNumbers | NoNumbers): string => ('kind' in one ? '?' : String(one.values[0]));
    return new FormatError(
      `${name}, line ${line}: '${cell}' in '${column}' can be ${shown(point)} or ${shown(comma)}, and no other number there decides it`,
      {
        hint: `say which sign is the decimal one: --decimal . or --decimal ,`,
      },
    );
  }
  const others = table.columns.filter((other, i) => {
    const isNumber = table.rows.every((row) => isMissing(row.cells[i]) || looksLikeNumber(row.cells[i]));
    return other !== column && isNumber && !options.dateColumns.includes(other);
  });
  const columns =
    others.length <= 6 ? others.map((other) => `--column ${shell(other)}`).join(' ') : '--column NAME …';
  const isSigned = /^[+-]?\d*[.,]\d+$/.test(cell);
  const wrong = wrongCells(table, at, options);
  const marks =
    wrong.length > 5 ? null : `--na ${shell(wrong.join(','))} --missing linear (or previous, or drop)`;
  return new FormatError(`${name}, line ${line}: '${cell}' in '${column}' is no number`, {
    hint: [
      marks === null ? 'mend it' : `mend it, or take it as missing: ${marks}`,
      ...(isSigned ? [`say the decimal sign: --decimal ${cell.includes(',') ? ',' : '.'}`] : []),
      ...(others.length > 0 ? [`read without '${column}': ${columns}`] : []),
    ].join('; or '),
  });
}

/** All different cells of a column that are no numbers, as they are said to `na`. */
function wrongCells(table: Table, at: number, { markers }: NumericOptions): string[] {
  const cells = cellsOf(table, table.columns[at], markers);
  return [...new Set(cells.flatMap((cell) => (cell === null || looksLikeNumber(cell) ? [] : [cell])))];
}

function missingIn({ columns, rows }: Table, column: string, markers: Markers): MissingCells[] {
  const at = columns.indexOf(column);
  const marks: Record<string, number> = {};
  for (const { cells } of rows) {
    if (isMissing(cells[at]) || isMarked(cells[at], markers)) marks[cells[at]] = (marks[cells[at]] ?? 0) + 1;
  }
  const count = Object.values(marks).reduce((a, b) => a + b, 0);
  return count === 0 ? [] : [{ column, count, marks }];
}

function notesOf(columns: readonly NumericColumn[], table: Table): string[] {
  const scaled = columns.flatMap(({ name, scaled: row, values }) =>
    row === null
      ? []
      : [`in '${name}' ${table.rows[row].cells[table.columns.indexOf(name)]} is ${values[row]}`],
  );
  return [...scaled, ...farNotes(columns)];
}

/** As often as this a value is no freak. */
const OFTEN = 3;

/** A note where one value far from all others comes again and again: it may stand for missing ones. */
function farNotes(columns: readonly NumericColumn[]): string[] {
  const found = new Map<number, string[]>();
  for (const { name, values } of columns) {
    for (const far of farValues(values)) found.set(far, [...(found.get(far) ?? []), name]);
  }
  return [...found].map(([value, names]) => {
    const shown =
      names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
    return `${value} comes often in ${shown}, far from all other values: if it stands for missing ones, say --na ${value}`;
  });
}

function farValues(values: Float64Array): number[] {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length < 10) return [];
  const quarter = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))];
  return [sorted[0], sorted[sorted.length - 1]].filter((value, side) => {
    const others = sorted.filter((other) => other !== value);
    if (others.length === 0 || sorted.length - others.length < OFTEN) return false;
    const nearest = side === 0 ? others[0] : others[others.length - 1];
    const spread = others[others.length - 1] - others[0];
    const middle =
      others[Math.floor(0.75 * (others.length - 1))] - others[Math.floor(0.25 * (others.length - 1))];
    const distance = Math.abs(value - nearest);
    // -200 among measured values that are never below 0.
    const isOtherSign = value < 0 && nearest >= 0 && Number.isInteger(value) && value <= -9;
    return (
      // Of two values neither is far from the other, unless one is what people write for nothing.
      (distance > spread && (spread > 0 || isMark(value))) ||
      (isOtherSign && distance > middle / 2) ||
      (distance > 5 * middle && middle > 0 && isMark(value) && quarter(0.5) !== value)
    );
  });
}

/** 9999, -999, 99999: marks of people. */
const isMark = (value: number): boolean => /^-?9{2,}(?:\.9+)?$/.test(String(value));
