import { describe, expect, it } from 'vitest';
import { ValueError } from '../../src/errors.js';
import { terminalPlot } from '../../src/plots/terminal.js';

const small = { width: 20, height: 4 };
const plain = { ...small, ascii: true };

describe('a plot in the terminal', () => {
  it('draws letters, with the greatest and the least value at the left', () => {
    // Columns 18, rows 4: a straight line falls by one row every 6 columns.
    expect(terminalPlot([3, 2, 1, 0], plain).split('\n')).toEqual([
      '3 ***',
      '     ******',
      '           ******',
      '0                ***'.slice(0, 17) + '***',
    ]);
  });

  it('draws Braille dots, 2 × 4 a character', () => {
    const rows = terminalPlot([1, 0], { width: 20, height: 2 }).split('\n');
    expect(rows).toHaveLength(2);
    // 36 columns of dots in 8 rows: the first three at the top, the last three at the bottom.
    expect(rows[0]).toMatch(/^1 ⠉⠑/);
    expect(rows[1]).toMatch(/⢄⣀$/);
    expect(rows.every((row) => row.length === 20)).toBe(true);
  });

  it('holds steep lines together', () => {
    const rows = terminalPlot([0, 0, 9, 9], { width: 20, height: 9, ascii: true }).split('\n');
    expect(rows.every((row) => row.includes('*'))).toBe(true);
  });

  it('keeps peaks that are thinner than a column', () => {
    const values = new Float32Array(10_000);
    values[5000] = 7;
    const [top] = terminalPlot(values, plain).split('\n');
    expect(top).toMatch(/^7 {5,}\*$/);
  });

  it('draws a constant in the middle, and one value as a dot', () => {
    expect(terminalPlot([5, 5, 5], plain).split('\n')[2]).toBe(`  ${'*'.repeat(18)}`);
    expect(terminalPlot([5], plain).replace(/[^*]/g, '')).toBe('*');
  });

  it('leaves gaps where there is no value', () => {
    const values = [1, 1, 1, NaN, NaN, NaN, 1, 1, 1];
    expect(terminalPlot(values, plain)).toMatch(/\*{3,} +\*{3,}/);
  });

  it('tells several lines apart, without colours, and says which is which', () => {
    const series = [
      { name: 'train', values: [3, 1] },
      { name: 'validation', values: [3, 2] },
    ];
    expect(terminalPlot(series, plain).split('\n').at(-1)).toBe('* train   o validation');
    expect(terminalPlot(series, small).split('\n').at(-1)).toBe('⠤⠤⠤⠤ train   ⠄⠄⠄⠄ validation');
  });

  it('puts values where they belong if they say where', () => {
    const series = [
      { name: 'train', x: [0, 1, 2, 3, 4], values: [5, 4, 3, 2, 1] },
      { name: 'validation', x: [3, 4], values: [5, 5] },
    ];
    // Three quarters of the way from 0 to 17.
    expect(terminalPlot(series, plain).split('\n')[0]).toMatch(/^5 \*{3} {10}o{5}$/);
  });

  it('has a true minus, but not in plain letters', () => {
    expect(terminalPlot([-1, 0], small)).toContain('−1 ');
    expect(terminalPlot([-1, 0], plain)).toContain('-1 ');
    expect(terminalPlot([-1, 0], plain)).toMatch(/^[\x00-\x7f]*$/);
  });

  it.each([
    ['no value', [], {}],
    ['no finite value', [NaN, Infinity], {}],
    ['too narrow a plot', [1], { width: 10 }],
    ['too low a plot', [1], { height: 1 }],
    ['half a line', [1], { height: 2.5 }],
    ['an x of another length', [{ name: 'a', values: [1], x: [1, 2] }], {}],
    ['an x that falls', [{ name: 'a', values: [1, 2], x: [2, 1] }], {}],
  ])('refuses %s', (_, series, options) => {
    expect(() => terminalPlot(series, options)).toThrow(ValueError);
  });
});
