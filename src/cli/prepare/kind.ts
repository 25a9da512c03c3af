import { existsSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { stdin } from 'node:process';
import { decodeText } from '../../data/encoding.js';
import { FormatError } from '../../errors.js';
import { failure, isFolder, readFileBytes } from '../../formats/platform-files.js';
import { type CsvOptions, readCsv } from '../../tables/csv.js';
import { hasLabelNames, labelColumns } from '../../tables/labelled.js';
import { likelyTargets } from '../../tables/numeric.js';
import type { TrainValues } from '../commands/train.js';
import { UsageError } from '../failure.js';
import { STANDARD_INPUT } from './input.js';

/** What can be learnt of a file. */
export type TaskKind = 'text' | 'forecast' | 'classify' | 'translate';

/** What decides what is learnt of a file. */
export type KindValues = Pick<
  TrainValues,
  'task' | 'target' | 'source' | 'textColumn' | 'labelColumn' | 'encoding'
> &
  CsvValues;

type CsvValues = Partial<Pick<TrainValues, 'separator' | 'header' | 'skip' | 'rows'>>;

/**
 * What is to be learnt of files: what is asked for; else a forecast where there is a target, pairs in .tsv files and where there is a
 * --source, labels in a folder, a .jsonl file, several .txt files, or a table with columns of texts and labels, and else a text.
 *
 * @throws UsageError where there is no file, and for a table that says neither
 */
export function kindOf(paths: readonly string[], values: KindValues): TaskKind {
  const [path] = paths;
  const extension = extname(path).toLowerCase();
  if (!existsSync(path) && extension === '') {
    throw new UsageError(`there is no file ${path}`, {
      hint: `to learn the words themselves: unrolled train --text "${path}"`,
    });
  }
  if (extension === '.safetensors') {
    throw new UsageError(`${path} is a model, not something to learn`, {
      hint: `to start from it: unrolled train FILE --init-from ${path}`,
    });
  }
  if (values.task !== undefined) return values.task;
  if (values.source !== undefined) return 'translate';
  if (values.target.length > 0) return 'forecast';
  if (isFolder(path) || extension === '.jsonl') return 'classify';
  if (extension === '.txt' && paths.length > 1) return 'classify';
  if (extension !== '.csv' && extension !== '.tsv') return 'text';
  if (values.textColumn !== undefined || values.labelColumn !== undefined) return 'classify';
  const { text } = wholeFile(path, values.encoding);
  // Among pairs anything may look like labels, and a quote is only a quote: there the names of columns have to say so.
  if (extension === '.tsv')
    return hasLabelNames(text.split(/\r?\n/, 1)[0].split('\t'))
      ? 'classify'
      : isSeries(text, values)
        ? 'forecast'
        : 'translate';
  const table = readCsv(text, { ...csvOptions(values), name: path });
  if (hasLabelNames(table.columns)) return 'classify';
  const targets = likelyTargets(table);
  // One column of numbers beside dates can only be forecast.
  if (targets.length === 1) return 'forecast';
  if (labelColumns(table) !== null) return 'classify';
  throw new UsageError(`${path} is a table: what is to be learnt of it?`, {
    hint:
      `--target COLUMN forecasts one of ${some(targets.length > 0 ? targets : table.columns)}; --text-column and --label-column tell texts apart; ` +
      '--task text takes it as a text',
  });
}

/** How a table is written, of what is said of it. */
export const csvOptions = ({ header, rows, separator, skip }: CsvValues): CsvOptions => ({
  ...{ header, rows, separator, skip },
});

/** Names of columns, as many as a person reads. */
export const some = (columns: readonly string[]): string =>
  columns.length <= 12
    ? columns.join(', ')
    : `${columns.slice(0, 10).join(', ')}, … (${columns.length} in all)`;

/** Whether what stands between tabs are dates and numbers, and not pairs of texts. */
function isSeries(text: string, values: KindValues): boolean {
  try {
    return likelyTargets(readCsv(text, csvOptions(values))).length > 0;
  } catch (error) {
    // Pairs may have quotes and tabs as they like.
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/** A text file as a whole: its text, the encoding it was in, and its bytes for a fingerprint. */
export interface WholeFile {
  readonly text: string;
  readonly encoding: string;
  readonly bytes: Uint8Array;
}

/** The whole of a text file. */
export function wholeFile(path: string, encoding?: string): WholeFile {
  const bytes = fileBytes(path);
  return { ...decodeText(bytes, { name: path, encoding }), bytes };
}

/** The bytes of a file, or of the standard input. */
export const fileBytes = (path: string): Uint8Array =>
  path === STANDARD_INPUT ? standardInput() : readFileBytes(path);

function standardInput(): Uint8Array {
  try {
    return readFileSync(stdin.fd);
  } catch (cause) {
    throw failure('read', 'the standard input', cause);
  }
}
