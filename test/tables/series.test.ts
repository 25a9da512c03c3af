import { describe, expect, it } from 'vitest';
import { FormatError, ValueError } from '../../src/errors.js';
import { readCsv } from '../../src/tables/csv.js';
import { readSeries, readTable } from '../../src/tables/series.js';

const table = (...lines: string[]): string => `${lines.join('\n')}\n`;
const days = table('day,price,volume', '2024-01-01,10,"1,500"', '2024-01-02,12,1600', '2024-01-03,11,1700');

describe('a table', () => {
  it.each([
    ['commas', ','],
    ['semicolons', ';'],
    ['tabs', '\t'],
  ])('is read with %s', (_, sign) => {
    const { columns, rows } = readCsv(['a', 'b'].join(sign) + '\n' + ['1', 'x y'].join(sign));
    expect(columns).toEqual(['a', 'b']);
    expect(rows).toEqual([{ line: 2, cells: ['1', 'x y'] }]);
  });

  it('may have a byte order mark, CRLF, quotes, empty lines and comments', () => {
    const { columns, rows } = readCsv('\ufeff# made by hand\r\na,"b, c"\r\n\r\n1,"say ""hi"""\r\n');
    expect(columns).toEqual(['a', 'b, c']);
    expect(rows.map(({ cells }) => cells)).toEqual([['1', 'say "hi"']]);
  });

  it('may have its names in a comment, or none', () => {
    expect(readCsv('# from the web\n# Open,Close\n1,2\n3,4\n').columns).toEqual(['Open', 'Close']);
    expect(readCsv('1,2\n3,4\n').columns).toEqual(['c1', 'c2']);
  });

  it.each([
    ['nothing', '', 'the table is empty'],
    ['names only', 'a,b\n', 'the table has names of columns, but no rows'],
    [
      'a ragged row',
      'a,b\n1,2\n3\n',
      'the table, line 3: it has another number of cells than the others: 1, not 2',
    ],
    ['a quote that never closes', 'a,b\n1,"2\n3,4\n', /a quote is opened and never closed/],
    ['text behind a quote', 'a,b\n1,"2"x\n', 'the table, line 2: something stands behind a closing quote'],
    ['a quote within a cell', 'a,b\n1,x"2"\n', 'the table, line 2: a quote stands in the middle of a cell'],
    ['a name twice', 'a,b,a\nx,2,3\n', "two columns are called 'a'"],
  ])('cannot have %s', (_, text, message) => {
    expect(() => readCsv(text)).toThrow(message);
    expect(() => readCsv(text)).toThrow(FormatError);
  });
});

describe('a series', () => {
  it('has the columns of numbers, and the dates', () => {
    const { columns, dates, values } = readSeries(days);
    expect(columns).toEqual(['price', 'volume']);
    expect(dates!.map((date) => date.toISOString().slice(0, 10))).toEqual([
      '2024-01-01',
      '2024-01-02',
      '2024-01-03',
    ]);
    expect(values.map((column) => [...column])).toEqual([
      [10, 12, 11],
      [1500, 1600, 1700],
    ]);
  });

  it('takes the columns that are named, in that order', () => {
    expect(readSeries(days, { columns: ['volume', 'price'] }).columns).toEqual(['volume', 'price']);
    expect(() => readSeries(days, { columns: ['Price'] })).toThrow(
      "there is no column 'Price'\n  did you mean 'price'?",
    );
    expect(() => readSeries(days, { columns: ['x'] })).toThrow(ValueError);
  });

  it('can be turned round', () => {
    const newest = table('t,y', '2024-03,3', '2024-02,2', '2024-01,1');
    const { series, report } = readTable(newest);
    expect([...series.values[0]]).toEqual([1, 2, 3]);
    expect(report.notes).toContain('newest first: turned round');
    // Without dates, somebody has to say so.
    expect([...readSeries(table('y', '3', '2', '1'), { newestFirst: true }).values[0]]).toEqual([1, 2, 3]);
  });

  it.each([
    ['previous', [1, 1, 1, 4]],
    ['linear', [1, 2, 3, 4]],
    ['drop', [1, 4]],
  ] as const)('fills gaps: %s', (missing, expected) => {
    expect([...readSeries(table('y,z', '1,1', ',1', 'NA,1', '4,1'), { missing }).values[0]]).toEqual(
      expected,
    );
  });

  it.each([
    ['a gap', table('y,z', '1,2', ',4'), {}, "the table, line 3: 'y' has no value\n  say what to do"],
    [
      'only gaps',
      table('y,z', ',2', '1,'),
      { missing: 'drop', columns: ['y', 'z'] },
      'in every row a cell is empty',
    ],
    ['words for numbers', table('y,z', '1,2', 'x,4'), { columns: ['y'] }, "line 3: 'x' in 'y' is no number"],
    [
      'infinity',
      table('y,z', '1,2', 'Infinity,4'),
      { columns: ['y'] },
      "line 3: 'Infinity' in 'y' is no number",
    ],
    [
      'no numbers at all',
      table('a,b', 'x,y'),
      {},
      'the table has no column of numbers\n  its columns are a, b',
    ],
    [
      'days that are none',
      table('d,y', '2024-02-31,1'),
      { date: 'd' },
      "line 2: '2024-02-31' in 'd' is no date",
    ],
    [
      'days that nobody writes',
      table('d,y', 'noon,1'),
      { date: 'd' },
      "line 2: 'noon' in 'd' is no date\n  say how",
    ],
    [
      'a day twice',
      table('d,y', '2024-01-01,1', '2024-01-01,2'),
      {},
      '1 date with several rows, such as lines 2 and 3 (2024-01-01)\n  say what to do: --duplicates',
    ],
  ] as const)('cannot have %s', (_, text, options, message) => {
    expect(() => readSeries(text, options)).toThrow(message);
    expect(() => readSeries(text, options)).toThrow(FormatError);
  });
});
