// What all recurrent cells share: the walk over a sequence of batches, the product with W_hh, and its gradient.
//
// Rows are time-major. Step t owns batchSizes[t] rows behind those of the steps before; sizes never increase (packed input;
// equal ones are the plain case). A reversed walk starts at the last step; a sequence that ends early joins it there, with its
// own initial state. A cell's forward pass walks the way of its direction, its backward pass the other way:
//
//     let row = firstRow(batchSizes, steps, reverse);
//     for (let i = 0; i < steps; i++) {
//       const t = stepAt(i, steps, reverse);
//       const size = batchAt(batchSizes, t);
//       if (reverse) row -= size;
//       …                                      // rows row … row + size are step t
//       if (!reverse) row += size;
//     }
import { gemm, gemmPacked, gemmWorkspace, packedSize } from './gemm';
import { addRow, at } from './simd';

/** Sequences that go on at step t. */
@inline
export function batchAt(batchSizes: usize, t: i32): i32 {
  return load<i32>(at(batchSizes, t));
}

/** Where a walk's row counter starts: in front of all rows, or behind them. */
export function firstRow(batchSizes: usize, steps: i32, reverse: i32): i32 {
  let rows = 0;
  if (reverse) for (let t = 0; t < steps; t++) rows += batchAt(batchSizes, t);
  return rows;
}

/** The i-th step of a walk. */
@inline
export function stepAt(i: i32, steps: i32, reverse: i32): i32 {
  return reverse ? steps - 1 - i : i;
}

/** How many sequences of step t come from the step walked before it; the others start at t. */
@inline
export function carriedInto(batchSizes: usize, steps: i32, t: i32, reverse: i32): i32 {
  if (reverse) return t + 1 < steps ? batchAt(batchSizes, t + 1) : 0;
  return t > 0 ? batchAt(batchSizes, t) : 0;
}

/** How many sequences of step t go on to the step walked after it; the others end at t. */
@inline
export function carriedOn(batchSizes: usize, steps: i32, t: i32, reverse: i32): i32 {
  return carriedInto(batchSizes, steps, t, i32(!reverse));
}

/** Where the rows of the step walked before step t start; step t starts at `row`. */
@inline
export function previousRow(batchSizes: usize, t: i32, row: i32, reverse: i32): i32 {
  if (reverse) return row + batchAt(batchSizes, t);
  return t > 0 ? row - batchAt(batchSizes, t - 1) : 0;
}

/** State that row r of a step starts from: that of the step before for the first `carried` rows, else its initial one, or zeros. */
@inline
export function stateBefore(r: i32, carried: i32, previous: usize, previousStep: i32, initial: usize, hidden: i32, zeros: usize): usize {
  if (r < carried) return at(previous, r * previousStep);
  return initial ? at(initial, r * hidden) : zeros;
}

/** d (batch, hidden) = the gradient that reaches the last states, or zeros: what a backward walk carries from step to step. */
export function startCarrying(d: usize, dLast: usize, batchSizes: usize, hidden: i32): void {
  const bytes = <usize>(batchAt(batchSizes, 0) * hidden) << 2;
  if (dLast) memory.copy(d, dLast, bytes);
  else memory.fill(d, 0, bytes);
}

/** dh (size, hidden) += dout of a step's rows, `doutRow` apart; nothing without dout. */
export function addOutputGrad(dh: usize, dout: usize, doutRow: i32, row: i32, size: i32, hidden: i32): void {
  if (!dout) return;
  for (let r = 0; r < size; r++) addRow(at(dh, r * hidden), at(dout, (row + r) * doutRow), hidden);
}

/** Bytes that hold a matrix (a, b) packed either way round. */
export function packedEitherSize(a: i32, b: i32): i32 {
  return max(packedSize(a, b), packedSize(b, a));
}

/**
 * z_t += h_{t−1} · W_hhᵀ for the rows of step t, which start at `row`: h of the step walked before, or h0 where a sequence starts.
 *
 * @param z       (size, gateSize)
 * @param packed  W_hhᵀ (hidden, gateSize), packed
 * @param out     h of all rows, `outRow` apart
 * @param h0      (batch, hidden), or 0 for zeros
 */
export function addRecurrent(
  z: usize, gateSize: i32, packed: usize, out: usize, outRow: i32, h0: usize, batchSizes: usize, steps: i32, hidden: i32, t: i32, row: i32, reverse: i32, workspace: usize,
): void {
  const size = batchAt(batchSizes, t);
  const carried = carriedInto(batchSizes, steps, t, reverse);
  if (carried > 0) {
    const previous = previousRow(batchSizes, t, row, reverse);
    gemmPacked(carried, gateSize, hidden, at(out, previous * outRow), outRow, 1, packed, z, gateSize, 1, workspace);
  }
  if (h0 && size > carried) {
    const start = at(h0, carried * hidden);
    gemmPacked(size - carried, gateSize, hidden, start, hidden, 1, packed, at(z, carried * gateSize), gateSize, 1, workspace);
  }
}

/** last (batch, hidden) = the state of those sequences that end at step t; `h` has the step's rows, `hRow` apart. */
export function keepEnded(last: usize, h: usize, hRow: i32, batchSizes: usize, steps: i32, hidden: i32, t: i32, reverse: i32): void {
  const size = batchAt(batchSizes, t);
  for (let r = carriedOn(batchSizes, steps, t, reverse); r < size; r++) {
    memory.copy(at(last, r * hidden), at(h, r * hRow), <usize>hidden << 2);
  }
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
