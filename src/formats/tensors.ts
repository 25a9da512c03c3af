import { FormatError } from '../errors.js';
import { filled } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import { type SafetensorsEntry } from './safetensors.js';

/** A tensor as an entry of a file; bool becomes one byte an element. */
export function entryOf(x: Tensor): SafetensorsEntry {
  const { data, shape } = x;
  if (x.dtype === 'bool') return { dtype: 'BOOL', shape, bytes: Uint8Array.from(data) };
  return { dtype: x.dtype === 'float32' ? 'F32' : 'I32', shape, bytes: new Uint8Array(data.buffer) };
}

/** An entry of a file as a tensor: F32, I32 and BOOL as they are, F64 rounded, I64 where it fits in 32 bits. */
export function tensorOf(name: string, { dtype, shape, bytes }: SafetensorsEntry): Tensor {
  // A copy starts at a multiple of 8, which the file's data need not.
  const { buffer } = bytes.slice();
  if (dtype === 'F32') return filled(shape, 'float32', new Float32Array(buffer));
  if (dtype === 'F64') return filled(shape, 'float32', Float32Array.from(new Float64Array(buffer)));
  if (dtype === 'I32') return filled(shape, 'int32', new Int32Array(buffer));
  if (dtype === 'BOOL') return filled(shape, 'bool', Int32Array.from(new Uint8Array(buffer)));
  if (dtype === 'I64') {
    const values = [...new BigInt64Array(buffer)];
    if (values.every((v) => BigInt.asIntN(32, v) === v)) return filled(shape, 'int32', values.map(Number));
    throw new FormatError(`tensor '${name}' has whole numbers that do not fit in 32 bits`);
  }
  throw new FormatError(`tensor '${name}' is ${dtype}, which cannot be used here`, {
    hint: 'convert it to float32 first, such as tensor.float() in PyTorch',
  });
}
