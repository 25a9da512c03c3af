import { kernels } from '../../../kernels/engine.js';
import { parallel } from '../../../kernels/threads.js';
import { Storage } from '../../../tensor/storage.js';
import { empty } from '../../../tensor/tensor.js';
import type { Cell } from './cell.js';
import { walkSpace } from './walk-space.js';

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

  forward(pass, projection, [hn]) {
    const { out, outColumn, weightHh, biasHh, initial, rows, batch, hidden } = pass;
    const kept = Storage.allocate(rows * hidden);
    const [scratch, whh] = walkSpace(kernels.gruWorkspace(batch, hidden), [weightHh], 'forward');
    parallel(
      'gruForward',
      batch,
      6 * pass.steps * hidden * hidden,
      out.address + outColumn * 4,
      out.shape[1],
      hn.address,
      projection.address,
      kept.address,
      whh,
      biasHh?.address ?? 0,
      initial[0]?.address ?? 0,
      pass.batchSizes(),
      pass.steps,
      hidden,
      Number(pass.reverse),
      scratch,
    );
    return [projection, kept];
  },

  backward(pass, [gates, kept], grads) {
    const { out, outColumn, weightHh, initial, rows, batch, hidden } = pass;
    const [dInput, dState] = [empty([rows, 3 * hidden]), empty([rows, 3 * hidden])];
    const dh0 = empty([batch, hidden]);
    const [scratch, whh] = walkSpace(kernels.gruWorkspace(batch, hidden), [weightHh], 'backward');
    parallel(
      'gruBackward',
      batch,
      6 * pass.steps * hidden * hidden,
      dInput.address,
      dState.address,
      dh0.address,
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
      hidden,
      Number(pass.reverse),
      scratch,
    );
    return { projection: dInput, recurrent: dState, initial: [dh0] };
  },
};
