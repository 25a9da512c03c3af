import { DTypeError } from '../errors.js';

/** float32 for values, int32 for indices (PyTorch's int64), bool for masks. Every element takes one 32-bit word. */
export type DType = 'float32' | 'int32' | 'bool';

/** The dtype of an operation on two dtypes: float32 over int32 over bool, as PyTorch's promotion does for these. */
export function promote(a: DType, b: DType): DType {
  if (a === 'float32' || b === 'float32') return 'float32';
  return a === 'int32' || b === 'int32' ? 'int32' : 'bool';
}

/** Refuses by name what PyTorch has and we have not; a caller in JavaScript may ask for it. */
export function expectDType(op: string, dtype: DType): void {
  if (['float32', 'int32', 'bool'].includes(dtype)) return;
  throw new DTypeError(`${op}: there is no ${dtype} here, only float32, int32 and bool`, {
    hint: 'int32 stands for all whole numbers, float32 for all others',
  });
}
