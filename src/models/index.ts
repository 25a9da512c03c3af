export { CELLS, type CellName, LanguageModel, type LanguageModelOptions } from './language-model.js';
