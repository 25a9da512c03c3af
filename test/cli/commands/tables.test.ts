import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Here, jsonLines } from '../here.js';

const here = new Here();

describe('tables', () => {
  /** A wave that goes up, by day. */
  const rows = Array.from({ length: 120 }, (_, i) => {
    const day = new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
    return `${day},${(10 + i / 50 + Math.sin(i / 3)).toFixed(4)},${i}`;
  });
  const table = ['day,price,n', ...rows, ''].join('\n');
  const FORECAST = [
    '--target',
    'price',
    '--epochs',
    '8',
    '--hidden',
    '8',
    '--horizon',
    '2',
    '--out',
    'm.safetensors',
  ];

  it('are forecast, beside naive forecasts', async () => {
    here.write('prices.csv', table);
    const { status, stdout, stderr } = await here.run(['train', 'prices.csv', ...FORECAST]);
    expect([status, stdout.split('\n').length]).toEqual([0, 9]);
    expect(stderr).toMatch(
      /price, held out +MAE +RMSE +MASE\nmodel .*\nnaive .*\n.*naive.*, over 11 forecasts of 2 steps\n/,
    );
    const ahead = await here.run(['forecast', 'm.safetensors', 'prices.csv', '--svg', 'ahead.svg']);
    expect(ahead.stdout).toMatch(
      /^step,day,price,lower,upper\n1,2024-04-30,1\d\.\d{4},\d+\.\d{4},\d+\.\d{4}\n2,2024-05-01,/,
    );
    expect(here.read('ahead.svg')).toMatch(/^<svg/);
    const [read, first] = jsonLines(
      (await here.run(['forecast', 'm.safetensors', 'prices.csv', '--json'])).stdout,
    ) as unknown as { type: string; price: number; lower: number; upper: number; date: string }[];
    expect(read).toMatchObject({ type: 'table', rows: 120, step: 'daily', columns: ['price', 'n'] });
    expect(first.date).toBe('2024-04-30');
    expect(first.lower).toBeLessThan(first.upper);
    const measured = await here.run(['eval', 'm.safetensors', 'prices.csv', '--fail-above', 'mae=0.0001']);
    expect([measured.status, measured.stdout]).toEqual([
      5,
      expect.stringMatching(/mae \S+ is above 0.0001\n$/),
    ]);
  });

  it('are read again as they were, without a setting, and asked about where they differ', async () => {
    const lines = Array.from({ length: 60 }, (_, i) => {
      const month = new Date(Date.UTC(2015, i, 1)).toISOString().slice(0, 7).split('-').reverse().join('/');
      return `${month};${i === 30 ? '-9' : `1.${String(200 + ((i * 37) % 90))},5`}`;
    });
    here.write('mengen.csv', ['Umsatz', 'Monat;Menge', ...lines, ''].join('\n'));
    const args = [
      '--skip',
      '1',
      '--na',
      '-9',
      '--missing',
      'linear',
      '--epochs',
      '1',
      '--out',
      'm.safetensors',
    ];
    const trained = await here.run(['train', 'mengen.csv', ...args, '--runs', 'months']);
    expect(trained.stderr).toContain('mengen.csv: 60 rows, 01/2015 to 12/2019, monthly\n  columns   Menge\n');
    expect(trained.stderr).toContain("separator ';', decimal ',', thousands '.', UTF-8");
    for (const model of ['m.safetensors', join('months', ...here.files('months'))]) {
      const ahead = await here.run(['forecast', model, 'mengen.csv', '--horizon', '2']);
      expect(ahead.stdout).toMatch(
        /^step;Monat;Menge;lower;upper\n1;01\/2020;1\d\d\d,\d;.*\n2;02\/2020;1\d\d\d,\d;;\n$/,
      );
      expect(ahead.stderr).toContain('note: how far off the model is was measured for 1 step ahead');
    }
    expect((await here.run(['eval', 'm.safetensors', 'mengen.csv', '--season', '12'])).status).toBe(0);
    here.write(
      'commas.csv',
      ['Umsatz', 'Monat,Menge', ...lines.map((line) => line.replace(/;.*/, ',5')), ''].join('\n'),
    );
    expect((await here.fail(['forecast', 'm.safetensors', 'commas.csv'])).stderr).toContain(
      "cells are separated by ',', not ';'\n  if that is meant: --separator ','",
    );
    const long = await here.fail(['train', 'mengen.csv', ...args, '--season', '99']);
    expect(long.stderr).toContain('a season of 99 rows is longer than the 54 rows before the first forecast');
  });

  it('are compared with naive forecasts in an event', async () => {
    here.write('prices.csv', table);
    const told = jsonLines((await here.run(['train', 'prices.csv', ...FORECAST, '--json'])).stdout);
    expect(told[0]).toMatchObject({ type: 'table', file: 'prices.csv', step: 'daily' });
    expect(told.find(({ type }) => type === 'evaluation')).toMatchObject({
      ...{ task: 'forecast', targets: [{ target: 'price', horizon: 2, forecasts: 11 }] },
    });
  });

  it('are forecast the same after a stop', async () => {
    here.write('prices.csv', table);
    await here.run(['train', 'prices.csv', ...FORECAST]);
    const whole = here.bytes('m.safetensors');
    const args = ['train', 'prices.csv', ...FORECAST, '--runs', 'second'];
    await here.run([...args.map((word) => (word === '8' ? '8' : word)), '--epochs', '3']);
    const run = join('second', ...here.files('second'));
    expect((await here.run(['train', '--resume', run, '--epochs', '8'])).status).toBe(0);
    expect(here.bytes('m.safetensors').equals(whole)).toBe(true);
  });

  it.each<[what: string, file: string, contents: string | Uint8Array, args: string[], ...says: string[]]>([
    ['no target', 'a.csv', table, [], 'a.csv is a table: what is to be learnt of it?', '--target COLUMN'],
    ['a target that is not there', 'a.csv', table, ['--target', 'cost'], "there is no column 'cost'"],
    ['a target in another case', 'a.csv', table, ['--target', 'Price'], "did you mean 'price'?"],
    ['a target of words', 'a.csv', 'a,b\nx,1\ny,2\n', ['--target', 'a'], "line 2: 'x' in 'a' is no number"],
    [
      'an empty cell',
      'a.csv',
      'a,b\n1,1\n,2\n',
      ['--target', 'a'],
      "line 3: 'a' has no value",
      '--missing previous',
    ],
    ['too few rows', 'a.csv', 'a,b\n1,1\n2,2\n', ['--target', 'a'], '2 rows are too few: a window of 16'],
    ['a broken quote', 'a.csv', 'a,b\n1,"1\n2,2\n', ['--target', 'a'], 'a quote is opened and never closed'],
    ['a ragged row', 'a.csv', 'a,b\n1,1\n2\n', ['--target', 'a'], 'line 3: it has another number of cells'],
    ['no rows', 'a.csv', 'a,b\n', ['--target', 'a'], 'has names of columns, but no rows'],
    ['nothing', 'a.csv', '', ['--target', 'a'], 'a.csv is empty'],
    [
      'days out of order',
      'a.csv',
      'd,a\n2024-01-02,1\n2024-01-01,2\n2024-01-03,3\n',
      ['--target', 'a'],
      'line 3 (2024-01-01) is earlier than line 2',
      '--sort',
    ],
    [
      'days twice',
      'a.csv',
      'd,a\n2024-01-02,1\n2024-01-02,2\n',
      ['--target', 'a'],
      'lines 2 and 3 (2024-01-02)',
      '--duplicates first',
    ],
    ['a column twice', 'a.csv', 'a,a\nx,2\n', ['--target', 'a'], "two columns are called 'a'"],
    [
      'a title',
      'a.csv',
      'Sales\na,b\n1,2\n',
      ['--target', 'a'],
      "line 1 ('Sales') before the table",
      '--skip 1',
    ],
    ['CP949', 'a.csv', Uint8Array.of(0xb3, 0xaf, 0xc2, 0xa5), [], "--encoding cp949 reads '날짜'"],
    [
      'an unknown way with gaps',
      'a.csv',
      table,
      ['--target', 'price', '--missing', 'zero'],
      'must be one of error, previous',
    ],
  ])('cannot have %s', async (_, file, contents, args, ...says) => {
    here.write(file, contents);
    const result = await here.fail(['train', file, ...args]);
    for (const words of says) expect(result.stderr).toContain(words);
    expect([2, 3]).toContain(result.status);
  });
});
