import { ValueError } from '../errors.js';
import type { LanguageModel } from '../models/language-model.js';
import { readOptions, type Schema } from '../options.js';
import { expectNumbers } from './choose.js';
import { advance, readAll, type Reading } from './next.js';
import { rowsOf } from './sample.js';
import { Spoken } from './spoken.js';

/** How `beamSearch` looks. */
export interface BeamOptions {
  /** What the text starts with. */
  readonly prompt: string;
  /** Units to add at most. Default 100. */
  readonly length?: number;
  /** Texts that are followed side by side. Default 4. */
  readonly beams?: number;
  /** Above 0 favours long texts, below 0 short ones: see the score. Default 1. */
  readonly lengthPenalty?: number;
  /** Where a text ends before `length`: such a string itself is left out. Default: nowhere. */
  readonly stop?: string | readonly string[];
}

const OPTIONS: Schema<BeamOptions> = {
  prompt: { needs: 'text' },
  length: 'a whole number above 0',
  beams: 'a whole number above 0',
  lengthPenalty: 'a number',
  stop: ['text', 'a list of words'],
};

/** A text that `beamSearch` found. */
export interface BeamResult {
  /** What was added to the prompt. */
  readonly text: string;
  /** Natural logarithm of the probability of its units, those of the stop string included. */
  readonly logProbability: number;
  /** logProbability / units ^ lengthPenalty. */
  readonly score: number;
}

/** A text that is being followed. */
interface Beam {
  readonly indices: readonly number[];
  readonly logProbability: number;
}

/**
 * The likeliest ways to go on from a prompt, as far as following the `beams` likeliest at each step finds them.
 *
 *     score = Σ log p(x_t | x_<t) / units ^ lengthPenalty
 *
 * Texts that end at a stop string compete with those that go on; it ends when no text can beat the `beams` best any more. No
 * dice are thrown. With one beam it takes the likeliest at each step, as `sample` does at temperature 0.
 *
 * @returns  as many texts as there are beams, fewer if there are not so many, the highest score first
 * @throws VocabularyError if the prompt has characters the model does not know
 * @throws ValueError without a prompt, for options that cannot be, and for a model whose outputs are not finite
 * @see Wu et al., 2016, Google's Neural Machine Translation System, section 7; the score is Hugging Face's
 * @example
 * const [best] = beamSearch(model, { prompt: 'RO', length: 4, beams: 3 });
 * best.text.length; // 4
 */
export function beamSearch(model: LanguageModel, options: BeamOptions): BeamResult[] {
  const {
    prompt,
    length = 100,
    beams = 4,
    lengthPenalty = 1,
    stop,
  } = readOptions('beamSearch', options, OPTIONS);
  if (!Number.isFinite(lengthPenalty))
    throw new ValueError(`lengthPenalty must be a number, not ${lengthPenalty}`);
  const { vocabulary } = model;
  const start = vocabulary.encode(prompt);
  if (start.length === 0) {
    throw new ValueError('beam search needs a prompt: without one nothing is likelier than the rest', {
      hint: 'give one unit or more, or use sample, which starts at random',
    });
  }
  const score = (logProbability: number, units: number): number => logProbability / units ** lengthPenalty;
  const end = ({ indices, logProbability }: Beam): BeamResult & { readonly isStopped: boolean } => {
    const spoken = new Spoken(vocabulary, stop);
    const text = indices.map((index) => spoken.say(index)).join('') + spoken.finish();
    const isStopped = spoken.isStopped;
    return { text, logProbability, score: score(logProbability, indices.length), isStopped };
  };

  const found: BeamResult[] = [];
  const keep = ({ text, logProbability, score: value }: BeamResult): void => {
    found.push({ text, logProbability, score: value });
    found.sort((a, b) => b.score - a.score);
    found.length = Math.min(found.length, beams);
  };
  let alive: readonly Beam[] = [{ indices: [], logProbability: 0 }];
  let reading: Reading = readAll(model, start);
  for (let units = 1; units <= length && alive.length > 0; units++) {
    const going: (Beam & { readonly parent: number })[] = [];
    // Each beam may have an ending among its best, and needs another to go on.
    for (const candidate of candidates(reading.logits, alive, 2 * beams)) {
      if (going.length === beams) break;
      const ended = stop === undefined ? null : end(candidate);
      if (ended?.isStopped === true) keep(ended);
      else going.push(candidate);
    }
    // Probabilities only fall, so this is the most a text that goes on can reach.
    const most = score(going[0]?.logProbability ?? -Infinity, lengthPenalty > 0 ? length : units);
    const isDecided = found.length === beams && found[beams - 1].score >= most;
    alive = isDecided ? [] : going;
    if (units === length || alive.length === 0) break;
    const state = rowsOf(
      reading.state,
      going.map(({ parent }) => parent),
    );
    const input = Int32Array.from(going, ({ indices }) => indices[indices.length - 1]);
    reading = advance(model, input, going.length, state);
  }
  for (const beam of alive) keep(end(beam));
  return found;
}

/** The likeliest texts that are one unit longer, the likeliest first. */
function candidates(
  logits: Float32Array,
  alive: readonly Beam[],
  count: number,
): (Beam & { readonly parent: number })[] {
  expectNumbers(logits);
  const size = logits.length / alive.length;
  const totals = Float64Array.from(logits);
  alive.forEach(({ logProbability }, row) => {
    const own = totals.subarray(row * size, (row + 1) * size);
    const top = own.reduce((a, b) => Math.max(a, b), -Infinity);
    const logSum = top + Math.log(own.reduce((sum, logit) => sum + Math.exp(logit - top), 0));
    own.forEach((logit, unit) => (own[unit] = logProbability + logit - logSum));
  });
  return largest(totals, count).map((at) => {
    const parent = Math.floor(at / size);
    return { parent, indices: [...alive[parent].indices, at % size], logProbability: totals[at] };
  });
}

/** Places of the largest values, the largest first. */
function largest(values: Float64Array, count: number): number[] {
  const places: number[] = [];
  // Sorting all would take most of the time with a vocabulary of words.
  for (let at = 0; at < values.length; at++) {
    if (places.length === count && values[at] <= values[places[count - 1]]) continue;
    let rank = Math.min(places.length, count - 1);
    for (; rank > 0 && values[places[rank - 1]] < values[at]; rank--) places[rank] = places[rank - 1];
    places[rank] = at;
  }
  return places;
}
