// Succeeds if there is nothing to build: dist/ is newer than all it is made from, or the tools to build it are not installed.
// npm runs it as `dependencies`, after each change of node_modules. `prepare` would do it, too, and be packed: npm would then
// have whoever installs the package approve a script that does nothing there.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { exit } from 'node:process';

if (!existsSync('node_modules/rolldown')) {
  console.error('unrolled: not installed, so not built: run npm ci');
  exit(0);
}

const sources = [
  'src',
  'scripts',
  'package.json',
  'rolldown.config.mjs',
  'tsconfig.json',
  'tsconfig.build.json',
];
// The build's first result and its last.
const results = ['dist/index.js', 'dist/index.d.ts'];

const time = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** When something in a folder changed last. Its own time tells of files that are gone. */
function newest(path) {
  if (!statSync(path).isDirectory()) return time(path);
  return Math.max(time(path), ...readdirSync(path).map((name) => newest(join(path, name))));
}

exit(Math.min(...results.map(time)) > Math.max(...sources.map(newest)) ? 0 : 1);
