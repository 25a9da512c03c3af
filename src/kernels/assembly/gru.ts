// The gated recurrent unit over a whole sequence in one direction, PyTorch's variant (b_hn inside the product with r):
//
//     r, z = σ(pre_t + h_{t−1} · W_hhᵀ + b_hh)
//     n    = tanh(pre_t + r ⊙ (h_{t−1} · W_hnᵀ + b_hn))
//     h_t  = (1 − z) ⊙ n + z ⊙ h_{t−1}
import { fillRows } from './elementwise';
import { gemmPacked } from './gemm';
import { sigmoid4, tanh4 } from './math';
import { addOutputGrad, addRecurrent, batchAt, carriedInto, firstRow, keepEnded, previousRow, startCarrying, stateBefore, stepAt } from './recurrent';
import { at, loadLanes, madd, storeLanes } from './simd';

/** A row of zeros and a step's (batch, 3H). */
export function gruWorkspace(batch: i32, hidden: i32): i32 {
  return (hidden + batch * 3 * hidden) << 2;
}

/** One vector (its first n lanes) of one row forward; `side` is W_hh h + b_hh, whose third part is kept. */
@inline
function unit(gates: usize, bytes: usize, side: usize, before: usize, kept: usize, h: usize, lanes: i32): void {
  const r = sigmoid4(f32x4.add(loadLanes(gates, lanes), loadLanes(side, lanes)));
  const z = sigmoid4(f32x4.add(loadLanes(gates + bytes, lanes), loadLanes(side + bytes, lanes)));
  const q = loadLanes(side + 2 * bytes, lanes);
  const n = tanh4(madd(r, q, loadLanes(gates + 2 * bytes, lanes)));
  storeLanes(gates, r, lanes);
  storeLanes(gates + bytes, z, lanes);
  storeLanes(gates + 2 * bytes, n, lanes);
  storeLanes(kept, q, lanes);
  storeLanes(h, madd(z, f32x4.sub(loadLanes(before, lanes), n), n), lanes);
}

/**
 * @param out    h of every step, `outRow` apart, written
 * @param hn     (batch, H): each sequence's last state, written
 * @param gates  (rows, 3H): W_ih x + b_ih; becomes r, z, n
 * @param kept   (rows, H): W_hn h + b_hn, written
 * @param whh    W_hhᵀ, packed
 * @param bhh    (3H), or 0
 * @param h0     (batch, H), or 0 for zeros
 */
export function gruForward(
  from: i32, to: i32, out: usize, outRow: i32, hn: usize, gates: usize, kept: usize, whh: usize, bhh: usize, h0: usize, batchSizes: usize, steps: i32, begin: i32, end: i32, hidden: i32, reverse: i32, workspace: usize,
): void {
  const zeros = workspace;
  const side = at(zeros, hidden);
  memory.fill(zeros, 0, <usize>hidden << 2);
  let row = firstRow(batchSizes, steps, begin, reverse);
  for (let i = begin; i < end; i++) {
    const t = stepAt(i, steps, reverse);
    const size = batchAt(batchSizes, t);
    if (reverse) row -= size;
    const upTo = max(from, min(to, size));
    const own = at(side, from * 3 * hidden);
    if (bhh) fillRows(own, bhh, upTo - from, 3 * hidden);
    else memory.fill(own, 0, <usize>((upTo - from) * 3 * hidden) << 2);
    addRecurrent(from, upTo, side, 3 * hidden, whh, out, outRow, h0, batchSizes, steps, hidden, t, row, reverse);
    const h = at(out, row * outRow);
    const carried = carriedInto(batchSizes, steps, t, reverse);
    const previous = at(out, previousRow(batchSizes, t, row, reverse) * outRow);
    for (let r = from; r < upTo; r++) {
      const before = stateBefore(r, carried, previous, outRow, h0, hidden, zeros);
      activate(at(gates, (row + r) * 3 * hidden), at(side, r * 3 * hidden), before, at(kept, (row + r) * hidden), at(h, r * outRow), hidden);
    }
    keepEnded(from, upTo, hn, h, outRow, batchSizes, steps, hidden, t, reverse);
    if (!reverse) row += size;
  }
}

function activate(gates: usize, side: usize, before: usize, kept: usize, h: usize, hidden: i32): void {
  const bytes = <usize>hidden << 2;
  let u = 0;
  for (; u + 4 <= hidden; u += 4) unit(at(gates, u), bytes, at(side, u), at(before, u), at(kept, u), at(h, u), 4);
  if (u < hidden) unit(at(gates, u), bytes, at(side, u), at(before, u), at(kept, u), at(h, u), hidden - u);
}

/** One step of one sequence: gates (3H) = W_ih x + b_ih and side (3H) = W_hh h + b_hh, both overwritten; h (H) becomes the new one. */
export function gruStep(gates: usize, side: usize, h: usize, hidden: i32): void {
  activate(gates, side, h, side, h, hidden);
}

/**
 * One vector of one row backward, q = W_hn h + b_hn:
 *
 *     dn = dh ⊙ (1 − z) ⊙ (1 − n²),  dz = dh ⊙ (h_{t−1} − n) ⊙ z(1 − z),  dr = dn ⊙ q ⊙ r(1 − r)
 *     by W_ih x: dr, dz, dn;  by W_hh h: dr, dz, dn ⊙ r;  dh_{t−1} = dh ⊙ z + (dr, dz, dn ⊙ r) · W_hh
 */
@inline
function unitBackward(dp: usize, ds: usize, bytes: usize, gates: usize, before: usize, kept: usize, dh: usize, lanes: i32): void {
  const one = f32x4.splat(1);
  const r = loadLanes(gates, lanes);
  const z = loadLanes(gates + bytes, lanes);
  const n = loadLanes(gates + 2 * bytes, lanes);
  const d = loadLanes(dh, lanes);
  const rest = f32x4.sub(one, z);
  const dn = f32x4.mul(f32x4.mul(d, rest), f32x4.sub(one, f32x4.mul(n, n)));
  const dz = f32x4.mul(f32x4.mul(d, f32x4.sub(loadLanes(before, lanes), n)), f32x4.mul(z, rest));
  const dr = f32x4.mul(f32x4.mul(dn, loadLanes(kept, lanes)), f32x4.mul(r, f32x4.sub(one, r)));
  storeLanes(dh, f32x4.mul(d, z), lanes);
  storeLanes(dp, dr, lanes);
  storeLanes(dp + bytes, dz, lanes);
  storeLanes(dp + 2 * bytes, dn, lanes);
  storeLanes(ds, dr, lanes);
  storeLanes(ds + bytes, dz, lanes);
  storeLanes(ds + 2 * bytes, f32x4.mul(dn, r), lanes);
}

/**
 * @param dp     (rows, 3H): gradient of W_ih x + b_ih, written
 * @param ds     (rows, 3H): gradient of W_hh h + b_hh, written
 * @param dh0    (batch, H), written
 * @param dout   gradient of out, `doutRow` apart, or 0
 * @param dhn    (batch, H), gradient of hn, or 0
 * @param gates  r, z, n as forward left them
 * @param kept   W_hn h + b_hn as forward left it
 * @param whh    W_hh, packed
 */
export function gruBackward(
  from: i32, to: i32, dp: usize, ds: usize, dh0: usize, dout: usize, doutRow: i32, dhn: usize, out: usize, outRow: i32, gates: usize, kept: usize, whh: usize, h0: usize, batchSizes: usize, steps: i32, begin: i32, end: i32, hidden: i32, reverse: i32, workspace: usize,
): void {
  const zeros = workspace;
  const back = i32(!reverse);
  memory.fill(zeros, 0, <usize>hidden << 2);
  // dh0 carries dh from step to step: a sequence's row is left behind where its walk started.
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
      const before = stateBefore(r, carried, previous, outRow, h0, hidden, zeros);
      const wide = (row + r) * 3 * hidden;
      activateBackward(at(dp, wide), at(ds, wide), at(gates, wide), before, at(kept, (row + r) * hidden), at(dh0, r * hidden), hidden);
    }
    if (upTo > from) gemmPacked(from, upTo, hidden, 3 * hidden, at(ds, row * 3 * hidden), 3 * hidden, 1, whh, dh0, hidden, 1, 0);
    if (!back) row += size;
  }
}

function activateBackward(dp: usize, ds: usize, gates: usize, before: usize, kept: usize, dh: usize, hidden: i32): void {
  const bytes = <usize>hidden << 2;
  let u = 0;
  for (; u + 4 <= hidden; u += 4) unitBackward(at(dp, u), at(ds, u), bytes, at(gates, u), at(before, u), at(kept, u), at(dh, u), 4);
  if (u < hidden) unitBackward(at(dp, u), at(ds, u), bytes, at(gates, u), at(before, u), at(kept, u), at(dh, u), hidden - u);
}
