// What all recurrent cells share: how a sequence of batches lies in memory, and the gradient of W_hh.
//
// Rows are time-major. Step t owns batchSizes[t] rows behind those of the steps before; sizes never increase (packed input;
// equal ones are the plain case). A reversed walk starts at the last step; a sequence that ends early joins it there, with its
// own initial state.
import { gemm, gemmWorkspace } from './gemm';
import { at } from './simd';

/** Sequences that go on at step t. */
// @ts-ignore: decorator
@inline
export function batchAt(batchSizes: usize, t: i32): i32 {
  return load<i32>(at(batchSizes, t));
}

/** All rows of the sequence. */
export function rowsOf(batchSizes: usize, steps: i32): i32 {
  let rows = 0;
  for (let t = 0; t < steps; t++) rows += batchAt(batchSizes, t);
  return rows;
}

/** Copies `rows` rows of `width` between row strides. */
export function copyRows(y: usize, yRow: i32, x: usize, xRow: i32, rows: i32, width: i32): void {
  for (let r = 0; r < rows; r++) memory.copy(at(y, r * yRow), at(x, r * xRow), <usize>width << 2);
}

export function recurrentWeightGradWorkspace(rows: i32, gateSize: i32, hidden: i32): i32 {
  return gemmWorkspace(gateSize, hidden, rows);
}

/**
 * dW_hh = Σ_t dGₜᵀ · h_{t−1}: dW (gateSize, hidden), dG (rows, gateSize), h = out (rows, outRow apart), h0 (batch, hidden) or 0.
 * Steps of equal batch size are one product.
 */
export function recurrentWeightGrad(
  dw: usize, dg: usize, gateSize: i32, out: usize, outRow: i32, h0: usize, batchSizes: usize, steps: i32, hidden: i32, reverse: i32, workspace: usize,
): void {
  memory.fill(dw, 0, <usize>(gateSize * hidden) << 2);
  // `row` is where step t starts.
  let row = 0;
  for (let t = 0; t < steps; ) {
    const size = batchAt(batchSizes, t);
    let to = t + 1;
    while (to < steps && batchAt(batchSizes, to) == size) to++;
    const count = (to - t) * size;
    if (reverse) {
      // h of the step behind: within the run, then the first rows of the next run, and h0 for those that join here.
      const inside = count - size;
      if (inside > 0) product(dw, at(dg, row * gateSize), gateSize, at(out, (row + size) * outRow), outRow, inside, hidden, workspace);
      const next = to < steps ? batchAt(batchSizes, to) : 0;
      const last = row + inside;
      if (next > 0) product(dw, at(dg, last * gateSize), gateSize, at(out, (row + count) * outRow), outRow, next, hidden, workspace);
      if (h0 && size > next) {
        product(dw, at(dg, (last + next) * gateSize), gateSize, at(h0, next * hidden), hidden, size - next, hidden, workspace);
      }
    } else {
      // h of the step before: h0 for the first step, the first rows of the run before, then within the run.
      if (t == 0) {
        if (h0) product(dw, dg, gateSize, h0, hidden, size, hidden, workspace);
      } else {
        const before = row - batchAt(batchSizes, t - 1);
        product(dw, at(dg, row * gateSize), gateSize, at(out, before * outRow), outRow, size, hidden, workspace);
      }
      const inside = count - size;
      if (inside > 0) product(dw, at(dg, (row + size) * gateSize), gateSize, at(out, row * outRow), outRow, inside, hidden, workspace);
    }
    row += count;
    t = to;
  }
}

/** dW += dGᵀ · h over `rows` rows. */
function product(dw: usize, dg: usize, gateSize: i32, h: usize, hRow: i32, rows: i32, hidden: i32, workspace: usize): void {
  gemm(gateSize, hidden, rows, dg, 1, gateSize, h, hRow, 1, dw, hidden, 1, workspace);
}
