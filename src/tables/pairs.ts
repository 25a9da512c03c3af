import { FormatError } from '../errors.js';

/** How pairs are read. */
export interface PairsOptions {
  /** What the file is, for messages. Default 'the file'. */
  readonly name?: string;
}

/**
 * Pairs of texts, one a line: a source, a tab, and a target. What stands behind a second tab is left out, as files of Tatoeba have it.
 *
 * @throws FormatError that names the line, for one without a tab or with an empty side, and for a file without pairs
 * @example
 * readPairs('abc\tcba\nxy\tyx\n')[1]; // { source: 'xy', target: 'yx' }
 */
export function readPairs(
  file: string,
  { name = 'the file' }: PairsOptions = {},
): { source: string; target: string }[] {
  const pairs = file
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .flatMap((content, i) => {
      if (content.trim() === '') return [];
      const [source, target] = content.split('\t') as [string, string?];
      const where = `${name}, line ${i + 1}`;
      if (target === undefined) {
        throw new FormatError(`${where} has no tab between a text and what it shall become`);
      }
      if (source.trim() === '' || target.trim() === '') {
        throw new FormatError(
          `${where}: the text ${source.trim() === '' ? 'before' : 'behind'} the tab is empty`,
        );
      }
      return [{ source, target }];
    });
  if (pairs.length === 0) throw new FormatError(`${name} is empty`);
  return pairs;
}
