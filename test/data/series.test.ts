import { describe, expect, it } from 'vitest';
import { Scaler } from '../../src/data/scaler.js';
import { rowsIn, type Series, splitByTime, windowsOf } from '../../src/data/series.js';
import { FormatError, ShapeError, ValueError } from '../../src/errors.js';

const series: Series = {
  columns: ['a', 'b'],
  dates: [1, 2, 3, 4, 5].map((day) => new Date(2024, 0, day)),
  values: [Float64Array.of(1, 2, 3, 4, 5), Float64Array.of(10, 20, 30, 40, 50)],
};

describe('a series', () => {
  it('is split by time', () => {
    const [past, future] = splitByTime(series, 0.4);
    expect([rowsIn(past), rowsIn(future), future.dates!.length]).toEqual([3, 2, 2]);
    expect([...future.values[1]]).toEqual([40, 50]);
    expect(() => splitByTime(series, 1)).toThrow(ValueError);
  });

  it('is cut into windows and what came after them', () => {
    const rows = [1, 2, 3, 4, 5].map((x) => [x, 10 * x]);
    const { count, X, Y } = windowsOf(rows, { window: 2, horizon: 2, targets: [1] });
    expect(count).toBe(2);
    expect([...X]).toEqual([1, 10, 2, 20, 2, 20, 3, 30]);
    expect([...Y]).toEqual([30, 40, 40, 50]);
    expect(() => windowsOf(rows, { window: 4, horizon: 2, targets: [0] })).toThrow('5 rows are too few');
    expect(() => windowsOf(rows, { window: 0, horizon: 2, targets: [0] })).toThrow(
      'window must be a whole number',
    );
  });
});

describe('a scaler', () => {
  it('brings columns to mean 0 and deviation 1, or to 0 … 1, and back', () => {
    const standard = Scaler.fit([
      [1, 3],
      [5, 5],
    ]);
    expect(standard.transform([3, 5])).toEqual([1, 0]);
    expect(standard.inverse(1, 0)).toBe(3);
    const range = Scaler.fit(
      [
        [1, 3],
        [5, 5],
      ],
      'minmax',
    );
    expect(range.transform([2, 6])).toEqual([0.5, 1]);
    expect(Scaler.fit([[1, 3]], 'none').transform([7])).toEqual([7]);
  });

  it('is saved', () => {
    const scaler = Scaler.fit([[1, 3]], 'minmax');
    expect(Scaler.fromJSON(JSON.parse(JSON.stringify(scaler)))).toEqual(scaler);
    for (const data of [
      null,
      {},
      { kind: 'x', shift: [], scale: [] },
      { kind: 'none', shift: [0], scale: [0] },
    ]) {
      expect(() => Scaler.fromJSON(data)).toThrow(FormatError);
    }
  });

  it('refuses what it cannot scale', () => {
    expect(() => Scaler.fit([[]])).toThrow('column 0 has no values');
    expect(() => Scaler.fit([[1, NaN]])).toThrow('not finite');
    expect(() => Scaler.fit([[1]], 'robust' as 'none')).toThrow(ValueError);
    expect(() => Scaler.fit([[1, 2]]).transform([1, 2])).toThrow(ShapeError);
  });
});
