// The minimal GRU over a whole sequence in one direction: gates that see the input alone, so no product with a state.
//
//     z = σ(pre_t),  h_t = (1 − z) ⊙ h_{t−1} + z ⊙ n,  where pre_t = (z, n)
import { sigmoid4 } from './math';
import { addOutputGrad, batchAt, carriedInto, firstRow, keepEnded, previousRow, startCarrying, stateBefore, stepAt } from './recurrent';
import { at, loadLanes, madd, storeLanes } from './simd';

/** A row of zeros. */
export function minGruWorkspace(hidden: i32): i32 {
  return hidden << 2;
}

/** One vector (its first n lanes) of one row forward. */
@inline
function unit(gates: usize, bytes: usize, before: usize, h: usize, lanes: i32): void {
  const z = sigmoid4(loadLanes(gates, lanes));
  const b = loadLanes(before, lanes);
  storeLanes(gates, z, lanes);
  storeLanes(h, madd(z, f32x4.sub(loadLanes(gates + bytes, lanes), b), b), lanes);
}

/**
 * @param out    h of every step, `outRow` apart, written
 * @param hn     (batch, H): each sequence's last state, written
 * @param gates  (rows, 2H): W_ih x + b_ih; its first half becomes z
 * @param h0     (batch, H), or 0 for zeros
 */
export function minGruForward(
  from: i32, to: i32, out: usize, outRow: i32, hn: usize, gates: usize, h0: usize, batchSizes: usize, steps: i32, begin: i32, end: i32, hidden: i32, reverse: i32, workspace: usize,
): void {
  const bytes = <usize>hidden << 2;
  memory.fill(workspace, 0, bytes);
  let row = firstRow(batchSizes, steps, begin, reverse);
  for (let i = begin; i < end; i++) {
    const t = stepAt(i, steps, reverse);
    const size = batchAt(batchSizes, t);
    if (reverse) row -= size;
    const carried = carriedInto(batchSizes, steps, t, reverse);
    const previous = at(out, previousRow(batchSizes, t, row, reverse) * outRow);
    const upTo = min(to, size);
    for (let r = from; r < upTo; r++) {
      const before = stateBefore(r, carried, previous, outRow, h0, hidden, workspace);
      const g = at(gates, (row + r) * 2 * hidden);
      const h = at(out, (row + r) * outRow);
      let u = 0;
      for (; u + 4 <= hidden; u += 4) unit(at(g, u), bytes, at(before, u), at(h, u), 4);
      if (u < hidden) unit(at(g, u), bytes, at(before, u), at(h, u), hidden - u);
    }
    keepEnded(from, upTo, hn, at(out, row * outRow), outRow, batchSizes, steps, hidden, t, reverse);
    if (!reverse) row += size;
  }
}

/** One step of one sequence: gates (2H), overwritten; h (H) becomes the new one. */
export function minGruStep(gates: usize, h: usize, hidden: i32): void {
  let u = 0;
  const bytes = <usize>hidden << 2;
  for (; u + 4 <= hidden; u += 4) unit(at(gates, u), bytes, at(h, u), at(h, u), 4);
  if (u < hidden) unit(at(gates, u), bytes, at(h, u), at(h, u), hidden - u);
}

/** One vector of one row backward: dz = dh ⊙ (n − h_{t−1}) ⊙ z(1 − z), dn = dh ⊙ z, dh_{t−1} = dh ⊙ (1 − z). */
@inline
function unitBackward(dp: usize, bytes: usize, gates: usize, before: usize, dh: usize, lanes: i32): void {
  const z = loadLanes(gates, lanes);
  const rest = f32x4.sub(f32x4.splat(1), z);
  const d = loadLanes(dh, lanes);
  const step = f32x4.sub(loadLanes(gates + bytes, lanes), loadLanes(before, lanes));
  storeLanes(dp, f32x4.mul(f32x4.mul(d, step), f32x4.mul(z, rest)), lanes);
  storeLanes(dp + bytes, f32x4.mul(d, z), lanes);
  storeLanes(dh, f32x4.mul(d, rest), lanes);
}

/**
 * @param dp     (rows, 2H): gradient of W_ih x + b_ih, written
 * @param dh0    (batch, H), written
 * @param dout   gradient of out, `doutRow` apart, or 0
 * @param dhn    (batch, H), gradient of hn, or 0
 * @param gates  z and n as forward left them
 */
export function minGruBackward(
  from: i32, to: i32, dp: usize, dh0: usize, dout: usize, doutRow: i32, dhn: usize, out: usize, outRow: i32, gates: usize, h0: usize, batchSizes: usize, steps: i32, begin: i32, end: i32, hidden: i32, reverse: i32, workspace: usize,
): void {
  const bytes = <usize>hidden << 2;
  const back = i32(!reverse);
  memory.fill(workspace, 0, bytes);
  if (begin == 0) startCarrying(from, to, dh0, dhn, hidden);
  let row = firstRow(batchSizes, steps, begin, back);
  for (let i = begin; i < end; i++) {
    const t = stepAt(i, steps, back);
    const size = batchAt(batchSizes, t);
    if (back) row -= size;
    const upTo = min(to, size);
    addOutputGrad(from, upTo, dh0, dout, doutRow, row, hidden);
    const carried = carriedInto(batchSizes, steps, t, reverse);
    const previous = at(out, previousRow(batchSizes, t, row, reverse) * outRow);
    for (let r = from; r < upTo; r++) {
      const before = stateBefore(r, carried, previous, outRow, h0, hidden, workspace);
      const wide = (row + r) * 2 * hidden;
      let u = 0;
      for (; u + 4 <= hidden; u += 4) {
        unitBackward(at(dp, wide + u), bytes, at(gates, wide + u), at(before, u), at(dh0, r * hidden + u), 4);
      }
      if (u < hidden) unitBackward(at(dp, wide + u), bytes, at(gates, wide + u), at(before, u), at(dh0, r * hidden + u), hidden - u);
    }
    if (!back) row += size;
  }
}
