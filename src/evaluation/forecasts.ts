import { windowEnds } from '../data/series.js';
import { ValueError } from '../errors.js';
import { naive, seasonalNaive } from '../generation/baselines.js';
import { type ForecastModel, predictAhead, rowsOf, type SeriesColumns } from '../generation/forecast.js';
import { readOptions, type Schema } from '../options.js';

/** How far off predictions are. */
export interface ForecastMetrics {
  /** Mean of |truth − prediction|, in the data's units. */
  readonly mae: number;
  /** Root of the mean of (truth − prediction)², in the data's units. */
  readonly rmse: number;
  /**
   * mae over that of the naive forecast one step (or season) ahead in the history: below 1 is better than that. Null without
   * a history, or where it never changes.
   */
  readonly mase: number | null;
}

/** What `forecastMetrics` compares with. */
export interface ForecastMetricsOptions {
  /** Values before the forecasts, for the scale of mase: those the model learnt from. */
  readonly history?: ArrayLike<number>;
  /** Steps after which things repeat. Default 1. */
  readonly season?: number;
}

const METRICS: Schema<ForecastMetricsOptions> = { history: 'a list', season: 'a number' };

/**
 * Compares predictions with what came.
 *
 *     mase = mae / mean |y_t − y_{t − season}| over the history
 *
 * @throws ValueError for lists that are empty, of different lengths, or have values that are not numbers
 * @see Hyndman and Koehler, 2006, Another look at measures of forecast accuracy
 * @example
 * forecastMetrics([3, 5], [2, 7], { history: [1, 2, 1, 2] }); // { mae: 1.5, rmse: Math.sqrt(2.5), mase: 1.5 }
 */
export function forecastMetrics(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options?: ForecastMetricsOptions,
): ForecastMetrics {
  const { history = [], season = 1 } = readOptions('forecastMetrics', options, METRICS);
  const count = truth.length;
  if (count === 0) throw new ValueError('there are no values to compare');
  if (predicted.length !== count) {
    throw new ValueError(`${predicted.length} values were predicted, but there are ${count} to compare with`);
  }
  if (!Number.isInteger(season) || season < 1) {
    throw new ValueError(`season must be a whole number from 1 on, not ${season}`);
  }
  const errors = Array.from(truth, (value, i) => {
    const error = value - predicted[i];
    if (Number.isFinite(error)) return error;
    throw new ValueError(`value ${i} cannot be compared: ${value} with ${predicted[i]}`);
  });
  const mae = mean(errors.map(Math.abs));
  const steps = Array.from(history).slice(season);
  const scale = mean(steps.map((value, i) => Math.abs(value - history[i])));
  return {
    mae,
    rmse: Math.sqrt(mean(errors.map((error) => error * error))),
    mase: scale > 0 ? mae / scale : null,
  };
}

/** One target's forecasts beside the baselines, on the same data. */
export interface ForecastComparison {
  readonly target: string;
  /** Forecasts that were made. */
  readonly forecasts: number;
  /** Steps of each: those of the model, or as many as there is data held out. */
  readonly horizon: number;
  readonly model: ForecastMetrics;
  readonly naive: ForecastMetrics;
  /** Null for a season of 1, where it is the naive forecast. */
  readonly seasonalNaive: ForecastMetrics | null;
}

/** How `evaluateForecaster` goes through the data. */
export interface EvaluateForecasterOptions {
  /** Steps after which things repeat: 12 for months, 7 for days. Default 1, none. */
  readonly season?: number;
  /** Steps ahead. Default: the model's horizon, or where fewer rows are held out, as many. */
  readonly horizon?: number;
  /** Rows from one forecast to the next. Default 1. */
  readonly stride?: number;
}

const EVALUATE: Schema<EvaluateForecasterOptions> = {
  season: 'a whole number above 0',
  horizon: 'a whole number above 0',
  stride: 'a whole number above 0',
};

/**
 * Forecasts from every row of data that was held out, as if what follows were not known, beside the naive and the seasonal
 * naive forecast from the same rows.
 *
 * @param history  what came before, from which the model may have learnt; the first windows reach into it
 * @param test     the data that was held out
 * @returns        one comparison a target
 * @throws ValueError for data too short for one forecast, and for a column that is not there
 */
export function evaluateForecaster(
  model: ForecastModel,
  history: SeriesColumns,
  test: SeriesColumns,
  options?: EvaluateForecasterOptions,
): ForecastComparison[] {
  const read = readOptions('evaluateForecaster', options, EVALUATE);
  const { season = 1, stride = 1 } = read;
  const past = rowsOf(history, model.columns);
  const rows = [...past, ...rowsOf(test, model.columns)];
  const start = Math.max(past.length, model.window);
  const horizon = read.horizon ?? Math.max(1, Math.min(model.horizon, rows.length - start));
  expectSeason(season, start);
  const breaks = [...(history.breaks ?? []), ...(test.breaks ?? []).map((row) => row + past.length)];
  const ends = windowEnds(rows.length, { window: model.window, horizon, breaks });
  const origins = ends.filter((end) => end >= start && (end - start) % stride === 0);
  if (origins.length === 0) {
    throw new ValueError(
      `${past.length} rows of history and ${rows.length - past.length} held out are not enough for one forecast: ` +
        `a window of ${model.window} and ${horizon} steps ahead${breaks.length > 0 ? ', without a gap' : ''}`,
      breaks.length > 0 ? { hint: 'look past the gaps (--gaps ignore), or fill them (--fill linear)' } : {},
    );
  }
  const predictions = origins.map((origin) =>
    predictAhead(model, rows.slice(origin - model.window, origin), horizon),
  );
  return model.targets.map((target, at): ForecastComparison => {
    const place = model.columns.indexOf(target);
    const values = rows.map((row) => row[place]);
    const truth = origins.flatMap((origin) => values.slice(origin, origin + horizon));
    const compare = (predicted: number[]): ForecastMetrics =>
      forecastMetrics(truth, predicted, { history: values.slice(0, past.length) });
    const from = (baseline: (known: number[]) => number[]): ForecastMetrics =>
      compare(origins.flatMap((origin) => baseline(values.slice(Math.max(0, origin - season), origin))));
    return {
      target,
      ...{ forecasts: origins.length, horizon },
      model: compare(predictions.flatMap((steps) => steps.map((step) => step[at]))),
      naive: from((known) => naive(known, horizon)),
      seasonalNaive: season === 1 ? null : from((known) => seasonalNaive(known, horizon, season)),
    };
  });
}

/**
 * Refuses a season that is longer than what is known before the first forecast.
 *
 * @param known  rows before it
 * @throws ValueError
 */
export function expectSeason(season: number, known: number): void {
  if (season <= known) return;
  throw new ValueError(
    `a season of ${season} rows is longer than the ${known} rows before the first forecast`,
    {
      hint: 'take a shorter season (--season), or more data',
    },
  );
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
