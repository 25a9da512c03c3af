export { type CsvOptions, readCsv, type Row, type Table } from './csv.js';
export {
  columnIndex,
  MISSING_CHOICES,
  type MissingChoice,
  readSeries,
  type SeriesOptions,
} from './series.js';
export { type LabelledOptions, readLabelled } from './labelled.js';
export { type PairsOptions, readPairs } from './pairs.js';
