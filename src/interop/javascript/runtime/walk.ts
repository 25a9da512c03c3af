import type { Vector } from './cell.js';
import type { Layer } from './layers.js';

/** Reads a whole sequence, in both directions where layers have two, and gives what each is left with: (directions · hidden). */
export function walk(
  layers: readonly (readonly Layer[])[],
  hidden: number,
  sequence: Vector[],
): Float32Array {
  let last = new Float32Array(0);
  for (const directions of layers) {
    const width = hidden * directions.length;
    const ends = new Float32Array(width);
    const outputs = sequence.map(() => new Float32Array(width));
    directions.forEach((step, direction) => {
      const from = direction * hidden;
      const h = ends.subarray(from, from + hidden);
      const c = new Float32Array(hidden);
      for (let t = 0; t < outputs.length; t++) {
        const at = direction ? outputs.length - 1 - t : t;
        step(sequence[at], h, c);
        outputs[at].set(h, from);
      }
    });
    sequence = outputs;
    last = ends;
  }
  return last;
}
