import { FormatError } from '../errors.js';
import type { Row } from './csv.js';
import { counted } from './say.js';

/** What happens to several rows of one date: an error, the first or the last of them, or the mean of their numbers. */
export const DUPLICATE_CHOICES = ['error', 'first', 'last', 'mean'] as const;
export type DuplicateChoice = (typeof DUPLICATE_CHOICES)[number];

/** How rows are brought into the order of time. */
export interface OrderOptions {
  readonly sort: boolean;
  readonly duplicates: DuplicateChoice;
  readonly name: string;
  /** A date as the table writes it. */
  readonly shown: (time: number) => string;
}

/** Rows in the order of time: each a group of those that have one date, of which there is one, or more to be averaged. */
export interface Ordered {
  readonly groups: readonly (readonly number[])[];
  readonly notes: readonly string[];
}

/**
 * The order of rows by their times. The newest first is turned round; any other disorder is an error unless it is to be sorted.
 *
 * @throws FormatError that names the line where time goes back, and the rows of one date
 */
export function orderOf(times: readonly number[], rows: readonly Row[], options: OrderOptions): Ordered {
  const { sort, duplicates, name } = options;
  const back = times.findIndex((time, i) => i > 0 && time < times[i - 1]);
  const isFalling = times.every((time, i) => i === 0 || time <= times[i - 1]) && back >= 0;
  const places = times.map((_, i) => i);
  if (isFalling) places.reverse();
  const isSorted = back < 0 || isFalling;
  if (!isSorted) places.sort((a, b) => times[a] - times[b]);
  const groups = grouped(places, times);
  const twice = groups.filter((group) => group.length > 1);
  const says = [
    ...(!isSorted && !sort ? ['--sort'] : []),
    ...(twice.length > 0 && duplicates === 'error' ? ['--duplicates first (or last, or mean)'] : []),
  ];
  if (says.length > 0) {
    const [first, second] = twice[0] ?? [];
    const dates = `${counted(twice.length, 'date')} with several rows, such as lines ${rows[first]?.line} and ${rows[second]?.line}`;
    const found = [
      ...(!isSorted && !sort
        ? [
            `line ${rows[back].line} (${options.shown(times[back])}) is earlier than line ${rows[back - 1].line}`,
          ]
        : []),
      ...(twice.length > 0 && duplicates === 'error' ? [`${dates} (${options.shown(times[first])})`] : []),
    ];
    throw new FormatError(`${name}: ${found.join('; ')}`, { hint: `say what to do: ${says.join(' ')}` });
  }
  const notes = [
    ...(isFalling ? ['newest first: turned round'] : []),
    ...(isSorted ? [] : ['rows sorted by date']),
    ...(twice.length > 0
      ? [
          `${counted(twice.length, 'date')} with several rows: ${duplicates === 'mean' ? 'their mean' : `the ${duplicates}`} taken`,
        ]
      : []),
  ];
  const taken = groups.map((group) => {
    // In the order of the file, which may be the other way round.
    const inFile = [...group].sort((a, b) => a - b);
    return duplicates === 'first'
      ? [inFile[0]]
      : duplicates === 'last'
        ? [inFile[inFile.length - 1]]
        : inFile;
  });
  return { groups: taken, notes };
}

function grouped(places: readonly number[], times: readonly number[]): number[][] {
  const groups: number[][] = [];
  for (const place of places) {
    const last = groups.at(-1);
    if (last !== undefined && times[last[0]] === times[place]) last.push(place);
    else groups.push([place]);
  }
  return groups;
}
