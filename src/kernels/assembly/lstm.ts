// The long short-term memory over a whole sequence in one direction, with or without a projection of its output:
//
//     i, f, o = σ(…), g = tanh(…)     each of pre_t + h_{t−1} · W_hhᵀ, in the order i, f, g, o
//     c_t = f ⊙ c_{t−1} + i ⊙ g
//     h_t = o ⊙ tanh(c_t), or with a projection W_hr · (o ⊙ tanh(c_t))
//
// Letters: H cells, R size of h (H without a projection).
import { gemmPacked } from './gemm';
import { sigmoid4, tanh4 } from './math';
import { addOutputGrad, addRecurrent, batchAt, carriedInto, firstRow, keepEnded, previousRow, startCarrying, stateBefore, stepAt } from './recurrent';
import { at, loadLanes, madd, storeLanes } from './simd';

/** A row of zeros and a step's (batch, H). */
export function lstmWorkspace(batch: i32, hidden: i32): i32 {
  return ((batch + 1) * hidden) << 2;
}

/** One vector (its first n lanes) of one row forward: gates from pre-activations to activations, c and tanh c, o ⊙ tanh c. */
@inline
function unit(gates: usize, bytes: usize, before: usize, cell: usize, h: usize, n: i32): void {
  const i = sigmoid4(loadLanes(gates, n));
  const f = sigmoid4(loadLanes(gates + bytes, n));
  const g = tanh4(loadLanes(gates + 2 * bytes, n));
  const o = sigmoid4(loadLanes(gates + 3 * bytes, n));
  const c = madd(f, loadLanes(before, n), f32x4.mul(i, g));
  const s = tanh4(c);
  storeLanes(gates, i, n);
  storeLanes(gates + bytes, f, n);
  storeLanes(gates + 2 * bytes, g, n);
  storeLanes(gates + 3 * bytes, o, n);
  storeLanes(cell, c, n);
  storeLanes(cell + bytes, s, n);
  storeLanes(h, f32x4.mul(o, s), n);
}

/**
 * @param out    h of every step (R), `outRow` apart, written
 * @param hn     (batch, R): each sequence's last h, written
 * @param cn     (batch, H): each sequence's last c, written
 * @param gates  (rows, 4H): W_ih x + biases; becomes the activated gates
 * @param cells  (rows, 2H): c_t and tanh(c_t), written
 * @param raw    (rows, H): o ⊙ tanh(c), written; only with a projection
 * @param whh    W_hhᵀ, packed
 * @param whr    W_hrᵀ, packed, or 0 without a projection
 * @param h0     (batch, R), or 0 for zeros
 * @param c0     (batch, H), or 0 for zeros
 */
export function lstmForward(
  from: i32, to: i32, out: usize, outRow: i32, hn: usize, cn: usize, gates: usize, cells: usize, raw: usize, whh: usize, whr: usize, h0: usize, c0: usize, batchSizes: usize, steps: i32, begin: i32, end: i32, hidden: i32, outSize: i32, reverse: i32, workspace: usize,
): void {
  const zeros = workspace;
  memory.fill(zeros, 0, <usize>hidden << 2);
  let row = firstRow(batchSizes, steps, begin, reverse);
  for (let i = begin; i < end; i++) {
    const t = stepAt(i, steps, reverse);
    const size = batchAt(batchSizes, t);
    if (reverse) row -= size;
    const z = at(gates, row * 4 * hidden);
    const cell = at(cells, row * 2 * hidden);
    const h = at(out, row * outRow);
    const upTo = min(to, size);
    if (upTo > from) addRecurrent(from, upTo, z, 4 * hidden, whh, out, outRow, h0, batchSizes, steps, outSize, t, row, reverse);
    const carried = carriedInto(batchSizes, steps, t, reverse);
    const previous = at(cells, previousRow(batchSizes, t, row, reverse) * 2 * hidden);
    const target = whr ? at(raw, row * hidden) : h;
    const targetRow = whr ? hidden : outRow;
    for (let r = from; r < upTo; r++) {
      const before = stateBefore(r, carried, previous, 2 * hidden, c0, hidden, zeros);
      activate(at(z, r * 4 * hidden), before, at(cell, r * 2 * hidden), at(target, r * targetRow), hidden);
    }
    if (whr && upTo > from) gemmPacked(from, upTo, outSize, hidden, target, hidden, 1, whr, h, outRow, 0, 0);
    keepEnded(from, upTo, hn, h, outRow, batchSizes, steps, outSize, t, reverse);
    keepEnded(from, upTo, cn, cell, 2 * hidden, batchSizes, steps, hidden, t, reverse);
    if (!reverse) row += size;
  }
}

function activate(gates: usize, before: usize, cell: usize, h: usize, hidden: i32): void {
  const bytes = <usize>hidden << 2;
  let u = 0;
  for (; u + 4 <= hidden; u += 4) unit(at(gates, u), bytes, at(before, u), at(cell, u), at(h, u), 4);
  if (u < hidden) unit(at(gates, u), bytes, at(before, u), at(cell, u), at(h, u), hidden - u);
}

/** One step of one sequence: gates (4H) become activated, cell (2H) has c in front, which becomes the new one, h (H) written. */
export function lstmStep(gates: usize, cell: usize, h: usize, hidden: i32): void {
  activate(gates, cell, cell, h, hidden);
}

/**
 * One vector of one row backward:
 *
 *     dc += dh ⊙ o ⊙ (1 − tanh²c)
 *     dz = dc ⊙ g ⊙ i(1 − i),  dc ⊙ c_{t−1} ⊙ f(1 − f),  dc ⊙ i ⊙ (1 − g²),  dh ⊙ tanh c ⊙ o(1 − o)
 *     dc_{t−1} = dc ⊙ f
 */
@inline
function unitBackward(dz: usize, bytes: usize, gates: usize, before: usize, tanhC: usize, dh: usize, dc: usize, n: i32): void {
  const one = f32x4.splat(1);
  const i = loadLanes(gates, n);
  const f = loadLanes(gates + bytes, n);
  const g = loadLanes(gates + 2 * bytes, n);
  const o = loadLanes(gates + 3 * bytes, n);
  const s = loadLanes(tanhC, n);
  const h = loadLanes(dh, n);
  const c = madd(f32x4.mul(h, o), f32x4.sub(one, f32x4.mul(s, s)), loadLanes(dc, n));
  const previous = loadLanes(before, n);
  storeLanes(dc, f32x4.mul(c, f), n);
  storeLanes(dz, f32x4.mul(f32x4.mul(c, g), f32x4.mul(i, f32x4.sub(one, i))), n);
  storeLanes(dz + bytes, f32x4.mul(f32x4.mul(c, previous), f32x4.mul(f, f32x4.sub(one, f))), n);
  storeLanes(dz + 2 * bytes, f32x4.mul(f32x4.mul(c, i), f32x4.sub(one, f32x4.mul(g, g))), n);
  storeLanes(dz + 3 * bytes, f32x4.mul(f32x4.mul(h, s), f32x4.mul(o, f32x4.sub(one, o))), n);
}

/**
 * @param dz     (rows, 4H): gradient of the pre-activations, written
 * @param dh     (rows, R): gradient of h of every step, for dW_hr, written; only with a projection
 * @param dh0    (batch, R), written
 * @param dc0    (batch, H), written
 * @param dout   gradient of out, `doutRow` apart, or 0
 * @param dhn    (batch, R), gradient of hn, or 0
 * @param dcn    (batch, H), gradient of cn, or 0
 * @param gates  activated gates, as forward left them
 * @param cells  c and tanh(c), as forward left them
 * @param whh    W_hh, packed
 * @param whr    W_hr, packed, or 0 without a projection
 */
export function lstmBackward(
  from: i32, to: i32, dz: usize, dh: usize, dh0: usize, dc0: usize, dout: usize, doutRow: i32, dhn: usize, dcn: usize, gates: usize, cells: usize, whh: usize, whr: usize, c0: usize, batchSizes: usize, steps: i32, begin: i32, end: i32, hidden: i32, outSize: i32, reverse: i32, workspace: usize,
): void {
  const zeros = workspace;
  const dRaw = at(zeros, hidden);
  const back = i32(!reverse);
  memory.fill(zeros, 0, <usize>hidden << 2);
  // dh0 and dc0 carry gradients from step to step: a sequence's row is left behind where its walk started.
  if (begin == 0) startCarrying(from, to, dh0, dhn, outSize);
  if (begin == 0) startCarrying(from, to, dc0, dcn, hidden);
  let row = firstRow(batchSizes, steps, begin, back);
  for (let i = begin; i < end; i++) {
    const t = stepAt(i, steps, back);
    const size = batchAt(batchSizes, t);
    if (back) row -= size;
    const upTo = min(to, size);
    addOutputGrad(from, upTo, dh0, dout, doutRow, row, outSize);
    if (whr && upTo > from) {
      memory.copy(at(dh, (row + from) * outSize), at(dh0, from * outSize), <usize>((upTo - from) * outSize) << 2);
      gemmPacked(from, upTo, hidden, outSize, dh0, outSize, 1, whr, dRaw, hidden, 0, 0);
    }
    const z = at(dz, row * 4 * hidden);
    const dCell = whr ? dRaw : dh0;
    const carried = carriedInto(batchSizes, steps, t, reverse);
    const previous = at(cells, previousRow(batchSizes, t, row, reverse) * 2 * hidden);
    for (let r = from; r < upTo; r++) {
      const before = stateBefore(r, carried, previous, 2 * hidden, c0, hidden, zeros);
      const tanhC = at(cells, (row + r) * 2 * hidden + hidden);
      activateBackward(at(z, r * 4 * hidden), at(gates, (row + r) * 4 * hidden), before, tanhC, at(dCell, r * hidden), at(dc0, r * hidden), hidden);
    }
    if (upTo > from) gemmPacked(from, upTo, outSize, 4 * hidden, z, 4 * hidden, 1, whh, dh0, outSize, 0, 0);
    if (!back) row += size;
  }
}

function activateBackward(dz: usize, gates: usize, before: usize, tanhC: usize, dh: usize, dc: usize, hidden: i32): void {
  const bytes = <usize>hidden << 2;
  let u = 0;
  for (; u + 4 <= hidden; u += 4) unitBackward(at(dz, u), bytes, at(gates, u), at(before, u), at(tanhC, u), at(dh, u), at(dc, u), 4);
  if (u < hidden) unitBackward(at(dz, u), bytes, at(gates, u), at(before, u), at(tanhC, u), at(dh, u), at(dc, u), hidden - u);
}
