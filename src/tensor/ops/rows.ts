import { kernels } from '../../kernels/engine.js';
import { parallel } from '../../kernels/threads.js';
import { record } from '../autograd.js';
import { dense } from '../copy.js';
import { numel } from '../shape.js';
import { empty, type Tensor } from '../tensor.js';

/**
 * Rows of x by number: x (N, …), rows int32 (M) → (M, …). The caller checks that the numbers lie in [0, N) and do not change.
 * Backward: dx[rows[i]] += dy[i].
 */
export function takeRows(x: Tensor, rows: Tensor): Tensor {
  const [source, index] = [dense(x), dense(rows)];
  const width = numel(x.shape.slice(1));
  const n = rows.numel();
  const y = empty([n, ...x.shape.slice(1)], x.dtype);
  kernels.gatherRows(y.address, source.address, index.address, n, width);
  const { shape } = x;
  return record('takeRows', y, [x], [], (dy) => {
    const [dx, upstream] = [empty(shape), dense(dy)];
    kernels.fill(dx.address, 0, dx.numel());
    parallel(
      'scatterAddRows',
      Math.ceil(width / 16),
      64 * n,
      dx.address,
      upstream.address,
      index.address,
      n,
      width,
    );
    return [dx];
  });
}
