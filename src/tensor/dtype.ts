import { DTypeError, ValueError } from '../errors.js';
import { told } from '../options.js';

/** float32 for values, int32 for indices (PyTorch's int64), bool for masks. Every element takes one 32-bit word. */
export type DType = 'float32' | 'int32' | 'bool';

/** The dtype of an operation on two dtypes: float32 over int32 over bool, as PyTorch's promotion does for these. */
export function promote(a: DType, b: DType): DType {
  if (a === 'float32' || b === 'float32') return 'float32';
  return a === 'int32' || b === 'int32' ? 'int32' : 'bool';
}

const DTYPES: readonly DType[] = ['float32', 'int32', 'bool'];

/** Refuses by name what PyTorch has and we have not; a caller in JavaScript may ask for it. */
export function expectDType(op: string, dtype: DType): void {
  if (DTYPES.includes(dtype)) return;
  throw new DTypeError(
    `${op}: there is no ${typeof dtype === 'string' ? dtype : told(dtype)} here, only float32, int32 and bool`,
    {
      hint: 'int32 stands for all whole numbers, float32 for all others',
    },
  );
}

export const LEAST_INT32 = -(2 ** 31);
export const MOST_INT32 = 2 ** 31 - 1;

/** Whether a number has an int32, which its fraction is cut off for; NaN has none. */
export const fitsInt32 = (value: number): boolean => value > LEAST_INT32 - 1 && value < MOST_INT32 + 1;

/** Refuses a number that int32 would turn into another one. */
export function expectInt32(op: string, value: number, hint = 'use float() first'): void {
  if (fitsInt32(value)) return;
  throw new ValueError(`${op}: ${value} does not fit into int32, from ${LEAST_INT32} to ${MOST_INT32}`, {
    hint,
  });
}

/** Refuses what a kernel of whole numbers has computed if it says, by a 1, that a result has left int32. */
export function expectNotWrapped(op: string, wrapped: unknown): void {
  if (wrapped !== 1) return;
  throw new ValueError(`${op}: a result does not fit into int32, from ${LEAST_INT32} to ${MOST_INT32}`, {
    hint: 'use float() first',
  });
}
