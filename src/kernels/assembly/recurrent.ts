// What all recurrent cells share: the walk over a sequence of batches, the product with W_hh, and its gradient.
//
// Rows are time-major. Step t owns batchSizes[t] rows behind those of the steps before; sizes never increase (packed input;
// equal ones are the plain case). A reversed walk starts at the last step; a sequence that ends early joins it there, with its
// own initial state. A cell's forward pass walks the way of its direction, its backward pass the other way. Sequences do not
// look at each other, so a walk takes those from `from` to `to`, and threads share them out and meet only at its end. A long
// walk is made in stretches of its steps, numbered in its own order from `begin` to `end`, so that what the stretches of
// different kernels hand each other is still in the processor's cache:
//
//     let row = firstRow(batchSizes, steps, begin, reverse);
//     for (let i = begin; i < end; i++) {
//       const t = stepAt(i, steps, reverse);
//       const size = batchAt(batchSizes, t);
//       if (reverse) row -= size;
//       …                                      // rows row + from … row + min(size, to) are step t
//       if (!reverse) row += size;
//     }
import { gemmPacked } from './gemm';
import { addRow, at } from './simd';

/** Sequences that go on at step t. */
@inline
export function batchAt(batchSizes: usize, t: i32): i32 {
  return load<i32>(at(batchSizes, t));
}

/** Where a walk's row counter starts before its step number `begin`: steps in front take their rows away, in the walk's order. */
export function firstRow(batchSizes: usize, steps: i32, begin: i32, reverse: i32): i32 {
  let row = 0;
  const count = reverse ? steps - begin : begin;
  for (let t = 0; t < count; t++) row += batchAt(batchSizes, t);
  return row;
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
export function startCarrying(from: i32, to: i32, d: usize, dLast: usize, hidden: i32): void {
  const bytes = <usize>((to - from) * hidden) << 2;
  if (dLast) memory.copy(at(d, from * hidden), at(dLast, from * hidden), bytes);
  else memory.fill(at(d, from * hidden), 0, bytes);
}

/** dh (size, hidden) += dout of a step's rows, `doutRow` apart; nothing without dout. */
export function addOutputGrad(from: i32, to: i32, dh: usize, dout: usize, doutRow: i32, row: i32, hidden: i32): void {
  if (!dout) return;
  for (let r = from; r < to; r++) addRow(at(dh, r * hidden), at(dout, (row + r) * doutRow), hidden);
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
  from: i32, to: i32, z: usize, gateSize: i32, packed: usize, out: usize, outRow: i32, h0: usize, batchSizes: usize, steps: i32, hidden: i32, t: i32, row: i32, reverse: i32,
): void {
  const carried = carriedInto(batchSizes, steps, t, reverse);
  if (carried > from) {
    const previous = at(out, previousRow(batchSizes, t, row, reverse) * outRow);
    gemmPacked(from, min(to, carried), gateSize, hidden, previous, outRow, 1, packed, z, gateSize, 1, 0);
  }
  if (h0 && to > carried) gemmPacked(max(from, carried), to, gateSize, hidden, h0, hidden, 1, packed, z, gateSize, 1, 0);
}

/** last (batch, hidden) = the state of those sequences that end at step t; `h` has the step's rows, `hRow` apart. */
export function keepEnded(
  from: i32, to: i32, last: usize, h: usize, hRow: i32, batchSizes: usize, steps: i32, hidden: i32, t: i32, reverse: i32,
): void {
  for (let r = max(from, carriedOn(batchSizes, steps, t, reverse)); r < to; r++) {
    memory.copy(at(last, r * hidden), at(h, r * hRow), <usize>hidden << 2);
  }
}
