export { type CellName, CELLS } from './cells.js';
export { Classifier, type ClassifierOptions, type LabelProbability, type PaddedTexts } from './classifier.js';
export { Forecaster, type ForecasterOptions, type ForecasterResiduals } from './forecaster.js';
export {
  type BetweenLayer,
  LanguageModel,
  type LanguageModelOptions,
  type ModelState,
} from './language-model.js';
export { kindIn } from './model-file.js';
export {
  type PaddedPairs,
  type PaddedSources,
  type Pair,
  type TranslateOptions,
  type Translation,
  Translator,
  type TranslatorOptions,
} from './translator.js';
