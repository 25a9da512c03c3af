export { type FoundWeights, type ModuleNote, stateDictOf } from './checkpoint.js';
export type { FilesBeside } from './files.js';
export type { FoundDictionary } from './dictionaries.js';
export type { ForeignFunction, ForeignLayer, ForeignModel } from './foreign.js';
export { type Network, networkOf, type NetworkOptions, type NetworkState } from './network.js';
export { type Foreign, readForeign } from './read-foreign.js';
export type { ImportTask } from './anatomy.js';
export {
  importModel,
  type ImportOptions,
  type ImportNeed,
  type ImportProspect,
  prospectOf,
} from './model.js';
