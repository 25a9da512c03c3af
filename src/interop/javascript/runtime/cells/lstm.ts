import type { Cell } from '../cell.js';
import { sigmoid } from './sigmoid.js';

/** i, f, o = σ(z + u), g = tanh(z + u), rows in the order i, f, g, o; c' = f c + i g, h' = o tanh c' */
export const lstmCell: Cell = {
  gates: 4,
  step(z, u, h, c) {
    const n = h.length;
    for (let i = 0; i < n; i++) {
      const forget = sigmoid(z[i + n] + u[i + n]);
      c[i] = forget * c[i] + sigmoid(z[i] + u[i]) * Math.tanh(z[i + 2 * n] + u[i + 2 * n]);
      h[i] = sigmoid(z[i + 3 * n] + u[i + 3 * n]) * Math.tanh(c[i]);
    }
  },
};
