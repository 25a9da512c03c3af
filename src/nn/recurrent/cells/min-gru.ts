import { kernels } from '../../../kernels/engine.js';
import { parallelWithScratch } from '../../../kernels/threads.js';
import { type Cell, wholeAddress } from './cell.js';

/**
 * Minimal GRU (Feng et al., 2024, "Were RNNs all we needed?"): its gate and candidate see the input alone.
 *
 *     z = σ(W_iz x + b_iz),  n = W_in x + b_in           rows in the order z, n
 *     h' = (1 − z) ⊙ h + z ⊙ n
 *
 * Backward stands beside the kernel.
 */
export const minGruCell: Cell = {
  gates: 2,
  states: 1,
  sides: 'input only',
  keepsGates: true,
  kept: () => [],

  forward(pass, stretch, gates, _kept, [hn]) {
    const { out, outColumn, initial, batch, hidden } = pass;
    parallelWithScratch(
      'minGruForward',
      kernels.minGruWorkspace(hidden),
      batch,
      8 * (stretch.end - stretch.begin) * hidden,
      out.address + outColumn * 4,
      out.shape[1],
      hn.address,
      wholeAddress(gates, stretch),
      initial[0]?.address ?? 0,
      pass.batchSizes(),
      pass.steps,
      stretch.begin,
      stretch.end,
      hidden,
      Number(pass.reverse),
    );
  },

  backward(pass, stretch, gates, _kept, grads, into) {
    const { out, outColumn, initial, batch, hidden } = pass;
    parallelWithScratch(
      'minGruBackward',
      kernels.minGruWorkspace(hidden),
      batch,
      8 * (stretch.end - stretch.begin) * hidden,
      wholeAddress(into.projection, stretch),
      into.initial[0].address,
      grads.out === null ? 0 : grads.out.address + outColumn * 4,
      out.shape[1],
      grads.final[0]?.address ?? 0,
      out.address + outColumn * 4,
      out.shape[1],
      gates.address,
      initial[0]?.address ?? 0,
      pass.batchSizes(),
      pass.steps,
      stretch.begin,
      stretch.end,
      hidden,
      Number(pass.reverse),
    );
  },

  step(gates, _side, h, _cell, hidden) {
    kernels.minGruStep(gates, h, hidden);
  },
};
