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
import { type Axis, axis, type AxisKind, linearAxis, shortNumber } from './ticks.js';

/** A line, and the band around it where it has one. */
export interface LineSeries {
  readonly name: string;
  /** A value that is not finite is a gap. */
  readonly y: ArrayLike<number>;
  /** Rising. Default 0, 1, 2, … */
  readonly x?: ArrayLike<number> | readonly Date[];
  /** The lower and upper edge of a band, such as a prediction interval. */
  readonly lower?: ArrayLike<number>;
  readonly upper?: ArrayLike<number>;
}

/** How a line chart looks. */
export interface LineChartOptions extends PictureOptions {
  /** In pixels. Default 360. */
  readonly height?: number;
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** 'log' takes values above 0. Default 'linear'. */
  readonly yScale?: 'linear' | 'log';
}

/** What these options may be. */
export const LINE_CHART: Schema<LineChartOptions> = {
  ...PICTURE,
  height: 'above 0',
  xLabel: 'text',
  yLabel: 'text',
  yScale: { oneOf: ['linear', 'log'] },
};

interface Point {
  readonly x: number;
  readonly y: number;
  readonly lower: number;
  readonly upper: number;
}

interface Line {
  readonly name: string;
  readonly points: readonly Point[];
  readonly hasBand: boolean;
}

/** Besides their colours, lines differ in this. */
const DASHES = [undefined, '7 4', '2 3', '9 3 2 3'];
const LEGEND_ROW = 20;

/**
 * Lines over numbers or dates as an SVG picture: readable from 640 pixels on, in light and dark, by screen readers too. Many
 * points cost no more than the picture is wide: of those that share a pixel the least and the greatest are drawn.
 *
 * @returns  an SVG file
 * @throws ValueError without a finite value, for lists of different lengths, for an x that falls, and for values of 0 and less on
 *   a logarithmic scale
 * @example
 * const svg = lineChart([{ name: 'loss', y: [2.3, 1.4, 0.9] }], { title: 'Learning', xLabel: 'epoch' });
 * svg.startsWith('<svg'); // true
 */
export function lineChart(series: readonly LineSeries[], given: LineChartOptions): string {
  const options = readOptions('lineChart', given, LINE_CHART);
  const { width = 640, height = 360, xLabel, yLabel, yScale = 'linear', theme = 'auto' } = options;
  if (!(width >= 200 && height >= 120)) {
    throw new ValueError(`a chart of ${width} × ${height} pixels is too small: take 200 × 120 or more`);
  }
  const lines = series.map((one) => lineOf(one, yScale));
  const all = lines.flatMap(({ points }) => points);
  const seen = all.flatMap(({ y, lower, upper }) => [y, lower, upper].filter(Number.isFinite));
  if (seen.length === 0) throw new ValueError('there is nothing to draw: no finite value');
  const isTime = series.some(({ x }) => x?.[0] instanceof Date);

  const palette = new Palette(theme);
  const legend = legendOf(lines, width, palette);
  const top = HEAD + legend.height + (yLabel === undefined ? 12 : 30);
  const bottom = height - (xLabel === undefined ? 28 : 48);
  const y = axis(yScale, extreme(seen, Math.min), extreme(seen, Math.max), (bottom - top) / 50);
  const left =
    24 +
    widest(
      y.ticks.map(({ label }) => label),
      SMALL,
    );
  const right = width - 24;
  const x = xAxis(
    all.map((point) => point.x),
    isTime ? 'time' : 'linear',
    (right - left) / (isTime ? 90 : 70),
  );
  const frame: Frame = {
    ...{ left, right, top, bottom, x, y },
    toX: (value) => left + x.place(value) * (right - left),
    toY: (value) => bottom - y.place(value) * (bottom - top),
  };
  const content = [
    legend.drawn,
    ...axes(frame, { xLabel, yLabel }, palette),
    ...lines.map((line, order) => (line.hasBand ? band(line, order, frame, palette) : '')),
    ...lines.map((line, order) => stroke(line, order, frame, palette)),
  ];
  const summary = lines.map((line) => sentence(line, isTime)).join(' ');
  return picture(options, summary, [width, height], content);
}

/** The area of the lines, and how values get there. */
interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: Axis;
  readonly y: Axis;
  readonly toX: (value: number) => number;
  readonly toY: (value: number) => number;
}

function lineOf({ name, x, y, lower, upper }: LineSeries, yScale: AxisKind): Line {
  for (const [what, list] of Object.entries({ x, lower, upper })) {
    if (list !== undefined && list.length !== y.length) {
      throw new ValueError(`${name}: ${what} has ${list.length} values, y ${y.length}`);
    }
  }
  if ((lower === undefined) !== (upper === undefined)) {
    throw new ValueError(`${name}: a band has a lower and an upper edge, but only one of them is given`);
  }
  const points = Array.from({ length: y.length }, (_, i): Point => {
    return { x: Number(x?.[i] ?? i), y: y[i], lower: lower?.[i] ?? NaN, upper: upper?.[i] ?? NaN };
  });
  points.forEach((point, i) => {
    if (!Number.isFinite(point.x) || (i > 0 && point.x < points[i - 1].x)) {
      throw new ValueError(`${name}: x must rise, but value ${i} is ${point.x}`);
    }
    const least = extreme([point.y, point.lower].filter(Number.isFinite), Math.min);
    if (yScale === 'log' && least <= 0) {
      throw new ValueError(`${name}: a logarithmic scale has no place for ${least}`, {
        hint: "take yScale 'linear'",
      });
    }
  });
  return { name, points, hasBand: lower !== undefined };
}

function xAxis(values: readonly number[], kind: 'linear' | 'time', count: number): Axis {
  const [min, max] = [extreme(values, Math.min), extreme(values, Math.max)];
  return kind === 'time'
    ? axis('time', min, max, count)
    : linearAxis(min, max, count, { snug: true, whole: values.every(Number.isInteger) });
}

/** Not by spreading: there may be more values than arguments can be. */
const extreme = (values: readonly number[], of: (a: number, b: number) => number): number =>
  values.reduce((a, b) => of(a, b), values[0]);

function axes(
  { left, right, top, bottom, x, y, toX, toY }: Frame,
  { xLabel, yLabel }: Pick<LineChartOptions, 'xLabel' | 'yLabel'>,
  palette: Palette,
): string[] {
  const faint = palette.fill('faint');
  const text = (attributes: Record<string, string | number>, words: string): string =>
    element('text', { ...attributes, ...faint }, escaped(words));
  const lines = y.ticks.map(({ value }) => `M${at(left, toY(value))}H${right}`);
  const labels = y.ticks.map(({ value, label }) =>
    text({ x: left - 8, y: toY(value) + 4, 'text-anchor': 'end' }, label),
  );
  // A label in the corner must not stick out.
  const anchor = (value: number, label: string): string =>
    toX(value) + textWidth(label, SMALL) / 2 > right + 20 ? 'end' : 'middle';
  return [
    element('path', { d: lines.join(''), fill: 'none', ...palette.stroke('grid') }),
    element('path', { d: `M${at(left, bottom)}H${right}`, fill: 'none', ...palette.stroke('faint') }),
    ...labels,
    ...x.ticks.map(({ value, label }) =>
      text({ x: toX(value), y: bottom + 18, 'text-anchor': anchor(value, label) }, label),
    ),
    xLabel === undefined
      ? ''
      : text({ x: (left + right) / 2, y: bottom + 38, 'text-anchor': 'middle' }, xLabel),
    yLabel === undefined ? '' : text({ x: 16, y: top - 12 }, yLabel),
  ];
}

function legendOf(
  lines: readonly Line[],
  width: number,
  palette: Palette,
): { readonly drawn: string; readonly height: number } {
  const drawn: string[] = [];
  let [x, row] = [16, 0];
  lines.forEach(({ name, hasBand }, order) => {
    const shown = fitted(name, SMALL, width - 80);
    const size = 28 + 8 + textWidth(shown, SMALL) + 20;
    if (x > 16 && x + size > width) [x, row] = [16, row + 1];
    const y = HEAD + row * LEGEND_ROW + 10;
    if (hasBand) drawn.push(element('rect', { x, y: y - 7, width: 28, height: 14, ...soft(order, palette) }));
    drawn.push(
      element('path', { d: `M${at(x, y)}h28`, ...outline(order, palette) }),
      element('text', { x: x + 36, y: y + 4, ...palette.fill('text') }, escaped(shown)),
    );
    x += size;
  });
  return { drawn: drawn.join('\n'), height: (row + 1) * LEGEND_ROW };
}

const at = (x: number, y: number): string => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;

const outline = (order: number, palette: Palette): Record<string, string | number | undefined> => ({
  fill: 'none',
  ...palette.lineStroke(order),
  'stroke-width': 2,
  'stroke-linejoin': 'round',
  // From the fifth line on colours come again, each with the next dash.
  'stroke-dasharray': DASHES[(order + Math.floor(order / DASHES.length)) % DASHES.length],
});

const soft = (order: number, palette: Palette): Record<string, string | number | undefined> => ({
  ...palette.lineFill(order),
  'fill-opacity': 0.18,
});

function stroke({ points }: Line, order: number, frame: Frame, palette: Palette): string {
  const runs = runsOf(points, ({ y }) => Number.isFinite(y));
  const drawn = runs
    .filter((run) => run.length > 1)
    .map((run) => {
      const places = thinned(run.map(({ x, y }) => [frame.toX(x), frame.toY(y)] as const));
      return `M${places.map(([x, y]) => at(x, y)).join('L')}`;
    });
  const dots = runs
    .filter((run) => run.length === 1)
    .map(([{ x, y }]) =>
      element('circle', { cx: frame.toX(x), cy: frame.toY(y), r: 3, ...palette.lineFill(order) }),
    );
  return [
    drawn.length === 0 ? '' : element('path', { d: drawn.join(''), ...outline(order, palette) }),
    ...dots,
  ].join('');
}

function band({ points }: Line, order: number, frame: Frame, palette: Palette): string {
  const isKnown = ({ lower, upper }: Point): boolean => Number.isFinite(lower) && Number.isFinite(upper);
  const areas = runsOf(points, isKnown).map((run) => {
    const edge = (name: 'lower' | 'upper'): string[] =>
      thinned(run.map((point) => [frame.toX(point.x), frame.toY(point[name])] as const)).map(([x, y]) =>
        at(x, y),
      );
    return `M${[...edge('upper'), ...edge('lower').reverse()].join('L')}Z`;
  });
  return element('path', { d: areas.join(''), ...soft(order, palette) });
}

/** Stretches without gaps. */
function runsOf(points: readonly Point[], isKnown: (point: Point) => boolean): Point[][] {
  const runs: Point[][] = [[]];
  for (const point of points) {
    if (isKnown(point)) runs[runs.length - 1].push(point);
    else if (runs[runs.length - 1].length > 0) runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
}

type Place = readonly [x: number, y: number];

/** At most four places a pixel: the first and last, the highest and lowest, in their order. */
function thinned(places: readonly Place[]): readonly Place[] {
  if (places.length < 1500) return places;
  const kept: Place[] = [];
  for (let from = 0; from < places.length;) {
    const column = Math.floor(places[from][0]);
    let [to, high, low] = [from, from, from];
    for (; to < places.length && Math.floor(places[to][0]) === column; to++) {
      if (places[to][1] < places[high][1]) high = to;
      if (places[to][1] > places[low][1]) low = to;
    }
    const chosen = new Set([from, Math.min(high, low), Math.max(high, low), to - 1]);
    for (const i of chosen) kept.push(places[i]);
    from = to;
  }
  return kept;
}

function sentence({ name, points, hasBand }: Line, isTime: boolean): string {
  const known = points.filter(({ y }) => Number.isFinite(y));
  if (known.length === 0) return `${name}: no values.`;
  const [first, last] = [known[0], known[known.length - 1]];
  const x = (value: number): string =>
    isTime ? new Date(value).toISOString().slice(0, 10) : shortNumber(value);
  const values = known.map(({ y }) => y);
  const range = `least ${shortNumber(extreme(values, Math.min))}, greatest ${shortNumber(extreme(values, Math.max))}`;
  const around = hasBand ? ', with a band around it' : '';
  return `${name}: from ${shortNumber(first.y)} at ${x(first.x)} to ${shortNumber(last.y)} at ${x(last.x)}, ${range}${around}.`;
}
