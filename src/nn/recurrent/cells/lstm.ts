import { kernels } from '../../../kernels/engine.js';
import { parallel } from '../../../kernels/threads.js';
import { projectionGrad } from '../../../tensor/ops/matmul.js';
import { Storage } from '../../../tensor/storage.js';
import { empty, Tensor } from '../../../tensor/tensor.js';
import type { Cell } from './cell.js';
import { walkSpace } from './walk-space.js';

/**
 * Long short-term memory (Hochreiter and Schmidhuber, 1997, with the forget gate of Gers et al., 2000), optionally with a
 * projection of its output (Sak et al., 2014).
 *
 *     i, f, o = σ(W x + b + W_h h + b_h),  g = tanh(…)      rows in the order i, f, g, o
 *     c' = f ⊙ c + i ⊙ g
 *     h' = o ⊙ tanh(c'), or W_hr · (o ⊙ tanh(c'))
 *
 * Backward stands beside the kernel; dW_hr = Σ_t dh'ₜᵀ · (o ⊙ tanh(c'))ₜ.
 */
export const lstmCell: Cell = {
  gates: 4,
  states: 2,
  sides: 'joined',

  forward(pass, projection, [hn, cn]) {
    const { out, outColumn, weightHh, weightHr, initial, rows, batch, hidden, outSize } = pass;
    const cells = Storage.allocate(rows * 2 * hidden);
    const raw = weightHr && Storage.allocate(rows * hidden);
    const own = kernels.lstmWorkspace(batch, hidden);
    const [scratch, whh, whr] = walkSpace(own, [weightHh, weightHr], 'forward');
    parallel(
      'lstmForward',
      batch,
      8 * pass.steps * hidden * outSize,
      out.address + outColumn * 4,
      out.shape[1],
      hn.address,
      cn.address,
      projection.address,
      cells.address,
      raw?.address ?? 0,
      whh,
      whr,
      initial[0]?.address ?? 0,
      initial[1]?.address ?? 0,
      pass.batchSizes(),
      pass.steps,
      hidden,
      outSize,
      Number(pass.reverse),
      scratch,
    );
    return raw === null ? [projection, cells] : [projection, cells, raw];
  },

  backward(pass, [gates, cells, raw], grads) {
    const { out, outColumn, weightHh, weightHr, initial, rows, batch, hidden, outSize } = pass;
    const dz = empty([rows, 4 * hidden]);
    const [dh0, dc0] = [empty([batch, outSize]), empty([batch, hidden])];
    const dh = weightHr && empty([rows, outSize]);
    const own = kernels.lstmWorkspace(batch, hidden);
    const [scratch, whh, whr] = walkSpace(own, [weightHh, weightHr], 'backward');
    parallel(
      'lstmBackward',
      batch,
      8 * pass.steps * hidden * outSize,
      dz.address,
      dh?.address ?? 0,
      dh0.address,
      dc0.address,
      grads.out === null ? 0 : grads.out.address + outColumn * 4,
      out.shape[1],
      grads.final[0]?.address ?? 0,
      grads.final[1]?.address ?? 0,
      gates.address,
      cells.address,
      whh,
      whr,
      initial[1]?.address ?? 0,
      pass.batchSizes(),
      pass.steps,
      hidden,
      outSize,
      Number(pass.reverse),
      scratch,
    );
    const result = { projection: dz, recurrent: dz, initial: [dh0, dc0] };
    if (dh === null) return result;
    const dW = projectionGrad(new Tensor(raw, 'float32', [rows, hidden]), dh, weightHr!.shape);
    dh.dispose();
    return { ...result, weightHr: dW };
  },
};
