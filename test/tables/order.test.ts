import { describe, expect, it } from 'vitest';
import { readTable, type SeriesOptions } from '../../src/tables/series.js';
import { rhythmOf } from '../../src/tables/step.js';

const read = (rows: readonly (readonly [day: string, y: number])[], options: SeriesOptions = {}) => {
  const text = `day,y\n${rows.map((row) => row.join(',')).join('\n')}\n`;
  const { series, report } = readTable(text, { name: 'a.csv', ...options });
  return { ...report, values: [...series.values[0]], breaks: series.breaks ?? [] };
};
const at = (...days: string[]): number[] => days.map((day) => Date.parse(`${day}Z`));
const daily = (...days: number[]): [string, number][] =>
  days.map((day) => [`2024-01-${String(day).padStart(2, '0')}`, 10 * day]);

describe('rows in the order of time', () => {
  it('are turned round where the newest comes first', () => {
    const { values, notes } = read(daily(3, 2, 1));
    expect([values, notes]).toEqual([[10, 20, 30], ['newest first: turned round']]);
  });

  it('are an error in any other disorder, until they are to be sorted', () => {
    expect(() => read(daily(1, 3, 2, 4))).toThrow(
      'a.csv: line 4 (2024-01-02) is earlier than line 3\n  say what to do: --sort',
    );
    expect(read(daily(1, 3, 2, 4), { sort: true }).values).toEqual([10, 20, 30, 40]);
  });

  it.each([
    ['first', [10, 20, 30]],
    ['last', [10, 25, 30]],
    ['mean', [10, 22.5, 30]],
  ] as const)('are one of several of one date, which is said: %s', (duplicates, expected) => {
    const rows: [string, number][] = [...daily(1, 2), ['2024-01-02', 25], ...daily(3)];
    expect(() => read(rows)).toThrow(
      '1 date with several rows, such as lines 3 and 4 (2024-01-02)\n  say what to do: --duplicates first',
    );
    expect(read(rows, { duplicates }).values).toEqual(expected);
    // The first of the file, whichever way it goes.
    expect(read([...rows].reverse(), { duplicates: 'last' }).values).toEqual([10, 20, 30]);
  });

  it('may have both faults, which are told at once', () => {
    const rows: [string, number][] = [...daily(2, 1), ...daily(3, 3)];
    expect(() => read(rows)).toThrow('--sort --duplicates first');
  });
});

describe('steps', () => {
  it.each([
    ['daily', at('2024-01-01', '2024-01-02', '2024-01-03'), 0],
    ['hourly', at('2024-01-01T00:00', '2024-01-01T01:00', '2024-01-01T02:00', '2024-01-01T05:00'), 2],
    ['every 15 minutes', at('2024-01-01T00:00', '2024-01-01T00:15', '2024-01-01T00:30'), 0],
    ['weekly', at('2024-01-01', '2024-01-08', '2024-01-15', '2024-01-29'), 1],
    ['monthly', at('2024-01-31', '2024-02-29', '2024-03-31', '2024-05-31'), 1],
    ['quarterly', at('2024-01-01', '2024-04-01', '2024-07-01'), 0],
    ['yearly', at('1880-01-01', '1881-01-01', '1884-01-01', '1885-01-01'), 2],
    ['every 5 years', at('1880-01-01', '1885-01-01', '1890-01-01'), 0],
    [
      'every 10 seconds',
      at('2024-01-01T00:00:00', '2024-01-01T00:00:10', '2024-01-01T00:00:21', '2024-01-01T00:00:31'),
      0,
    ],
    ['uneven', at('2024-01-01', '2024-01-02', '2024-01-09', '2024-01-30', '2024-03-01T07:13'), 0],
  ])('are %s', (words, times, missing) => {
    expect(rhythmOf(times)).toMatchObject({ words, missing });
  });

  it('leave out weekends, holidays are no gaps, and a week is one', () => {
    const days = [1, 2, 3, 4, 5, 8, 9, 11, 12, 15, 16, 29, 30].map((day) => Date.UTC(2024, 0, day));
    const { words, holidays, missing, gaps } = rhythmOf(days);
    expect([words, holidays, missing, gaps]).toEqual(['daily, without weekends', 1, 8, [11]]);
  });
});

describe('gaps', () => {
  const rows = daily(1, 2, 3, 6, 7);

  it('are counted, told, and are breaks', () => {
    const { step, missingSteps, breaks, notes } = read(rows);
    expect([step, missingSteps, breaks]).toEqual(['daily', 2, [3]]);
    expect(notes.join()).toContain(
      'no window reaches over the 1 gap; --gaps ignore or --fill previous changes that',
    );
  });

  it('can be looked past, or filled', () => {
    expect(read(rows, { gaps: 'ignore' }).breaks).toEqual([]);
    expect(read(rows, { fill: 'linear' })).toMatchObject({
      breaks: [],
      values: [10, 20, 30, 40, 50, 60, 70],
      rows: 7,
    });
    expect(read(rows, { fill: 'previous' }).values).toEqual([10, 20, 30, 30, 30, 60, 70]);
  });

  it('are made by rows that are left out', () => {
    const text = 'y,z\n1,1\n,2\n3,3\n4,4\n';
    expect(readTable(text, { missing: 'drop' }).series.breaks).toEqual([1]);
    expect(() => readTable(text, { fill: 'linear' })).toThrow(
      'has no dates, so that nobody knows which steps',
    );
  });
});
