import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { FileError, isFolder } from '../formats/platform-files.js';
import { RunFolder } from '../training/platform-run-folder.js';
import { UsageError } from './failure.js';
import type { Sources } from './settings/resolve.js';
import { words } from './settings/setting.js';
import { LABEL_SETTINGS } from './settings/tasks.js';

/** Where the runs are that `latest` and the starts of names mean. */
export const RUNS_SETTING = words('--runs <folder>', 'where the runs are', {
  fallback: 'runs',
  isPath: true,
});

const LATEST = 'latest';

/** The run folders in a folder, by their names and so by time; other folders in it are left out. */
export function runsIn(folder: string): string[] {
  if (!isFolder(folder)) return [];
  const paths = readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
  return paths.filter((path) => existsSync(join(path, 'config.json')));
}

/**
 * The path that is meant: itself where it is there; `latest`, the run that was started last; or the only run whose name starts so.
 *
 * @param runs  the folder of runs
 * @throws FileError where there are no runs, and UsageError where several start so
 */
export function runPath(named: string, runs: string): string {
  if (existsSync(named)) return named;
  if (named === LATEST) {
    const [first, ...others] = runsIn(runs).map((path) => ({ path, started: startOf(path) }));
    if ((first as typeof first | undefined) === undefined) {
      throw new FileError(`there is no run in ${runs}`, {
        hint: '`unrolled train FILE` makes one, --runs names another folder',
      });
    }
    // Of those that started together the one that is listed last.
    return others.reduce((last, one) => (one.started >= last.started ? one : last), first).path;
  }
  const isPath = named.includes('/') || named.includes(sep);
  const all = runsIn(isPath ? dirname(named) : runs);
  const whole = all.filter((path) => basename(path) === basename(named));
  const found = whole.length > 0 ? whole : all.filter((path) => basename(path).startsWith(basename(named)));
  if (found.length > 1) {
    throw new UsageError(`${found.length} runs start with ${named}`, {
      hint: `${found.slice(0, 3).join(', ')}${found.length > 3 ? ', …' : ''}: say more of the name`,
    });
  }
  return found.length === 1 ? found[0] : named;
}

/** Milliseconds would do, but text sorts as well. */
function startOf(path: string): string {
  const { started } = RunFolder.configOf(path);
  return typeof started === 'string' ? started : '';
}

/** Settings that say how files are read, which holds for others of the same form. How its table was read a forecaster knows itself. */
const READING = ['encoding', ...Object.keys(LABEL_SETTINGS)];

/** How the run that is named, or in whose folder the model is, read its files. */
export function readingOfRun(
  { runs }: { readonly runs: string },
  [named]: readonly (string | undefined)[],
): Sources['run'] {
  const path = runPath(named!, runs);
  const folder = isFolder(path) ? path : dirname(path);
  if (!existsSync(join(folder, 'config.json'))) return null;
  const { settings } = RunFolder.configOf(folder);
  const known = Object.entries((settings ?? {}) as Readonly<Record<string, unknown>>);
  return { path: folder, values: Object.fromEntries(known.filter(([name]) => READING.includes(name))) };
}
