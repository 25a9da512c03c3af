import { ValueError } from '../errors.js';
import { readOptions, type Schema } from '../options.js';

/** Numbers by column, equally long, in the order of time. */
export interface Series {
  readonly columns: readonly string[];
  /** When each row was; null where the table does not say. */
  readonly dates: readonly Date[] | null;
  /** (column, row) */
  readonly values: readonly Float64Array[];
  /** Rows before which something is missing, over which no window reaches. Default: none. */
  readonly breaks?: readonly number[];
}

/** How many rows there are. */
export const rowsIn = ({ values }: Series): number => values[0]?.length ?? 0;

/** Rows `from` to `to` of a series, without a copy of the numbers. */
export function sliceSeries(
  { columns, dates, values, breaks = [] }: Series,
  from: number,
  to: number,
): Series {
  const within = breaks.flatMap((row) => (row >= from && row < to ? [row - from] : []));
  return {
    columns,
    dates: dates?.slice(from, to) ?? null,
    values: values.map((column) => column.subarray(from, to)),
    ...(within.length > 0 ? { breaks: within } : {}),
  };
}

/**
 * Two parts of one series, one behind the other; `splitByTime` made them.
 *
 * @throws ValueError for parts of other columns
 */
export function joinSeries(past: Series, future: Series): Series {
  if (past.columns.join('\n') !== future.columns.join('\n')) {
    throw new ValueError(
      `parts of one series have the same columns, not ${past.columns.join(', ')} and ${future.columns.join(', ')}`,
    );
  }
  const before = rowsIn(past);
  const breaks = [...(past.breaks ?? []), ...(future.breaks ?? []).map((row) => row + before)];
  return {
    columns: past.columns,
    dates: past.dates && future.dates && [...past.dates, ...future.dates],
    values: past.values.map((column, i) => joinedColumns(column, future.values[i])),
    ...(breaks.length > 0 ? { breaks } : {}),
  };
}

function joinedColumns(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/**
 * The past, to learn from, and the rest, its last `fraction`, to be judged by.
 *
 * @throws ValueError for a fraction outside [0, 1)
 */
export function splitByTime(series: Series, fraction: number): [past: Series, future: Series] {
  if (!(fraction >= 0 && fraction < 1)) {
    throw new ValueError(`the part to be held out must be from 0 on and less than 1, not ${fraction}`);
  }
  const rows = rowsIn(series);
  const end = Math.round(rows * (1 - fraction));
  return [sliceSeries(series, 0, end), sliceSeries(series, end, rows)];
}

/** What is read and what is predicted. */
export interface WindowOptions {
  /** Rows that are read. */
  readonly window: number;
  /** Rows that are predicted at once. */
  readonly horizon: number;
  /** Indices of the columns that are predicted. */
  readonly targets: readonly number[];
  /** Rows before which something is missing. Default: none. */
  readonly breaks?: readonly number[];
}

const ENDS: Schema<Omit<WindowOptions, 'targets'>> = {
  window: { needs: 'a whole number above 0' },
  horizon: { needs: 'a whole number of 0 or more' },
  breaks: 'a list of numbers',
};
const WINDOWS: Schema<WindowOptions> = {
  ...ENDS,
  horizon: { needs: 'a whole number above 0' },
  targets: { needs: 'a list of numbers' },
};

/** All windows of a table: what is read, and what came after it. */
export interface Windows {
  readonly count: number;
  /** (count, window, columns) */
  readonly X: Float32Array;
  /** (count, horizon, targets) */
  readonly Y: Float32Array;
}

/**
 * Where windows end that have nothing missing in them: the first row that is predicted, for each.
 *
 * @param count  rows that there are
 * @example
 * windowEnds(6, { window: 2, horizon: 1, breaks: [3] }); // [2, 5]
 */
export function windowEnds(count: number, options: Omit<WindowOptions, 'targets'>): number[] {
  const { window, horizon, breaks = [] } = readOptions('windowEnds', options, ENDS);
  const ends: number[] = [];
  let next = 0;
  for (let end = window; end + horizon <= count; end++) {
    while (next < breaks.length && breaks[next] <= end - window) next += 1;
    if (next === breaks.length || breaks[next] >= end + horizon) ends.push(end);
  }
  return ends;
}

/**
 * Cuts rows into windows, each one row later than the one before, but for those that would reach over a gap.
 *
 * @param rows  (row, column), scaled already
 * @throws ValueError for fewer rows than a window and its horizon, in one stretch
 * @example
 * const { count, X, Y } = windowsOf([[1], [2], [3], [4]], { window: 2, horizon: 1, targets: [0] });
 * [count, [...X], [...Y]]; // [2, [1, 2, 2, 3], [3, 4]]
 */
export function windowsOf(rows: readonly (readonly number[])[], options: WindowOptions): Windows {
  const { window, horizon, targets, breaks = [] } = readOptions('windowsOf', options, WINDOWS);
  const ends = windowEnds(rows.length, { window, horizon, breaks });
  const count = ends.length;
  if (count === 0) throw tooFew(rows.length, { window, horizon, breaks });
  const columns = rows[0].length;
  const X = new Float32Array(count * window * columns);
  const Y = new Float32Array(count * horizon * targets.length);
  ends.forEach((end, i) => {
    for (let t = 0; t < window; t++) X.set(rows[end - window + t], (i * window + t) * columns);
    for (let t = 0; t < horizon; t++) {
      targets.forEach((column, k) => (Y[(i * horizon + t) * targets.length + k] = rows[end + t][column]));
    }
  });
  return { count, X, Y };
}

function tooFew(
  rows: number,
  { window, horizon, breaks }: Required<Omit<WindowOptions, 'targets'>>,
): ValueError {
  const need = `a window of ${window} and a horizon of ${horizon} take ${window + horizon}`;
  if (rows < window + horizon || breaks.length === 0) {
    return new ValueError(`${rows} rows are too few: ${need}`, {
      hint: 'take a shorter window or horizon (--window, --horizon), or more data',
    });
  }
  const edges = [0, ...breaks, rows];
  const longest = edges.reduce((most, edge, i) => Math.max(most, i > 0 ? edge - edges[i - 1] : 0), 0);
  return new ValueError(
    `${rows} rows have gaps, and the longest stretch without one is of ${longest} rows: ${need}`,
    {
      hint: 'take a shorter window or horizon (--window, --horizon), look past the gaps (--gaps ignore), or fill them (--fill linear)',
    },
  );
}
