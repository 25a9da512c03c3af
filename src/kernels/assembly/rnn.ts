// The plain recurrent layer: h_t = φ(pre_t + h_{t−1} · W_hhᵀ), φ = tanh or relu, over a whole sequence in one direction.
import { relu, reluBackward, tanh, tanhBackward } from './elementwise';
import { gemmPacked, gemmPackedWorkspace, packB, packedSize } from './gemm';
import { batchAt, copyRows, rowsOf } from './recurrent';
import { at } from './simd';

/** Packed W_hh, the gradient that is carried from step to step, and a product's own scratch. */
export function rnnWorkspace(batch: i32, hidden: i32): i32 {
  return packedSize(hidden, hidden) + ((batch * hidden) << 2) + gemmPackedWorkspace() + 64;
}

/**
 * @param out    h of every step, `outRow` apart
 * @param hn     (batch, hidden): each sequence's last state
 * @param pre    (rows, hidden): W_ih x + b_ih + b_hh; overwritten
 * @param h0     (batch, hidden), or 0 for zeros
 */
export function rnnForward(
  out: usize, outRow: i32, hn: usize, pre: usize, whh: usize, h0: usize, batchSizes: usize, steps: i32, hidden: i32, isRelu: i32, reverse: i32, workspace: usize,
): void {
  const packed = workspace;
  const scratch = workspace + packedSize(hidden, hidden);
  // B = W_hhᵀ.
  packB(hidden, hidden, whh, 1, hidden, packed);
  let row = reverse ? rowsOf(batchSizes, steps) : 0;
  let previous = 0;
  for (let i = 0; i < steps; i++) {
    const t = reverse ? steps - 1 - i : i;
    const size = batchAt(batchSizes, t);
    if (reverse) row -= size;
    const z = at(pre, row * hidden);
    // Sequences that ran at the step before, and those that start here from h0.
    const running = i == 0 ? 0 : min(size, batchAt(batchSizes, reverse ? t + 1 : t - 1));
    if (running > 0) {
      gemmPacked(running, hidden, hidden, at(out, previous * outRow), outRow, 1, packed, z, hidden, 1, scratch);
    }
    if (h0 && size > running && (i == 0 || reverse)) {
      const start = at(h0, running * hidden);
      gemmPacked(size - running, hidden, hidden, start, hidden, 1, packed, at(z, running * hidden), hidden, 1, scratch);
    }
    if (isRelu) relu(z, z, size * hidden);
    else tanh(z, z, size * hidden);
    copyRows(at(out, row * outRow), outRow, z, hidden, size, hidden);
    // A sequence ends at its last step, or when the walk back reaches the first.
    const goOn = reverse ? (t == 0 ? 0 : size) : t + 1 < steps ? batchAt(batchSizes, t + 1) : 0;
    copyRows(at(hn, goOn * hidden), hidden, at(z, goOn * hidden), hidden, size - goOn, hidden);
    previous = row;
    if (!reverse) row += size;
  }
}

/**
 * dz_t = dh_t · φ'(h_t), dh_{t−1} = dout_{t−1} + dz_t · W_hh, from the last step of the walk to its first.
 *
 * @param dz    (rows, hidden): gradient of the pre-activation, written
 * @param dh0   (batch, hidden), written
 * @param dout  gradient of out, `doutRow` apart, or 0
 * @param dhn   (batch, hidden), gradient of hn, or 0
 */
export function rnnBackward(
  dz: usize, dh0: usize, dout: usize, doutRow: i32, dhn: usize, out: usize, outRow: i32, whh: usize, batchSizes: usize, steps: i32, hidden: i32, isRelu: i32, reverse: i32, workspace: usize,
): void {
  const packed = workspace;
  const carried = workspace + packedSize(hidden, hidden);
  const batch = batchAt(batchSizes, 0);
  const scratch = at(carried, batch * hidden);
  packB(hidden, hidden, whh, hidden, 1, packed);
  // `carried` holds dh of the step at hand; a sequence enters with its dhn where its walk ended.
  if (dhn) memory.copy(carried, dhn, <usize>(batch * hidden) << 2);
  else memory.fill(carried, 0, <usize>(batch * hidden) << 2);
  let row = reverse ? 0 : rowsOf(batchSizes, steps);
  for (let i = 0; i < steps; i++) {
    const t = reverse ? i : steps - 1 - i;
    const size = batchAt(batchSizes, t);
    if (!reverse) row -= size;
    const z = at(dz, row * hidden);
    for (let r = 0; r < size; r++) {
      const dh = at(carried, r * hidden);
      if (dout) addRow(dh, at(dout, (row + r) * doutRow), hidden);
      const h = at(out, (row + r) * outRow);
      const target = at(z, r * hidden);
      if (isRelu) reluBackward(target, dh, h, hidden);
      else tanhBackward(target, dh, h, hidden);
    }
    gemmPacked(size, hidden, hidden, z, hidden, 1, packed, carried, hidden, 0, scratch);
    if (reverse) {
      // Sequences that joined the walk at this step leave it here, with what is carried for their h0.
      row += size;
    }
  }
  memory.copy(dh0, carried, <usize>(batch * hidden) << 2);
}

// @ts-ignore: decorator
@inline
function addRow(y: usize, x: usize, n: i32): void {
  let c = 0;
  for (; c + 4 <= n; c += 4) v128.store(at(y, c), f32x4.add(v128.load(at(y, c)), v128.load(at(x, c))));
  for (; c < n; c++) store<f32>(at(y, c), load<f32>(at(y, c)) + load<f32>(at(x, c)));
}
