// The plain recurrent layer: h_t = φ(pre_t + h_{t−1} · W_hhᵀ), φ = tanh or relu, over a whole sequence in one direction.
import { relu, reluBackward, tanh, tanhBackward } from './elementwise';
import { gemmPacked } from './gemm';
import { addOutputGrad, addRecurrent, batchAt, firstRow, keepEnded, startCarrying, stepAt } from './recurrent';
import { at } from './simd';

/**
 * h_t = φ(pre_t + h_{t−1} · W_hhᵀ)
 *
 * @param out    h of every step, `outRow` apart, written
 * @param hn     (batch, hidden): each sequence's last state, written
 * @param pre    (rows, hidden): W_ih x + b_ih + b_hh; overwritten
 * @param whh    W_hhᵀ, packed
 * @param h0     (batch, hidden), or 0 for zeros
 */
export function rnnForward(
  from: i32, to: i32, out: usize, outRow: i32, hn: usize, pre: usize, whh: usize, h0: usize, batchSizes: usize, steps: i32, begin: i32, end: i32, hidden: i32, isRelu: i32, reverse: i32,
): void {
  let row = firstRow(batchSizes, steps, begin, reverse);
  for (let i = begin; i < end; i++) {
    const t = stepAt(i, steps, reverse);
    const size = batchAt(batchSizes, t);
    if (reverse) row -= size;
    const z = at(pre, row * hidden);
    const h = at(out, row * outRow);
    const upTo = min(to, size);
    if (upTo > from) {
      addRecurrent(from, upTo, z, hidden, whh, out, outRow, h0, batchSizes, steps, hidden, t, row, reverse);
      activate(at(h, from * outRow), outRow, at(z, from * hidden), upTo - from, hidden, isRelu);
      keepEnded(from, upTo, hn, h, outRow, batchSizes, steps, hidden, t, reverse);
    }
    if (!reverse) row += size;
  }
}

/** h = φ(z): h has its rows hRow apart, z is contiguous. */
function activate(h: usize, hRow: i32, z: usize, size: i32, hidden: i32, isRelu: i32): void {
  // Rows without gaps are one long one.
  const rows = hRow == hidden ? 1 : size;
  const columns = hRow == hidden ? size * hidden : hidden;
  for (let r = 0; r < rows; r++) {
    if (isRelu) relu(at(h, r * hRow), at(z, r * columns), columns);
    else tanh(at(h, r * hRow), at(z, r * columns), columns);
  }
}

/**
 * dz_t = dh_t · φ'(h_t), dh_{t−1} = dout_{t−1} + dz_t · W_hh
 *
 * @param dz    (rows, hidden): gradient of the pre-activation, written
 * @param dh0   (batch, hidden), written
 * @param dout  gradient of out, `doutRow` apart, or 0
 * @param dhn   (batch, hidden), gradient of hn, or 0
 * @param whh   W_hh, packed
 */
export function rnnBackward(
  from: i32, to: i32, dz: usize, dh0: usize, dout: usize, doutRow: i32, dhn: usize, out: usize, outRow: i32, whh: usize, batchSizes: usize, steps: i32, begin: i32, end: i32, hidden: i32, isRelu: i32, reverse: i32,
): void {
  const back = i32(!reverse);
  // dh0 carries dh from step to step: a sequence's row comes in with its dhn, and is left behind where its walk started.
  if (begin == 0) startCarrying(from, to, dh0, dhn, hidden);
  let row = firstRow(batchSizes, steps, begin, back);
  for (let i = begin; i < end; i++) {
    const t = stepAt(i, steps, back);
    const size = batchAt(batchSizes, t);
    if (back) row -= size;
    const z = at(dz, row * hidden);
    const upTo = min(to, size);
    addOutputGrad(from, upTo, dh0, dout, doutRow, row, hidden);
    for (let r = from; r < upTo; r++) {
      const dh = at(dh0, r * hidden);
      const h = at(out, (row + r) * outRow);
      if (isRelu) reluBackward(at(z, r * hidden), dh, h, hidden);
      else tanhBackward(at(z, r * hidden), dh, h, hidden);
    }
    if (upTo > from) gemmPacked(from, upTo, hidden, hidden, z, hidden, 1, whh, dh0, hidden, 0, 0);
    if (!back) row += size;
  }
}
