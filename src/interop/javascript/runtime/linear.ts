import type { Vector } from './cell.js';
import type { Read } from './read.js';

/** What a network reads at a step: a vector, or which number of it is 1 where all others are 0. */
export type Input = Vector | number;

/** y = W x + b, in double precision. The result is one and the same array each time. */
export type Linear = (x: Input) => Float64Array;

/** @param tied  weights that were read already */
export function linear(read: Read, rows: number, columns: number, tied?: Float32Array | null): Linear {
  const weight = tied || read(rows, columns);
  const bias = read(rows, 1);
  const out = new Float64Array(rows);
  return (x) => {
    for (let row = 0; row < rows; row++) {
      const at = row * columns;
      let sum = bias[row];
      if (typeof x === 'number') sum += weight[at + x];
      else {
        // Four sums side by side, because each addition waits for the one before.
        let b = 0;
        let c = 0;
        let d = 0;
        let i = 0;
        for (; i + 3 < columns; i += 4) {
          sum += weight[at + i] * x[i];
          b += weight[at + i + 1] * x[i + 1];
          c += weight[at + i + 2] * x[i + 2];
          d += weight[at + i + 3] * x[i + 3];
        }
        for (; i < columns; i++) sum += weight[at + i] * x[i];
        sum += b + c + d;
      }
      out[row] = sum;
    }
    return out;
  };
}
