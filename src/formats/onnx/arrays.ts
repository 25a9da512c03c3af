import { FormatError } from '../../errors.js';
import type { SafetensorsDType, SafetensorsEntry } from '../safetensors.js';
import type { OnnxTensor } from './schema.js';

/** An element type: its number in ONNX, its size, and where its elements stand if not in raw_data. */
interface ElementType {
  readonly code: number;
  readonly size: 1 | 2 | 4 | 8;
  readonly list: 'floatData' | 'int32Data' | 'int64Data' | 'doubleData' | 'uint64Data';
}

export const ELEMENT_TYPES = {
  F32: { code: 1, size: 4, list: 'floatData' },
  U8: { code: 2, size: 1, list: 'int32Data' },
  I8: { code: 3, size: 1, list: 'int32Data' },
  U16: { code: 4, size: 2, list: 'int32Data' },
  I16: { code: 5, size: 2, list: 'int32Data' },
  I32: { code: 6, size: 4, list: 'int32Data' },
  I64: { code: 7, size: 8, list: 'int64Data' },
  BOOL: { code: 9, size: 1, list: 'int32Data' },
  F16: { code: 10, size: 2, list: 'int32Data' },
  F64: { code: 11, size: 8, list: 'doubleData' },
  U32: { code: 12, size: 4, list: 'uint64Data' },
  U64: { code: 13, size: 8, list: 'uint64Data' },
  BF16: { code: 16, size: 2, list: 'int32Data' },
} as const satisfies Partial<Record<SafetensorsDType, ElementType>>;

/** The element types that an ONNX array of ours can have. */
export type OnnxDType = keyof typeof ELEMENT_TYPES;

/** An array whose element type ONNX has. */
export type OnnxArray = SafetensorsEntry & { readonly dtype: OnnxDType };

/** The element type of a number in a file. @throws FormatError for texts, complex numbers and those of less than 8 bits */
export function elementType(code: number, what: string): OnnxDType {
  const found = Object.entries(ELEMENT_TYPES).find(([, type]) => type.code === code);
  if (found) return found[0] as OnnxDType;
  throw new FormatError(
    `onnx: ${what} has elements of the type ${code}, which are no numbers that a tensor here has`,
  );
}

/** Axes at most: none has more than a few, and work on axes grows with their square. */
export const MOST_AXES = 32;

/** How many elements a shape has. @throws FormatError for sizes that cannot be */
export function countOf(shape: readonly number[], what: string): number {
  if (shape.length > MOST_AXES) throw new FormatError(`onnx: ${what} has ${shape.length} axes`);
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0 || !Number.isSafeInteger((count *= size))) {
      throw new FormatError(`onnx: ${what} has a shape that cannot be: (${shape.join(', ')})`);
    }
  }
  return count;
}

/** Numbers as the elements of an array; whole ones wrap as in C. */
export function arrayFrom(dtype: OnnxDType, shape: readonly number[], values: readonly number[]): OnnxArray {
  const { size } = ELEMENT_TYPES[dtype];
  const bytes = new Uint8Array(values.length * size);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    if (dtype === 'F32') view.setFloat32(i * 4, value, true);
    else if (dtype === 'F64') view.setFloat64(i * 8, value, true);
    else if (size === 8) view.setBigInt64(i * 8, whole64(value), true);
    else if (size === 4) view.setUint32(i * 4, value, true);
    else if (size === 2) view.setUint16(i * 2, value, true);
    else view.setUint8(i, value);
  });
  return { dtype, shape, bytes };
}

/** Slices reach "to the end" by the largest number of 64 bits, which no double holds. */
const whole64 = (value: number): bigint =>
  value >= 2 ** 63 ? 2n ** 63n - 1n : BigInt(Number.isFinite(value) ? Math.trunc(value) : 0);

/**
 * The array that a tensor of a file holds, whichever way it stores it; data beside the file must have been put into it.
 *
 * @throws FormatError for data that does not fit its shape, and for elements that are no numbers
 */
export function arrayOf(tensor: OnnxTensor, name = tensor.name): OnnxArray {
  const what = `the array '${name}'`;
  const dtype = elementType(tensor.dataType, what);
  const { size, list } = ELEMENT_TYPES[dtype];
  const shape = tensor.dims;
  const count = countOf(shape, what);
  const listed = tensor[list];
  const isListed = tensor.rawData.length === 0 && listed.length > 0;
  const got = isListed ? listed.length * size : tensor.rawData.length;
  if (got !== count * size) {
    throw new FormatError(
      `onnx: ${what} holds ${got} bytes, but (${shape.join(', ')}) of ${dtype} needs ${count * size}`,
      { hint: 'the file may be cut short or damaged: fetch it again' },
    );
  }
  return isListed ? arrayFrom(dtype, shape, listed) : { dtype, shape, bytes: tensor.rawData };
}

/** The elements as numbers, of any type; 64-bit ones beyond a double's are rounded. */
export function numbersOf({ dtype, bytes }: SafetensorsEntry, what: string): number[] {
  const { buffer } = new Uint8Array(bytes);
  switch (dtype) {
    case 'F32':
      return Array.from(new Float32Array(buffer));
    case 'F64':
      return Array.from(new Float64Array(buffer));
    case 'I64':
      return Array.from(new BigInt64Array(buffer), Number);
    case 'U64':
      return Array.from(new BigUint64Array(buffer), Number);
    case 'I32':
      return Array.from(new Int32Array(buffer));
    case 'U32':
      return Array.from(new Uint32Array(buffer));
    case 'I16':
      return Array.from(new Int16Array(buffer));
    case 'U16':
      return Array.from(new Uint16Array(buffer));
    case 'I8':
      return Array.from(new Int8Array(buffer));
    case 'U8':
    case 'BOOL':
      return Array.from(bytes);
    default:
      throw new FormatError(`onnx: ${what} is computed from numbers of ${dtype}, which is not done here`);
  }
}
