import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { FormatError, ValueError } from '../../errors.js';
import { failure, isFolder } from '../../formats/platform-files.js';
import { readLabelledTable } from '../../tables/labelled.js';
import type { Labelled } from '../../training/label-task.js';
import { wholeFile } from './kind.js';

/** How labelled texts are read. */
export interface ReadingOptions {
  readonly textColumn?: string;
  readonly labelColumn?: string;
  readonly encoding?: string;
}

/** Labelled texts, of any number of files. */
export interface LabelledFiles {
  readonly data: readonly Labelled[];
  /** Fingerprint of them all. */
  readonly sha256: string;
  /** Where texts and labels were found, in words. */
  readonly about: string;
}

/**
 * Labelled texts: tables and JSON lines, which have columns for both; .txt files of a text a line, whose names are the labels; folders of
 * such files, and folders whose names are the labels of the texts in them, one a file.
 *
 * @throws FileError, FormatError, ValueError that name the file, and the line, of what cannot be read
 */
export function readLabelledFiles(paths: readonly string[], options: ReadingOptions): LabelledFiles {
  const hash = createHash('sha256');
  const said = new Set<string>();
  const read = (path: string): Labelled[] => {
    if (isFolder(path)) return readFolder(path);
    const { text, bytes } = wholeFile(path, options.encoding);
    hash.update(bytes);
    if (extname(path).toLowerCase() === '.txt') {
      said.add('a text a line, names of files as labels');
      return linesOf(text, labelOf(path));
    }
    const format = formatOf(path, text);
    const { textColumn, labelColumn } = options;
    const table = readLabelledTable(text, { format, text: textColumn, label: labelColumn, name: path });
    said.add(`texts from '${table.text}', labels from '${table.label}'`);
    return [...table.data];
  };
  const readFolder = (folder: string): Labelled[] => {
    const entries = listed(folder);
    const files = entries.filter((path) => extname(path).toLowerCase() === '.txt');
    if (files.length > 0) return files.flatMap(read);
    const texts = entries.filter(isFolder).flatMap((label) =>
      listed(label)
        .filter((path) => extname(path).toLowerCase() === '.txt')
        .map((path) => ({ path, label: basename(label) })),
    );
    if (texts.length === 0) {
      throw new FormatError(`${folder} holds no labelled texts`, {
        hint: 'a folder has a .txt file for each label with a text a line, or a folder for each label with a text a file',
      });
    }
    said.add('a text a file, names of folders as labels');
    return texts.map(({ path, label }) => {
      const { text, bytes } = wholeFile(path, options.encoding);
      hash.update(bytes);
      if (text.trim() === '') throw new FormatError(`${path} is empty`);
      return { text: text.trim(), label };
    });
  };
  const data = paths.flatMap(read);
  expectLabels(data, paths);
  const labels = new Set(data.map(({ label }) => label)).size;
  return {
    data,
    sha256: hash.digest('hex'),
    about: `${data.length} texts with ${labels} labels: ${[...said].join('; ')}`,
  };
}

function listed(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
    return names.sort().map((name) => join(folder, name));
  } catch (cause) {
    throw failure('read', folder, cause);
  }
}

const labelOf = (path: string): string => basename(path, extname(path));

const linesOf = (text: string, label: string): Labelled[] =>
  text.split(/\r?\n/).flatMap((line) => (line.trim() === '' ? [] : [{ text: line.trim(), label }]));

/** What has no name that says so is known by its first letter. */
function formatOf(path: string, text: string): 'csv' | 'jsonl' {
  const extension = extname(path).toLowerCase();
  if (['.jsonl', '.ndjson'].includes(extension)) return 'jsonl';
  return extension === '' && /^\s*\{/.test(text) ? 'jsonl' : 'csv';
}

function expectLabels(data: readonly Labelled[], paths: readonly string[]): void {
  if (data.length === 0) throw new FormatError(`${paths.join(', ')}: there are no texts`);
  if (data.some(({ label }) => label !== data[0].label)) return;
  throw new ValueError(`every text has the label '${data[0].label}'; telling classes apart takes 2`, {
    hint: 'name the files of the other labels, too, or the folder that they are in',
  });
}
