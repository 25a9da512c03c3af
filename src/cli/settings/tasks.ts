import { SCALER_KINDS } from '../../data/scaler.js';
import { FILL_CHOICES, MISSING_CHOICES } from '../../tables/fill.js';
import { GAP_CHOICES } from '../../tables/form.js';
import { DUPLICATE_CHOICES } from '../../tables/order.js';
import { choice, list, whole, words, yes } from './setting.js';

/** How the bytes of any file are read. */
export const ENCODING = words('--encoding <label>', 'what bytes mean: cp949, shift_jis, latin1, …', {
  note: 'UTF-8, or UTF-16 where the file says so',
});

const FOUND = { note: 'found by itself' };

/** How a table is read. What is not said is found, told, and remembered by the model. */
export const TABLE_SETTINGS = {
  encoding: ENCODING,
  separator: words('--separator <sign>', 'table: what stands between cells; also tab, space', FOUND),
  decimal: choice('--decimal <sign>', 'table: the decimal sign', ['.', ','], FOUND),
  header: yes('--header', 'table: the first row has the names of columns', { negatable: true, ...FOUND }),
  skip: whole('--skip <lines>', 'table: lines to leave out at the start', { note: 'none' }),
  rows: whole('--rows <rows>', 'table: how many rows to read', { least: 1, note: 'all' }),
  where: list('--where <column=cell>', 'table: take only rows with this cell; may be said several times'),
  date: words('--date <column>', 'table: the column of dates, or several: year,month,day; or none', FOUND),
  dateFormat: words('--date-format <format>', 'table: DD.MM.YYYY HH:mm, %d/%m/%Y, X (Unix), …', FOUND),
  sort: yes('--sort', 'table: bring the rows into the order of their dates'),
  duplicates: choice('--duplicates <what>', 'table: several rows of one date', DUPLICATE_CHOICES, {
    note: 'error',
  }),
  na: list('--na <values>', 'table: what else stands for a missing value: -200,9999'),
  missing: choice('--missing <what>', 'table: what happens to empty cells', MISSING_CHOICES, {
    note: 'error',
  }),
  fill: choice('--fill <how>', 'table: make rows for missing steps', FILL_CHOICES, {
    note: 'they are gaps',
  }),
  gaps: choice('--gaps <what>', 'table: whether windows reach over missing steps', GAP_CHOICES, {
    note: 'split: they do not',
  }),
  newestFirst: yes('--newest-first', 'table: its newest row stands first; found where there are dates'),
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
  column: list('--column <column>', 'table: a column to read besides; default: all that are numbers'),
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
