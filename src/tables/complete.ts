import { FormatError } from '../errors.js';
import { everyStep, filled, type FillChoice, type MissingChoice } from './fill.js';
import type { GapChoice } from './form.js';
import { counted, shell } from './say.js';
import { type Rhythm, rhythmOf } from './step.js';

/** Numbers by column in the order of time, with cells that are missing (NaN). */
export interface Ordered {
  readonly columns: readonly string[];
  /** Null where the table does not say when. */
  readonly times: readonly number[] | null;
  readonly values: readonly Float64Array[];
  /** The line of each row. */
  readonly lines: readonly number[];
}

/** Numbers without missing cells, and the rows before which something is missing. */
export interface Complete {
  readonly times: readonly number[] | null;
  readonly values: readonly Float64Array[];
  readonly breaks: readonly number[];
  readonly rhythm: Rhythm | null;
  readonly notes: readonly string[];
}

/** What happens to what is missing. */
export interface CompleteOptions {
  readonly name: string;
  readonly missing: MissingChoice;
  readonly fill: FillChoice | undefined;
  readonly gaps: GapChoice;
}

/**
 * A series without holes: missing steps are made where that is asked for, missing cells filled, or their rows left out; where rows do not
 * follow on each other after that, there is a break.
 *
 * @throws FormatError that names line and column: for a missing cell, unless it is said what happens to it
 */
export function completed(ordered: Ordered, options: CompleteOptions): Complete {
  const { fill, gaps, name } = options;
  const stepped = fill === undefined ? { ...ordered, notes: [] } : withSteps(ordered, fill, name);
  const { values, kept, notes } = withoutHoles(stepped, options);
  const times = stepped.times && kept.map((row) => stepped.times![row]);
  const rhythm = times === null ? null : rhythmOf(times);
  const isKnown = rhythm !== null && rhythm.step.kind !== 'uneven';
  const breaks = gaps === 'ignore' ? [] : isKnown ? rhythm.gaps : leaps(kept);
  const over = `no window reaches over the ${counted(breaks.length, 'gap')}; --gaps ignore or --fill previous changes that`;
  return {
    values: values.map((column) => Float64Array.from(kept, (row) => column[row])),
    ...{ times, breaks, rhythm, notes: [...stepped.notes, ...notes, ...(breaks.length > 0 ? [over] : [])] },
  };
}

/** The same with an empty row for each step that has none. */
function withSteps(
  ordered: Ordered,
  fill: FillChoice,
  name: string,
): Ordered & { readonly notes: readonly string[] } {
  const { times, values, lines } = ordered;
  if (times === null) {
    throw new FormatError(`${name} has no dates, so that nobody knows which steps are missing`, {
      hint: 'leave --fill out, or say --date',
    });
  }
  const all = everyStep(times, rhythmOf(times).step, name);
  const made = all.rows.filter((row) => row < 0).length;
  return {
    ...ordered,
    times: all.times,
    lines: all.rows.map((row) => lines[Math.max(0, row)]),
    values: values.map((column) => Float64Array.from(all.rows, (row) => (row < 0 ? NaN : column[row]))),
    notes: made > 0 ? [`${counted(made, 'missing step')} filled (${fill})`] : [],
  };
}

interface Full {
  readonly values: readonly Float64Array[];
  /** The rows that have all their cells. */
  readonly kept: readonly number[];
  readonly notes: readonly string[];
}

function withoutHoles(ordered: Ordered, { missing, name }: CompleteOptions): Full {
  if (missing === 'error') expectFull(ordered, name);
  const isFilled = missing === 'previous' || missing === 'linear';
  const values = isFilled ? ordered.values.map((column) => filled(column, missing)) : ordered.values;
  const rows = Array.from(values[0], (_, row) => row);
  const kept = rows.filter((row) => values.every((column) => !Number.isNaN(column[row])));
  if (kept.length === 0) {
    throw new FormatError(`${name}: in every row a cell is empty`, { hint: 'read fewer columns: --column' });
  }
  const lost = rows.length - kept.length;
  const reason = isFilled
    ? 'at the start left out: there is nothing before them to fill their cells with'
    : 'with missing cells left out';
  return { values, kept, notes: lost > 0 ? [`${counted(lost, 'row')} ${reason}`] : [] };
}

function expectFull({ columns, values, lines }: Ordered, name: string): void {
  const empty = values.map((column) => column.findIndex(Number.isNaN));
  const at = empty.findIndex((row) => row >= 0);
  if (at < 0) return;
  const count = values.reduce((sum, column) => sum + column.filter(Number.isNaN).length, 0);
  const more = count === 1 ? '' : ` (${count} cells in all have none)`;
  const full = columns.filter((_, i) => empty[i] < 0).map((column) => `--column ${shell(column)}`);
  const without =
    full.length === 0 || full.length > 6
      ? ''
      : `; or read only columns that have them all: ${full.join(' ')}`;
  throw new FormatError(`${name}, line ${lines[empty[at]]}: '${columns[at]}' has no value${more}`, {
    hint: `say what to do: missing previous, linear or drop (--missing previous)${without}`,
  });
}

/** Places among the rows kept before which others were left out. */
const leaps = (kept: readonly number[]): number[] =>
  kept.flatMap((row, i) => (i > 0 && row > kept[i - 1] + 1 ? [i] : []));
