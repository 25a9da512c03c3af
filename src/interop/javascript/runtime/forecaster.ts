import type { Layer } from './layers.js';
import type { Linear } from './linear.js';
import { walk } from './walk.js';

/** The function of a forecaster. */
export interface Forecasting {
  readonly forecast: (rows: readonly (readonly number[])[]) => number[][];
}

/**
 * @param shift    of each column, as scale: y = (x − shift) / scale
 * @param targets  places of the targets among the columns
 */
export function forecaster(
  window: number,
  shift: readonly number[],
  scale: readonly number[],
  targets: readonly number[],
  layers: readonly (readonly Layer[])[],
  hidden: number,
  head: Linear,
): Forecasting {
  return {
    forecast(rows) {
      const known = rows.slice(-window);
      if (known.length < window || known.some((row) => row.length !== shift.length)) {
        throw new Error(`forecast takes ${window} rows of ${shift.length}`);
      }
      const scaled = known.map((row) => Float32Array.from(row, (x, i) => (x - shift[i]) / scale[i]));
      const y = Array.from(head(walk(layers, hidden, scaled)), Math.fround);
      return Array.from({ length: y.length / targets.length }, (_, step) =>
        targets.map((place, k) => y[step * targets.length + k] * scale[place] + shift[place]),
      );
    },
  };
}
