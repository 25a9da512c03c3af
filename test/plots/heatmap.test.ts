import { describe, expect, it } from 'vitest';
import { ValueError } from '../../src/errors.js';
import { heatmap } from '../../src/plots/heatmap.js';
import { wellFormed } from './well-formed.js';

const title = 'A table';
/** Colours of the cells, row after row. */
const cells = (svg: string): string[] =>
  [...svg.matchAll(/<rect [^>]*fill="(#\w+)"><title>/g)].map(([, color]) => color);

describe('a heatmap', () => {
  it('goes from pale to blue', () => {
    const [least, middle, most] = cells(heatmap([[0, 5, 10]], { title }));
    expect([least, most]).toEqual(['#f7f8fa', '#004a80']);
    // Half way: (247 + 0) / 2, (248 + 74) / 2, (250 + 128) / 2.
    expect(middle).toBe('#7ca1bd');
  });

  it('is orange below 0 and blue above where there are both, and 0 is pale', () => {
    expect(cells(heatmap([[-2, 0, 2]], { title }))).toEqual(['#a83a00', '#f7f8fa', '#004a80']);
    // The greater side sets both.
    expect(cells(heatmap([[-1, 0, 2]], { title }))[0]).not.toBe('#a83a00');
  });

  it('takes a range, beyond which nothing gets darker', () => {
    expect(cells(heatmap([[1, 9]], { title, range: [2, 3] }))).toEqual(['#f7f8fa', '#004a80']);
  });

  it('is grey where there is no value', () => {
    expect(cells(heatmap([[1, NaN, 2]], { title }))[1]).toBe('#9aa0a6');
  });

  it('writes numbers into cells with room for them, and names every one', () => {
    const svg = heatmap([[5, 1]], {
      title,
      rows: ['a'],
      columns: ['x', 'y'],
      rowTitle: 'right',
      columnTitle: 'given',
    });
    expect(wellFormed(svg)).toBe('svg');
    expect(svg).toContain('<title>a, y: 1</title>');
    expect(svg).toMatch(/pointer-events="none">5</);
    expect(svg).toContain('down: right · across: given');
    expect(svg).toContain('1 rows and 2 columns, from 1 to 5.');
    expect(heatmap([[5]], { title })).toContain('<title>row 0, column 0: 5</title>');
  });

  it('leaves numbers and names out of large tables', () => {
    const values = Array.from({ length: 60 }, () => new Float32Array(60).fill(1));
    const svg = heatmap(values, { title, columns: values.map(() => 'long name') });
    expect(cells(svg)).toHaveLength(0);
    expect(svg).not.toContain('long name');
    expect(svg.match(/<rect/g)!.length).toBeGreaterThan(3600);
  });

  it('slants column names that are too wide', () => {
    const columns = ['a long name', 'another'];
    expect(heatmap([[1, 2]], { title, columns })).toContain('rotate(-45');
    expect(heatmap([[1, 2]], { title, columns: ['a', 'b'] })).not.toContain('rotate');
  });

  it.each([
    ['nothing', [], {}, 'the table is empty'],
    ['empty rows', [[]], {}, 'the table is empty'],
    ['ragged rows', [[1, 2], [1]], {}, 'row 1 has 1 values, but the first has 2'],
    ['no finite value', [[NaN]], {}, 'no finite value'],
    ['other numbers of names', [[1, 2]], { columns: ['a'] }, '1 columns are named, but the table has 2'],
    ['a range that is none', [[1]], { range: [2, 2] as const }, 'range'],
  ])('refuses %s', (_, values, options, message) => {
    expect(() => heatmap(values, { title, ...options })).toThrow(ValueError);
    expect(() => heatmap(values, { title, ...options })).toThrow(message);
  });
});
