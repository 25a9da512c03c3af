import type { Series } from '../data/series.js';
import { FormatError, ValueError } from '../errors.js';
import { readOptions, type Schema } from '../options.js';
import { markersOf } from './cells.js';
import { columnIndex, columnsNamed } from './columns.js';
import { type RawRows, rowsOf, type Table } from './csv.js';
import { dateCodec } from './date-format.js';
import { datesOf, type TableDates } from './date-columns.js';
import { inferDates, isUndecided } from './dates.js';
import { separatorSaid } from './dialect.js';
import { type Complete, completed, type Ordered } from './complete.js';
import { FILL_CHOICES, type FillChoice, MISSING_CHOICES, type MissingChoice } from './fill.js';
import { expectForm, GAP_CHOICES, type GapChoice, type TableForm } from './form.js';
import { type Framed, frameOf } from './frame.js';
import { expectOneSeries, expectTall } from './long.js';
import { decimalShown, type Decimal } from './numbers.js';
import { type Numeric, type NumericColumn, numericColumns } from './numeric.js';
import { DUPLICATE_CHOICES, type DuplicateChoice, orderOf } from './order.js';
import type { TableReport } from './report.js';
import { stepOn } from './step.js';

/** What of a table makes a series. All that is left out is found, and said in the report. */
export interface SeriesOptions {
  /** What the table is, for messages. Default 'the table'. */
  readonly name?: string;
  /** Columns to take. Default: all that are numbers. */
  readonly columns?: readonly string[];
  /** Columns that must be among them. */
  readonly targets?: readonly string[];
  /** The column that says when a row was; several with commas between; 'none'. */
  readonly date?: string;
  /** How dates are written: DD.MM.YYYY HH:mm, %d/%m/%Y, X for Unix seconds. */
  readonly dateFormat?: string;
  /** The decimal sign. */
  readonly decimal?: Decimal;
  /** The sign between cells, or tab or space. */
  readonly separator?: string;
  /** The encoding that the text was read in, for the report. Default 'utf-8'. */
  readonly encoding?: string;
  /** What else stands for a missing value. */
  readonly na?: readonly string[];
  /** Lines to leave out at the start. */
  readonly skip?: number;
  /** Rows to read. */
  readonly rows?: number;
  /** Whether the first row names the columns. */
  readonly header?: boolean;
  /** Rows to take alone: `column=cell`. */
  readonly where?: readonly string[];
  /** Bring the rows into the order of time. Default: it is an error if they are not, but for the newest first. */
  readonly sort?: boolean;
  /** Several rows of one date. Default 'error'. */
  readonly duplicates?: DuplicateChoice;
  /** Cells without a number. Default 'error', or as `fill`. */
  readonly missing?: MissingChoice;
  /** Make rows for missing steps. Default: they are gaps. */
  readonly fill?: FillChoice;
  /** Whether windows reach over missing steps. Default 'split': they do not. */
  readonly gaps?: GapChoice;
  /** The table has no dates and its newest row first: turn it round. Default false. */
  readonly newestFirst?: boolean;
  /** How a table of the same form was read: what is not said here is as it was there, and what differs is an error. */
  readonly known?: TableForm | null;
}

const OPTIONS: Schema<SeriesOptions> = {
  name: 'text',
  columns: 'a list of words',
  targets: 'a list of words',
  date: 'text',
  dateFormat: 'text',
  decimal: { oneOf: ['.', ','] },
  separator: 'text',
  encoding: 'text',
  na: 'a list of words',
  skip: 'a whole number of 0 or more',
  rows: 'a whole number above 0',
  header: 'true or false',
  where: 'a list of words',
  sort: 'true or false',
  duplicates: { oneOf: DUPLICATE_CHOICES },
  missing: { oneOf: MISSING_CHOICES },
  fill: { oneOf: FILL_CHOICES },
  gaps: { oneOf: GAP_CHOICES },
  newestFirst: 'true or false',
  known: ['an object', null],
};

/** A table that was read. */
export interface ReadTable {
  readonly series: Series;
  readonly report: TableReport;
  readonly form: TableForm;
  /** Digits behind the decimal sign, by column. */
  readonly digits: readonly number[];
  /** The dates of steps after the last row, in each of the columns of dates as these are written; none where it has no dates. */
  readonly datesAhead: (count: number) => readonly DateAhead[];
}

/** A step after the end of a table. */
export interface DateAhead {
  readonly date: Date;
  /** As the table writes it, one text for each of its columns of dates. */
  readonly cells: readonly string[];
}

/**
 * A table as a series: numbers by column, in the order of time.
 *
 * @throws FormatError, ValueError as `readTable`
 * @example
 * const { columns, values } = readSeries('day,price\n2024-01-01,10\n2024-01-02,12\n');
 * [columns, [...values[0]]]; // [['price'], [10, 12]]
 */
export const readSeries = (text: string, options?: SeriesOptions): Series => readTable(text, options).series;

/**
 * A table as a series, with all that was decided about it.
 *
 * @throws FormatError that names line, column and cell, and says what to do: for whatever can be read in several ways or not at all
 * @throws ValueError for columns that are not there
 * @example
 * const { report } = readTable('day;price\n01.02.2024;2,5\n29.02.2024;3\n');
 * [report.separator, report.decimal, report.dates!.formats]; // [';', ',', ['DD.MM.YYYY']]
 */
export function readTable(text: string, given?: SeriesOptions): ReadTable {
  const options = readOptions('readTable', given, OPTIONS);
  const { name = 'the table', known = null } = options;
  const settings = settled(options, known);
  const { raw, frame } = framed(text, { ...settings, name }, options, known);
  if (known !== null) expectKnown(frame, raw.likely, options, known);
  const notes = [...frame.notes];
  const table = picked(frame, settings.where, name, notes);
  const dates = datesOf(table, {
    name,
    date: options.date,
    dateFormat: options.dateFormat,
    ...(known === null ? {} : { known: known.dates }),
  });
  if (dates?.why !== undefined) notes.push(`dates are read as ${dates.formats.join(' ')}: ${dates.why}`);
  if ((options.columns ?? options.targets ?? []).length === 0) expectTall(table, name);
  if (dates !== null) expectOneSeries(table, dates.times, dates.columns, name);
  const cells = new Set(settings.na.length === 0 ? [] : table.rows.flatMap((row) => row.cells));
  const numeric = numericColumns(table, {
    ...{ name, separator: raw.separator, markers: markersOf(settings.na, (cell) => cells.has(cell)) },
    ...{
      wanted: options.columns && columnsNamed(table.columns, options.columns),
      targets: columnsNamed(table.columns, options.targets ?? []),
    },
    dateColumns: dates?.columns ?? [],
    ...(settings.decimal === undefined ? {} : { decimal: settings.decimal }),
  });
  const ordered = inTime(table, dates, numeric.columns, { ...settings, name });
  const whole = completed(ordered, { ...settings, name });
  const columns = numeric.columns.map((column) => column.name);
  const series: Series = {
    columns,
    dates: whole.times?.map((time) => new Date(time)) ?? null,
    values: whole.values,
    ...(whole.breaks.length > 0 ? { breaks: whole.breaks } : {}),
  };
  const form: TableForm = {
    ...{
      separator: raw.separator,
      encoding: options.encoding ?? 'utf-8',
      header: frame.header,
      skip: settings.skip,
      footer: frame.footer,
    },
    decimal: decimalOf(numeric) ?? settings.decimal ?? null,
    dates: dates === null ? null : { columns: dates.columns, formats: dates.formats, form: dates.form },
    ...{ na: settings.na, where: settings.where, sort: settings.sort, newestFirst: settings.newestFirst },
    ...{
      duplicates: settings.duplicates,
      missing: settings.missing,
      fill: settings.fill ?? null,
      gaps: settings.gaps,
    },
  };
  return {
    ...{ series, form, digits: numeric.columns.map(({ digits }) => digits) },
    report: reportOf(series, {
      ...{ dates, whole, numeric, form },
      notes: [...notes, ...numeric.notes, ...ordered.notes, ...whole.notes],
    }),
    datesAhead: (count) => ahead(count, dates, whole),
  };
}

/** The settings with what is known and the defaults below them. */
function settled(options: SeriesOptions, known: TableForm | null) {
  const said = <K extends keyof SeriesOptions & keyof TableForm>(key: K): TableForm[K] | undefined =>
    (options[key] as TableForm[K] | undefined) ?? known?.[key];
  const fill = (options.fill ?? known?.fill) || undefined;
  return {
    ...{
      separator: said('separator'),
      skip: said('skip') ?? 0,
      header: said('header'),
      rows: options.rows,
      footer: known?.footer ?? false,
    },
    decimal: (options.decimal ?? known?.decimal) || undefined,
    ...{ na: nonEmpty(options.na) ?? known?.na ?? [], where: nonEmpty(options.where) ?? known?.where ?? [] },
    ...{
      sort: said('sort') ?? false,
      duplicates: said('duplicates') ?? 'error',
      newestFirst: said('newestFirst') ?? false,
    },
    ...{ missing: said('missing') ?? fill ?? 'error', fill, gaps: said('gaps') ?? 'split' },
  } as const;
}
type Settled = ReturnType<typeof settled> & { readonly name: string };

const nonEmpty = <T>(list: readonly T[] | undefined): readonly T[] | undefined =>
  list?.length ? list : undefined;

function framed(
  text: string,
  settings: Settled,
  { separator }: SeriesOptions,
  known: TableForm | null,
): { readonly raw: RawRows; readonly frame: Framed } {
  try {
    const raw = rowsOf(text, settings);
    return { raw, frame: frameOf(raw, settings) };
  } catch (error) {
    // Cells that are cut wrongly make any error: what matters is that another sign separates them.
    const { likely, separator: own } = rowsOf(text, { skip: settings.skip, name: settings.name });
    if (known === null || separator !== undefined || own === known.separator) throw error;
    const seen = {
      likelySeparator: likely,
      lacking: [''],
      columns: [],
      dateCells: null,
      dateFormat: null,
      decimal: null,
    };
    expectForm(known, seen, new Set(), settings.name);
    throw error;
  }
}

/** @throws FormatError that says in what a table differs from the one that was read before */
function expectKnown(
  { columns, rows }: Framed,
  likely: string,
  options: SeriesOptions,
  known: TableForm,
): void {
  const dateColumns = options.date === undefined ? (known.dates?.columns ?? []) : [];
  const needed = [...(options.columns ?? []), ...dateColumns];
  const lacking = needed.filter((column) => !columns.includes(column));
  const places = dateColumns.map((column) => columns.indexOf(column));
  const dateCells =
    lacking.length > 0 || places.length === 0
      ? null
      : rows.map(({ cells }) => places.map((at) => cells[at]).join(' '));
  const found = dateCells === null || places.length > 1 ? null : inferDates(dateCells, true);
  const taken = (options.columns ?? []).map((column) => columns.indexOf(column)).filter((at) => at >= 0);
  const shown = new Set(taken.flatMap((at) => decimalShown(rows.map(({ cells }) => cells[at])) ?? []));
  const asked = new Set(
    Object.entries(options).flatMap(([key, value]) => (value === undefined ? [] : [key])),
  );
  const seen = {
    ...{ likelySeparator: likely, lacking, columns, dateCells },
    dateFormat: found === null ? null : isUndecided(found) ? found.formats.join(' or ') : found.form.format,
    decimal: shown.size === 1 ? [...shown][0] : null,
  };
  expectForm(
    known,
    { ...seen, likelySeparator: separatorSaid(seen.likelySeparator) },
    asked,
    options.name ?? 'the table',
  );
}

/** The rows that `where` asks for. */
function picked(
  { columns, header, rows }: Framed,
  where: readonly string[],
  name: string,
  notes: string[],
): Table {
  const wanted = where.map((text) => {
    const [column, ...rest] = text.split('=');
    if (rest.length === 0)
      throw new ValueError(`where takes a column and a cell, not '${text}'`, {
        hint: 'such as --where symbol=MSFT',
      });
    return { at: columnIndex(columns, column.trim()), cell: rest.join('=').trim() };
  });
  if (wanted.length === 0) return { columns, hasNames: header, rows };
  const kept = rows.filter(({ cells }) => wanted.every(({ at, cell }) => cells[at] === cell));
  if (kept.length === 0) throw new FormatError(`${name} has no row with ${where.join(' and ')}`);
  notes.push(`${kept.length} of ${rows.length} rows: those with ${where.join(' and ')}`);
  return { columns, hasNames: header, rows: kept };
}

function inTime(
  { rows }: Table,
  dates: TableDates | null,
  columns: readonly NumericColumn[],
  { sort, duplicates, newestFirst, name }: Settled,
): Ordered & { readonly notes: readonly string[] } {
  const names = columns.map((column) => column.name);
  if (dates === null) {
    const turned = (values: Float64Array): Float64Array => (newestFirst ? values.toReversed() : values);
    const lines = rows.map(({ line }) => line);
    return {
      ...{ columns: names, times: null },
      values: columns.map(({ values }) => turned(values)),
      lines: newestFirst ? lines.toReversed() : lines,
      notes: newestFirst ? ['newest first: turned round'] : [],
    };
  }
  const { write } = dateCodec(dates.form);
  const { groups, notes } = orderOf(dates.times, rows, { sort, duplicates, name, shown: write });
  const of = (values: Float64Array): Float64Array =>
    Float64Array.from(groups, (group) => mean(group.map((row) => values[row])));
  return {
    columns: names,
    times: groups.map(([row]) => dates.times[row]),
    values: columns.map(({ values }) => of(values)),
    lines: groups.map(([row]) => rows[row].line),
    notes,
  };
}

/** Of the numbers that there are. */
function mean(all: readonly number[]): number {
  const there = all.filter((value) => !Number.isNaN(value));
  return there.reduce((a, b) => a + b, 0) / there.length;
}

/** The decimal sign of the numbers that have one. */
const decimalOf = ({ columns }: Numeric): Decimal | null =>
  columns.find(({ digits, form }) => digits > 0 || form.thousands !== null)?.form.decimal ?? null;

interface ReportParts {
  readonly dates: TableDates | null;
  readonly whole: Complete;
  readonly numeric: Numeric;
  readonly form: TableForm;
  readonly notes: readonly string[];
}

function reportOf(
  { columns, values }: Series,
  { dates, whole, numeric, form, notes }: ReportParts,
): TableReport {
  const { times, rhythm } = whole;
  const write = (time: number): string | null => (dates === null ? null : dateCodec(dates.form).write(time));
  const holidays =
    rhythm === null || rhythm.holidays === 0
      ? []
      : [`working days without a row, taken for holidays: ${rhythm.holidays}`];
  return {
    rows: values[0].length,
    first: times === null ? null : write(times[0]),
    last: times === null ? null : write(times[times.length - 1]),
    step: rhythm?.words ?? null,
    missingSteps: rhythm?.missing ?? 0,
    columns,
    dates: dates === null ? null : { columns: dates.columns, formats: dates.formats },
    decimal: form.decimal ?? '.',
    thousands: numeric.columns.find((column) => column.form.thousands !== null)?.form.thousands ?? null,
    ...{ separator: form.separator, encoding: form.encoding, header: form.header },
    ...{ leftOut: numeric.leftOut, missingCells: numeric.missing, notes: [...notes, ...holidays] },
  };
}

function ahead(count: number, dates: TableDates | null, { times, rhythm }: Complete): DateAhead[] {
  if (dates === null || times === null || rhythm === null) return [];
  const last = times[times.length - 1];
  const { step } = rhythm;
  const between = (last - times[0]) / Math.max(1, times.length - 1);
  return Array.from({ length: count }, (_, i) => {
    const time = stepOn(step, last, i + 1, between);
    const cells = dates.formats.map((format) => writtenPart({ ...dates.form, format }, time));
    return { date: new Date(time), cells };
  });
}

/** A part of a date need not have a year. */
function writtenPart(form: TableDates['form'], time: number): string {
  const { write } = dateCodec({ ...form, format: `YYYY ${form.format}` });
  return write(time).slice(5);
}
