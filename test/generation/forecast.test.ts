import { describe, expect, it } from 'vitest';
import { ValueError } from '../../src/errors.js';
import { naive, seasonalNaive } from '../../src/generation/baselines.js';
import {
  forecast,
  type ForecastModel,
  heldOutResiduals,
  type SeriesColumns,
} from '../../src/generation/forecast.js';

/** Goes on as the last two rows say: a straight line. */
const line: ForecastModel = {
  columns: ['y'],
  targets: ['y'],
  window: 2,
  horizon: 2,
  predict: ([[before], [last]]) => [1, 2].map((step) => [last + step * (last - before)]),
};
const series = (...y: number[]): SeriesColumns => ({ columns: ['x', 'y'], values: [y.map(() => 0), y] });

describe('a forecast', () => {
  it('goes on from the end of the series, by the model', () => {
    expect(forecast(line, series(9, 1, 3)).map(({ mean }) => mean)).toEqual([5, 7]);
    expect(forecast(line, series(1, 3), { horizon: 1 }).map(({ mean }) => mean)).toEqual([5]);
  });

  it('goes beyond the horizon of the model on what it said itself', () => {
    expect(forecast(line, series(1, 3), { horizon: 5 }).map(({ mean }) => mean)).toEqual([5, 7, 9, 11, 13]);
  });

  it('has no interval where nothing is known about errors', () => {
    expect(forecast(line, series(1, 3))[0]).toEqual({ mean: 5, lower: null, upper: null });
    const residuals = [[[-1, 1]]];
    expect(forecast(line, series(1, 3), { residuals })[1]).toEqual({ mean: 7, lower: null, upper: null });
  });

  it('has the interval in which the errors were that were held out', () => {
    // Of -10, -9, … 10 the middle half is -5 … 5.
    const errors = Array.from({ length: 21 }, (_, i) => i - 10);
    const model = { ...line, residuals: [[errors], [errors.map((e) => 2 * e)]] };
    expect(forecast(model, series(1, 3), { level: 0.5 })).toEqual([
      { mean: 5, lower: 0, upper: 10 },
      { mean: 7, lower: -3, upper: 17 },
    ]);
  });

  it('lies in its own interval, though errors were all on one side', () => {
    const model = { ...line, residuals: [[[2, 3, 4]], [[-4, -3, -2]]] };
    expect(forecast(model, series(1, 3), { level: 0.5 })).toEqual([
      { mean: 5, lower: 5, upper: 8.5 },
      { mean: 7, lower: 3.5, upper: 7 },
    ]);
  });

  it('is not made from rows with a gap between them', () => {
    expect(() => forecast(line, { ...series(9, 1, 3), breaks: [2] })).toThrow(
      'the last 2 rows, which the model reads, have a gap 1 before their end',
    );
    expect(forecast(line, { ...series(9, 1, 3), breaks: [1] })[0].mean).toBe(5);
  });

  it('covers new data as often as its level says', () => {
    // A walk of steps of -1, 0 and 1 in a fixed disorder; the model says "as now".
    const walk = [0];
    for (let i = 1, state = 1; i < 2000; i++) {
      state = (state * 48271) % 2147483647;
      walk.push(walk[i - 1] + (state % 3) - 1);
    }
    const still: ForecastModel = { ...line, window: 1, horizon: 3, predict: ([row]) => [row, row, row] };
    const residuals = heldOutResiduals(still, series(...walk.slice(0, 1000)));
    let covered = 0;
    for (let end = 1000; end < 1990; end++) {
      const [, , point] = forecast(still, series(...walk.slice(0, end)), { residuals, level: 0.8 });
      covered += point.lower! <= walk[end + 2] && walk[end + 2] <= point.upper! ? 1 : 0;
    }
    expect(covered / 990).toBeGreaterThan(0.75);
  });

  it('is of the target that is asked for', () => {
    const two: ForecastModel = {
      ...line,
      columns: ['y', 'x'],
      targets: ['x', 'y'],
      predict: () => [[1, 2]],
      horizon: 1,
    };
    expect(forecast(two, series(1, 3))[0].mean).toBe(1);
    expect(forecast(two, series(1, 3), { target: 'y' })[0].mean).toBe(2);
    // What it says of x and y goes back as y and x.
    const seen: unknown[] = [];
    const spy = { ...two, predict: (rows: readonly (readonly number[])[]) => (seen.push(rows), [[1, 2]]) };
    forecast(spy, series(1, 3), { horizon: 2 });
    expect(seen[1]).toEqual([
      [3, 0],
      [2, 1],
    ]);
  });

  it('refuses to guess what it does not predict', () => {
    const model = { ...line, columns: ['y', 'x'] };
    expect(() => forecast(model, series(1, 3), { horizon: 3 })).toThrow('have to know x');
    expect(forecast(model, series(1, 3), { horizon: 2 })).toHaveLength(2);
  });

  it.each([
    ['a series that is too short', series(1), {}, 'the series has 1 rows; the model reads 2'],
    ['a series without the column', { columns: ['z'], values: [[1, 2]] }, {}, "no column 'y'"],
    ['another target', series(1, 2), { target: 'z' }, "does not predict 'z'"],
    ['a level of 1', series(1, 2), { level: 1 }, 'level must be between 0 and 1'],
    ['a value that is missing', series(1, NaN), {}, 'the model predicts NaN'],
    ['no horizon', series(1, 2), { horizon: 0 }, 'horizon must be'],
  ])('refuses %s', (_, data, options, message) => {
    expect(() => forecast(line, data, options)).toThrow(ValueError);
    expect(() => forecast(line, data, options)).toThrow(message);
  });
});

describe('held-out residuals', () => {
  it('are truth minus prediction, by step, target and window', () => {
    // From (0, 1): 2, 3; from (1, 2): 3, 4; from (2, 4): 6, 8.
    expect(heldOutResiduals(line, series(0, 1, 2, 4, 4))).toEqual([[[0, 1]], [[1, 0]]]);
    expect(heldOutResiduals(line, series(0, 1, 2, 4), { horizon: 1 })).toEqual([[[0, 1]]]);
  });

  it('leave out windows with a gap', () => {
    const gap = { ...series(0, 1, 2, 4, 4), breaks: [1] };
    // Of the two windows above the first has the gap in it.
    expect(heldOutResiduals(line, gap)).toEqual([[[1]], [[0]]]);
  });

  it('need a window and what comes after it', () => {
    expect(() => heldOutResiduals(line, series(1, 2, 3))).toThrow('a window of 2 and 2 steps ahead need 4');
  });
});

describe('baselines', () => {
  it('say the last value, or the last season, again', () => {
    expect(naive([3, 5, 4], 3)).toEqual([4, 4, 4]);
    expect(seasonalNaive([9, 1, 2, 3], 5, 3)).toEqual([1, 2, 3, 1, 2]);
  });

  it('need a season, and whole numbers', () => {
    expect(() => seasonalNaive([1, 2], 1, 3)).toThrow('2 values, which is less than a season of 3');
    expect(() => naive([], 1)).toThrow(ValueError);
    expect(() => naive([1], 0)).toThrow('horizon must be');
    expect(() => seasonalNaive([1], 1, 0.5)).toThrow('season must be');
  });
});
