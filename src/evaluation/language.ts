import { streams } from '../data/text.js';
import { ValueError } from '../errors.js';
import { evaluating } from '../nn/evaluating.js';
import type { LanguageModel, ModelState } from '../models/language-model.js';
import { readOptions, type Schema } from '../options.js';
import { tensor } from '../tensor/create.js';
import { crossEntropy } from '../tensor/ops/cross-entropy.js';
import { argmax } from '../tensor/ops/reduce.js';
import { view } from '../tensor/ops/views.js';

/** How well a language model says what comes next. */
export interface LanguageMetrics {
  /** Mean cross-entropy, in nats a unit. */
  readonly loss: number;
  /** The same in bits: loss / ln 2. Bits per character for a vocabulary of characters. */
  readonly bitsPerUnit: number;
  /** exp(loss): between how many equally likely units the model is in doubt. */
  readonly perplexity: number;
  /** Share of units that the model found likeliest. */
  readonly accuracy: number;
  /** Units that were predicted. */
  readonly units: number;
}

/** How the text is read. */
export interface LanguageMetricsOptions {
  /** Streams that run side by side, each from a state of zeros; 1 reads the text as it stands, slower. Default 16. */
  readonly batchSize?: number;
  /** Units read at once; the state is carried on, so this changes speed and memory only. Default 256. */
  readonly seqLength?: number;
}

const OPTIONS: Schema<LanguageMetricsOptions> = {
  batchSize: 'a whole number above 0',
  seqLength: 'a whole number above 0',
};

/**
 * Measures a language model on a text, with dropout off and the hidden state carried over all of each stream.
 *
 * @param text  the text, or what the model's vocabulary makes of it
 * @throws VocabularyError for a text with characters the model does not know
 * @throws ValueError for a text of fewer than two units, and for sizes that are not whole and positive
 * @example
 * const { loss, perplexity } = languageMetrics(model, 'ROMEO: art', { batchSize: 1 });
 * Math.abs(Math.exp(loss) - perplexity) < 1e-9; // true
 */
export function languageMetrics(
  model: LanguageModel,
  text: string | Parameters<typeof streams>[0],
  options?: LanguageMetricsOptions,
): LanguageMetrics {
  const { batchSize = 16, seqLength = 256 } = readOptions('languageMetrics', options, OPTIONS);
  const { size } = model.vocabulary;
  const indices = typeof text === 'string' ? model.vocabulary.encode(text) : text;
  let state: ModelState | undefined;
  let [total, correct, units] = [0, 0, 0];
  for (const { input, target, batch, time } of streams(indices, { batchSize, seqLength })) {
    evaluating(model, () => {
      const [logits, next] = model.forward(view(tensor(input), [batch, time]), state);
      const flat = view(logits, [-1, size]);
      total += crossEntropy(flat, tensor(target), { reduction: 'sum' }).item();
      const guesses = argmax(flat, 1).data;
      for (let i = 0; i < target.length; i++) correct += guesses[i] === target[i] ? 1 : 0;
      units += target.length;
      state = next;
    });
  }
  if (!Number.isFinite(total)) {
    throw new ValueError(`the model cannot be measured: its loss is ${total}`, {
      hint: 'its weights are not finite, or too large: its training may have diverged',
    });
  }
  const loss = total / units;
  return { loss, bitsPerUnit: loss / Math.LN2, perplexity: Math.exp(loss), accuracy: correct / units, units };
}
