export type { ImportTask } from './anatomy.js';
export { type FoundWeights, type ModuleNote, stateDictOf } from './checkpoint.js';
export type { FoundDictionary } from './dictionaries.js';
export type { FilesBeside } from './files.js';
export type { ForeignFunction, ForeignLayer, ForeignModel } from './foreign.js';
export {
  importModel,
  type ImportNeed,
  type ImportOptions,
  type ImportProspect,
  prospectOf,
} from './model.js';
export { type Network, networkOf, type NetworkOptions, type NetworkState } from './network.js';
export { readOnnx, type ReadOnnxOptions } from './onnx/read.js';
export { type TranslatorFiles, translatorToOnnx } from './onnx/translator.js';
export { toOnnx, type ToOnnxOptions } from './onnx/write.js';
export { type Foreign, readForeign } from './read-foreign.js';
export { readKeras } from './keras/read.js';
export { readMl5 } from './ml5/read.js';
export { readTfjs } from './tfjs/read.js';
export { type JavaScriptModule, type JavaScriptOptions, toJavaScript } from './javascript/module.js';
export { type HtmlOptions, type HtmlPage, toHtml } from './javascript/page.js';
export type { ExportedWeights } from './javascript/weights.js';
export type { AnyModel } from './models.js';
