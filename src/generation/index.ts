export { naive, seasonalNaive } from './baselines.js';
export { type BeamOptions, type BeamResult, beamSearch } from './beam.js';
export type { ChoiceOptions } from './choose.js';
export type { WriteOptions } from './draft.js';
export { keepMinP, keepTopK, keepTopP, penalizeRepetition } from './filters.js';
export {
  forecast,
  type ForecastModel,
  type ForecastOptions,
  type ForecastPoint,
  type HeldOutOptions,
  heldOutResiduals,
  type Residuals,
  type SeriesColumns,
} from './forecast.js';
export { generate, sample, sampleBatch, type SampleBatchOptions, type SampleOptions } from './sample.js';
export { sampleStream, type SampleStreamOptions } from './stream.js';
