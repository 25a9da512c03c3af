import { FormatError, ValueError } from '../errors.js';
import { readOptions, type Schema } from '../options.js';
import { columnIndex } from './columns.js';
import { readCsv, type Table } from './csv.js';

/** What of a file makes labelled texts. */
export interface LabelledOptions {
  readonly format: 'csv' | 'jsonl';
  /** Column, or key, of the text. Default: found by its name, such as 'text' or 'message', or by what is in it. */
  readonly text?: string;
  /** Column, or key, of the label. Default: found by its name, such as 'label' or 'category', or by having few values. */
  readonly label?: string;
  /** What the file is, for messages. Default 'the table'. */
  readonly name?: string;
}

const OPTIONS: Schema<LabelledOptions> = {
  format: { needs: { oneOf: ['csv', 'jsonl'] } },
  text: 'text',
  label: 'text',
  name: 'text',
};

/** Texts with their labels, and the columns that they were found in. */
export interface LabelledTable {
  readonly data: readonly { readonly text: string; readonly label: string }[];
  readonly text: string;
  readonly label: string;
  /** Whether these are names that stand in the file. */
  readonly hasNames: boolean;
}

/**
 * Texts with their labels, from a table or from one JSON object a line.
 *
 * @throws FormatError that names the line: for one that is no JSON, or lacks a text or a label; and where all labels are the same
 * @throws ValueError where it cannot be told which columns they are in, and for one that is not there
 * @example
 * readLabelled('message,category\nhello,en\nhallo,de\n', { format: 'csv' })[1]; // { text: 'hallo', label: 'de' }
 */
export function readLabelled(file: string, options: LabelledOptions): { text: string; label: string }[] {
  return [...readLabelledTable(file, options).data];
}

/** The same, with the columns that texts and labels were found in. @throws FormatError, ValueError as `readLabelled` */
export function readLabelledTable(file: string, given: LabelledOptions): LabelledTable {
  const options = readOptions('readLabelled', given, OPTIONS);
  const { format, name = 'the table' } = options;
  const table = format === 'csv' ? readCsv(file, { name }) : readJsonLines(file, name);
  const found = labelColumns(table, { text: options.text, label: options.label });
  if (found === null) {
    throw new ValueError(`${name}: which column has the texts, and which the labels?`, {
      hint: `say so by --text-column and --label-column (text and label): there are ${table.columns.join(', ')}`,
    });
  }
  const { columns, hasNames, rows } = withoutNames(table, found);
  const data = rows.map(({ line, cells }) => {
    const [text, label] = [cells[found.text], cells[found.label].trim()];
    if (text.trim() !== '' && label !== '') return { text, label };
    throw new FormatError(`${name}, line ${line}: the ${text.trim() === '' ? 'text' : 'label'} is empty`);
  });
  if (data.every(({ label }) => label === data[0].label)) {
    throw new FormatError(
      `${name}: every text has the label '${data[0].label}'; telling classes apart takes 2`,
    );
  }
  return {
    ...{ data, text: columns[found.text], label: columns[found.label] },
    hasNames,
  };
}

/** Where texts and labels are. */
export interface LabelColumns {
  readonly text: number;
  readonly label: number;
}

/** Columns that are named. */
type NamedColumns = Pick<LabelledOptions, 'text' | 'label'>;

const NAMED: Schema<NamedColumns> = { text: 'text', label: 'text' };

/** Names by which they are known; the first wins over the others, which are equals. */
const TEXT_NAMES = names(
  'text message sentence content review comment tweet question title headline body description document utterance sms phrase query news email post v2',
);
const LABEL_NAMES = names(
  'label class category sentiment target intent topic tag emotion language lang genre polarity spam rating stars v1',
);
const TEXT_ENDING = /text$/;
const LABEL_ENDING = /(label|class|category)$/;

function names(words: string): readonly string[] {
  return words.split(' ');
}

/**
 * The columns of texts and labels: those that are named, those whose names say so, and else by what is in them: labels come again and
 * again, texts are words and mostly different.
 *
 * @returns null where that does not make out one of each
 * @throws ValueError for a named column that is not there
 */
export function labelColumns({ columns, rows }: Table, options?: NamedColumns): LabelColumns | null {
  const { text, label } = readOptions('labelColumns', options, NAMED);
  let textAt = text === undefined ? named(columns, TEXT_NAMES, TEXT_ENDING) : columnIndex(columns, text);
  let labelAt = label === undefined ? named(columns, LABEL_NAMES, LABEL_ENDING) : columnIndex(columns, label);
  const others = columns.map((_, at) => at).filter((at) => at !== textAt && at !== labelAt);
  const cells = (at: number): readonly string[] => rows.map((row) => row.cells[at].trim());
  if (labelAt < 0) labelAt = only(others.filter((at) => isRepeated(cells(at))));
  if (labelAt < 0 && textAt < 0 && others.length === 2) labelAt = fewer(others, cells);
  const rest = others.filter((at) => at !== labelAt);
  const isText = rest.length === 1 ? hasWords : isWordy;
  if (textAt < 0) textAt = only(rest.filter((at) => isText(cells(at))));
  return textAt < 0 || labelAt < 0 || textAt === labelAt ? null : { text: textAt, label: labelAt };
}

/** Whether the names of columns say where texts and labels are. */
export const hasLabelNames = (columns: readonly string[]): boolean =>
  named(columns, TEXT_NAMES, TEXT_ENDING) >= 0 && named(columns, LABEL_NAMES, LABEL_ENDING) >= 0;

/** The only column with one of these names, or the one with the first of them; −1 for none or several. */
function named(columns: readonly string[], known: readonly string[], ending: RegExp): number {
  const plain = columns.map((column) => column.trim().toLowerCase());
  const first = plain.indexOf(known[0]);
  if (first >= 0) return first;
  return only(plain.flatMap((column, at) => (known.includes(column) || ending.test(column) ? [at] : [])));
}

const only = (found: readonly number[]): number => (found.length === 1 ? found[0] : -1);

const isRepeated = (cells: readonly string[]): boolean => {
  const different = new Set(cells).size;
  return different >= 2 && 2 * different <= cells.length;
};

/** Texts may come again as well: of two such columns the one with few values has the labels. −1 where none has fewer. */
function fewer([a, b]: readonly number[], cells: (at: number) => readonly string[]): number {
  const [x, y] = [new Set(cells(a)).size, new Set(cells(b)).size];
  const [few, many] = x < y ? [a, b] : [b, a];
  return x !== y && isRepeated(cells(few)) && hasWords(cells(many)) ? few : -1;
}

const isWordy = (cells: readonly string[]): boolean =>
  2 * new Set(cells).size > cells.length && hasWords(cells);

/** Mostly letters somewhere, and not dates such as 'Jan 1 2000'. */
const hasWords = (cells: readonly string[]): boolean =>
  2 * cells.filter((cell) => /\p{L}/u.test(cell)).length > cells.length &&
  !cells.every((cell) => !Number.isNaN(Date.parse(cell)));

/** A first row that is as the others is no row of names: the label in it comes again below. */
function withoutNames(table: Table, { label }: LabelColumns): Table {
  const { columns, rows } = table;
  const isData = rows.some(({ cells }) => cells[label].trim() === columns[label]);
  if (!isData) return table;
  const numbered = columns.map((_, i) => `c${i + 1}`);
  return { columns: numbered, hasNames: false, rows: [{ line: 1, cells: columns }, ...rows] };
}

/** Objects as rows of a table: their keys are its columns, and what is no text, number or truth value is empty. */
function readJsonLines(file: string, name: string): Table {
  const objects = file
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .flatMap((content, i) => {
      if (content.trim() === '') return [];
      const where = `${name}, line ${i + 1}`;
      let row: unknown;
      try {
        row = JSON.parse(content);
      } catch (cause) {
        throw new FormatError(`${where} is not JSON: ${(cause as Error).message}`, { cause });
      }
      if (typeof row !== 'object' || row === null || Array.isArray(row)) {
        throw new FormatError(`${where} is not an object`, {
          hint: 'such as { "text": "hello", "label": "en" }',
        });
      }
      return [{ line: i + 1, row: row as Readonly<Record<string, unknown>> }];
    });
  if (objects.length === 0) throw new FormatError(`${name} is empty`);
  const columns = [...new Set(objects.flatMap(({ row }) => Object.keys(row)))];
  const cell = (value: unknown): string =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  return {
    columns,
    hasNames: true,
    rows: objects.map(({ line, row }) => ({ line, cells: columns.map((column) => cell(row[column])) })),
  };
}
