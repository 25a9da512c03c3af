import { FormatError } from '../../errors.js';
import { decodeText } from '../../data/encoding.js';
import type { TableEvent } from '../../training/events.js';
import type { Forecaster } from '../../models/forecaster.js';
import { formFrom, type TableForm } from '../../tables/form.js';
import { readTable, type ReadTable, type SeriesOptions } from '../../tables/series.js';
import { reportLines } from '../../tables/report.js';
import { TABLE_SETTINGS } from '../settings/tasks.js';
import type { ValuesOf } from '../settings/setting.js';
import { fileBytes, type WholeFile } from './kind.js';

/** What is said of how a table is read. */
export type TableValues = ValuesOf<typeof TABLE_SETTINGS>;

/** A table of a file. */
export interface TableFile extends ReadTable {
  readonly bytes: Uint8Array;
  /** What was read and how, as the event that is told of it. */
  readonly event: TableEvent;
}

/**
 * Reads a table as the settings say.
 *
 * @param options.known  how the table was read that a model learnt from
 * @throws FormatError, ValueError as `readTable` and `decodeText`
 */
export function readTableFile(
  path: string,
  values: TableValues,
  options: Pick<SeriesOptions, 'columns' | 'targets'> & { readonly known?: TableForm | null },
): TableFile {
  const { text, encoding, bytes } = decoded(path, values.encoding, options.known?.encoding);
  const table = readTable(text, { ...tableOptions(values), ...options, name: path, encoding });
  return { ...table, bytes, event: { v: 1, type: 'table', file: path, ...table.report } };
}

/** How the table was read that a model learnt from; null where that is not known. */
export const formOf = (model: Forecaster | null): TableForm | null =>
  model?.table == null ? null : formFrom(model.table);

/** What was read and how, for people. */
export const tableText = ({ file, ...report }: TableEvent): string =>
  `${reportLines(report, file).join('\n')}\n`;

/** A file in the encoding that is asked for; else in UTF-8, or where that does not fit in the one that is known. */
function decoded(path: string, asked: string | undefined, known: string | undefined): WholeFile {
  const bytes = fileBytes(path);
  try {
    return {
      ...decodeText(bytes, { name: path, ...(asked === undefined ? {} : { encoding: asked }) }),
      bytes,
    };
  } catch (error) {
    if (asked !== undefined || known === undefined || !(error instanceof FormatError)) throw error;
    return { ...decodeText(bytes, { name: path, encoding: known }), bytes };
  }
}

/** The settings of tables among others as options: what is not said is not there. */
export function tableOptions(values: TableValues): SeriesOptions {
  const isSaid = (value: unknown): boolean =>
    value !== undefined && !(Array.isArray(value) && value.length === 0);
  const names = Object.keys(TABLE_SETTINGS) as (keyof TableValues)[];
  return Object.fromEntries(names.flatMap((name) => (isSaid(values[name]) ? [[name, values[name]]] : [])));
}
