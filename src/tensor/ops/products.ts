import { ShapeError } from '../../errors.js';
import { expectTensor } from '../operands.js';
import { show } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { mul } from './binary.js';
import { matmul } from './matmul.js';
import { unsqueeze } from './views.js';

// matmul under PyTorch's names for operands of fixed ranks.

function expectRanks(op: string, a: Tensor, m: number, b: Tensor, n: number): void {
  expectTensor(op, 'the first operand', a);
  expectTensor(op, 'the second operand', b);
  if (a.ndim === m && b.ndim === n) return;
  throw new ShapeError(
    `${op}: needs tensors of ${m} and ${n} axes, not ${show(a.shape)} and ${show(b.shape)}`,
    {
      hint: 'matmul takes any ranks',
    },
  );
}

/** Product of two matrices: (m, k) · (k, n) → (m, n). */
export function mm(a: Tensor, b: Tensor): Tensor {
  expectRanks('mm', a, 2, b, 2);
  return matmul(a, b);
}

/** Products of two batches of matrices: (batch, m, k) · (batch, k, n) → (batch, m, n). */
export function bmm(a: Tensor, b: Tensor): Tensor {
  expectRanks('bmm', a, 3, b, 3);
  if (a.shape[0] !== b.shape[0])
    throw new ShapeError(`bmm: batches of ${a.shape[0]} and ${b.shape[0]} differ`);
  return matmul(a, b);
}

/** Product of a matrix and a vector: (m, k) · (k) → (m). */
export function mv(a: Tensor, b: Tensor): Tensor {
  expectRanks('mv', a, 2, b, 1);
  return matmul(a, b);
}

/** Product of two vectors: (k) · (k) → (). */
export function dot(a: Tensor, b: Tensor): Tensor {
  expectRanks('dot', a, 1, b, 1);
  return matmul(a, b);
}

/** Every element of one vector times every element of the other: (m), (n) → (m, n). */
export function outer(a: Tensor, b: Tensor): Tensor {
  expectRanks('outer', a, 1, b, 1);
  return mul(unsqueeze(a, 1), b);
}
