import { editDistance } from '../closest.js';
import { ValueError } from '../errors.js';
import type { Pair, Translator } from '../models/translator.js';

/** How well a translator does on pairs it is given. */
export interface TranslationMetrics {
  readonly count: number;
  /** Part of the translations that are right to the last unit. */
  readonly exact: number;
  /** Units that would have to be put in, taken out or replaced, for each unit of the targets: 0 is perfect. */
  readonly errorRate: number;
  /** What was said for each pair. */
  readonly said: readonly string[];
}

/**
 * Translates the sources and compares with the targets.
 *
 *     error rate = Σ Levenshtein(translation, target) / Σ |target|
 *
 * That is the character error rate for vocabularies of characters, and the word error rate for those of words.
 *
 * @throws ValueError for no pairs
 * @throws VocabularyError for units that the model does not know, unless it leaves them out
 */
export function evaluateTranslator(model: Translator, pairs: readonly Pair[]): TranslationMetrics {
  if (pairs.length === 0) throw new ValueError('there are no pairs to measure the model on');
  let [exact, errors, units] = [0, 0, 0];
  const said = pairs.map(({ source, target }) => {
    const translation = model.translate(source);
    const [given, wanted] = [model.target.encode(translation), model.target.encode(target)];
    const distance = editDistance(given, wanted);
    exact += distance === 0 ? 1 : 0;
    errors += distance;
    units += wanted.length;
    return translation;
  });
  return { count: pairs.length, exact: exact / pairs.length, errorRate: errors / Math.max(1, units), said };
}
