import type { LanguageModel } from '../models/language-model.js';
import type { StartEvent } from './events.js';

/** What a start event says besides the model. */
export type StartDetails = Pick<StartEvent, 'epochs' | 'lr' | 'seed' | 'characters' | 'input'>;

/** The first event of a run. */
export function startEvent(model: LanguageModel, details: StartDetails): StartEvent {
  const { rnn, head, vocabulary, cell } = model;
  const { size, units } = vocabulary;
  const parameters = [...model.parameters()].reduce((n, p) => n + p.numel(), 0);
  const { inputSize, hiddenSize, numLayers } = rnn;
  return {
    ...{ v: 1, type: 'start', vocabulary: units, ...details },
    model: { cell, inputSize, hiddenSize, numLayers, head: head !== null, parameters },
    guess: Math.log(size),
    // Every cell but minimal GRU keeps its output within ±1: the best distribution has e against e⁻¹ for each other character.
    floor: head === null && cell !== 'mingru' ? Math.log(1 + (size - 1) * Math.exp(-2)) : null,
  };
}
