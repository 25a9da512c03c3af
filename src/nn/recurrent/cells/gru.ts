import { kernels } from '../../../kernels/engine.js';
import { parallelWithScratch } from '../../../kernels/threads.js';
import { packedWeights } from '../../../tensor/packed.js';
import { type Cell, wholeAddress } from './cell.js';

/**
 * Gated recurrent unit (Cho et al., 2014; PyTorch's variant, with b_hn inside the reset product).
 *
 *     r, z = σ(W x + b + W_h h + b_h)                    rows in the order r, z, n
 *     n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))
 *     h' = (1 − z) ⊙ n + z ⊙ h
 *
 * Backward stands beside the kernel. The two sides' gradients differ: that of W_hn h + b_hn is dn ⊙ r.
 */
export const gruCell: Cell = {
  gates: 3,
  states: 1,
  sides: 'apart',
  keepsGates: true,
  // W_hn h + b_hn.
  kept: (hidden) => [hidden],

  forward(pass, stretch, gates, [kept], [hn]) {
    const { out, outColumn, weightHh, biasHh, initial, batch, hidden } = pass;
    const [whh] = packedWeights([weightHh], 'forward');
    parallelWithScratch(
      'gruForward',
      kernels.gruWorkspace(batch, hidden),
      batch,
      6 * (stretch.end - stretch.begin) * hidden * hidden,
      out.address + outColumn * 4,
      out.shape[1],
      hn.address,
      wholeAddress(gates, stretch),
      kept.address,
      whh,
      biasHh?.address ?? 0,
      initial[0]?.address ?? 0,
      pass.batchSizes(),
      pass.steps,
      stretch.begin,
      stretch.end,
      hidden,
      Number(pass.reverse),
    );
  },

  backward(pass, stretch, gates, [kept], grads, into) {
    const { out, outColumn, weightHh, initial, batch, hidden } = pass;
    const [whh] = packedWeights([weightHh], 'backward');
    parallelWithScratch(
      'gruBackward',
      kernels.gruWorkspace(batch, hidden),
      batch,
      6 * (stretch.end - stretch.begin) * hidden * hidden,
      wholeAddress(into.projection, stretch),
      wholeAddress(into.recurrent, stretch),
      into.initial[0].address,
      grads.out === null ? 0 : grads.out.address + outColumn * 4,
      out.shape[1],
      grads.final[0]?.address ?? 0,
      out.address + outColumn * 4,
      out.shape[1],
      gates.address,
      kept.address,
      whh,
      initial[0]?.address ?? 0,
      pass.batchSizes(),
      pass.steps,
      stretch.begin,
      stretch.end,
      hidden,
      Number(pass.reverse),
    );
  },

  step(gates, side, h, _cell, hidden) {
    kernels.gruStep(gates, side, h, hidden);
  },
};
