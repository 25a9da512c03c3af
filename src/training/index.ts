export { DivergedError } from './diverged.js';
export type {
  AlertEvent,
  CheckpointEvent,
  ClassificationEvent,
  DoneEvent,
  EpochEvent,
  EvaluationEvent,
  ForecastErrors,
  ForecastEvent,
  ProgressEvent,
  RunEvent,
  SampleEvent,
  StartEvent,
  TableEvent,
  TranslationEvent,
} from './events.js';
export { type SentenceOptions, trainSentence } from './sentence.js';
export type { Batch, Outcome, Task } from './task.js';
export { type TextOptions, trainText } from './text.js';
export { TextTask, type TextTaskOptions } from './text-task.js';
export {
  fit,
  type FitOptions,
  type OptimizerName,
  type RestoreOptions,
  type ScheduleName,
  Trainer,
} from './trainer.js';
export { type Labelled, LabelTask, type LabelTaskOptions } from './label-task.js';
export { SeriesTask, type SeriesTaskOptions } from './series-task.js';
export { PairTask, type PairTaskOptions } from './pair-task.js';
