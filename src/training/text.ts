import { Corpus } from '../data/corpus.js';
import type { LanguageModel } from '../models/language-model.js';
import { only, readOptions, type Schema } from '../options.js';
import type { RunEvent } from './events.js';
import { TEXT_TASK, TextTask, type TextTaskOptions } from './text-task.js';
import { FIT, fit, type FitOptions } from './trainer.js';

/** Settings for a text of any length. */
export type TextOptions = TextTaskOptions & FitOptions;

const OPTIONS: Schema<TextOptions> = { ...TEXT_TASK, ...FIT };

/**
 * Learns a text, in one call: see `TextTask` for how it is read, `Trainer` for runs that can be interrupted.
 *
 * @throws ValueError for a text of fewer than two units
 * @throws VocabularyError for units that the model does not know
 * @throws DivergedError if the loss leaves the finite numbers
 */
export function trainText(model: LanguageModel, text: string, options?: TextOptions): Generator<RunEvent> {
  const read = readOptions('trainText', options, OPTIONS);
  const task = new TextTask(model, Corpus.of(text, model.vocabulary), only(read, TEXT_TASK));
  return fit(task, only(read, FIT));
}
