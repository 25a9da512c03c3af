import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { env, execPath } from 'node:process';

/** Every Node on the path, by version: in npm scripts the development dependency comes first, the machine's own later. */
export function nodes(): [version: string, path: string][] {
  const paths = (env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'));
  const found = [execPath, ...paths].filter((path) => existsSync(path));
  const version = (path: string): string => execFileSync(path, ['--version'], { encoding: 'utf8' }).trim();
  return [...new Map(found.map((path) => [version(path), path]))];
}
