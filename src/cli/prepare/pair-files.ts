import { createHash } from 'node:crypto';
import type { Pair } from '../../models/translator.js';
import { alignedPairs, linesWithMore, readPairs } from '../../tables/pairs.js';
import { UsageError } from '../failure.js';
import { wholeFile } from './kind.js';

/** How pairs are read. */
export interface PairReading {
  /** The paths are a file of sources and one of targets, instead of files with both. */
  readonly source?: string;
  readonly encoding?: string;
}

/** Pairs of any number of files. */
export interface PairFiles {
  readonly pairs: readonly Pair[];
  /** Fingerprint of them all. */
  readonly sha256: string;
  /** What the user should know. */
  readonly notes: readonly string[];
}

/**
 * Pairs of texts: a line each, with a tab between; or line by line from a file of sources and one of targets.
 *
 * @throws FileError, FormatError that name the file and the line of what cannot be read
 */
export function readPairFiles(paths: readonly string[], { source, encoding }: PairReading): PairFiles {
  const files = paths.map((path) => ({ path, ...wholeFile(path, encoding) }));
  const hash = createHash('sha256');
  for (const { bytes } of files) hash.update(bytes);
  const sha256 = hash.digest('hex');
  if (source !== undefined) {
    const [from, to] = files;
    return { pairs: alignedPairs(from.text, to.text, { names: [from.path, to.path] }), sha256, notes: [] };
  }
  const more = files.reduce((sum, { text }) => sum + linesWithMore(text), 0);
  return {
    pairs: files.flatMap(({ path, text }) => readPairs(text, { name: path })),
    sha256,
    notes: more === 0 ? [] : [`${more} lines have something behind a second tab, which is left out`],
  };
}

/**
 * The files that are meant: those that are named, or those of --source and --target-file.
 *
 * @throws UsageError for one of these without the other, or beside a file
 */
export function namedFiles(
  files: readonly string[],
  { source, targetFile }: { readonly source?: string; readonly targetFile?: string },
): readonly string[] {
  if (source === undefined && targetFile === undefined) return files;
  if (source === undefined || targetFile === undefined) {
    throw new UsageError('--source and --target-file go together: each line of one is for that of the other');
  }
  if (files.length > 0) throw new UsageError('give a file of pairs, or --source and --target-file, not both');
  return [source, targetFile];
}
