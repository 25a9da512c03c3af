import { kernels } from '../../../kernels/engine.js';
import { parallel } from '../../../kernels/threads.js';
import { empty } from '../../../tensor/tensor.js';
import type { Cell } from './cell.js';
import { walkSpace } from './walk-space.js';

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

  forward({ out, outColumn, initial, batch, batchSizes, steps, hidden, reverse }, projection, [hn]) {
    const [scratch] = walkSpace(kernels.minGruWorkspace(hidden), [], 'forward');
    parallel(
      'minGruForward',
      batch,
      8 * steps * hidden,
      out.address + outColumn * 4,
      out.shape[1],
      hn.address,
      projection.address,
      initial[0]?.address ?? 0,
      batchSizes(),
      steps,
      hidden,
      Number(reverse),
      scratch,
    );
    return [projection];
  },

  backward({ out, outColumn, initial, rows, batch, batchSizes, steps, hidden, reverse }, [gates], grads) {
    const [dp, dh0] = [empty([rows, 2 * hidden]), empty([batch, hidden])];
    const [scratch] = walkSpace(kernels.minGruWorkspace(hidden), [], 'forward');
    parallel(
      'minGruBackward',
      batch,
      8 * steps * hidden,
      dp.address,
      dh0.address,
      grads.out === null ? 0 : grads.out.address + outColumn * 4,
      out.shape[1],
      grads.final[0]?.address ?? 0,
      out.address + outColumn * 4,
      out.shape[1],
      gates.address,
      initial[0]?.address ?? 0,
      batchSizes(),
      steps,
      hidden,
      Number(reverse),
      scratch,
    );
    return { projection: dp, recurrent: dp, initial: [dh0] };
  },
};
