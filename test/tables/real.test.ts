import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../src/data/encoding.js';
import { readTable, type SeriesOptions } from '../../src/tables/series.js';

/** Files as people have them, beside the checkout where there are any; they are not part of this project. */
const FOLDER = process.env.UNROLLED_REAL_DATA ?? resolve('../shared/real/data');

/** A file, how it is asked for, and what the block says: rows, first and last date, step, columns, formats, decimal, separator. */
type Case = readonly [
  file: string,
  options: SeriesOptions,
  rows: number,
  first: string,
  last: string,
  step: string,
  columns: readonly string[] | number,
  formats: readonly string[],
  written: string,
];
const CASES: readonly Case[] = [
  [
    'AirQualityUCI_excerpt.csv',
    { na: ['-200'], missing: 'linear' },
    299,
    '10/03/2004 18.00.00',
    '23/03/2004 04.00.00',
    'hourly',
    13,
    ['DD/MM/YYYY', 'HH.mm.ss'],
    '; ,',
  ],
  [
    'DK_2024_hourly_excerpt.csv',
    {},
    399,
    '2024/1/1 0:00',
    '2024/1/17 14:00',
    'hourly',
    4,
    ['YYYY/M/D H:mm'],
    ', .',
  ],
  [
    'EKPC_hourly_excerpt.csv',
    { sort: true },
    299,
    '2013-12-19 01:00:00',
    '2014-01-01 00:00:00',
    'hourly, 13 missing',
    ['EKPC_MW'],
    ['YYYY-MM-DD HH:mm:ss'],
    ', .',
  ],
  [
    'airline_utf8bom_semicolon.csv',
    {},
    144,
    '1949-01',
    '1960-12',
    'monthly',
    ['Passengers'],
    ['YYYY-MM'],
    '; .',
  ],
  [
    'daily-minimum-temperatures-in-me_excerpt.csv',
    { na: ['?0.2,?0.8'], missing: 'linear' },
    908,
    '1981-01-01',
    '1983-06-27',
    'daily',
    ['c2'],
    ['YYYY-MM-DD'],
    ', .',
  ],
  [
    'gold_futures_investing.csv',
    { missing: 'previous' },
    35,
    '07/02/2024',
    '12/06/2024',
    'daily, without weekends, 78 missing',
    6,
    ['MM/DD/YYYY'],
    ', .',
  ],
  [
    'household_power_excerpt.txt',
    { missing: 'drop' },
    6,
    '16/12/2006 17:24:00',
    '28/4/2007 00:20:00',
    'every minute, 190491 missing',
    7,
    ['D/M/YYYY', 'HH:mm:ss'],
    '; .',
  ],
  [
    'jbrownlee_airline-passengers.csv',
    {},
    144,
    '1949-01',
    '1960-12',
    'monthly',
    ['Passengers'],
    ['YYYY-MM'],
    ', .',
  ],
  [
    'jbrownlee_daily-max-temperatures_footer.csv',
    { rows: 3650 },
    3650,
    '1981-01-01',
    '1990-12-31',
    'daily, 2 missing',
    1,
    ['YYYY-MM-DD'],
    ', .',
  ],
  ['jbrownlee_shampoo.csv', {}, 36, '1-01', '3-12', 'monthly', ['Sales'], ['Y-MM'], ', .'],
  [
    'pollution_excerpt.csv',
    { missing: 'linear' },
    1475,
    '2010 1 2 0',
    '2010 3 4 10',
    'hourly',
    7,
    ['YYYY', 'M', 'D', 'H'],
    ', .',
  ],
  ['vega_seattle-weather.csv', {}, 1461, '2012-01-01', '2015-12-31', 'daily', 4, ['YYYY-MM-DD'], ', .'],
  ['vega_sp500.csv', {}, 123, 'Jan 1 2000', 'Mar 1 2010', 'monthly', ['price'], ['MMM D YYYY'], ', .'],
  [
    'vega_stocks.csv',
    { where: ['symbol=MSFT'] },
    123,
    'Jan 1 2000',
    'Mar 1 2010',
    'monthly',
    ['price'],
    ['MMM D YYYY'],
    ', .',
  ],
];

const read = (file: string, options: SeriesOptions) => {
  const { text, encoding } = decodeText(readFileSync(join(FOLDER, file)), { name: file });
  return readTable(text, { name: file, encoding, ...options });
};

describe.skipIf(!existsSync(FOLDER))('files of other people', () => {
  it.each(CASES)('%s', (file, options, rows, first, last, step, columns, formats, written) => {
    const { report, form } = read(file, options);
    expect(report).toMatchObject({ rows, first, last, encoding: 'utf-8' });
    expect(`${report.step}${report.missingSteps > 0 ? `, ${report.missingSteps} missing` : ''}`).toBe(step);
    expect(typeof columns === 'number' ? report.columns.length : report.columns).toEqual(columns);
    expect(report.dates!.formats).toEqual(formats);
    expect(`${report.separator} ${report.decimal}`).toBe(written);
    // Read again by its form it is the same, without a setting.
    const again = read(file, { known: form, columns: report.columns }).report;
    expect([again.rows, again.first, again.last]).toEqual([rows, first, last]);
  });

  it.each([
    ['EKPC_hourly_excerpt.csv', 'line 26 (2013-12-30 01:00:00) is earlier than line 25', '--sort'],
    [
      'daily-minimum-temperatures-in-me_excerpt.csv',
      "line 566: '?0.2' in 'c2' is no number",
      "--na '?0.2,?0.8'",
    ],
    ['gold_futures_investing.csv', "line 34: 'Vol.' has no value", '--missing previous'],
    ['household_power_excerpt.txt', "line 8: 'Global_active_power' has no value", '--missing previous'],
    ['jbrownlee_daily-max-temperatures_footer.csv', "line 3653 ('Daily maximum temperatures", '--rows 3650'],
    ['pollution_excerpt.csv', "line 2: 'pm2.5' has no value", '--missing previous'],
    ['vega_stocks.csv', "5 series one below the other, by 'symbol'", '--where symbol=MSFT'],
  ])('%s is not read without a question', (file, message, advice) => {
    expect(() => read(file, {})).toThrow(message);
    expect(() => read(file, {})).toThrow(advice);
  });

  it('has marks for missing values that are suspected', () => {
    expect(read('AirQualityUCI_excerpt.csv', {}).report.notes.join()).toContain('--na -200');
  });
});
