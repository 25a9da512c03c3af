export * from './data/index.js';
export * as distributions from './distributions/index.js';
export * from './errors.js';
export * from './formats/index.js';
export * from './generation/index.js';
export {
  type FilesBeside,
  type Foreign,
  type ForeignFunction,
  type ForeignLayer,
  type ForeignModel,
  type FoundDictionary,
  type FoundWeights,
  importModel,
  type ImportNeed,
  type ImportOptions,
  type ImportProspect,
  type ImportTask,
  type ModuleNote,
  prospectOf,
  readForeign,
  stateDictOf,
} from './interop/index.js';
export * from './models/index.js';
export * as nn from './entries/nn.js';
export * as optim from './optim/index.js';
export * from './tensor/index.js';
export * from './training/index.js';
