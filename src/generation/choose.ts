import { ValueError } from '../errors.js';
import type { Schema } from '../options.js';
import { tensor } from '../tensor/create.js';
import type { Generator as RandomGenerator } from '../tensor/generator.js';
import { softmax } from '../tensor/ops/softmax.js';
import { multinomial } from '../tensor/random.js';
import { keepMinP, keepTopK, keepTopP, penalizeRepetition } from './filters.js';

/**
 * How the next unit is picked. What is given applies in this order, Hugging Face's: penalty, temperature, top-k, top-p, min-p.
 */
export interface ChoiceOptions {
  /** Below 1 the likely becomes likelier, above 1 the unlikely; 0 always takes the likeliest. Default 1. */
  readonly temperature?: number;
  /** Draws from the k likeliest only; 0 from all. Default 0. */
  readonly topK?: number;
  /** Draws from the fewest units that are this likely together. Default 1, all. */
  readonly topP?: number;
  /** Draws from the units that are at least this many times as likely as the likeliest. Default 0, all. */
  readonly minP?: number;
  /** Above 1, what the text has already becomes less likely. Default 1, as likely as it was. */
  readonly repetitionPenalty?: number;
}

/** What these options may be; `chooser` checks their ranges. */
export const CHOICE: Schema<ChoiceOptions> = {
  temperature: 'a number',
  topK: 'a number',
  topP: 'a number',
  minP: 'a number',
  repetitionPenalty: 'a number',
};

/** Picks a unit by the logits of a step. */
export type Choose = (logits: Float32Array, seen: ReadonlySet<number>, generator: RandomGenerator) => number;

/** Colder than this is as good as 0, and logits / temperature might overflow. */
const COLDEST = 1e-30;

/**
 * A way to pick units.
 *
 * @throws ValueError for settings outside of what they mean
 */
export function chooser(options: ChoiceOptions): Choose {
  const { temperature = 1, topK = 0, topP = 1, minP = 0, repetitionPenalty = 1 } = options;
  expectRange('temperature', temperature, temperature >= 0, '0 or more');
  expectRange('topK', topK, Number.isInteger(topK) && topK >= 0, 'a whole number, 0 for all');
  expectRange('topP', topP, topP >= 0 && topP <= 1, 'between 0 and 1');
  expectRange('minP', minP, minP >= 0 && minP <= 1, 'between 0 and 1');
  expectRange('repetitionPenalty', repetitionPenalty, repetitionPenalty > 0, 'above 0');
  // float32 throughout, as the draws of a plain temperature have always been.
  const factor = Math.fround(1 / temperature);

  return (raw, seen, generator) => {
    expectNumbers(raw);
    let logits = repetitionPenalty === 1 ? raw : penalizeRepetition(raw, seen, repetitionPenalty);
    if (temperature < COLDEST) return likeliest(logits);
    if (temperature !== 1) logits = logits.map((logit) => logit * factor);
    if (topK > 0) logits = keepTopK(logits, topK);
    if (topP < 1) logits = keepTopP(logits, topP);
    if (minP > 0) logits = keepMinP(logits, minP);
    const weights = softmax(tensor(logits), 0).data as Float32Array;
    return multinomial(generator, weights, 1, 1, false)[0];
  };
}

function expectRange(name: string, value: number, isGood: boolean, range: string): void {
  if (!isGood) throw new ValueError(`${name} must be ${range}, not ${value}`);
}

/** Weights that diverged say nothing, and must not say it by chance. */
export function expectNumbers(logits: Float32Array): void {
  const wrong = logits.findIndex((logit) => !Number.isFinite(logit));
  if (wrong < 0) return;
  throw new ValueError(
    `the model cannot say what comes next: its logit of unit ${wrong} is ${logits[wrong]}`,
    {
      hint: 'its weights are not finite, or too large: its training may have diverged',
    },
  );
}

function likeliest(logits: Float32Array): number {
  return logits.reduce((best, logit, index) => (logit > logits[best] ? index : best), 0);
}
