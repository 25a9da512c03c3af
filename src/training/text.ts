import { Corpus } from '../data/corpus.js';
import type { LanguageModel } from '../models/language-model.js';
import type { RunEvent } from './events.js';
import { TextTask, type TextTaskOptions } from './text-task.js';
import { fit, type FitOptions } from './trainer.js';

/** Settings for a text of any length. */
export type TextOptions = TextTaskOptions & FitOptions;

/**
 * Learns a text, in one call: see `TextTask` for how it is read, `Trainer` for runs that can be interrupted.
 *
 * @throws ValueError for a text of fewer than two units
 * @throws VocabularyError for units that the model does not know
 * @throws DivergedError if the loss leaves the finite numbers
 */
export const trainText = (model: LanguageModel, text: string, options: TextOptions): Generator<RunEvent> =>
  fit(new TextTask(model, Corpus.of(text, model.vocabulary), options), options);
