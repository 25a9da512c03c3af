/** Where a forecast lies: its lower end, itself, its upper end, each by step. */
export type Ahead = readonly (readonly number[])[];

const HEIGHT = 220;
const EDGE = 24;

/** A number in few digits. */
export const short = (value: number): string => String(Number(value.toPrecision(4)));

/** What was, what is expected, and between which ends, as a line chart. */
export function draw(past: readonly number[], ahead: Ahead): SVGElement {
  const width = Math.min(640, innerWidth - 40);
  const all = ahead.reduce<readonly number[]>((some, line) => some.concat(line), past);
  const [low, high] = [Math.min, Math.max].map((end) => all.reduce((a, b) => end(a, b)));
  const now = past.length - 1;
  const steps = now + ahead[0].length;
  const at = (value: number, t: number): string =>
    `${(width * t) / steps},${HEIGHT - EDGE - ((value - low) / (high - low || 1)) * (HEIGHT - 2 * EDGE)}`;
  const [lower, mean, upper] = ahead.map((line) => line.map((value, i) => at(value, now + 1 + i)));
  const lines = past.map(at);
  const svg = shape('svg', { viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img' });
  svg.append(
    shape('path', { class: 'ends', d: `M${[lines[now], ...upper, ...lower.reverse()].join('L')}` }),
    shape('path', { d: `M${lines.join('L')}` }),
    shape('path', { class: 'ahead', d: `M${[lines[now], ...mean].join('L')}` }),
    shape('text', { y: '14' }, short(high)),
    shape('text', { y: String(HEIGHT - 6) }, short(low)),
  );
  return svg;
}

function shape(tag: string, attributes: Readonly<Record<string, string>>, text = ''): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag as 'svg');
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}
