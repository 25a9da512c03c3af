export { arrayFrom, arrayOf, type OnnxArray, type OnnxDType } from './arrays.js';
export { decodeOnnx, type ExternalData, type OnnxModel } from './decode.js';
