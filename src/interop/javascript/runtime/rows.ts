import type { Vector } from './cell.js';

/** The rows of a matrix, by their index: an embedding. */
export const rowsOf =
  (matrix: Float32Array, columns: number) =>
  (index: number): Vector =>
    matrix.subarray(index * columns, (index + 1) * columns);
