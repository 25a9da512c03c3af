import { windowEnds } from '../data/series.js';
import { ValueError } from '../errors.js';
import { readOptions, type Schema } from '../options.js';

/** Numbers by column, equally long, in the order of time. */
export interface SeriesColumns {
  readonly columns: readonly string[];
  readonly values: readonly ArrayLike<number>[];
  /** Rows before which something is missing. Default: none. */
  readonly breaks?: readonly number[];
}

/** How far off forecasts were: (step of the horizon, target, held-out window), truth minus prediction. */
export type Residuals = readonly (readonly (readonly number[])[])[];

/** What is needed of a forecaster here. */
export interface ForecastModel {
  /** What it reads. */
  readonly columns: readonly string[];
  /** What it predicts, among these. */
  readonly targets: readonly string[];
  /** Rows it reads. */
  readonly window: number;
  /** Rows it predicts at once. */
  readonly horizon: number;
  readonly residuals?: Residuals | null;
  /**
   * @param rows  (window, columns)
   * @returns     (horizon, targets), in the data's units
   */
  predict(rows: readonly (readonly number[])[]): readonly (readonly number[])[];
}

/** What is expected at one step ahead. */
export interface ForecastPoint {
  readonly mean: number;
  /** The interval in which the truth lies with the probability `level`; null where nothing is known about it. */
  readonly lower: number | null;
  readonly upper: number | null;
}

/** How to look ahead. */
export interface ForecastOptions {
  /** Column to forecast. Default: the model's first target. */
  readonly target?: string;
  /** Steps ahead. Beyond the model's own horizon its predictions are read as data. Default: the model's horizon. */
  readonly horizon?: number;
  /** Probability that the truth lies in the interval. Default 0.9. */
  readonly level?: number;
  /** Errors on data that was held out, for the intervals. Default: those the model carries. */
  readonly residuals?: Residuals | null;
}

const OPTIONS: Schema<ForecastOptions> = {
  target: 'text',
  horizon: 'a number',
  level: 'a number',
  residuals: ['a list', null],
};

/**
 * Goes on from the end of a series.
 *
 *     lower, upper = mean + quantiles of the held-out residuals of this step at (1 ∓ level) / 2, and mean at the most and least
 *
 * The intervals say how far off this model was before, no more: they hold if the future is like the data that was held out,
 * and are as coarse as the residuals are few (20 of them for a level of 0.9 at the least).
 *
 * @returns  what is expected 1, 2, … steps after the last row
 * @throws ValueError for a series that is too short or lacks a column, a target the model does not predict, a level outside
 *   (0, 1), predictions that are not finite, and a horizon beyond the model's own where it does not predict all that it reads
 */
export function forecast(
  model: ForecastModel,
  series: SeriesColumns,
  given?: ForecastOptions,
): ForecastPoint[] {
  const options = readOptions('forecast', given, OPTIONS);
  const { target = model.targets[0], horizon = model.horizon, level = 0.9 } = options;
  const { residuals = model.residuals ?? null } = options;
  if (!(level > 0 && level < 1)) throw new ValueError(`level must be between 0 and 1, not ${level}`);
  const at = model.targets.indexOf(target);
  if (at < 0) {
    throw new ValueError(`the model does not predict '${target}'`, {
      hint: `it predicts ${model.targets.join(', ')}`,
    });
  }
  const rows = rowsOf(series, model.columns);
  expectNoGap(model, series, rows.length);
  return predictAhead(model, rows, horizon).map((values, step) => {
    const mean = values[at];
    const errors = residuals?.[step]?.[at] ?? [];
    if (errors.length === 0) return { mean, lower: null, upper: null };
    const [lower, upper] = [(1 - level) / 2, (1 + level) / 2].map((q) => mean + quantile(errors, q));
    // Errors that are all on one side would leave the forecast itself outside.
    return { mean, lower: Math.min(mean, lower), upper: Math.max(mean, upper) };
  });
}

/** Options of `heldOutResiduals`. */
export interface HeldOutOptions {
  /** Steps ahead. Default: the model's horizon. */
  readonly horizon?: number;
}

const HELD_OUT: Schema<HeldOutOptions> = { horizon: 'a whole number above 0' };

function expectNoGap({ window }: ForecastModel, { breaks = [] }: SeriesColumns, rows: number): void {
  const gap = breaks.findLast((row) => row > rows - window);
  if (gap === undefined) return;
  throw new ValueError(
    `the last ${window} rows, which the model reads, have a gap ${rows - gap} before their end`,
    {
      hint: 'look past the gap (--gaps ignore), or fill it (--fill linear)',
    },
  );
}

/**
 * How far off a model is on data it has not learnt from, for the intervals of `forecast`: each window's forecast beside what
 * came.
 *
 * @param options.horizon  steps ahead; the model's horizon if left out
 * @returns  (step of the horizon, target, window), truth minus prediction
 * @throws ValueError for a series too short for one window and its horizon, or one that lacks a column
 */
export function heldOutResiduals(
  model: ForecastModel,
  series: SeriesColumns,
  options?: HeldOutOptions,
): number[][][] {
  const { horizon = model.horizon } = readOptions('heldOutResiduals', options, HELD_OUT);
  const rows = rowsOf(series, model.columns);
  const places = model.targets.map((target) => model.columns.indexOf(target));
  const { window } = model;
  const ends = windowEnds(rows.length, { window, horizon, breaks: series.breaks ?? [] });
  if (ends.length === 0) {
    throw new ValueError(
      `${rows.length} rows are not enough to compare: a window of ${model.window} and ${horizon} steps ahead need ${model.window + horizon}`,
    );
  }
  const residuals = Array.from({ length: horizon }, () => model.targets.map((): number[] => []));
  for (const end of ends) {
    const predicted = predictAhead(model, rows.slice(end - window, end), horizon);
    predicted.forEach((values, step) =>
      values.forEach((value, at) => residuals[step][at].push(rows[end + step][places[at]] - value)),
    );
  }
  return residuals;
}

/**
 * Predictions for any number of steps after the last row.
 *
 * @returns  (horizon, targets)
 */
export function predictAhead(
  model: ForecastModel,
  rows: readonly (readonly number[])[],
  horizon: number,
): readonly (readonly number[])[] {
  const { window, columns, targets } = model;
  if (!Number.isInteger(horizon) || horizon < 1) {
    throw new ValueError(`horizon must be a whole number from 1 on, not ${horizon}`);
  }
  if (rows.length < window) {
    throw new ValueError(`the series has ${rows.length} rows; the model reads ${window} before it predicts`);
  }
  const places = columns.map((column) => targets.indexOf(column));
  if (horizon > model.horizon && places.includes(-1)) {
    const unknown = columns.filter((_, i) => places[i] < 0);
    throw new ValueError(
      `the model predicts ${model.horizon} steps; to go on to ${horizon} it would have to know ${unknown.join(', ')}`,
      { hint: 'ask for fewer steps, or train with a longer horizon or with all columns as targets' },
    );
  }
  const known = rows.slice(rows.length - window);
  const predicted: (readonly number[])[] = [];
  while (predicted.length < horizon) {
    const next = model.predict(known.slice(known.length - window));
    expectNumbers(next);
    for (const values of next) {
      predicted.push(values);
      known.push(places.map((place) => values[place]));
    }
  }
  return predicted.slice(0, horizon);
}

/** A forecast of NaN draws no attention to itself further on. */
function expectNumbers(predicted: readonly (readonly number[])[]): void {
  const wrong = predicted.flat().find((value) => !Number.isFinite(value));
  if (wrong === undefined) return;
  throw new ValueError(`the model predicts ${wrong}`, {
    hint: 'values may be missing in the rows it reads, or its training may have diverged',
  });
}

/**
 * The columns that are named, row by row.
 *
 * @throws ValueError for a column that is not there
 */
export function rowsOf({ columns, values }: SeriesColumns, wanted: readonly string[]): number[][] {
  const picked = wanted.map((name) => {
    const at = columns.indexOf(name);
    if (at >= 0) return values[at];
    throw new ValueError(`the series has no column '${name}', which the model reads`, {
      hint: `it has ${columns.join(', ')}`,
    });
  });
  return Array.from({ length: picked[0].length }, (_, row) => picked.map((column) => column[row]));
}

/**
 * The value below which the share `q` lies, between two neighbours in proportion: NumPy's default.
 *
 * @throws ValueError for no values, and a share outside of 0 to 1
 */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) throw new ValueError('there is no quantile of no values');
  if (!(q >= 0 && q <= 1)) throw new ValueError(`a quantile must be between 0 and 1, not ${q}`);
  const sorted = values.toSorted((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}
