import type { EpochEvent } from '../../training/events.js';
import type { View } from './view.js';

/** A number as Python prints a float: the shortest digits that read back the same, 1e-05 and 1e+16 at the ends. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [mantissa, exponent] = value.toExponential().split('e');
    return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  }
  return Number.isInteger(value) ? `${value.toFixed(0)}.0` : String(value);
}

// NumPy breaks lines after 75 columns, less a column for each bracket to come, and shows the ends of long arrays.
const LINE_WIDTH = 75;
const THRESHOLD = 1000;
const EDGE_ITEMS = 3;

/** A matrix of whole numbers as NumPy prints it: [[7 8 5]]. */
export function numpyMatrix(rows: readonly (readonly number[])[]): string {
  const cut = rows.flat().length > THRESHOLD;
  const shown = (row: readonly number[]): (number | null)[] =>
    cut && row.length > 2 * EDGE_ITEMS
      ? [...row.slice(0, EDGE_ITEMS), null, ...row.slice(-EDGE_ITEMS)]
      : [...row];
  const width = rows
    .flatMap(shown)
    .reduce<number>((n, v) => (v === null ? n : Math.max(n, String(v).length)), 0);
  const lines = rows.map((row) =>
    numpyRow(shown(row).map((v) => (v === null ? '...' : String(v).padStart(width)))),
  );
  return `[${lines.join('\n ')}]`;
}

function numpyRow(words: readonly string[]): string {
  const indent = '  ';
  const room = LINE_WIDTH - 2;
  let done = '';
  let line = indent;
  for (const word of words) {
    if (line.length > indent.length && line.length + word.length > room) {
      done += `${line.trimEnd()}\n`;
      line = indent;
    }
    line += `${word} `;
  }
  return `[${(done + line).slice(indent.length).trimEnd()}]`;
}

/** The line of the lesson's own script, digit for digit as Python prints it. */
export function lessonLine({
  epoch,
  loss,
  prediction = [],
  trueY = [],
  predictionStr = [],
}: EpochEvent): string {
  const wanted = `[${trueY.map((row) => `[${row.join(', ')}]`).join(', ')}]`;
  const said = predictionStr.join('');
  return `${epoch} loss:  ${pythonFloat(loss)} prediction:  ${numpyMatrix(prediction)} true Y:  ${wanted} prediction str:  ${said}`;
}

/** The lesson's lines and nothing else, to be compared with Python's. */
export const lessonView =
  (write: (text: string) => void): View =>
  (event) => {
    if (event.type === 'epoch') write(`${lessonLine(event)}\n`);
  };
