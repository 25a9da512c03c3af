export { graphemes } from './graphemes.js';
export { type BatchOptions, decodeUtf8, streams, streamShape, type TextBatch } from './text.js';
export { Vocabulary, type VocabularyData, type VocabularyOrder } from './vocabulary.js';
