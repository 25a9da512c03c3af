import { kernels } from '../../../kernels/engine.js';
import { parallel } from '../../../kernels/threads.js';
import { packedWeights } from '../../../tensor/packed.js';
import { type Cell, wholeAddress } from './cell.js';

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
    keepsGates: false,
    kept: () => [],

    forward(pass, stretch, gates, _kept, [hn]) {
      const { out, outColumn, weightHh, initial, batch, hidden } = pass;
      const [whh] = packedWeights([weightHh], 'forward');
      parallel(
        'rnnForward',
        batch,
        2 * (stretch.end - stretch.begin) * hidden * hidden,
        out.address + outColumn * 4,
        out.shape[1],
        hn.address,
        wholeAddress(gates, stretch),
        whh,
        initial[0]?.address ?? 0,
        pass.batchSizes(),
        pass.steps,
        stretch.begin,
        stretch.end,
        hidden,
        kind,
        Number(pass.reverse),
      );
    },

    backward(pass, stretch, _gates, _kept, grads, into) {
      const { out, outColumn, weightHh, batch, hidden } = pass;
      const [whh] = packedWeights([weightHh], 'backward');
      parallel(
        'rnnBackward',
        batch,
        2 * (stretch.end - stretch.begin) * hidden * hidden,
        wholeAddress(into.projection, stretch),
        into.initial[0].address,
        grads.out === null ? 0 : grads.out.address + outColumn * 4,
        out.shape[1],
        grads.final[0]?.address ?? 0,
        out.address + outColumn * 4,
        out.shape[1],
        whh,
        pass.batchSizes(),
        pass.steps,
        stretch.begin,
        stretch.end,
        hidden,
        kind,
        Number(pass.reverse),
      );
    },

    step(gates, _side, h, _cell, hidden) {
      if (relu) kernels.relu(h, gates, hidden);
      else kernels.tanh(h, gates, hidden);
    },
  };
}

export const tanhCell = elman(false);
export const reluCell = elman(true);
