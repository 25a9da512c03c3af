import { ValueError } from '../errors.js';

/** Numbers by column, equally long, in the order of time. */
export interface Series {
  readonly columns: readonly string[];
  /** When each row was; null where the table does not say. */
  readonly dates: readonly Date[] | null;
  /** (column, row) */
  readonly values: readonly Float64Array[];
}

/** How many rows there are. */
export const rowsIn = ({ values }: Series): number => values[0]?.length ?? 0;

/** Rows `from` to `to` of a series, without a copy of the numbers. */
export function sliceSeries({ columns, dates, values }: Series, from: number, to: number): Series {
  return {
    columns,
    dates: dates?.slice(from, to) ?? null,
    values: values.map((column) => column.subarray(from, to)),
  };
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
}

/** All windows of a table: what is read, and what came after it. */
export interface Windows {
  readonly count: number;
  /** (count, window, columns) */
  readonly X: Float32Array;
  /** (count, horizon, targets) */
  readonly Y: Float32Array;
}

/**
 * Cuts rows into windows, each one row later than the one before.
 *
 * @param rows  (row, column), scaled already
 * @throws ValueError for fewer rows than a window and its horizon
 * @example
 * const { count, X, Y } = windowsOf([[1], [2], [3], [4]], { window: 2, horizon: 1, targets: [0] });
 * [count, [...X], [...Y]]; // [2, [1, 2, 2, 3], [3, 4]]
 */
export function windowsOf(
  rows: readonly (readonly number[])[],
  { window, horizon, targets }: WindowOptions,
): Windows {
  for (const [name, size] of Object.entries({ window, horizon })) {
    if (!Number.isInteger(size) || size < 1)
      throw new ValueError(`${name} must be a whole number from 1 on, not ${size}`);
  }
  const count = rows.length - window - horizon + 1;
  if (count < 1) {
    throw new ValueError(
      `${rows.length} rows are too few: a window of ${window} and a horizon of ${horizon} take ${window + horizon}`,
      { hint: 'take a shorter window or horizon, or more data' },
    );
  }
  const columns = rows[0].length;
  const X = new Float32Array(count * window * columns);
  const Y = new Float32Array(count * horizon * targets.length);
  for (let i = 0; i < count; i++) {
    for (let t = 0; t < window; t++) X.set(rows[i + t], (i * window + t) * columns);
    for (let t = 0; t < horizon; t++) {
      const row = rows[i + window + t];
      targets.forEach((column, k) => (Y[(i * horizon + t) * targets.length + k] = row[column]));
    }
  }
  return { count, X, Y };
}
