import { filled } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import type { SafetensorsEntry } from './safetensors.js';
import { valuesOf } from './values.js';

/** A tensor as an entry of a file; bool becomes one byte an element. */
export function entryOf(x: Tensor): SafetensorsEntry {
  const { data, shape } = x;
  if (x.dtype === 'bool') return { dtype: 'BOOL', shape, bytes: Uint8Array.from(data) };
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { dtype: x.dtype === 'float32' ? 'F32' : 'I32', shape, bytes };
}

/**
 * An entry of a file as a tensor: floats as float32, whole numbers as int32, BOOL as bool.
 *
 * @param name  of the entry, for the message
 * @throws FormatError for values that these cannot hold: see `valuesOf`
 */
export function tensorOf(name: string, entry: SafetensorsEntry): Tensor {
  const { dtype, data } = valuesOf(name, entry);
  return filled(entry.shape, dtype, data);
}
