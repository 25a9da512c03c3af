import { record } from '../autograd.js';
import { converted } from '../copy.js';
import { filled } from '../create.js';
import { expectInt32 } from '../dtype.js';
import { around, expectAxis } from '../shape.js';
import type { Tensor } from '../tensor.js';

/** One line of a tensor along an axis. */
interface Line {
  readonly length: number;
  /** The k-th element's number. */
  readonly at: (k: number) => number;
}

/** y from the values of x (and others of its shape), line by line along an axis, in double precision. */
function lineByLine(
  op: string,
  x: Tensor,
  axis: number,
  fill: (line: Line, y: Float32Array | Float64Array) => void,
): Tensor {
  const [outer, length, inner] = around(x.shape, axis);
  const values = x.dtype === 'float32' ? new Float32Array(x.numel()) : new Float64Array(x.numel());
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) fill({ length, at: (k) => (o * length + k) * inner + i }, values);
  }
  if (x.dtype === 'int32') for (const value of values) expectInt32(op, value);
  return filled(x.shape, x.dtype, values);
}

/**
 * yᵢ = x₀ + … + xᵢ along an axis; int32 and bool add up to int32. Backward: dxᵢ = dyᵢ + … + dyₙ.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.cumsum.html
 * @example
 * cumsum(tensor([1, 2, 3]), 0).tolist(); // [1, 3, 6]
 */
export function cumsum(x: Tensor, dim: number): Tensor {
  const axis = expectAxis('cumsum', dim, x.ndim);
  const source = x.dtype === 'bool' ? converted(x, 'int32') : x;
  return record('cumsum', summed(source, axis, false), [x], [], (dy) => [summed(dy, axis, true)]);
}

function summed(x: Tensor, axis: number, fromEnd: boolean): Tensor {
  const data = x.data;
  return lineByLine('cumsum', x, axis, ({ length, at }, y) => {
    let total = 0;
    for (let k = 0; k < length; k++) {
      const n = at(fromEnd ? length - 1 - k : k);
      total += data[n];
      y[n] = total;
    }
  });
}

/**
 * yᵢ = x₀ · … · xᵢ along an axis; int32 and bool multiply to int32. Backward: dxᵢ = Σ_{k ≥ i} dyₖ · Π_{j ≤ k, j ≠ i} xⱼ.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.cumprod.html
 */
export function cumprod(x: Tensor, dim: number): Tensor {
  const axis = expectAxis('cumprod', dim, x.ndim);
  const source = x.dtype === 'bool' ? converted(x, 'int32') : x;
  const data = source.data;
  const y = lineByLine('cumprod', source, axis, ({ length, at }, out) => {
    let product = 1;
    for (let k = 0; k < length; k++) out[at(k)] = product *= data[at(k)];
  });
  return record('cumprod', y, [x], [x], (dy) => {
    const upstream = dy.data;
    return [
      lineByLine('cumprod', source, axis, ({ length, at }, dx) => {
        let before = 1;
        for (let i = 0; i < length; i++) {
          let [product, total] = [before, 0];
          for (let k = i; k < length; k++) {
            if (k > i) product *= data[at(k)];
            total += upstream[at(k)] * product;
          }
          dx[at(i)] = total;
          before *= data[at(i)];
        }
      }),
    ];
  });
}
