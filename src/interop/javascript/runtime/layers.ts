import type { Cell, Vector } from './cell.js';
import { type Input, linear } from './linear.js';
import type { Read } from './read.js';

/** A layer in one direction: one step of its states, in place. */
export type Layer = (x: Input, h: Vector, c: Vector) => void;

/** Layers one above the other, each with its directions: (layer, direction). */
export const layersOf = (
  cell: Cell,
  [inputSize, hidden, numLayers, directions]: readonly number[],
  read: Read,
): Layer[][] =>
  Array.from({ length: numLayers }, (_, i) =>
    Array.from({ length: directions }, (): Layer => {
      const input = linear(read, cell.gates * hidden, i ? hidden * directions : inputSize);
      const recurrent = cell.isBlind ? null : linear(read, cell.gates * hidden, hidden);
      return (x, h, c) => cell.step(input(x), recurrent ? recurrent(h) : h, h, c);
    }),
  );
