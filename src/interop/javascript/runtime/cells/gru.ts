import type { Cell } from '../cell.js';
import { sigmoid } from './sigmoid.js';

/** r, z = σ(z + u), n = tanh(z + r u), rows in the order r, z, n; h' = (1 − z) n + z h */
export const gruCell: Cell = {
  gates: 3,
  step(z, u, h) {
    const n = h.length;
    for (let i = 0; i < n; i++) {
      const candidate = Math.tanh(z[i + 2 * n] + sigmoid(z[i] + u[i]) * u[i + 2 * n]);
      h[i] = candidate + sigmoid(z[i + n] + u[i + n]) * (h[i] - candidate);
    }
  },
};
