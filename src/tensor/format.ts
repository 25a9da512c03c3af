import type { Tensor } from './tensor.js';

// Printing as PyTorch does (torch/_tensor_str.py): four digits, aligned columns, scientific notation where a plain one
// would hide digits, and only the edges of large tensors.
const PRECISION = 4;
const LINE_WIDTH = 80;
const SUMMARISE_ABOVE = 1000;
const EDGE_ITEMS = 3;

/** How every number of one tensor is written. */
type Formatter = (value: number) => string;

/** Exponential notation with at least two digits of exponent, as Python's %e. */
function scientific(value: number): string {
  const [mantissa, exponent] = value.toExponential(PRECISION).split('e');
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

function special(value: number): string {
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

function floatFormatter(shown: readonly number[]): Formatter {
  const finite = shown.filter((v) => Number.isFinite(v) && v !== 0).map(Math.abs);
  const whole = shown.every((v) => !Number.isFinite(v) || Number.isInteger(v));
  const [largest, smallest] = finite.reduce(
    ([most, least], v) => [Math.max(most, v), Math.min(least, v)],
    [-Infinity, Infinity],
  );
  let write: Formatter;
  if (finite.length === 0) write = (v) => (whole ? `${v.toFixed(0)}.` : v.toFixed(PRECISION));
  else if (whole) {
    const wide = largest / smallest > 1000 || largest > 1e8;
    write = wide && largest > 1e8 ? scientific : (v) => `${v.toFixed(0)}.`;
  } else if (largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4) write = scientific;
  else write = (v) => v.toFixed(PRECISION);
  const signed: Formatter = (v) => (Object.is(v, -0) ? `-${write(0)}` : write(v));
  return (v) => (Number.isFinite(v) ? signed(v) : special(v));
}

function formatterFor(x: Tensor, shown: readonly number[]): Formatter {
  if (x.dtype === 'bool') return (v) => (v !== 0 ? 'True' : 'False');
  return x.dtype === 'int32' ? String : floatFormatter(shown);
}

/** Positions of an axis that are shown; null stands for the dots between the edges. */
function positions(size: number, summarised: boolean): (number | null)[] {
  const all = Array.from({ length: size }, (_, i) => i);
  if (!summarised || size <= 2 * EDGE_ITEMS) return all;
  return [...all.slice(0, EDGE_ITEMS), null, ...all.slice(-EDGE_ITEMS)];
}

/**
 * The values as PyTorch prints them, such as `tensor([[1.0000, 2.5000]])`, with dtype, history and a hint of
 * `requiresGrad` where these are not the usual ones.
 */
export function format(x: Tensor): string {
  const { data, shape } = x;
  const summarised = data.length > SUMMARISE_ABOVE;
  const steps = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));

  const shown: number[] = [];
  const collect = (axis: number, at: number): void => {
    if (axis === shape.length) shown.push(data[at]);
    else
      for (const i of positions(shape[axis], summarised))
        if (i !== null) collect(axis + 1, at + i * steps[axis]);
  };
  if (data.length > 0) collect(0, 0);
  const write = formatterFor(x, shown);
  const width = shown.reduce((n, v) => Math.max(n, write(v).length), 0);
  const cell: Formatter = (v) => (shape.length === 0 ? write(v) : write(v).padStart(width));

  const row = (at: number, indent: number): string => {
    const perLine = Math.max(1, Math.floor((LINE_WIDTH - indent) / (width + 2)));
    const cells = positions(shape[shape.length - 1], summarised).map((i) =>
      i === null ? ' ...' : cell(data[at + i]),
    );
    const lines: string[] = [];
    for (let i = 0; i < cells.length; i += perLine) lines.push(cells.slice(i, i + perLine).join(', '));
    return `[${lines.join(`,\n${' '.repeat(indent + 1)}`)}]`;
  };
  const block = (axis: number, at: number, indent: number): string => {
    if (axis === shape.length) return cell(data[at]);
    if (axis === shape.length - 1) return row(at, indent);
    const parts = positions(shape[axis], summarised).map((i) =>
      i === null ? '...' : block(axis + 1, at + i * steps[axis], indent + 1),
    );
    const separator = `,${'\n'.repeat(shape.length - axis - 1)}${' '.repeat(indent + 1)}`;
    return `[${parts.join(separator)}]`;
  };

  const prefix = 'tensor(';
  const body = data.length === 0 ? '[]' : block(0, 0, prefix.length);
  const notes: string[] = [];
  if (data.length === 0 && shape.length !== 1) notes.push(`size=(${shape.join(', ')})`);
  if (data.length === 0 && x.dtype !== 'float32') notes.push(`dtype=${x.dtype}`);
  if (x.gradNode !== null) notes.push(`gradFn=<${x.gradNode.name}>`);
  else if (x.requiresGrad) notes.push('requiresGrad=true');
  return `${prefix}${[body, ...notes].join(', ')})`;
}
