import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ValueError } from '../../src/errors.js';
import { forecastChart, lossChart } from '../../src/plots/charts.js';
import { lineChart } from '../../src/plots/line-chart.js';
import { wellFormed } from './well-formed.js';

const title = 'A chart';
/** Coordinates of the paths of a class. */
const paths = (svg: string, className: string): string[] =>
  [...svg.matchAll(new RegExp(`<path d="([^"]*)"[^>]*class="${className}"`, 'g'))].map(([, d]) => d);

describe('a line chart', () => {
  it('has a look of its own for each of up to sixteen lines', () => {
    const lines = Array.from({ length: 16 }, (_, i) => ({ name: String(i), y: [i, i + 1] }));
    const svg = lineChart(lines, { title });
    const looks = [...svg.matchAll(/<path [^>]*class="(stroke-\d)"[^>]*>/g)].map(
      ([tag, name]) => `${name} ${/dasharray="([^"]*)"/.exec(tag)?.[1] ?? ''}`,
    );
    expect(new Set(looks).size).toBe(16);
  });

  it('has a title and a description for those who do not see it', () => {
    const svg = lineChart([{ name: 'loss', y: [3, 1, 2] }], { title: 'Loss' });
    expect(wellFormed(svg)).toBe('svg');
    expect(svg).toMatch(/role="img" aria-labelledby="(\w+)-title \1-desc"/);
    expect(svg).toMatch(/<title id="[\w-]+">Loss<\/title>/);
    expect(svg).toContain('loss: from 3 at 0 to 2 at 2, least 1, greatest 3.');
    expect(lineChart([{ name: 'loss', y: [3] }], { title, description: 'Own words' })).toContain(
      '>Own words<',
    );
  });

  it('tells its ids apart from those of other charts in a page', () => {
    const id = (y: number[]): string => /desc id="(\w+)/.exec(lineChart([{ name: 'a', y }], { title }))![1];
    expect(id([1, 2])).not.toBe(id([1, 3]));
  });

  it('draws a line from the left to the right edge, high where values are high', () => {
    const [line] = paths(lineChart([{ name: 'a', y: [0, 10] }], { title }), 'stroke-0').slice(-1);
    const [x0, y0, x1, y1] = line.match(/[\d.]+/g)!.map(Number);
    expect([x0 < 80, x1]).toEqual([true, 616]);
    expect(y0).toBe(332);
    expect(y1).toBe(72);
  });

  it('leaves gaps where there is no value, and dots where one stands alone', () => {
    const svg = lineChart([{ name: 'a', y: [1, 2, NaN, 3, Infinity, 4, 5] }], { title });
    expect(paths(svg, 'stroke-0').at(-1)!.match(/M/g)).toHaveLength(2);
    expect(svg.match(/<circle/g)).toHaveLength(1);
  });

  it('draws a band where both edges are known', () => {
    const svg = lineChart([{ name: 'a', y: [1, 2, 3], lower: [NaN, 1, 2], upper: [NaN, 3, 4] }], { title });
    const [area] = paths(svg, 'fill-0');
    expect(area.match(/[ML]/g)).toHaveLength(4);
    expect(svg).toContain('with a band around it');
  });

  it('has dates on its axis', () => {
    const x = [2019, 2020, 2021, 2022].map((year) => new Date(Date.UTC(year, 0)));
    const svg = lineChart([{ name: 'a', x, y: [1, 2, 3, 4] }], { title });
    for (const year of [2019, 2020, 2021, 2022]) expect(svg).toContain(`>${year}-01<`);
    expect(svg).toContain('from 1 at 2019-01-01 to 4 at 2022-01-01');
  });

  it('counts whole steps whole', () => {
    const svg = lineChart([{ name: 'a', y: [3, 1, 2] }], { title });
    expect(svg).toContain('>1</text>');
    expect(svg).not.toContain('>0.5</text>');
  });

  it('has a logarithmic scale', () => {
    const svg = lineChart([{ name: 'a', y: [1, 10, 100] }], { title, yScale: 'log' });
    const places = paths(svg, 'stroke-0')
      .at(-1)!
      .match(/[\d.]+/g)!
      .map(Number);
    expect(places[1] - places[3]).toBeCloseTo(places[3] - places[5], 0);
  });

  it('follows the reader to a dark page by default, and stays as told else', () => {
    const dark = (theme?: 'auto' | 'light' | 'dark'): [boolean, boolean] => {
      const svg = lineChart([{ name: 'a', y: [1, 2] }], { title, theme });
      return [svg.includes('prefers-color-scheme'), svg.includes('fill="#16181d"')];
    };
    expect(dark()).toEqual([true, false]);
    expect(dark('light')).toEqual([false, false]);
    expect(dark('dark')).toEqual([false, true]);
  });

  it('stays small with many points, and keeps the highest and the lowest', () => {
    const y = Float64Array.from({ length: 100_000 }, (_, i) => Math.sin(i / 1000));
    y[12_345] = 10;
    y[54_321] = -10;
    const svg = lineChart([{ name: 'a', y }], { title, height: 360 });
    expect(svg.length).toBeLessThan(60_000);
    const ys = paths(svg, 'stroke-0')
      .at(-1)!
      .match(/ [\d.]+/g)!
      .map(Number);
    expect([Math.min(...ys), Math.max(...ys)]).toEqual([72, 332]);
  });

  it('wraps a long legend, and cuts a name that is wider than the picture', () => {
    const series = Array.from({ length: 5 }, (_, i) => ({
      name: `한글 이름 ${'길다 '.repeat(6)}${i}`,
      y: [i, i],
    }));
    const svg = lineChart(series, { title: 'x'.repeat(200) });
    const rows = new Set([...svg.matchAll(/<path d="M16 (\d+)h28/g)].map(([, y]) => y));
    expect(rows.size).toBeGreaterThan(1);
    expect(lineChart([{ name: 'y'.repeat(200), y: [1] }], { title })).toContain('y…</text>');
  });

  it('is XML whatever the names', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (name, label) => {
        const svg = lineChart([{ name, y: [1, 2] }], { title: name, xLabel: label, yLabel: label });
        expect(wellFormed(svg)).toBe('svg');
      }),
      { numRuns: 50 },
    );
    const svg = lineChart([{ name: '<b>&"\0\ud800', y: [1] }], { title });
    expect(svg).toContain('&lt;b&gt;&amp;&quot;\ufffd\ufffd');
  });

  it.each([
    ['no series', [], 'nothing to draw'],
    ['no finite value', [{ name: 'a', y: [NaN] }], 'nothing to draw'],
    ['an x of another length', [{ name: 'a', y: [1, 2], x: [1] }], 'x has 1 values, y 2'],
    ['an x that falls', [{ name: 'a', y: [1, 2], x: [2, 1] }], 'x must rise, but value 1 is 1'],
    ['an x that is not a date', [{ name: 'a', y: [1], x: [new Date('?')] }], 'x must rise'],
    ['half a band', [{ name: 'a', y: [1], lower: [0] }], 'only one of them'],
  ])('refuses %s', (_, series, message) => {
    expect(() => lineChart(series, { title })).toThrow(ValueError);
    expect(() => lineChart(series, { title })).toThrow(message);
  });

  it('refuses values without logarithms, sizes without room, and themes that are none', () => {
    const y = [1, 0];
    expect(() => lineChart([{ name: 'a', y }], { title, yScale: 'log' })).toThrow('no place for 0');
    expect(() => lineChart([{ name: 'a', y }], { title, width: 50 })).toThrow('too small');
    expect(() => lineChart([{ name: 'a', y }], { title, theme: 'pink' as 'dark' })).toThrow("not 'pink'");
  });
});

describe('a chart of losses', () => {
  it('has training alone, or validation too', () => {
    const train = [
      [1, 3],
      [2, 2],
    ] as const;
    expect(lossChart({ train })).not.toContain('validation');
    const svg = lossChart({ train, validation: [[2, 2.5]] }, { title: 'Mine' });
    expect(svg).toContain('train: from 3 at 1 to 2 at 2');
    expect(svg).toContain('validation: from 2.5 at 2');
    expect(svg).toContain('>Mine<');
  });
});

describe('a chart of a forecast', () => {
  const forecast = [
    { mean: 4, lower: 3, upper: 5 },
    { mean: 5, lower: 3, upper: 7 },
  ];

  it('goes on behind the truth, with its interval', () => {
    const svg = forecastChart({ truth: [1, 2, 3], forecast });
    expect(svg).toContain('prediction and its interval: from 4 at 3 to 5 at 4');
  });

  it('stands over the truth where that is known', () => {
    const svg = forecastChart({ truth: [1, 2, 3], forecast, from: 1 });
    expect(svg).toContain('prediction and its interval: from 4 at 1 to 5 at 2');
  });

  it('goes on as the dates do', () => {
    const dates = [1, 3].map((day) => new Date(Date.UTC(2020, 0, day)));
    expect(forecastChart({ truth: [1, 2], dates, forecast })).toContain(
      'from 4 at 2020-01-05 to 5 at 2020-01-07',
    );
    expect(forecastChart({ truth: [1, 2], dates, forecast, from: 1 })).toContain('from 4 at 2020-01-03');
  });

  it('has no band where no interval is known', () => {
    const svg = forecastChart({ truth: [1, 2], forecast: [{ mean: 3, lower: null, upper: null }] });
    expect(svg).not.toContain('interval');
  });
});
