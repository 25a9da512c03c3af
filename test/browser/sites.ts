import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import webpack from 'webpack';

// Outside of the checkout, whose tsconfig.json bundlers would find and follow to the sources.
const work = mkdtempSync(join(tmpdir(), 'unrolled-browser-'));

/** Removes what the sites left behind. */
export function removeSites(): void {
  rmSync(work, { recursive: true, force: true });
}

/** The page that runs `entry`, a script beside it. */
const page = (entry: string): string =>
  `<!doctype html><meta charset="utf-8"><title>Unrolled</title><link rel="icon" href="data:,">` +
  `<script type="module" src="/${entry}"></script>`;

/** Puts the built package into a folder's node_modules. */
export function installInto(folder: string): void {
  for (const part of ['package.json', 'dist']) {
    cpSync(part, join(folder, 'node_modules/unrolled', part), { recursive: true });
  }
}

/** A copy of the app in which the built package is installed. */
function install(name: string): string {
  const folder = join(work, name);
  cpSync('test/browser/app', folder, { recursive: true });
  installInto(folder);
  return folder;
}

/** Nothing is built: the page loads the package's files as they are. */
export function plainSite(entry: string): string {
  const folder = install(`plain-${entry}`);
  for (const script of ['lesson.js', 'threads.js']) {
    const path = join(folder, script);
    const code = readFileSync(path, 'utf8');
    writeFileSync(path, code.replace("'unrolled'", "'./node_modules/unrolled/dist/index.js'"));
  }
  writeFileSync(join(folder, 'index.html'), page(entry));
  return folder;
}

/** Built by vite without a configuration. */
export async function viteSite(entry: string): Promise<string> {
  const folder = install(`vite-${entry}`);
  writeFileSync(join(folder, 'index.html'), page(entry));
  await build({ root: folder, configFile: false, logLevel: 'error' });
  return join(folder, 'dist');
}

/** Built by webpack with nothing but an entry. */
export async function webpackSite(entry: string): Promise<string> {
  const folder = install(`webpack-${entry}`);
  const output = join(folder, 'dist');
  const compiler = webpack({
    mode: 'production',
    context: folder,
    entry: `./${entry}`,
    output: { path: output },
  });
  const stats = await new Promise<webpack.Stats>((done, fail) => {
    compiler.run((error, result) => (result ? done(result) : fail(error ?? new Error('no result'))));
  });
  if (stats.hasErrors()) throw new Error(stats.toString({ errorDetails: true }));
  writeFileSync(join(output, 'index.html'), page('main.js'));
  return output;
}
