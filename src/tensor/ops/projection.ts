import { kernels } from '../../kernels/engine.js';
import { gemm, gemmPacked, paysPacking } from '../../kernels/product.js';
import { parallel } from '../../kernels/threads.js';
import { dense } from '../copy.js';
import { oneHotOf, zeros } from '../create.js';
import { packedWeight } from '../packed.js';
import type { Shape } from '../shape.js';
import { empty, type Tensor } from '../tensor.js';

// The products of linear and recurrent layers with their weights, without history, into memory that is there. A one-hot x
// picks columns of W instead of multiplying by zeros.

/** y = x · Wᵀ + b: x (rows, in), W (out, in), b (out) or null → y (rows, out), contiguous. */
export function projectInto(y: Tensor, x: Tensor, W: Tensor, b: Tensor | null): void {
  const [out, size] = W.shape;
  const rows = y.numel() / Math.max(out, 1);
  const weights = dense(W);
  const bias = b && dense(b);
  const oneHot = oneHotOf(x);
  if (oneHot !== null) {
    const { indices } = oneHot;
    // Few rows are not worth transposing W.
    if (rows * 8 < size) {
      const [py, pw, pb, pi] = [y.address, weights.address, bias?.address ?? 0, indices.address];
      kernels.oneHotProjectFew(py, pw, pb, pi, rows, out, size);
      return;
    }
    const columns = packedWeight(weights, 'columns');
    const [py, pc, pb, pi] = [y.address, columns.address, bias?.address ?? 0, indices.address];
    parallel('oneHotProject', rows, 4 * out, py, pc, pb, pi, out);
    return;
  }
  const source = dense(x);
  const packed = paysPacking(rows, out, size) ? packedWeight(weights, 'forward') : null;
  const [py, px] = [y.address, source.address];
  if (packed) {
    gemmPacked(rows, out, size, px, size, 1, packed.address, py, out, false, bias?.address);
    return;
  }
  if (bias) kernels.fillRows(py, bias.address, rows, out);
  gemm(rows, out, size, px, size, 1, weights.address, 1, size, py, out, bias !== null);
}

/** dx = dy · W, or dx += dy · W: dy (rows, out), W (out, in) → dx (rows, in), contiguous. */
export function projectBackInto(dx: Tensor, dy: Tensor, W: Tensor, accumulate: boolean): void {
  const [out, size] = W.shape;
  const rows = dy.shape[0];
  const weights = dense(W);
  const packed = paysPacking(rows, size, out) ? packedWeight(weights, 'backward') : null;
  const [px, py] = [dx.address, dy.address];
  if (packed) gemmPacked(rows, size, out, py, out, 1, packed.address, px, size, accumulate);
  else gemm(rows, size, out, py, out, 1, weights.address, size, 1, px, size, accumulate);
}

/** dW = Σ dyᵀ · x, (out, in), part of the rows after part. */
export class ProjectionGrad {
  private readonly picks: boolean;
  /** dW, or dWᵀ where x picks columns. */
  private readonly sum: Tensor;
  private started = false;

  /** @param x  all rows, or any of them */
  constructor(
    x: Tensor,
    private readonly shape: Shape,
  ) {
    const [out, size] = shape;
    this.picks = oneHotOf(x) !== null;
    this.sum = this.picks ? zeros([size, out]) : empty(shape);
  }

  /** x (rows, in), dy (rows, out). */
  add(x: Tensor, dy: Tensor): void {
    const [out, size] = this.shape;
    const rows = dy.shape[0];
    if (this.picks) {
      const { indices } = oneHotOf(x)!;
      const [sum, pd, pi] = [this.sum.address, dy.address, indices.address];
      parallel('scatterAddRows', Math.ceil(out / 16), 64 * rows, sum, pd, pi, rows, out);
    } else {
      const source = dense(x);
      const [sum, pd, px] = [this.sum.address, dy.address, source.address];
      gemm(out, size, rows, pd, 1, out, px, size, 1, sum, size, this.started);
    }
    this.started = true;
  }

  /** dW, once. */
  result(): Tensor {
    if (!this.picks) return this.sum;
    const [out, size] = this.shape;
    const dW = empty(this.shape);
    kernels.transpose(dW.address, this.sum.address, size, out);
    this.sum.dispose();
    return dW;
  }
}
