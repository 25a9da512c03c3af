export { type FileIdentity, type FileKind, identify } from './identify.js';
export { decodeNpy, decodeNpz, encodeNpy, encodeNpz } from './npy.js';
export { arraysIn, type FoundArray } from './pickle/arrays.js';
export {
  type ArrayContent,
  PickleArray,
  PickleGlobal,
  PickleObject,
  PickleTuple,
  type PickleValue,
} from './pickle/values.js';
export { decodePyTorch } from './pytorch/decode.js';
export { encodePyTorch } from './pytorch/encode.js';
export {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsDType,
  type SafetensorsEntry,
  type SafetensorsFile,
} from './safetensors.js';
export { entryOf, tensorOf } from './tensors.js';
export { type Values, valuesOf } from './values.js';
