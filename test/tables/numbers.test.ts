import { describe, expect, it } from 'vitest';
import { readCsv } from '../../src/tables/csv.js';
import { likelyTargets } from '../../src/tables/numeric.js';
import { readTable, type SeriesOptions } from '../../src/tables/series.js';

const table = (...lines: string[]): string => `${lines.join('\n')}\n`;
/** The first column of numbers beside a column of dates. */
function numbers(cells: readonly string[], options: SeriesOptions = {}, separator = ';'): number[] {
  const rows = cells.map((cell, i) => `2024-01-${String(i + 1).padStart(2, '0')}${separator}${cell}`);
  return [...readTable(table(`day${separator}y`, ...rows), { name: 'a.csv', ...options }).series.values[0]];
}

describe('numbers as people write them', () => {
  it.each([
    ['decimal points', ['2.5', '3'], [2.5, 3]],
    ['decimal commas', ['2,5', '3'], [2.5, 3]],
    ['thousands by commas', ['1,234.5', '2,000'], [1234.5, 2000]],
    ['thousands by points', ['1.234,5', '2.000'], [1234.5, 2000]],
    ['millions', ['1,234,567', '12'], [1234567, 12]],
    ['thousands by blanks', ['1 234,5', '12 000,25'], [1234.5, 12000.25]],
    ['thousands by narrow blanks', ['1\u202f234,5', '12\u00a0000,25'], [1234.5, 12000.25]],
    ['thousands by apostrophes', ["1'234.5", "12'000"], [1234.5, 12000]],
    ['lakhs', ['1,23,456.5', '12'], [123456.5, 12]],
    ['percent', ['5%', '-1.25 %'], [5, -1.25]],
    ['money', ['$5', '-$1,200.50'], [5, -1200.5]],
    ['money of other places', ['5,50 €', '1.200,25 €'], [5.5, 1200.25]],
    ['thousands and millions in letters', ['156.12K', '1.5M', '900'], [156120, 1500000, 900]],
    ['a unit', ['5 km/h', '6.5 km/h'], [5, 6.5]],
    ['degrees', ['5 °C', '-6.5 °C'], [5, -6.5]],
    ['metres, which are no millions', ['5 m', '7 m'], [5, 7]],
    ['signs of print', ['−5.5', '+3'], [-5.5, 3]],
    ['brackets for what is below zero', ['(1.5)', '2'], [-1.5, 2]],
    ['powers of ten', ['1.5e3', '2E-1'], [1500, 0.2]],
    ['no zero in front', ['.5', '-.25'], [0.5, -0.25]],
    ['three digits that can only be a part', ['0.418', '234.840'], [0.418, 234.84]],
    ['three digits where thousands have no point', ['1.234', '12345'], [1.234, 12345]],
  ])('are read: %s', (_, cells, expected) => {
    expect(numbers(cells)).toEqual(expected);
  });

  it('are asked about where they can be two', () => {
    expect(() => numbers(['1.234', '2.345'])).toThrow(
      "a.csv, line 2: '1.234' in 'y' can be 1.234 or 1234, and no other number there decides it\n  say which sign is the decimal one: --decimal . or --decimal ,",
    );
    expect(numbers(['1.234', '2.345'], { decimal: ',' })).toEqual([1234, 2345]);
    expect(numbers(['1,234', '2,345'], { decimal: ',' })).toEqual([1.234, 2.345]);
  });

  it('are decided by another column, and by commas that separate cells', () => {
    const { values } = readTable(table('a;b', '1.234;2,5', '2.345;3')).series;
    expect(values.map((column) => [...column])).toEqual([
      [1234, 2345],
      [2.5, 3],
    ]);
    expect(numbers(['"1,234"', '2345'], {}, ',')).toEqual([1234, 2345]);
    expect(numbers(['"2,5"', '"3,1"'], {}, ',')).toEqual([2.5, 3.1]);
  });

  it('are never other ones where some cell is none', () => {
    expect(() => numbers(['2.5', '?0.2', 'x'])).toThrow(
      "a.csv, line 3: '?0.2' in 'y' is no number\n  mend it, or take it as missing: --na '?0.2,x' --missing linear",
    );
    expect(numbers(['2.5', '?0.2', 'x', '4'], { na: ['?0.2,x'], missing: 'previous' })).toEqual([
      2.5, 2.5, 2.5, 4,
    ]);
    expect(() => numbers(['2.5', '3,5'])).toThrow("line 3: '3,5' in 'y' is no number");
  });
});

describe('cells without a value', () => {
  it.each(['', 'NA', 'N/A', 'NaN', 'nan', 'null', 'None', '?', '-', '.', '#N/A'])('may be %j', (cell) => {
    expect(numbers(['1', cell, '3'], { missing: 'linear' })).toEqual([1, 2, 3]);
    expect(() => numbers(['1', cell, '3'])).toThrow("a.csv, line 3: 'y' has no value\n  say what to do");
  });

  it('may be marked by numbers, however these are written', () => {
    expect(numbers(['1,5', '-200,0', '-200', '9999', '3'], { na: ['-200,9999'], missing: 'drop' })).toEqual([
      1.5, 3,
    ]);
  });

  it('are counted by what stood there', () => {
    const { report } = readTable(table('y;z', '1;2', 'NA;2', '?;3'), { missing: 'previous' });
    expect(report.missingCells).toEqual([{ column: 'y', count: 2, marks: { NA: 1, '?': 1 } }]);
  });

  it('that are filled begin where there is a value, and end with the last', () => {
    const { series, report } = readTable(table('y;z', ';0', '1;0', ';0', '3;0', ';0'), { missing: 'linear' });
    expect([...series.values[0]]).toEqual([1, 2, 3, 3]);
    expect(report.notes.join()).toContain('1 row at the start left out');
  });

  it('are suspected in one far value that comes often', () => {
    const cells = Array.from({ length: 30 }, (_, i) => (i % 5 === 0 ? '-200' : String(10 + (i % 7))));
    expect(readTable(table('y', ...cells)).report.notes.join()).toContain('--na -200');
    expect(
      readTable(table('y', ...cells), { na: ['-200'], missing: 'drop' }).report.notes.join(),
    ).not.toContain('--na');
  });
});

describe('columns', () => {
  const rows = ['1;2024-01-01;2.5;dry;2024', '2;2024-01-02;3.5;wet;2024', '3;2024-01-03;4;wet;2024'];
  const weather = table('No;day;y;sky;year', ...rows);

  it('are left out with a reason: words, row numbers, the year once more', () => {
    const { report } = readTable(weather);
    expect(report.columns).toEqual(['y']);
    expect(report.leftOut).toEqual([
      { column: 'sky', why: 'text: dry, wet' },
      { column: 'year', why: 'the year once more' },
      { column: 'No', why: 'counts the rows' },
    ]);
  });

  it('are read that are asked for, by any of these', () => {
    expect(readTable(weather, { columns: ['y', 'No'] }).series.columns).toEqual(['y', 'No']);
    expect(readTable(weather, { columns: ['y,No'] }).series.columns).toEqual(['y', 'No']);
    expect(() => readTable(weather, { columns: ['sky'] })).toThrow("line 2: 'dry' in 'sky' is no number");
  });

  it('of two values have none that is far from the other', () => {
    const days = (...values: number[]): string =>
      table('day;y', ...Array.from({ length: 30 }, (_, i) => `${i};${values[i % values.length]}`));
    expect(readTable(days(0, 1)).report.notes).toEqual([]);
    expect(readTable(days(5, 5, -9999)).report.notes.join()).toContain('--na -9999');
  });

  it('of dates that nobody knows are an error, and none are read without saying so', () => {
    const known = table('date;y', 'Mon Jan 01 2024 (CET);1', 'Tue Jan 02 2024 (CET);4');
    expect(() => readTable(known)).toThrow(
      "line 2: 'Mon Jan 01 2024 (CET)' in 'date' is no date in a form that is known\n  say how dates are written: --date-format; or read the rows as they stand: --date none",
    );
    expect(readTable(known, { dateFormat: 'ddd MMM DD YYYY [(CET)]' }).report.step).toBe('daily');
    expect(readTable(known, { date: 'none' }).report.dates).toBeNull();
  });

  it('that can be forecast are those with a unit, too', () => {
    const power = readCsv(table('day,sky,power', '2024-01-01,dry,5 kW', '2024-01-02,wet,7.5 kW'));
    expect(likelyTargets(power)).toEqual(['power']);
  });

  it('of dates are no numbers, though they may look so', () => {
    const { report } = readTable(table('unix;date;y', '1704067200;2024-01-01;1', '1704153600;2024-01-02;4'));
    expect(report.leftOut).toEqual([{ column: 'unix', why: 'dates as well' }]);
    expect(() => readTable(table('date;y', '45292;1', '45293;2'))).toThrow(
      "line 2: '45292' in 'date' may be a date, or a number\n  if it is one: --date-format (X for Unix seconds, YYYYMMDD, …); if it is none: --date none --column y",
    );
    expect(
      readTable(table('date;y', '45292;1', '45293;2'), { date: 'none', columns: ['y'] }).report.dates,
    ).toBeNull();
  });
});
