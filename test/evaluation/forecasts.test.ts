import { describe, expect, it } from 'vitest';
import { ValueError } from '../../src/errors.js';
import { evaluateForecaster, forecastMetrics } from '../../src/evaluation/forecasts.js';
import type { ForecastModel, SeriesColumns } from '../../src/generation/forecast.js';

const series = (...y: number[]): SeriesColumns => ({ columns: ['y'], values: [Float64Array.from(y)] });
/** Goes on as the last two rows say: a straight line. */
const line: ForecastModel = {
  columns: ['y'],
  targets: ['y'],
  window: 2,
  horizon: 2,
  predict: ([[before], [last]]) => [1, 2].map((step) => [last + step * (last - before)]),
};

describe('metrics of forecasts', () => {
  it('are the mean error, the root of the mean square, and the error beside the naive', () => {
    // Errors 1 and -2; the history steps by 2, 1, 2 and 3.
    const { mae, rmse, mase } = forecastMetrics([3, 5], [2, 7], { history: [1, 3, 2, 4, 7] });
    expect(mae).toBe(1.5);
    expect(rmse).toBeCloseTo(Math.sqrt(2.5), 12);
    expect(mase).toBe(1.5 / 2);
  });

  it('compare with the season before where there is one', () => {
    // |3 - 1|, |5 - 2|: 2.5
    expect(forecastMetrics([1], [2], { history: [1, 2, 3, 5], season: 2 }).mase).toBe(1 / 2.5);
  });

  it('say nothing where the history does not', () => {
    expect(forecastMetrics([1], [2]).mase).toBeNull();
    expect(forecastMetrics([1], [2], { history: [4, 4, 4] }).mase).toBeNull();
    expect(forecastMetrics([1], [2], { history: [1, 2], season: 2 }).mase).toBeNull();
  });

  it('need two lists of numbers, equally long', () => {
    expect(() => forecastMetrics([], [])).toThrow(ValueError);
    expect(() => forecastMetrics([1], [1, 2])).toThrow('2 values were predicted, but there are 1');
    expect(() => forecastMetrics([1, NaN], [1, 2])).toThrow('value 1 cannot be compared: NaN with 2');
    expect(() => forecastMetrics([1], [2], { season: 0 })).toThrow('season must be');
  });
});

describe('a forecaster on data that was held out', () => {
  it('stands beside the naive forecasts, from the same rows', () => {
    // From (2, 3): 4, 5 against 4, 6. From (3, 4): 5, 6 against 6, 6. From (4, 6): 8, 10 against 6, 7.
    const [result, ...others] = evaluateForecaster(line, series(1, 2, 3), series(4, 6, 6, 7), { season: 2 });
    expect(others).toEqual([]);
    expect(result).toMatchObject({ target: 'y', forecasts: 3 });
    // Errors 0, 1, 1, 0, 2, 3.
    expect(result.model.mae).toBeCloseTo(7 / 6, 12);
    expect(result.model.rmse).toBeCloseTo(Math.sqrt(15 / 6), 12);
    // 3, 3; 4, 4; 6, 6: errors 1, 3, 2, 2, 0, 1.
    expect(result.naive.mae).toBeCloseTo(9 / 6, 12);
    // 2, 3; 3, 4; 4, 6: errors 2, 3, 3, 2, 2, 1.
    expect(result.seasonalNaive!.mae).toBeCloseTo(13 / 6, 12);
    // One step in the history makes 1, whatever the season.
    expect(result.model.mase).toBeCloseTo(7 / 6, 12);
  });

  it('is alone with the naive forecast without a season', () => {
    expect(evaluateForecaster(line, series(1, 2, 3), series(4, 6))[0].seasonalNaive).toBeNull();
  });

  it('goes through the data in strides, as far as told', () => {
    const forecasts = (options: { stride?: number; horizon?: number }): number =>
      evaluateForecaster(line, series(1, 2), series(3, 4, 5, 6, 7), options)[0].forecasts;
    expect(forecasts({})).toBe(4);
    expect(forecasts({ stride: 2 })).toBe(2);
    expect(forecasts({ horizon: 5 })).toBe(1);
  });

  it('that is shorter than the horizon is forecast as far as it goes', () => {
    // From (2, 3): 4, against 5; what would come after it is not known.
    const [{ forecasts, horizon, model }] = evaluateForecaster(line, series(1, 2, 3), series(5));
    expect([forecasts, horizon, model.mae]).toEqual([1, 1, 1]);
  });

  it('is not forecast over a gap', () => {
    const after = { ...series(4, 5, 6, 7, 8), breaks: [2] };
    // Of the windows of 2 rows and 2 steps from the row 3 on, those around row 5 reach over the gap.
    expect(evaluateForecaster(line, series(1, 2, 3), after)[0].forecasts).toBe(1);
    expect(evaluateForecaster(line, series(1, 2, 3), series(4, 5, 6, 7, 8))[0].forecasts).toBe(4);
  });

  it('begins where a whole window is known', () => {
    expect(evaluateForecaster(line, series(1), series(2, 3, 4))[0].forecasts).toBe(1);
  });

  it('has one result a target', () => {
    const two: ForecastModel = {
      ...line,
      columns: ['a', 'b'],
      targets: ['b', 'a'],
      horizon: 1,
      predict: () => [[0, 0]],
    };
    const data = {
      columns: ['a', 'b'],
      values: [
        [1, 1, 1],
        [2, 2, 2],
      ],
    };
    const results = evaluateForecaster(two, data, data);
    expect(results.map(({ target, model }) => [target, model.mae])).toEqual([
      ['b', 2],
      ['a', 1],
    ]);
  });

  it('needs enough data, and strides that go on', () => {
    expect(() => evaluateForecaster(line, series(1, 2), series())).toThrow('not enough for one forecast');
    expect(() => evaluateForecaster(line, series(1, 2), series(3, 4), { season: 3 })).toThrow(
      'a season of 3 rows is longer than the 2 rows before the first forecast',
    );
    expect(() => evaluateForecaster(line, series(1, 2), series(3, 4), { stride: 0 })).toThrow(
      'stride must be',
    );
  });
});
