import type { Cell } from '../cell.js';
import { sigmoid } from './sigmoid.js';

/** z = σ(z), n = z, rows in the order z, n; h' = (1 − z) h + z n */
export const minGruCell: Cell = {
  gates: 2,
  isBlind: true,
  step(z, _u, h) {
    for (let i = 0; i < h.length; i++) h[i] += sigmoid(z[i]) * (z[i + h.length] - h[i]);
  },
};
