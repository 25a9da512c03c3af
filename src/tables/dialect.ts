/** How cells and rows of a text are told apart. */
export interface Dialect {
  /** ' ' stands for blanks, as many as there are. */
  readonly separator: string;
  readonly quote: '"' | "'";
}

/** Names of separators that cannot be typed, or not be seen. */
const NAMED: Readonly<Record<string, string>> = {
  tab: '\t',
  '\\t': '\t',
  space: ' ',
  blank: ' ',
  comma: ',',
  semicolon: ';',
  pipe: '|',
};

/** A separator as people say it: itself, tab, space, comma or semicolon. */
export const separatorSaid = (text: string): string => (Object.hasOwn(NAMED, text) ? NAMED[text] : text);

/** A separator as it is shown. */
export function separatorShown(separator: string): string {
  const names: Readonly<Record<string, string>> = { '\t': 'tab', ' ': 'space' };
  return Object.hasOwn(names, separator) ? names[separator] : `'${separator}'`;
}

/** At the same regularity, the one that is rarer in numbers and words. */
const SEPARATORS = ['\t', ';', '|', ','];
const LOOKED_AT = 2 ** 16;
/** With less of its rows alike a sign does not separate. */
const REGULAR = 0.5;

/**
 * The separator that most rows have equally often, outside of quotes: a decimal comma is not in every cell, a semicolon between cells is.
 */
export function dialectOf(text: string): Dialect {
  const line = /^sep=(.)\n/i.exec(text)?.[1];
  const start = text.slice(0, LOOKED_AT);
  const quote =
    !start.includes('"') && (start.match(/(?:^|[\t;|,])'[^'\n]*'(?=[\t;|,\n]|$)/gm)?.length ?? 0) > 3
      ? "'"
      : '"';
  if (line !== undefined) return { separator: line, quote };
  const records = recordsIn(start, quote);
  // The last one may be cut off.
  const whole = text.length > LOOKED_AT ? records.slice(0, -1) : records;
  const best = SEPARATORS.map((separator) => ({ separator, share: regularity(whole, separator) })).reduce(
    (a, b) => (b.share > a.share + 0.02 ? b : a),
  );
  if (best.share >= REGULAR) return { separator: best.separator, quote };
  const blanks = regularity(
    whole.map((record) => record.trim().replace(/ +/g, ' ')),
    ' ',
  );
  return { separator: blanks > 0.8 && blanks > best.share ? ' ' : ',', quote };
}

/** Rows without what stands in quotes, and without comments. */
function recordsIn(text: string, quote: string): string[] {
  const bare = text.replace(
    quote === '"' ? /(^|[\t;|,\n ])"(?:[^"]|"")*"(?=[\t;|,\n ]|$)/g : /(^|[\t;|,\n])'[^'\n]*'/g,
    '$1x',
  );
  return bare.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

/** The part of the rows that have a sign as often as most have it. */
function regularity(records: readonly string[], sign: string): number {
  const counts = new Map<number, number>();
  for (const record of records) {
    const count = record.split(sign).length - 1;
    counts.set(count, (counts.get(count) ?? 0) + 1);
  }
  const most = [...counts]
    .filter(([count]) => count > 0)
    .reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0]);
  return most[1] / Math.max(1, records.length);
}
