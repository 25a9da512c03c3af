import { SCALER_KINDS } from '../../data/scaler.js';
import { MISSING_CHOICES } from '../../tables/series.js';
import { choice, list, whole, words, yes } from './setting.js';

/** How the bytes of any file are read. */
export const ENCODING = words('--encoding <label>', 'what bytes mean: cp949, shift_jis, latin1, …', {
  note: 'UTF-8, or UTF-16 where the file says so',
});

/** How a table is read. */
export const TABLE_SETTINGS = {
  date: words('--date <column>', 'table: the column of dates', { note: 'found by itself' }),
  missing: choice('--missing <what>', 'table: what happens to empty cells', MISSING_CHOICES, {
    fallback: 'error',
  }),
  newestFirst: yes('--newest-first', 'table: its newest row stands first', { fallback: false }),
  encoding: ENCODING,
};

/** How labelled texts are read. */
export const LABEL_SETTINGS = {
  textColumn: words('--text-column <name>', 'classify: where the text is', { note: 'found by itself' }),
  labelColumn: words('--label-column <name>', 'classify: where the label is', { note: 'found by itself' }),
};

/** How pairs are read that stand in two files. */
export const PAIR_SETTINGS = {
  source: words('--source <file>', 'translate: the sources, a line each, instead of a file of pairs', {
    isPath: true,
  }),
  targetFile: words('--target-file <file>', 'translate: with --source, what each line becomes', {
    isPath: true,
  }),
};

/** What is learnt of a file, where that is not simply a text. */
export const TASK_SETTINGS = {
  task: choice('--task <task>', 'what to learn', ['text', 'forecast', 'classify', 'translate'], {
    note: 'by the file and --target',
  }),
  target: list('--target <column>', 'table: the column to forecast; may be said several times'),
  columns: list('--column <column>', 'table: a column to read besides; default: all that are numbers'),
  window: whole('--window <rows>', 'forecast: rows that are read', { least: 1, fallback: 16 }),
  horizon: whole('--horizon <rows>', 'forecast: rows that are predicted at once', { least: 1, fallback: 1 }),
  scaler: choice('--scaler <kind>', 'forecast: how columns are brought to a common size', SCALER_KINDS, {
    fallback: 'standard',
  }),
  season: whole('--season <rows>', 'forecast: rows after which things repeat', { least: 1, fallback: 1 }),
  ...TABLE_SETTINGS,
  ...LABEL_SETTINGS,
  ...PAIR_SETTINGS,
  sample: whole('--sample <units>', 'text: how much to write after each epoch; 0 for nothing', {
    fallback: 80,
  }),
  embedding: whole('--embedding <size>', 'file: read units as vectors of this size, which are learnt', {
    least: 1,
    note: 'one-hot for a text, 32 to classify, 64 to translate',
  }),
  tieWeights: yes('--tie-weights', 'text: the vectors of units are the weights of the linear layer, too', {
    fallback: false,
  }),
  bidirectional: yes('--bidirectional', 'classify: read texts from both ends', { fallback: false }),
};
