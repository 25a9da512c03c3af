export {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsDType,
  type SafetensorsEntry,
  type SafetensorsFile,
} from './safetensors.js';
export { entryOf, tensorOf } from './tensors.js';
export { type Values, valuesOf } from './values.js';
