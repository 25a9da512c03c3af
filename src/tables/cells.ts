/** What stands in cells that have no value, in small letters. */
const NOTHING = new Set([
  ...[
    '',
    'na',
    'n/a',
    'nan',
    '-nan',
    'null',
    'none',
    '?',
    '-',
    '--',
    '---',
    '.',
    '..',
    '–',
    '—',
    '#n/a',
    '#na',
    '<na>',
    'n.a.',
  ],
  ...['#n/a n/a', '-1.#ind', '1.#qnan', '-1.#qnan', '1.#ind', 'nil', 'missing', 'k.a.', 'nd', 'n.d.', 's/d'],
]);

/** Whether a cell has no value, by what people and programs write there. */
export const isMissing = (cell: string): boolean => NOTHING.has(cell.toLowerCase());

/** What else stands for a missing value, `-200` or `9999` for example. */
export interface Markers {
  readonly texts: ReadonlySet<string>;
  readonly numbers: ReadonlySet<number>;
}

/**
 * Markers as they are said: several may stand in one text, with commas between, unless a cell is that very text.
 *
 * @param isCell  whether a text is a cell of the table
 */
export function markersOf(said: readonly string[], isCell: (text: string) => boolean): Markers {
  const texts = said.flatMap((text) => (isCell(text) ? [text] : text.split(','))).map((text) => text.trim());
  const numbers = texts.filter((text) => text !== '').map((text) => Number(text.replace(',', '.')));
  return { texts: new Set(texts), numbers: new Set(numbers.filter((number) => !Number.isNaN(number))) };
}
