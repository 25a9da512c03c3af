export type { ForeignFunction, ForeignLayer, ForeignModel } from './foreign.js';
export { readOnnx, type ReadOnnxOptions } from './onnx/read.js';
export { type TranslatorFiles, translatorToOnnx } from './onnx/translator.js';
export { toOnnx, type ToOnnxOptions } from './onnx/write.js';
