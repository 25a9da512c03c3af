import { FormatError } from '../errors.js';
import { readCsv } from './csv.js';
import { columnIndex } from './series.js';

/** What of a file makes labelled texts. */
export interface LabelledOptions {
  readonly format: 'csv' | 'jsonl';
  /** Column, or key, of the text. Default 'text'. */
  readonly text?: string;
  /** Column, or key, of the label. Default 'label'. */
  readonly label?: string;
  /** What the file is, for messages. Default 'the table'. */
  readonly name?: string;
}

/**
 * Texts with their labels, from a table or from one JSON object a line.
 *
 * @throws FormatError that names the line: for one that is no JSON, lacks a text or a label, or has an empty one; and where all labels are the
 *   same
 * @example
 * readLabelled('text,label\nhello,en\nhallo,de\n', { format: 'csv' })[1]; // { text: 'hallo', label: 'de' }
 */
export function readLabelled(file: string, options: LabelledOptions): { text: string; label: string }[] {
  const { format, name = 'the table' } = options;
  const found = format === 'csv' ? fromCsv(file, options) : fromJsonLines(file, options);
  if (found.length === 0) throw new FormatError(`${name} is empty`);
  for (const { line, text, label } of found) {
    if (text !== '' && label !== '') continue;
    throw new FormatError(`${name}, line ${line}: the ${text === '' ? 'text' : 'label'} is empty`);
  }
  if (found.every(({ label }) => label === found[0].label)) {
    throw new FormatError(
      `${name}: every text has the label '${found[0].label}'; telling classes apart takes 2`,
    );
  }
  return found.map(({ text, label }) => ({ text, label }));
}

interface Found {
  readonly line: number;
  readonly text: string;
  readonly label: string;
}

function fromCsv(file: string, { text = 'text', label = 'label', name }: LabelledOptions): Found[] {
  const { columns, rows } = readCsv(file, { name });
  const [textAt, labelAt] = [columnIndex(columns, text), columnIndex(columns, label)];
  return rows.map(({ line, cells }) => ({ line, text: cells[textAt], label: cells[labelAt].trim() }));
}

function fromJsonLines(file: string, options: LabelledOptions): Found[] {
  const { text = 'text', label = 'label', name = 'the table' } = options;
  return file.split(/\r?\n/).flatMap((content, i): Found[] => {
    if (content.trim() === '') return [];
    const where = `${name}, line ${i + 1}`;
    let row: unknown;
    try {
      row = JSON.parse(content);
    } catch (cause) {
      throw new FormatError(`${where} is not JSON: ${(cause as Error).message}`, { cause });
    }
    const { [text]: said, [label]: is } = (row ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof said !== 'string') throw new FormatError(`${where} has no text called '${text}'`);
    if (typeof is !== 'string' && typeof is !== 'number')
      throw new FormatError(`${where} has no label called '${label}'`);
    return [{ line: i + 1, text: said, label: String(is) }];
  });
}
