import type { Cell } from '../cell.js';

/** h' = φ(z + u) */
export const elman = (activation: (x: number) => number): Cell => ({
  gates: 1,
  step(z, u, h) {
    for (let i = 0; i < h.length; i++) h[i] = activation(z[i] + u[i]);
  },
});
