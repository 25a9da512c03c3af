import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.js';
import { readCsv } from '../../src/tables/csv.js';
import { dialectOf } from '../../src/tables/dialect.js';
import { readTable } from '../../src/tables/series.js';

const table = (...lines: string[]): string => `${lines.join('\n')}\n`;
const days = ['2024-01-01,10,3', '2024-01-02,12,4', '2024-01-03,11,9'];
const named = table('day,a,b', ...days);

describe('cells are told apart', () => {
  it.each([
    ['semicolons, though numbers have commas', 'day;y\n01.01.2024;1,5\n02.01.2024;2,5\n', ';'],
    ['semicolons, without names', '01.01.2024;1,5\n02.01.2024;2,5\n', ';'],
    ['tabs, though words have commas', 'day\ty\n1\ta, b\n2\tc\n', '\t'],
    ['bars', 'day|y\n2024-01-01|1\n', '|'],
    ['commas, though texts have semicolons', 'text,label\n"a; b",x\nc; d,y\ne,x\n', ','],
    ['commas, though quotes have any sign', 'a,b\n"1;2;3",4\n"1;2;3",4\n', ','],
    ['blanks', 'day y\n2024-01-01   1.5\n2024-01-02  2\n', ' '],
    ['what the file says', 'sep=|\na,b|c\n1,5|2\n', '|'],
    ['nothing, of one column', 'Passengers\n112\n118\n', ','],
  ])('by %s', (_, text, separator) => {
    expect(dialectOf(text).separator).toBe(separator);
  });

  it('by what is said', () => {
    const text = 'day;y\n2024-01-01;1\n2024-01-02;2\n';
    expect(readCsv(text, { separator: ',' }).columns).toEqual(['day;y']);
    expect(readCsv(text.replaceAll(';', '\t'), { separator: 'tab' }).columns).toEqual(['day', 'y']);
    expect(readCsv('a  b\n1   2\n', { separator: 'space' }).rows[0].cells).toEqual(['1', '2']);
  });

  it('with lines as an editor counts them', () => {
    const text = 'a,b\r\n"x\r\ny",1\r\n\r\n# no row\r\nz,2\r\n';
    expect(readCsv(text).rows.map(({ line }) => line)).toEqual([2, 6]);
    expect(readCsv(text.replaceAll('\r\n', '\r')).rows.map(({ line }) => line)).toEqual([2, 6]);
    expect(readCsv('text,label\n"say\n# this",a\nb,c\n').rows[0].cells[0]).toBe('say\n# this');
  });
});

describe('names of columns', () => {
  it('are made where there are none, and it is said', () => {
    const { report } = readTable(table(...days));
    expect([report.header, report.columns]).toEqual([false, ['c2', 'c3']]);
    expect(report.notes.join()).toContain('no row of names');
    expect(readTable(table('1,x', '2,y', '3,x'), { header: false }).report.rows).toBe(3);
  });

  it('may be wanted where the first row seems to be data', () => {
    const wide = table('1,2', '10,20', '11,25');
    expect(readTable(wide).series.columns).toEqual(['c1', 'c2']);
    expect(readTable(wide, { header: true }).series.columns).toEqual(['1', '2']);
  });

  it('may be missing over an index, at the left or right', () => {
    const index = table(',day,a', '0,2024-01-01,5', '1,2024-01-02,4', '2,2024-01-03,8');
    expect(readTable(index).report.leftOut).toEqual([{ column: 'c1', why: 'counts the rows' }]);
    expect(readTable(table(',a', '2024-01-01,5', '2024-01-02,4')).report.dates!.columns).toEqual(['c1']);
    expect(readTable(table('day,a,,', '2024-01-01,5,,', '2024-01-02,4,,')).report.notes).toContain(
      '2 empty columns left out',
    );
    expect(
      readTable(table('day,a', '2024-01-01,5,', '2024-01-02,4,', '2024-01-03,4,')).report.columns,
    ).toEqual(['a']);
  });

  it('may go on over several lines', () => {
    const rows = ['2024-01-02,1.5,2', '2024-01-03,3,4', '2024-01-04,3,4', '2024-01-05,3,4'];
    const { report } = readTable(table('Price,Close,Open', 'Ticker,AAPL,AAPL', 'Date,,', ...rows));
    expect([report.rows, report.columns]).toEqual([4, ['Close', 'Open']]);
    expect(report.notes).toContain('line 2 and 3 left out: names or units, no data');
  });

  it('can be repeated by nobody', () => {
    const twice = table('a,a', '1,2', '2,4');
    expect(() => readTable(twice)).toThrow("two columns are called 'a'\n  rename one of them");
    expect(readTable(twice, { header: false, skip: 1 }).series.columns).toEqual(['c1', 'c2']);
  });
});

describe('what is no data', () => {
  it('is left out where it is empty', () => {
    const { report } = readTable(`${named}\n,,\n,,\n;;\n`.replace(';;\n', ''));
    expect([report.rows, report.notes]).toEqual([3, ['2 empty rows left out']]);
  });

  it.each([
    [
      'a title',
      `Sales of the year\n\n${named}`,
      "line 1 ('Sales of the year') before the table: no data",
      '--skip 2',
    ],
    [
      'titles in a sheet',
      `Sales,,\nSource: Bank,,\n${named}`,
      "line 1 ('Sales') and line 2 ('Source: Bank') before",
      '--skip 2',
    ],
    ['a footer', `${named}\nSource: Bank\n`, "line 6 ('Source: Bank') behind the table", '--rows 3'],
    [
      'both',
      `Sales\n${named}Source: Bank\n`,
      "line 1 ('Sales') before the table, line 6 ('Source: Bank') behind",
      '--skip 1 --rows 3',
    ],
  ])('is an error that says how to read without it: %s', (_, text, message, advice) => {
    expect(() => readTable(text)).toThrow(message);
    expect(() => readTable(text)).toThrow(`to read the table alone: ${advice}`);
    expect(() => readTable(text)).toThrow(FormatError);
    const skip = Number(/--skip (\d+)/.exec(advice)?.[1] ?? 0);
    const rows = /--rows (\d+)/.exec(advice)?.[1];
    const { series } = readTable(text, { skip, ...(rows === undefined ? {} : { rows: Number(rows) }) });
    expect([...series.values[0]]).toEqual([10, 12, 11]);
  });

  it('is a row of another length', () => {
    expect(() => readTable(table('a,b', '1,2', '3,4,5', '6,7'))).toThrow(
      'line 3: it has another number of cells than the others: 3, not 2',
    );
  });

  it('is a file of many series', () => {
    expect(() => readTable('@relation r\n@attribute a string\n@data\nT1:1,2,3\n')).toThrow(
      'a file of several series',
    );
  });
});

describe('a wide table', () => {
  it.each([
    ['years', table('land,code,1960,1961,1962,1963,1964', 'A,AA,1,2,3,4,5', 'B,BB,1,2,3,4,5')],
    ['days', table('land,1/22/20,1/23/20,1/24/20,1/25/20,1/26/20', 'A,1,2,3,4,5', 'B,1,2,3,4,5')],
  ])('is not read across: %s', (_, text) => {
    expect(() => readTable(text)).toThrow('is wide: its columns are times');
  });
});

describe('a long table', () => {
  const long = table(
    'symbol,day,y',
    ...['MSFT', 'IBM'].flatMap((s) => days.map((day) => `${s},${day.slice(0, 13)}`)),
  );

  it('is refused, with one of its series as the way out', () => {
    expect(() => readTable(long, { name: 'a.csv' })).toThrow(
      "a.csv holds 2 series one below the other, by 'symbol': MSFT, IBM\n  they are not to be learnt as one; take one of them: --where symbol=MSFT",
    );
    const { series, report } = readTable(long, { where: ['symbol=IBM'] });
    expect([...series.values[0]]).toEqual([10, 12, 11]);
    expect(report.notes).toContain('3 of 6 rows: those with symbol=IBM');
  });

  it('may be long by two columns, and by years', () => {
    const shops = [1, 2].flatMap((shop) =>
      [1, 2].flatMap((item) => days.map((day) => `${day.slice(0, 10)},${shop},${item},${shop + item}`)),
    );
    expect(() => readTable(table('day,shop,item,sold', ...shops))).toThrow(
      "4 series one below the other, by 'shop' and 'item'",
    );
    const years = ['A', 'B'].flatMap((land) =>
      [2000, 2001, 2002].map((year) => `${land},${year},${year % 7}`),
    );
    expect(() => readTable(table('land,year,y', ...years))).toThrow(
      "2 series one below the other, by 'land'",
    );
  });

  it('is none because of some days twice', () => {
    const rows = Array.from(
      { length: 20 },
      (_, i) => `2024-01-${String(10 + i)},${i % 7},${i % 2 === 0 ? 'dry' : 'wet'}`,
    );
    expect(() => readTable(table('day,y,sky', ...rows, '2024-01-29,3,dry'))).toThrow(
      '1 date with several rows',
    );
  });
});
