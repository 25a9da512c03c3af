import type { Tensor } from '../../tensor/tensor.js';
import type { Stretch } from './cells/cell.js';

// Numbers that stay in a second-level cache, and rows that products with few columns want to go over at once.
const CACHED = 256 * 1024;
const LEAST_ROWS = 256;

/**
 * Cuts a walk into stretches whose rows fit into the processor's cache. They depend on the sizes alone, so that sums over
 * rows come out the same on any machine.
 *
 * @param width    numbers of a row
 * @param reverse  whether the walk goes from the last step to the first
 */
export function stretchesOf(batchSizes: readonly number[], width: number, reverse: boolean): Stretch[] {
  const most = Math.max(LEAST_ROWS, Math.floor(CACHED / width));
  const steps = batchSizes.length;
  const stretches: Stretch[] = [];
  let row = reverse ? batchSizes.reduce((a, b) => a + b, 0) : 0;
  for (let begin = 0; begin < steps;) {
    let [end, rows] = [begin, 0];
    while (end < steps) {
      const size = batchSizes[reverse ? steps - 1 - end : end];
      if (rows > 0 && rows + size > most) break;
      rows += size;
      end += 1;
    }
    if (reverse) row -= rows;
    stretches.push({ begin, end, row, rows });
    if (!reverse) row += rows;
    begin = end;
  }
  return stretches;
}

/** The rows of a stretch of a contiguous (N, size); a one-hot tensor keeps its indices. */
export function rowsOf(x: Tensor, { row, rows }: Pick<Stretch, 'row' | 'rows'>): Tensor {
  const size = x.shape[1];
  return x.window({ shape: [rows, size], strides: [size, 1], offset: x.offset + row * size });
}
