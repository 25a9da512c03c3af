export type { TextChunks } from './chunks.js';
export { Corpus, type Indices } from './corpus.js';
export { graphemes } from './graphemes.js';
export { type BatchOptions, decodeUtf8, streams, streamShape, type TextBatch } from './text.js';
export {
  type Decoded,
  type DecodeOptions,
  decodeText,
  type Likely,
  likelyEncodings,
  textChunks,
} from './encoding.js';
export { TOKEN_UNITS, type TokenUnit } from './units.js';
export {
  type UnknownChoice,
  Vocabulary,
  type VocabularyData,
  type VocabularyOptions,
  type VocabularyOrder,
} from './vocabulary.js';
export { Scaler, SCALER_KINDS, type ScalerData, type ScalerKind } from './scaler.js';
export {
  joinSeries,
  rowsIn,
  type Series,
  sliceSeries,
  splitByTime,
  type WindowOptions,
  type Windows,
  windowEnds,
  windowsOf,
} from './series.js';
