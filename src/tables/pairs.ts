import { FormatError } from '../errors.js';
import { readOptions, type Schema } from '../options.js';

/** A text and what it shall become. */
interface PairOfTexts {
  readonly source: string;
  readonly target: string;
}

/** How pairs are read. */
export interface PairsOptions {
  /** What the file is, for messages. Default 'the file'. */
  readonly name?: string;
}

const OPTIONS: Schema<PairsOptions> = { name: 'text' };

const linesOf = (file: string): string[] => file.replace(/^\ufeff/, '').split(/\r?\n/);

/**
 * Pairs of texts, one a line: a source, a tab, and a target. What stands behind a second tab is left out, as files of Tatoeba have it.
 *
 * @throws FormatError that names the line, for one without a tab or with an empty side, and for a file without pairs
 * @example
 * readPairs('abc\tcba\nxy\tyx\n')[1]; // { source: 'xy', target: 'yx' }
 */
export function readPairs(file: string, options?: PairsOptions): PairOfTexts[] {
  const { name = 'the file' } = readOptions('readPairs', options, OPTIONS);
  const pairs = linesOf(file).flatMap((content, i) => {
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

/** How many lines of pairs have something behind a second tab, which is left out. */
export const linesWithMore = (file: string): number =>
  linesOf(file).filter((line) => line.split('\t').slice(2).join('').trim() !== '').length;

/** How pairs are read from two files. */
export interface AlignedOptions {
  /** What the files are, for messages. Default 'the sources' and 'the targets'. */
  readonly names?: readonly [string, string];
}

const ALIGNED: Schema<AlignedOptions> = { names: 'a list of words' };

/**
 * Pairs of texts from two files: line by line, the sources in one and the targets in the other. Lines that are empty in both are left out.
 *
 * @throws FormatError for files of different lengths, a line that is empty in one of them only, and files without lines
 * @example
 * alignedPairs('abc\nxy\n', 'cba\nyx\n')[1]; // { source: 'xy', target: 'yx' }
 */
export function alignedPairs(sources: string, targets: string, options?: AlignedOptions): PairOfTexts[] {
  const { names = ['the sources', 'the targets'] } = readOptions('alignedPairs', options, ALIGNED);
  const [from, to] = [sources, targets].map((file) => linesOf(file.replace(/(\r?\n)+$/, '')));
  if (from.length !== to.length) {
    throw new FormatError(
      `${names[0]} has ${from.length} lines, and ${names[1]} has ${to.length}: each line of one is for that of the other`,
    );
  }
  const pairs = from.flatMap((source, i) => {
    const empty = [source, to[i]].findIndex((side) => side.trim() === '');
    if (empty < 0) return [{ source, target: to[i] }];
    if (source.trim() === to[i].trim()) return [];
    throw new FormatError(`${names[empty]}, line ${i + 1} is empty, but that of ${names[1 - empty]} is not`);
  });
  if (pairs.length === 0) throw new FormatError(`${names[0]} is empty`);
  return pairs;
}
