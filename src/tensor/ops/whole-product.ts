import { filled } from '../create.js';
import type { Tensor } from '../tensor.js';

/**
 * Products of matrices of whole numbers, without history.  a (batch, m, k) · b (batch, k, n) → (batch, m, n), a batch of one also
 * without its axis. Added up in double precision, so that sums are exact where their results fit into int32.
 *
 * @throws ValueError for a result that does not fit into int32
 */
export function wholeProduct(a: Tensor, b: Tensor, batch: number): Tensor {
  const [m, k] = a.shape.slice(-2);
  const n = b.shape[b.ndim - 1];
  const [left, right] = [a.data, b.data];
  const y = new Float64Array(batch * m * n);
  for (let i = 0; i < batch * m; i++) {
    const rows = Math.floor(i / m) * k;
    for (let c = 0; c < k; c++) {
      const factor = left[i * k + c];
      for (let j = 0; j < n; j++) y[i * n + j] += factor * right[(rows + c) * n + j];
    }
  }
  return filled([batch, m, n], 'int32', y, 'matmul');
}
