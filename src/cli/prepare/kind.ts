import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { decodeUtf8 } from '../../data/text.js';
import { readFileBytes } from '../../formats/platform-files.js';
import { readCsv } from '../../tables/csv.js';
import type { TrainValues } from '../commands/train.js';
import { UsageError } from '../failure.js';

/** What can be learnt of a file. */
export type TaskKind = 'text' | 'forecast' | 'classify' | 'translate';

/**
 * What is to be learnt of a file: what is asked for; else a forecast where there is a target, pairs in a .tsv file, labels in a .jsonl file or
 * a .csv file with the columns of texts and labels, and else a text.
 *
 * @throws UsageError where there is no file, and for a table that says neither
 */
export function kindOf(path: string, values: TrainValues): TaskKind {
  const extension = extname(path).toLowerCase();
  if (!existsSync(path) && extension === '') {
    throw new UsageError(`there is no file ${path}`, {
      hint: `to learn the words themselves: unrolled train --text "${path}"`,
    });
  }
  if (values.task !== undefined) return values.task;
  if (values.target.length > 0) return 'forecast';
  if (extension === '.tsv') return 'translate';
  if (extension === '.jsonl') return 'classify';
  if (extension !== '.csv') return 'text';
  const { columns } = readCsv(decodeUtf8(readFileBytes(path), path), { name: path });
  if (columns.includes(values.textColumn) && columns.includes(values.labelColumn)) return 'classify';
  throw new UsageError(`${path} is a table: what is to be learnt of it?`, {
    hint: `--target COLUMN forecasts one of ${columns.join(', ')}; --task text takes it as a text`,
  });
}

/** The whole of a text file, and its bytes for a fingerprint. */
export function wholeFile(path: string): { readonly text: string; readonly bytes: Uint8Array } {
  const bytes = readFileBytes(path);
  return { text: decodeUtf8(bytes, path), bytes };
}
