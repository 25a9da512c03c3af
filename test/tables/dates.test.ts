import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.js';
import { dateCodec, formatSaid } from '../../src/tables/date-format.js';
import { readTable, type SeriesOptions } from '../../src/tables/series.js';

const table = (...lines: string[]): string => `${lines.join('\n')}\n`;
const read = (dates: readonly string[], options: SeriesOptions = {}, name = 'date') =>
  readTable(table(`${name};y`, ...dates.map((date, i) => `${date};${(7 * i) % 5}`)), {
    name: 'a.csv',
    ...options,
  });

describe('dates as people write them', () => {
  // Dates, the format that they are found to have, the first of them, and how the next is written.
  it.each([
    [['2024-01-30', '2024-01-31'], 'YYYY-MM-DD', '2024-01-30', '2024-02-01'],
    [['2024/1/9', '2024/1/10'], 'YYYY/M/D', '2024-01-09', '2024/1/11'],
    [['31.01.2024', '01.02.2024'], 'DD.MM.YYYY', '2024-01-31', '02.02.2024'],
    [['13/2/2024', '14/2/2024'], 'D/M/YYYY', '2024-02-13', '15/2/2024'],
    [['2/13/2024', '2/14/2024'], 'M/D/YYYY', '2024-02-13', '2/15/2024'],
    [['20240130', '20240131'], 'YYYYMMDD', '2024-01-30', '20240201'],
    [['Jan 1 2000', 'Feb 1 2000', 'Mar 1 2000'], 'MMM D YYYY', '2000-01-01', 'Apr 1 2000'],
    [['Jan 9, 2024', 'Jan 10, 2024'], 'MMM D, YYYY', '2024-01-09', 'Jan 11, 2024'],
    [['05-JAN-2024', '06-JAN-2024'], 'DD-MMM-YYYY', '2024-01-05', '07-JAN-2024'],
    [['1. März 2024', '1. April 2024'], 'D. MMMM YYYY', '2024-03-01', '1. Mai 2024'],
    [['12 janv. 2024', '12 févr. 2024'], 'DD MMM YYYY', '2024-01-12', '12 mars 2024'],
    [['2024년 1월 9일', '2024년 1월 10일'], 'YYYY년 M월 D일', '2024-01-09', '2024년 1월 11일'],
    [['1949-01', '1949-02', '1949-03'], 'YYYY-MM', '1949-01-01', '1949-04'],
    [['Jan 2020', 'Feb 2020', 'Mar 2020'], 'MMM YYYY', '2020-01-01', 'Apr 2020'],
    [['2000Q3', '2000Q4', '2001Q1'], 'YYYY[Q]Q', '2000-07-01', '2001Q2'],
    [['Q3 2000', 'Q4 2000', 'Q1 2001'], '[Q]Q YYYY', '2000-07-01', 'Q2 2001'],
    [['2020-W52', '2020-W53', '2021-W01'], 'YYYY-[W]WW', '2020-12-21', '2021-W02'],
    [['1880', '1881', '1882'], 'YYYY', '1880-01-01', '1883'],
    [['1-11', '1-12', '2-01'], 'Y-MM', '0001-11-01', '2-02'],
    [['1704067200000000', '1704070800000000'], 'xx', '2024-01-01', '1704074400000000'],
    [['1704067200000000000', '1704070800000000000'], 'xxx', '2024-01-01', '1704074400000000000'],
    [['2024-01-01 09:00', '2024-01-01 10:00'], 'YYYY-MM-DD HH:mm', '2024-01-01T09', '2024-01-01 11:00'],
    [
      ['2024-01-01T09:00:00Z', '2024-01-01T10:00:00Z'],
      'YYYY-MM-DDTHH:mm:ssZ',
      '2024-01-01T09',
      '2024-01-01T11:00:00Z',
    ],
    [
      ['2024-01-01T00:00+09:00', '2024-01-01T01:00+09:00'],
      'YYYY-MM-DDTHH:mmZ',
      '2023-12-31T15',
      '2024-01-01T02:00+09:00',
    ],
    [
      ['2024-01-01 09:00 KST', '2024-01-01 10:00 KST'],
      'YYYY-MM-DD HH:mm Z',
      '2024-01-01T00',
      '2024-01-01 11:00 KST',
    ],
    [['1/15/2024 11:00 AM', '1/15/2024 12:00 PM'], 'M/D/YYYY h:mm A', '2024-01-15T11', '1/15/2024 1:00 PM'],
    [
      ['2024. 1. 9. 오전 11:00', '2024. 1. 9. 오후 12:00'],
      'YYYY. M. D. A h:mm',
      '2024-01-09T11',
      '2024. 1. 9. 오후 1:00',
    ],
    [['1704067200', '1704070800'], 'X', '2024-01-01T00', '1704074400'],
    [['1704067200000', '1704070800000'], 'x', '2024-01-01T00', '1704074400000'],
  ])('are found: %j', (dates, format, first, next) => {
    const { report, series, datesAhead } = read(dates);
    expect(report.dates!.formats).toEqual([format]);
    expect(series.dates![0].toISOString()).toContain(first);
    expect(datesAhead(1)[0].cells).toEqual([next]);
    expect(report.columns).toEqual(['y']);
  });

  it('are decided by the whole column: one day behind the twelfth', () => {
    const days = ['01/02/2024', '02/02/2024', '13/02/2024'];
    expect(read(days).report.dates!.formats).toEqual(['DD/MM/YYYY']);
    expect(read(days).series.dates![0].toISOString()).toBe('2024-02-01T00:00:00.000Z');
  });

  it('are decided by their order, and it is said', () => {
    // As months first they would jump from December to January and back.
    const days = ['10/01/2024', '11/01/2024', '12/01/2024', '01/02/2024', '02/02/2024'];
    const { report } = read(days);
    expect(report.dates!.formats).toEqual(['DD/MM/YYYY']);
    expect(report.notes.join()).toContain('only so do the dates go one way');
  });

  it('are decided by even steps, and it is said', () => {
    const months = Array.from(
      { length: 15 },
      (_, i) => `${String((i % 12) + 1).padStart(2, '0')}/01/${2020 + Math.floor(i / 12)}`,
    );
    const { report } = read(months);
    expect([report.dates!.formats, report.step]).toEqual([['MM/DD/YYYY'], 'monthly']);
    expect(report.notes.join()).toContain('only so are the dates evenly apart');
  });

  it('are asked about where nothing decides them', () => {
    const days = ['01/02/2024', '02/02/2024', '03/02/2024', '04/02/2024', '05/02/2024', '06/02/2024'];
    expect(() => read(days)).toThrow(
      "a.csv: '01/02/2024' in 'date' can be 1 February 2024 or 2 January 2024, and no other date there decides it\n" +
        '  say --date-format DD/MM/YYYY or --date-format MM/DD/YYYY',
    );
    expect(read(days, { dateFormat: 'MM/DD/YYYY' }).report.step).toBe('monthly');
    expect(read(days, { dateFormat: '%d/%m/%Y' }).report.step).toBe('daily');
    expect(read(days, { dateFormat: 'dd/mm/yyyy' }).report.step).toBe('daily');
  });

  it.each([
    [
      [
        '2024-01-01',
        '2024-01-02',
        '2024-02-30',
        '2024-01-04',
        '2024-01-05',
        '2024-01-06',
        '2024-01-07',
        '2024-01-08',
        '2024-01-09',
      ],
      "a.csv, line 4: '2024-02-30' in 'date' is no date, as the others are: YYYY-MM-DD\n  mend it",
    ],
    [
      ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04', 'Total'],
      "line 6: 'Total' in 'date' is no date, as the others are: YYYY-MM-DD\n  mend it, or if the data end before it: --rows 4",
    ],
    [
      ['2024-01-01', '2024-01-02', '', '2024-01-04', '2024-01-05', '2024-01-06', '2024-01-07'],
      "line 4: there is no date in 'date'",
    ],
  ])('have a line where one is none', (dates, message) => {
    expect(() => read(dates)).toThrow(message);
    expect(() => read(dates)).toThrow(FormatError);
  });

  it('may stand in several columns', () => {
    const two = readTable(
      table('Date;Time;y', '10/03/2004;18.00.00;2,5', '10/03/2004;19.00.00;2', '13/03/2004;20.00.00;2'),
    );
    expect(two.report.dates).toEqual({ columns: ['Date', 'Time'], formats: ['DD/MM/YYYY', 'HH.mm.ss'] });
    expect(two.series.dates![0].toISOString()).toBe('2004-03-10T18:00:00.000Z');
    expect(two.datesAhead(1)[0].cells).toEqual(['13/03/2004', '21.00.00']);
    const four = table('year,month,day,hour,y', '2010,1,1,22,1', '2010,1,1,23,5', '2010,1,2,0,3');
    for (const date of [undefined, 'year,month,day,hour']) {
      const { report, datesAhead } = readTable(four, { date });
      expect([report.step, report.columns]).toEqual(['hourly', ['y']]);
      expect(datesAhead(1)[0].cells).toEqual(['2010', '1', '2', '1']);
    }
    const hours = readTable(table('dteday,hr,y', '2011-01-01,22,3', '2011-01-01,23,5', '2011-01-02,0,6'));
    expect([hours.report.step, hours.report.columns]).toEqual(['hourly', ['y']]);
  });

  it('are taken from the column that is named', () => {
    const two = table('sent,paid,y', '2024-01-01,2024-03-05,1', '2024-01-02,2024-03-04,2');
    expect(readTable(two).report.dates!.columns).toEqual(['sent']);
    expect(readTable(two, { date: 'paid' }).report.notes).toContain('newest first: turned round');
    expect(() => readTable(two, { date: 'y' })).toThrow(
      "line 2: '1' in 'y' is no date\n  say how it is written",
    );
  });
});

describe('a form of dates', () => {
  it('reads what it writes', () => {
    const formats = [
      'YYYY-MM-DD HH:mm:ss',
      'D.M.YYYY H:mm:ss',
      'MMM D, YYYY hh:mm:ss A',
      'YYYYMMDDHHmmss',
      'X',
      'DD-MMMM-YYYY HH:mm:ss',
    ];
    const times = fc.integer({ min: -2_000_000_000, max: 4_000_000_000 });
    fc.assert(
      fc.property(fc.constantFrom(...formats), times, (format, seconds) => {
        const { parse, write } = dateCodec({ format });
        expect(parse(write(1000 * seconds))).toBe(1000 * seconds);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['%Y-%m-%d %H:%M', 'YYYY-MM-DD HH:mm'],
    ['dd.mm.yyyy hh:mm', 'DD.MM.YYYY HH:mm'],
    ['yyyy-MM-dd', 'YYYY-MM-DD'],
    ['D/M/YYYY', 'D/M/YYYY'],
  ])('may be said as %s', (said, format) => {
    expect(formatSaid(said)).toBe(format);
  });

  it('has a year', () => {
    expect(() => dateCodec({ format: 'DD.MM.' })).toThrow("'DD.MM.' has no year\n  such as YYYY-MM-DD");
  });
});
