export type { ChoiceOptions } from './choose.js';
export type { WriteOptions } from './draft.js';
export { keepMinP, keepTopK, keepTopP, penalizeRepetition } from './filters.js';
export { generate, sample, sampleBatch, type SampleBatchOptions, type SampleOptions } from './sample.js';
export { sampleStream, type SampleStreamOptions } from './stream.js';
