import { readOptions, type Schema } from '../options.js';
import { datesAhead } from './dates.js';
import { LINE_CHART, lineChart, type LineChartOptions, type LineSeries } from './line-chart.js';

/** A value and where on the x axis it stands. */
export type ChartPoint = readonly [x: number, y: number];

/** Options of a chart whose title has a default. */
export type ChartOptions = Partial<LineChartOptions>;

const CHART: Schema<ChartOptions> = { ...LINE_CHART, title: 'text' };

/**
 * The losses of a run: of training, and of validation where it was measured, which may be less often.
 *
 * @param losses  (epoch or step, loss) of each
 * @returns       an SVG file
 * @throws ValueError as `lineChart`
 * @example
 * const svg = lossChart({ train: [[1, 2.3], [2, 1.7], [3, 1.4]], validation: [[3, 1.6]] });
 * svg.includes('validation'); // true
 */
export function lossChart(
  losses: { readonly train: readonly ChartPoint[]; readonly validation?: readonly ChartPoint[] },
  given?: ChartOptions,
): string {
  const options = readOptions('lossChart', given, CHART);
  const { train, validation = [] } = losses;
  const line = (name: string, points: readonly ChartPoint[]): LineSeries => {
    return { name, x: points.map(([x]) => x), y: points.map(([, y]) => y) };
  };
  const lines = [line('train', train), ...(validation.length === 0 ? [] : [line('validation', validation)])];
  return lineChart(lines, { title: 'Loss', xLabel: 'epoch', yLabel: 'loss', ...options });
}

/** What `forecastChart` draws. */
export interface ForecastPicture {
  /** What is known, up to the forecast and behind it where the truth is known there too. */
  readonly truth: ArrayLike<number>;
  /** When that was; they go on as by `datesAhead`. Default 0, 1, 2, … */
  readonly dates?: readonly Date[] | null;
  /** What was expected, from the value `from` of the truth on. */
  readonly forecast: readonly {
    readonly mean: number;
    readonly lower: number | null;
    readonly upper: number | null;
  }[];
  /** Which value of the truth the first one expected stands for. Default: the one behind its end. */
  readonly from?: number;
}

/**
 * A forecast: the truth, the prediction, and the interval around it where it is known.
 *
 * @returns  an SVG file
 * @throws ValueError as `lineChart`
 * @example
 * const svg = forecastChart({ truth: [1, 2, 3], forecast: [{ mean: 4, lower: 3, upper: 5 }] });
 * svg.includes('prediction'); // true
 */
export function forecastChart(data: ForecastPicture, given?: ChartOptions): string {
  const options = readOptions('forecastChart', given, CHART);
  const { truth, dates = null, forecast, from = truth.length } = data;
  const beyond = Math.max(0, from + forecast.length - (dates?.length ?? 0));
  const allDates = dates === null ? null : [...dates, ...datesAhead(dates, beyond)];
  const x = (i: number): number | Date => allDates?.[i] ?? i;
  const known = forecast.filter(({ lower, upper }) => lower !== null && upper !== null);
  const edge = (name: 'lower' | 'upper'): number[] => forecast.map((point) => point[name] ?? NaN);
  const prediction: LineSeries = {
    name: known.length > 0 ? 'prediction and its interval' : 'prediction',
    x: forecast.map((_, step) => x(from + step)) as number[] | Date[],
    y: forecast.map(({ mean }) => mean),
    ...(known.length > 0 ? { lower: edge('lower'), upper: edge('upper') } : {}),
  };
  const past: LineSeries = {
    name: 'truth',
    x: Array.from(truth, (_, i) => x(i)) as number[] | Date[],
    y: truth,
  };
  return lineChart([past, prediction], { title: 'Forecast', ...options });
}
