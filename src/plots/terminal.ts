import { ValueError } from '../errors.js';
import { readOptions, type Schema } from '../options.js';
import { shortNumber } from './ticks.js';

/** How a plot for the terminal looks. */
export interface TerminalPlotOptions {
  /** Characters from the left edge to the right one, the numbers at the left included. Default 60. */
  readonly width?: number;
  /** Lines of the plot, without the legend. Default 10. */
  readonly height?: number;
  /** Plain letters instead of Braille, for terminals without Unicode. Default false. */
  readonly ascii?: boolean;
}

const OPTIONS: Schema<TerminalPlotOptions> = {
  width: 'a number',
  height: 'a number',
  ascii: 'true or false',
};

/** A line of a plot for the terminal. */
export interface TerminalSeries {
  readonly name: string;
  readonly values: ArrayLike<number>;
  /** Where the values stand, rising. Default: evenly spread over the whole width. */
  readonly x?: ArrayLike<number>;
}

type Point = readonly [x: number, y: number];

/** A line as points, x from 0 at the left edge to 1 at the right one. */
interface Line {
  readonly name: string;
  readonly points: readonly Point[];
}

/** Dots of a Braille character, (row, column): U+2800 with these bits. */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;
const GLYPHS = ['*', 'o', '+', 'x'];

/**
 * Lines drawn with characters, in Braille dots or plain letters, the least and the greatest value as numbers at the left.
 *
 *     2.3 ⡇
 *         ⠸⡀
 *     0.8  ⠑⠤⠤⣀
 *
 * Several lines share their axes; in Braille the first is solid and the others are dotted ever more thinly, in plain letters
 * each has its own.
 *
 * @param series  values from left to right; one that is not finite is a gap
 * @returns       the lines, with a legend where there are several, without a line break at the end
 * @throws ValueError without a finite value, for an x that falls or is of another length, and for a plot narrower than 20 or lower than 2 characters
 * @example
 * terminalPlot([1, 2, 3, 4], { width: 20, height: 2, ascii: true }).split('\n').length; // 2
 */
export function terminalPlot(
  series: ArrayLike<number> | readonly TerminalSeries[],
  options?: TerminalPlotOptions,
): string {
  const { width = 60, height = 10, ascii = false } = readOptions('terminalPlot', options, OPTIONS);
  if (!(Number.isInteger(width) && width >= 20 && Number.isInteger(height) && height >= 2)) {
    throw new ValueError(`a plot of ${width} × ${height} characters is too small: take 20 × 2 or more`);
  }
  const lines = linesOf(series);
  const known = lines.flatMap(({ points }) => points.map(([, y]) => y).filter(Number.isFinite));
  if (known.length === 0) throw new ValueError('there is nothing to draw: no finite value');
  const low = known.reduce((a, b) => Math.min(a, b));
  const high = known.reduce((a, b) => Math.max(a, b));
  const number = (value: number): string => {
    const text = shortNumber(value);
    return ascii ? text.replace('\u2212', '-').replace('\u2013', '-') : text;
  };
  const labels = [number(high), ...Array.from({ length: height - 2 }, () => ''), number(low)];
  const margin = Math.max(labels[0].length, labels[height - 1].length);
  const columns = width - margin - 1;
  const drawn = ascii
    ? inLetters(lines, low, high, columns, height)
    : inDots(lines, low, high, columns, height);
  const rows = drawn.map((row, i) => `${labels[i].padStart(margin)} ${row}`.trimEnd());
  return [...rows, ...(lines.length > 1 ? [legend(lines, ascii)] : [])].join('\n');
}

function linesOf(series: ArrayLike<number> | readonly TerminalSeries[]): Line[] {
  const isNamed = (list: typeof series): list is readonly TerminalSeries[] =>
    Array.isArray(list) && typeof list[0] === 'object';
  const named = isNamed(series) ? series : [{ name: '', values: series }];
  const given = named.flatMap(({ name, values, x }) => {
    if (x === undefined) return [];
    if (x.length !== values.length) {
      throw new ValueError(`${name}: x has ${x.length} values, but there are ${values.length} to draw`);
    }
    const wrong = Array.from(x).findIndex(
      (value, i) => !Number.isFinite(value) || value < x[Math.max(0, i - 1)],
    );
    if (wrong >= 0) throw new ValueError(`${name}: x must rise, but value ${wrong} is ${x[wrong]}`);
    return Array.from(x);
  });
  const left = given.reduce((a, b) => Math.min(a, b), Infinity);
  const right = given.reduce((a, b) => Math.max(a, b), -Infinity);
  return named.map(({ name, values, x }) => {
    const place = (i: number): number =>
      x === undefined ? i / Math.max(1, values.length - 1) : (x[i] - left) / Math.max(right - left, 1e-300);
    return { name, points: Array.from(values, (value, i): Point => [place(i), value]) };
  });
}

/** Characters of 2 x 4 dots each. */
const braille = (cells: ArrayLike<number>): string =>
  Array.from(cells, (bits) => String.fromCharCode(0x2800 + bits)).join('');

function legend(lines: readonly Line[], ascii: boolean): string {
  const solid = lines.map((_, order) => {
    if (ascii) return GLYPHS[order % GLYPHS.length];
    const dots = Array.from({ length: 8 }, (__, x) => (x % (order + 1) === 0 ? 1 : 0));
    const cells = [0, 2, 4, 6].map((x) => DOTS[2][0] * dots[x] + DOTS[2][1] * dots[x + 1]);
    return braille(cells);
  });
  return lines.map(({ name }, order) => `${solid[order]} ${name}`).join('   ');
}

function inLetters(
  lines: readonly Line[],
  low: number,
  high: number,
  columns: number,
  height: number,
): string[] {
  const cells = Array.from({ length: height }, () => Array.from({ length: columns }, () => ' '));
  // The first line on top.
  for (let order = lines.length - 1; order >= 0; order--) {
    const glyph = GLYPHS[order % GLYPHS.length];
    trace(lines[order].points, low, high, columns, height, (x, y) => (cells[y][x] = glyph));
  }
  return cells.map((row) => row.join(''));
}

function inDots(
  lines: readonly Line[],
  low: number,
  high: number,
  columns: number,
  height: number,
): string[] {
  const cells = Array.from({ length: height }, () => new Uint8Array(columns));
  lines.forEach(({ points }, order) => {
    trace(points, low, high, 2 * columns, 4 * height, (x, y) => {
      if (x % (order + 1) === 0) cells[y >> 2][x >> 1] |= DOTS[y & 3][x & 1];
    });
  });
  return cells.map(braille);
}

/** Every dot of a line on a grid, from one column to the next without holes; a gap where values are not finite. */
function trace(
  points: readonly Point[],
  low: number,
  high: number,
  columns: number,
  rows: number,
  draw: (x: number, y: number) => void,
): void {
  const toRow = (value: number): number =>
    high === low ? rows >> 1 : Math.round(((high - value) / (high - low)) * (rows - 1));
  let before: number | null = null;
  let next = 0;
  for (let x = 0; x < columns; x++) {
    const start = next;
    while (next < points.length && Math.round(points[next][0] * (columns - 1)) <= x) next += 1;
    const reach = own(points, start, next) ?? between(points, next, x / (columns - 1));
    if (reach === null) {
      before = null;
      continue;
    }
    let [top, bottom] = [toRow(reach.most), toRow(reach.least)];
    if (before !== null) {
      // Up to the row beside the one before, so that steep lines hold together.
      if (before < top - 1) top = before + 1;
      if (before > bottom + 1) bottom = before - 1;
    }
    for (let y = top; y <= bottom; y++) draw(x, y);
    before = toRow(reach.last);
  }
}

/** What a line does in a column: how far it reaches, and where it leaves. */
interface Reach {
  readonly least: number;
  readonly most: number;
  readonly last: number;
}

/** Of the points that fall into a column; null where none has a value. */
function own(points: readonly Point[], from: number, to: number): Reach | null {
  const values: number[] = [];
  for (let i = from; i < to; i++) if (Number.isFinite(points[i][1])) values.push(points[i][1]);
  if (values.length === 0) return null;
  const least = values.reduce((a, b) => Math.min(a, b));
  return { least, most: values.reduce((a, b) => Math.max(a, b)), last: values[values.length - 1] };
}

/** On the way from the point before a place to the one behind it; null at the ends and in a gap. */
function between(points: readonly Point[], next: number, place: number): Reach | null {
  if (next === 0 || next === points.length) return null;
  const [[x0, y0], [x1, y1]] = [points[next - 1], points[next]];
  const value = y0 + ((y1 - y0) * Math.min(Math.max(place - x0, 0), x1 - x0)) / Math.max(x1 - x0, 1e-300);
  return Number.isFinite(value) ? { least: value, most: value, last: value } : null;
}
