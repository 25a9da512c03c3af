import { kernels, workspace } from '../../../kernels/engine.js';
import { Storage } from '../../../tensor/storage.js';
import { empty } from '../../../tensor/tensor.js';
import type { Cell } from './cell.js';

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
    const { out, outColumn, weightHh, biasHh, initial, rows, hidden } = pass;
    const kept = Storage.allocate(rows * hidden);
    const scratch = workspace(kernels.gruWorkspace(pass.batch, hidden));
    kernels.gruForward(
      out.address + outColumn * 4,
      out.shape[1],
      hn.address,
      projection.address,
      kept.address,
      weightHh!.address,
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
    const scratch = workspace(kernels.gruWorkspace(batch, hidden));
    kernels.gruBackward(
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
      weightHh!.address,
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
