export {
  CELLS,
  type CellName,
  LanguageModel,
  type LanguageModelOptions,
  type ModelState,
} from './language-model.js';
