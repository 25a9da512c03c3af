import { ValueError } from '../errors.js';
import { readOptions, type Schema } from '../options.js';
import {
  element,
  escaped,
  fitted,
  HEAD,
  Palette,
  picture,
  PICTURE,
  type PictureOptions,
  SMALL,
  textWidth,
  widest,
} from './svg.js';
import { shortNumber } from './ticks.js';

/** How a heatmap looks. */
export interface HeatmapOptions extends PictureOptions {
  /** What the rows are, such as right labels or units. */
  readonly rows?: readonly string[];
  /** What the columns are, such as labels given or characters. */
  readonly columns?: readonly string[];
  readonly rowTitle?: string;
  readonly columnTitle?: string;
  /** Values of the palest and the darkest colour. Default: the least and the greatest; around 0 alike where there are both signs. */
  readonly range?: readonly [low: number, high: number];
}

const OPTIONS: Schema<HeatmapOptions> = {
  ...PICTURE,
  rows: 'a list of words',
  columns: 'a list of words',
  rowTitle: 'text',
  columnTitle: 'text',
  range: 'a pair of numbers',
};

type Color = readonly [red: number, green: number, blue: number];

const PALE: Color = [247, 248, 250];
const BLUE: Color = [0, 74, 128];
const ORANGE: Color = [168, 58, 0];
/** No value. */
const NOTHING = '#9aa0a6';

const LARGEST_CELL = 44;
const LABEL_LIMIT = 130;
/** Cells of this size have room for a number. */
const NUMBER_CELL = 34;
/** More than these are a picture, not a table: they get no text of their own for the pointer. */
const MOST_TITLES = 2500;
const BAR = 12;

/**
 * A table of numbers as colours, an SVG picture: pale to blue from the least to the greatest; where there are both signs blue for
 * above 0 and orange for below. Small tables have their numbers written in.
 *
 * @param values  (rows, columns); what is not finite is grey
 * @returns       an SVG file
 * @throws ValueError for a table that is empty, has rows of different lengths, no finite value, or other numbers of labels
 * @example
 * const svg = heatmap([[5, 1], [0, 6]], { title: 'Confusion', rows: ['a', 'b'], columns: ['a', 'b'] });
 * svg.includes('<title'); // true
 */
export function heatmap(values: readonly ArrayLike<number>[], given: HeatmapOptions): string {
  const options = readOptions('heatmap', given, OPTIONS);
  const { rows = [], columns = [], rowTitle, columnTitle, width = 640, theme = 'auto' } = options;
  const [height, breadth] = expectTable(values, rows, columns);
  const { low, high, color } = scale(values, options.range);
  const palette = new Palette(theme);
  const rowLabels = rows.map((row) => fitted(row, SMALL, LABEL_LIMIT));
  const left = 24 + widest(rowLabels, SMALL);
  const top = HEAD + (rowTitle === undefined && columnTitle === undefined ? 8 : 26);
  const cell = Math.min(LARGEST_CELL, (width - left - 24) / breadth);
  const tall = Math.max(cell < 12 ? cell : 16, Math.min(cell, 0.7 * LARGEST_CELL));
  const bottom = top + height * tall;
  const labelled = cell >= 12 || columns.every((column) => textWidth(column, SMALL) <= cell + 2);
  const isSlanted = columns.some((column) => [...column].length > 1 && textWidth(column, SMALL) > cell - 4);
  const columnLabels = labelled
    ? columns.map((column) => (isSlanted ? fitted(column, SMALL, 90) : column))
    : [];
  const longest = widest(columnLabels, SMALL);
  const foot = columnLabels.length === 0 ? 8 : isSlanted ? longest * 0.72 + 22 : 24;

  const write = (x: number, y: number, words: string, more: Record<string, string | number> = {}): string =>
    element('text', { x, y, ...palette.fill('faint'), ...more }, escaped(words));
  const axisTitle = [
    ...(rowTitle === undefined ? [] : [`down: ${rowTitle}`]),
    ...(columnTitle === undefined ? [] : [`across: ${columnTitle}`]),
  ].join(' · ');
  const content = [
    axisTitle === '' ? '' : write(16, HEAD + 10, axisTitle),
    ...Array.from(values, (row, i) =>
      Array.from(row, (value, j) => {
        const where = { x: left + j * cell, y: top + i * tall, width: cell, height: tall };
        return drawCell(value, where, color, height * breadth > MOST_TITLES ? null : named(i, j));
      }).join(''),
    ),
    ...rowLabels.map((label, i) =>
      write(left - 8, top + (i + 0.5) * tall + 4, label, { 'text-anchor': 'end' }),
    ),
    ...columnLabels.map((label, j) => {
      const [x, y] = [left + (j + 0.5) * cell, bottom + 16];
      if (!isSlanted) return write(x, y, label, { 'text-anchor': 'middle' });
      return write(x + 4, y, label, { 'text-anchor': 'end', transform: `rotate(-45 ${x + 4} ${y})` });
    }),
    ...bar(16, bottom + foot + 8, { low, high, color }, write),
  ];
  const summary = `${height} rows and ${breadth} columns, from ${shortNumber(low)} to ${shortNumber(high)}.`;
  return picture(options, summary, [width, Math.ceil(bottom + foot + BAR + 36)], content);

  function named(i: number, j: number): string {
    return `${rows[i] ?? `row ${i}`}, ${columns[j] ?? `column ${j}`}`;
  }
}

function expectTable(
  values: readonly ArrayLike<number>[],
  rows: readonly string[],
  columns: readonly string[],
): [height: number, breadth: number] {
  const height = values.length;
  const breadth = height === 0 ? 0 : values[0].length;
  if (breadth === 0) throw new ValueError('there is nothing to draw: the table is empty');
  const ragged = values.findIndex((row) => row.length !== breadth);
  if (ragged >= 0) {
    throw new ValueError(`row ${ragged} has ${values[ragged].length} values, but the first has ${breadth}`);
  }
  for (const [name, labels, count] of [
    ['rows', rows, height],
    ['columns', columns, breadth],
  ] as const) {
    if (labels.length !== 0 && labels.length !== count) {
      throw new ValueError(`${labels.length} ${name} are named, but the table has ${count}`);
    }
  }
  return [height, breadth];
}

interface Scale {
  readonly low: number;
  readonly high: number;
  readonly color: (value: number) => Color;
}

function scale(values: readonly ArrayLike<number>[], range?: readonly [number, number]): Scale {
  let [low, high] = range ?? [Infinity, -Infinity];
  if (range === undefined) {
    for (const row of values) {
      for (const value of Array.from(row).filter(Number.isFinite)) {
        [low, high] = [Math.min(low, value), Math.max(high, value)];
      }
    }
    if (low > high) throw new ValueError('there is nothing to draw: no finite value');
    if (low < 0 && high > 0) [low, high] = [-Math.max(-low, high), Math.max(-low, high)];
  } else if (!(low < high)) {
    throw new ValueError(`range must go from a lower to a higher value, not from ${low} to ${high}`);
  }
  const isSigned = low < 0 && high > 0;
  const share = (value: number, from: number, to: number): number =>
    to === from ? 0 : Math.min(1, Math.max(0, (value - from) / (to - from)));
  const color = (value: number): Color => {
    if (!isSigned) return mixed(PALE, BLUE, share(value, low, high));
    return value < 0 ? mixed(PALE, ORANGE, share(value, 0, low)) : mixed(PALE, BLUE, share(value, 0, high));
  };
  return { low, high, color };
}

function mixed(from: Color, to: Color, share: number): Color {
  const [red, green, blue] = from.map((part, i) => Math.round(part + (to[i] - part) * share));
  return [red, green, blue];
}

const hex = (color: Color): string => `#${color.map((part) => part.toString(16).padStart(2, '0')).join('')}`;

function drawCell(
  value: number,
  where: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  color: Scale['color'],
  name: string | null,
): string {
  const { x, y, width, height } = where;
  const isKnown = Number.isFinite(value);
  const shade = isKnown ? color(value) : null;
  const fill = shade === null ? NOTHING : hex(shade);
  // A hair wider, so that no seams show between neighbours.
  const box = { x, y, width: width + 0.3, height: height + 0.3, fill };
  if (name === null) return element('rect', box);
  const number = shortNumber(value);
  const drawn = element('rect', box, element('title', {}, escaped(`${name}: ${number}`)));
  if (shade === null || width < NUMBER_CELL || textWidth(number, SMALL - 1) > width - 4) return drawn;
  const [red, green, blue] = shade;
  const ink = 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? '#1f2328' : '#ffffff';
  const place = { x: x + width / 2, y: y + height / 2 + 4, 'text-anchor': 'middle', 'font-size': SMALL - 1 };
  return drawn + element('text', { ...place, fill: ink, 'pointer-events': 'none' }, number);
}

/** Which color means how much. */
function bar(
  x: number,
  y: number,
  { low, high, color }: Scale,
  write: (x: number, y: number, words: string) => string,
): string[] {
  const [steps, width] = [24, 144];
  const start = x + textWidth(shortNumber(low), SMALL) + 8;
  const boxes = Array.from({ length: steps }, (_, i) => {
    const value = low + ((high - low) * (i + 0.5)) / steps;
    const place = { x: start + (i * width) / steps, y, width: width / steps + 0.3, height: BAR };
    return element('rect', { ...place, fill: hex(color(value)) });
  });
  return [
    write(x, y + BAR - 1, shortNumber(low)),
    boxes.join(''),
    write(start + width + 8, y + BAR - 1, shortNumber(high)),
  ];
}
