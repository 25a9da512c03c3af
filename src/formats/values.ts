import { FormatError } from '../errors.js';
import type { SafetensorsEntry } from './safetensors.js';

/** Values in the element types that tensors have; a bool is 0 or 1. */
export type Values =
  | { readonly dtype: 'float32'; readonly data: Float32Array }
  | { readonly dtype: 'int32' | 'bool'; readonly data: Int32Array };

/**
 * The values of an entry of a file: F32, F16 and BF16 exactly and F64 rounded as float32, whole numbers as int32.
 *
 * @param name  of the entry, for the message
 * @throws FormatError for 8-bit floats, and for whole numbers that do not fit in 32 bits
 * @example
 * valuesOf('w', { dtype: 'BF16', shape: [1], bytes: Uint8Array.of(0x80, 0x3f) }).data; // Float32Array [1]
 */
export function valuesOf(name: string, { dtype, bytes }: SafetensorsEntry): Values {
  // A copy starts at a multiple of 8, which the file's data need not.
  const { buffer } = new Uint8Array(bytes);
  switch (dtype) {
    case 'F32':
      return { dtype: 'float32', data: new Float32Array(buffer) };
    case 'F64':
      return { dtype: 'float32', data: Float32Array.from(new Float64Array(buffer)) };
    case 'F16':
      return { dtype: 'float32', data: Float32Array.from(new Uint16Array(buffer), half) };
    case 'BF16':
      return {
        dtype: 'float32',
        data: new Float32Array(Uint32Array.from(new Uint16Array(buffer), upper).buffer),
      };
    case 'BOOL':
      return { dtype: 'bool', data: Int32Array.from(new Uint8Array(buffer), (b) => (b === 0 ? 0 : 1)) };
    case 'U8':
      return { dtype: 'int32', data: Int32Array.from(new Uint8Array(buffer)) };
    case 'I8':
      return { dtype: 'int32', data: Int32Array.from(new Int8Array(buffer)) };
    case 'U16':
      return { dtype: 'int32', data: Int32Array.from(new Uint16Array(buffer)) };
    case 'I16':
      return { dtype: 'int32', data: Int32Array.from(new Int16Array(buffer)) };
    case 'I32':
      return { dtype: 'int32', data: new Int32Array(buffer) };
    case 'U32':
      return { dtype: 'int32', data: fitting(name, Array.from(new Uint32Array(buffer))) };
    case 'I64':
      return { dtype: 'int32', data: fitting(name, Array.from(new BigInt64Array(buffer), Number)) };
    case 'U64':
      return { dtype: 'int32', data: fitting(name, Array.from(new BigUint64Array(buffer), Number)) };
    case 'F8_E4M3':
    case 'F8_E5M2':
      throw new FormatError(`tensor '${name}' is ${dtype}, which cannot be used here`, {
        hint: 'convert it to float32 first, such as tensor.float() in PyTorch',
      });
  }
}

/** Half precision: 1 sign, 5 bits of exponent, 10 of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / 1024;
  if (exponent === 0) return sign * fraction * 2 ** -14;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction) * 2 ** (exponent - 15);
}

/** The word of a float32 whose upper half is given: what bfloat16 is. */
const upper = (bits: number): number => bits << 16;

function fitting(name: string, values: readonly number[]): Int32Array {
  const wrong = values.find((v) => (v | 0) !== v);
  if (wrong === undefined) return Int32Array.from(values);
  throw new FormatError(`tensor '${name}' has ${wrong}, which does not fit in 32 bits`, {
    hint: 'indices and counts here are int32',
  });
}
