import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Scaler } from '../../src/data/scaler.js';
import {
  joinSeries,
  rowsIn,
  type Series,
  splitByTime,
  windowEnds,
  windowsOf,
} from '../../src/data/series.js';
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

describe('gaps', () => {
  const broken: Series = { ...series, breaks: [2, 3] };

  it('stay where they are when a series is cut and joined', () => {
    const [past, future] = splitByTime(broken, 0.4);
    expect([past.breaks, future.breaks]).toEqual([[2], [0]]);
    expect(joinSeries(past, future)).toEqual(broken);
    expect(joinSeries(...splitByTime(series, 0.4))).toEqual(series);
    expect(() => joinSeries(past, { ...future, columns: ['x', 'y'] })).toThrow('have the same columns');
  });

  it('are in no window', () => {
    const rows = [1, 2, 3, 4, 5, 6].map((x) => [x]);
    const cut = { window: 2, horizon: 1, targets: [0], breaks: [3] };
    expect([...windowsOf(rows, cut).X]).toEqual([1, 2, 4, 5]);
    expect(windowEnds(6, { window: 2, horizon: 2, breaks: [3] })).toEqual([]);
    expect(() => windowsOf(rows, { ...cut, horizon: 2 })).toThrow(
      '6 rows have gaps, and the longest stretch without one is of 3 rows: a window of 2 and a horizon of 2 take 4',
    );
  });

  it('are where they are said to be, for any size', () => {
    const sizes = fc.record({
      count: fc.integer({ min: 1, max: 30 }),
      window: fc.integer({ min: 1, max: 5 }),
      horizon: fc.integer({ min: 1, max: 4 }),
      places: fc.uniqueArray(fc.integer({ min: 0, max: 30 })),
    });
    fc.assert(
      fc.property(sizes, ({ count, window, horizon, places }) => {
        const breaks = [...places].sort((a, b) => a - b);
        const expected = Array.from({ length: count + 1 }, (_, end) => end).filter((end) => {
          const [from, to] = [end - window, end + horizon];
          return from >= 0 && to <= count && !breaks.some((row) => row > from && row < to);
        });
        expect(windowEnds(count, { window, horizon, breaks })).toEqual(expected);
      }),
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
