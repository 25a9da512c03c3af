import { DTypeError, ShapeError } from '../../errors.js';
import { gemm } from '../../kernels/product.js';
import { record } from '../autograd.js';
import { dense, duplicate, reshaped, stretched } from '../copy.js';
import { expectTensor } from '../operands.js';
import { broadcastShapes, numel, type Shape, show, viewStrides } from '../shape.js';
import { empty, type Tensor } from '../tensor.js';
import { ProjectionGrad, projectBackInto, projectInto } from './projection.js';
import { sumTo } from './reduce.js';
import { reshape, squeeze, unsqueeze } from './views.js';

/** A matrix as GEMM reads it: strides in elements. */
interface Matrix {
  readonly tensor: Tensor;
  readonly row: number;
  readonly col: number;
}

const normal = (tensor: Tensor): Matrix => ({ tensor, row: tensor.strides[0], col: tensor.strides[1] });
const transposed = (tensor: Tensor): Matrix => ({ tensor, row: tensor.strides[1], col: tensor.strides[0] });

/** c = a · b for two matrices of any strides, without history. */
function product(a: Matrix, b: Matrix, m: number, n: number, k: number): Tensor {
  const c = empty([m, n]);
  const [pa, pb, pc] = [a.tensor.address, b.tensor.address, c.address];
  gemm(m, n, k, pa, a.row, a.col, pb, b.row, b.col, pc, n, false);
  return c;
}

/** y = a · b.  a (m, k) · b (k, n) → y (m, n).  Backward: da = dy · bᵀ, db = aᵀ · dy. */
function mm(a: Tensor, b: Tensor): Tensor {
  const [m, k] = a.shape;
  const n = b.shape[1];
  const y = product(normal(a), normal(b), m, n, k);
  return record(
    'matmul',
    y,
    [a, b],
    ([forA, forB]) => [forB && a, forA && b],
    (dy, [forA, forB]) => [
      forA && product(normal(dy), transposed(b), m, k, n),
      forB && product(transposed(a), normal(dy), k, n, m),
    ],
  );
}

/** y[i] = a[i] · b[i].  a (batch, m, k) · b (batch, k, n) → y (batch, m, n).  Backward as for matrices. */
function bmm(a: Tensor, b: Tensor): Tensor {
  const [batch, m, k] = a.shape;
  const n = b.shape[2];
  const y = batchedProduct(a, [m, k], b, [k, n], batch, false, false);
  return record(
    'matmul',
    y,
    [a, b],
    ([forA, forB]) => [forB && a, forA && b],
    (dy, [forA, forB]) => [
      forA && batchedProduct(dy, [m, n], b, [n, k], batch, false, true),
      forB && batchedProduct(a, [k, m], dy, [m, n], batch, true, false),
    ],
  );
}

/** Batched a · b, where a flag says that a matrix stands transposed in memory. */
function batchedProduct(
  a: Tensor,
  [m, k]: readonly [number, number],
  b: Tensor,
  [, n]: readonly [number, number],
  batch: number,
  flipA: boolean,
  flipB: boolean,
): Tensor {
  const [x, z] = [dense(a), dense(b)];
  const y = empty([batch, m, n]);
  const [px, pz, py] = [x.address, z.address, y.address];
  for (let i = 0; i < batch; i++) {
    const [pa, pb, pc] = [px + i * m * k * 4, pz + i * k * n * 4, py + i * m * n * 4];
    gemm(m, n, k, pa, flipA ? 1 : k, flipA ? m : 1, pb, flipB ? 1 : n, flipB ? k : 1, pc, n, false);
  }
  return y;
}

/** `x` (…, r, c) stretched over `lead` and joined to (batch, r, c). Backward: summed over the stretched axes. */
function batched(x: Tensor, lead: readonly number[]): Tensor {
  const shape = [...lead, ...x.shape.slice(-2)];
  const y = reshaped(duplicate(stretched(x, shape)), [numel(lead), ...x.shape.slice(-2)]);
  return record('expand', y, [x], [], (dy) => [sumTo(reshaped(dense(dy), shape), x.shape)]);
}

/**
 * Matrix product with PyTorch's rules: vectors count as a row (left) or a column (right) and lose that axis again, axes before
 * the last two broadcast.
 *
 * @param a  (…, m, k) or (k)
 * @param b  (…, k, n) or (k)
 * @returns  (…, m, n)
 * @throws ShapeError where the inner sizes differ or a side has no axes
 * @throws DTypeError for anything but float32
 * @see https://pytorch.org/docs/stable/generated/torch.matmul.html
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  expectTensor('matmul', 'the first operand', a);
  expectTensor('matmul', 'the second operand', b);
  if (a.dtype !== 'float32' || b.dtype !== 'float32') {
    throw new DTypeError(`matmul: needs float32, not ${a.dtype} and ${b.dtype}`, {
      hint: "whole numbers make an int32 tensor: write tensor(data, { dtype: 'float32' }) or x.float()",
    });
  }
  if (a.ndim === 0 || b.ndim === 0)
    throw new ShapeError('matmul: a scalar has no rows or columns', { hint: 'use mul' });
  const [inner, outer] = [a.shape[a.ndim - 1], b.shape[Math.max(b.ndim - 2, 0)]];
  if (inner !== outer) {
    throw new ShapeError(
      `matmul: ${show(a.shape)} and ${show(b.shape)} do not fit: ${inner} columns on the left, ${outer} rows on the right`,
    );
  }
  if (a.ndim === 1) return squeeze(matmul(unsqueeze(a, 0), b), b.ndim === 1 ? 0 : -2);
  if (b.ndim === 1) return squeeze(matmul(a, unsqueeze(b, 1)), -1);
  if (a.ndim === 2 && b.ndim === 2) return mm(a, b);
  if (b.ndim === 2) {
    // One tall matrix instead of many small ones.
    const rows = numel(a.shape.slice(0, -1));
    return reshape(mm(reshape(a, [rows, inner]), b), [...a.shape.slice(0, -1), b.shape[1]]);
  }
  const lead = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  const y = bmm(batched(a, lead), batched(b, lead));
  return reshape(y, [...lead, a.shape[a.ndim - 2], b.shape[b.ndim - 1]]);
}

/**
 * y = x · Wᵀ + b.  x (…, in) · W (out, in) · b (out) → y (…, out)
 *
 * Backward: dx = dy · W, dW = dyᵀ · x, db = Σ dy. A one-hot x gathers columns of W instead.
 *
 * @throws ShapeError if the last axis of x is not W's
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.linear.html
 */
export function linear(x: Tensor, W: Tensor, b?: Tensor | null): Tensor {
  expectLinear(x, W);
  const [out, size] = W.shape;
  const rows = numel(x.shape.slice(0, -1));
  // One copy for both ways, where x needs one. What is a copy in PyTorch too may change afterwards.
  const source = dense(x);
  const isCopy = viewStrides(x.shape, x.strides, [rows, size]) === null;
  const y = empty([...x.shape.slice(0, -1), out]);
  projectInto(y, source, W, b ?? null);
  return record(
    'linear',
    y,
    [x, W, b],
    ([forX, forW]) => [forW && !isCopy && x, forX && W],
    (dy, [forX, forW, forB]) => {
      const grad = reshaped(dense(dy), [rows, out]);
      return [
        forX && inputGrad(grad, W, x.shape),
        forW && weightGrad(source, grad, W.shape),
        forB && sumTo(grad, b!.shape),
      ];
    },
  );
}

function expectLinear(x: Tensor, W: Tensor): void {
  expectTensor('linear', 'input', x);
  expectTensor('linear', 'weight', W);
  const [, size] = W.shape;
  if (x.dtype !== 'float32') {
    throw new DTypeError(`linear: input is ${x.dtype}, but layers compute in float32`, {
      hint: "whole numbers make an int32 tensor: write tensor(data, { dtype: 'float32' }) or x.float()",
    });
  }
  if (x.ndim === 0 || x.shape[x.ndim - 1] !== size) {
    throw new ShapeError(`linear: input ${show(x.shape)} should have ${size} features on its last axis`, {
      hint: `the weight is ${show(W.shape)} = (out, in)`,
    });
  }
}

function inputGrad(dy: Tensor, W: Tensor, shape: Shape): Tensor {
  const dx = empty(shape);
  projectBackInto(dx, dy, W, false);
  return dx;
}

function weightGrad(x: Tensor, dy: Tensor, shape: Shape): Tensor {
  const dW = new ProjectionGrad(x, shape);
  dW.add(x, dy);
  return dW.result();
}
