import { describe, expect, it } from 'vitest';
import { ValueError } from '../../src/errors.js';
import { datesAhead } from '../../src/plots/dates.js';

const ahead = (dates: string[], count: number): string[] =>
  datesAhead(
    dates.map((date) => new Date(date)),
    count,
  ).map((date) => date.toISOString().slice(0, 16).replace('T00:00', ''));

describe('dates', () => {
  it.each([
    ['days', ['2024-02-27', '2024-02-28'], ['2024-02-29', '2024-03-01']],
    ['weeks', ['2024-01-01', '2024-01-08'], ['2024-01-15', '2024-01-22']],
    ['months', ['2024-10-01', '2024-11-01'], ['2024-12-01', '2025-01-01']],
    ['ends of months', ['2024-11-30', '2024-12-31'], ['2025-01-31', '2025-02-28']],
    ['the 30th, or the last before it', ['2024-11-30', '2024-12-30'], ['2025-01-30', '2025-02-28']],
    ['quarters', ['2024-03-31', '2024-06-30', '2024-09-30'], ['2024-12-31', '2025-03-31']],
    ['years', ['2023-05-05', '2024-05-05'], ['2025-05-05', '2026-05-05']],
    ['hours', ['2024-01-01T22:00Z', '2024-01-01T23:00Z'], ['2024-01-02', '2024-01-02T01:00']],
    ['days after one alone', ['2024-01-01'], ['2024-01-02', '2024-01-03']],
    [
      'what most steps are',
      ['2024-01-01', '2024-01-03', '2024-01-05', '2024-01-09'],
      ['2024-01-11', '2024-01-13'],
    ],
  ])('go on by %s', (_, dates, next) => {
    expect(ahead(dates, 2)).toEqual(next);
  });

  it('go on by working days where there are no weekends', () => {
    const days = Array.from({ length: 19 }, (_, i) => `2024-01-${String(i + 1).padStart(2, '0')}`);
    const working = days.filter((day) => new Date(day).getUTCDay() % 6 !== 0);
    // The 19th is a Friday.
    expect(ahead(working, 2)).toEqual(['2024-01-22', '2024-01-23']);
    expect(ahead(days, 2)).toEqual(['2024-01-20', '2024-01-21']);
  });

  it('must be there, and rise', () => {
    expect(() => datesAhead([], 1)).toThrow(ValueError);
    expect(() => ahead(['2024-01-02', '2024-01-01'], 1)).toThrow('date 1 does not');
    expect(() => datesAhead([new Date(NaN)], 1)).toThrow('date 0 does not');
  });
});
