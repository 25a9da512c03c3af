import type { LanguageModel } from '../models/language-model.js';
import type { Module } from '../nn/module.js';
import type { StartEvent } from './events.js';

/** What a start event says besides the model. */
export type StartDetails = Pick<StartEvent, 'epochs' | 'lr' | 'seed' | 'characters' | 'input'>;

/** How many numbers a model learns. */
export const parametersOf = (model: Module): number =>
  [...model.parameters()].reduce((n, p) => n + p.numel(), 0);

/** What the first event says of a language model. */
export function describeModel(
  model: LanguageModel,
): Pick<StartEvent, 'unit' | 'model' | 'vocabulary' | 'guess' | 'floor'> {
  const { rnn, head, vocabulary, cell } = model;
  const { size, units } = vocabulary;
  const parameters = parametersOf(model);
  const { inputSize, hiddenSize, numLayers } = rnn;
  return {
    unit: vocabulary.unit === 'char' ? 'character' : vocabulary.unit,
    vocabulary: units,
    model: { cell, inputSize, hiddenSize, numLayers, head: head !== null, parameters },
    guess: Math.log(size),
    // Every cell but minimal GRU keeps its output within ±1: the best distribution has e against e⁻¹ for each other character.
    floor: head === null && cell !== 'mingru' ? Math.log(1 + (size - 1) * Math.exp(-2)) : null,
  };
}

/** The first event of a run. */
export const startEvent = (model: LanguageModel, details: StartDetails): StartEvent => ({
  ...{ v: 1, type: 'start', ...details },
  ...describeModel(model),
});
