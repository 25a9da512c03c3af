export { DivergedError } from './diverged.js';
export type {
  CheckpointEvent,
  DoneEvent,
  EpochEvent,
  ProgressEvent,
  RunEvent,
  StartEvent,
} from './events.js';
export { type SentenceOptions, trainSentence } from './sentence.js';
export { type TextOptions, trainText } from './text.js';
