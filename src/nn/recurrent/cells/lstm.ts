import { kernels } from '../../../kernels/engine.js';
import { parallelWithScratch } from '../../../kernels/threads.js';
import { packedWeights } from '../../../tensor/packed.js';
import { type Cell, wholeAddress } from './cell.js';

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
  keepsGates: true,
  // c and tanh c, and with a projection what it projects.
  kept: (hidden, projects) => (projects ? [2 * hidden, hidden] : [2 * hidden]),

  forward(pass, stretch, gates, [cells, raw], [hn, cn]) {
    const { out, outColumn, weightHh, weightHr, initial, batch, hidden, outSize } = pass;
    const [whh, whr] = packedWeights([weightHh, weightHr], 'forward');
    parallelWithScratch(
      'lstmForward',
      kernels.lstmWorkspace(batch, hidden),
      batch,
      8 * (stretch.end - stretch.begin) * hidden * outSize,
      out.address + outColumn * 4,
      out.shape[1],
      hn.address,
      cn.address,
      wholeAddress(gates, stretch),
      cells.address,
      weightHr === null ? 0 : raw.address,
      whh,
      whr,
      initial[0]?.address ?? 0,
      initial[1]?.address ?? 0,
      pass.batchSizes(),
      pass.steps,
      stretch.begin,
      stretch.end,
      hidden,
      outSize,
      Number(pass.reverse),
    );
  },

  backward(pass, stretch, gates, [cells], grads, into) {
    const { out, outColumn, weightHh, weightHr, initial, batch, hidden, outSize } = pass;
    const [whh, whr] = packedWeights([weightHh, weightHr], 'backward');
    parallelWithScratch(
      'lstmBackward',
      kernels.lstmWorkspace(batch, hidden),
      batch,
      8 * (stretch.end - stretch.begin) * hidden * outSize,
      wholeAddress(into.projection, stretch),
      into.out === null ? 0 : wholeAddress(into.out, stretch),
      into.initial[0].address,
      into.initial[1].address,
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
      stretch.begin,
      stretch.end,
      hidden,
      outSize,
      Number(pass.reverse),
    );
  },

  step(gates, _side, h, cell, hidden) {
    kernels.lstmStep(gates, cell, h, hidden);
  },
};
