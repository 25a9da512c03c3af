export { type CsvOptions, readCsv, type Row, type Table } from './csv.js';
export {
  columnIndex,
  MISSING_CHOICES,
  type MissingChoice,
  readSeries,
  type SeriesOptions,
} from './series.js';
export { type LabelledOptions, type LabelledTable, readLabelled, readLabelledTable } from './labelled.js';
export { alignedPairs, type PairsOptions, readPairs } from './pairs.js';
