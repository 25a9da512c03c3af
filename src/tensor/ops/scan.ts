import { record } from '../autograd.js';
import { converted } from '../copy.js';
import { filled } from '../create.js';
import { expectInt32 } from '../dtype.js';
import { axisOf } from '../operands.js';
import { around } from '../shape.js';
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
  const axis = axisOf('cumsum', x, dim);
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
 * yᵢ = x₀ · … · xᵢ along an axis; int32 and bool multiply to int32. Backward: dxᵢ = Σ_{k ≥ i} dyₖ yₖ / xᵢ up to the first 0.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.cumprod.html
 */
export function cumprod(x: Tensor, dim: number): Tensor {
  const axis = axisOf('cumprod', x, dim);
  const source = x.dtype === 'bool' ? converted(x, 'int32') : x;
  const data = source.data;
  const y = lineByLine('cumprod', source, axis, ({ length, at }, out) => {
    let product = 1;
    for (let k = 0; k < length; k++) out[at(k)] = product *= data[at(k)];
  });
  return record('cumprod', y, [x], [x, y], (dy) => {
    if ((x.shape[axis] ?? 1) === 1) return [dy];
    const [upstream, products] = [dy.data, y.data];
    return [
      lineByLine('cumprod', source, axis, ({ length, at }, dx) => {
        let zero = 0;
        while (zero < length && data[at(zero)] !== 0) zero += 1;
        let total = 0;
        for (let i = zero - 1; i >= 0; i--) {
          total += upstream[at(i)] * products[at(i)];
          dx[at(i)] = total / data[at(i)];
        }
        // At the first 0, products of the others up to the second; behind it all are 0.
        let [slope, others] = [0, 1];
        for (let k = zero; k < length; k++) {
          if (k > zero && data[at(k)] === 0) break;
          if (k > zero) others *= data[at(k)];
          slope += upstream[at(k)] * others;
        }
        if (zero < length) dx[at(zero)] = slope * (zero === 0 ? 1 : products[at(zero - 1)]);
      }),
    ];
  });
}
