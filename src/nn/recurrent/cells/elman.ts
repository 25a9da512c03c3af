import { parallel } from '../../../kernels/threads.js';
import { empty } from '../../../tensor/tensor.js';
import type { Cell } from './cell.js';
import { walkSpace } from './walk-space.js';

/**
 * The plain recurrent cell (Elman, 1990), one for each nonlinearity.
 *
 *     h' = φ(W_ih x + b_ih + W_hh h + b_hh),  φ = tanh or relu
 *
 * Backward, from the last step to the first: dz = dh' · φ'(h'), dh = dz · W_hh.
 */
function elman(relu: boolean): Cell {
  const kind = relu ? 1 : 0;
  return {
    gates: 1,
    states: 1,
    sides: 'joined',

    forward(pass, projection, [hn]) {
      const { out, outColumn, weightHh, initial, batch, steps, hidden } = pass;
      const [, whh] = walkSpace(0, [weightHh], 'forward');
      parallel(
        'rnnForward',
        batch,
        2 * steps * hidden * hidden,
        out.address + outColumn * 4,
        out.shape[1],
        hn.address,
        projection.address,
        whh,
        initial[0]?.address ?? 0,
        pass.batchSizes(),
        steps,
        hidden,
        kind,
        Number(pass.reverse),
      );
      return [];
    },

    backward(pass, _saved, grads) {
      const { out, outColumn, weightHh, rows, batch, steps, hidden } = pass;
      const [dz, dh0] = [empty([rows, hidden]), empty([batch, hidden])];
      const [, whh] = walkSpace(0, [weightHh], 'backward');
      parallel(
        'rnnBackward',
        batch,
        2 * steps * hidden * hidden,
        dz.address,
        dh0.address,
        grads.out === null ? 0 : grads.out.address + outColumn * 4,
        out.shape[1],
        grads.final[0]?.address ?? 0,
        out.address + outColumn * 4,
        out.shape[1],
        whh,
        pass.batchSizes(),
        steps,
        hidden,
        kind,
        Number(pass.reverse),
      );
      return { projection: dz, recurrent: dz, initial: [dh0] };
    },
  };
}

export const tanhCell = elman(false);
export const reluCell = elman(true);
