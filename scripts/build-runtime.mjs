// Minifies the runtime of exported JavaScript modules (src/interop/javascript/runtime) file by file and writes the texts as one
// module, so that the exporter puts together what a model needs without a bundler. Names at the top level stay as they are in the
// sources: each is there once. Does nothing when the result is newer than the sources.
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { pid } from 'node:process';
import { fileURLToPath } from 'node:url';
import { minifySync, transformSync } from 'rolldown/utils';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'src/interop/javascript');
const manifest = join(root, 'package.json');
const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
const target = join(folder, 'generated/runtime.ts');
/** The youngest language that all browsers with modules and Unicode in patterns know. */
const LANGUAGE = 'es2018';

const names = readdirSync(folder, { recursive: true })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => /^(runtime|page)\/.*\.(ts|css)$/.test(name))
  .sort();
const files = [fileURLToPath(import.meta.url), manifest, ...names.map((name) => join(folder, name))];
const newest = Math.max(...files.map((file) => statSync(file).mtimeMs));
if ((statSync(target, { throwIfNoEntry: false })?.mtimeMs ?? 0) < newest) build();

function build() {
  const parts = Object.fromEntries(names.map((name) => [name.replace(/\.ts$/, ''), partOf(name)]));
  if (Object.values(parts).some(({ code }) => code.includes('</script')))
    throw new Error('would end a script');
  mkdirSync(dirname(target), { recursive: true });
  const part = `${target}.${pid}.part`;
  writeFileSync(
    part,
    `/** The version of this package. */\nexport const VERSION = ${JSON.stringify(version)};\n\n` +
      `/** The files of the runtime, minified, and those that each needs; written by the build. */\n` +
      `export const RUNTIME = ${JSON.stringify(parts, null, 2)} as const;\n`,
  );
  renameSync(part, target);
}

/** A file's code without its types, imports and exports; and what it imports. */
function partOf(name) {
  const source = readFileSync(join(folder, name), 'utf8');
  if (name.endsWith('.css'))
    return { needs: [], code: source.replace(/\s*\n\s*/g, '').replace(/([:;,{]) /g, '$1') };
  const { code, errors } = transformSync(name, source, { target: LANGUAGE });
  if (errors.length > 0) throw new Error(`${name}: ${errors[0].message}`);
  const needs = Array.from(code.matchAll(/^import .* from "(.*)\.js";$/gm), ([, path]) =>
    posix.join(posix.dirname(name), path),
  );
  const bare = code.replace(/^import .*;$/gm, '').replace(/^export /gm, '');
  const minified = minifySync(name.replace(/ts$/, 'js'), bare, {
    module: false,
    mangle: { toplevel: false },
    compress: { target: LANGUAGE },
  });
  if (minified.errors.length > 0) throw new Error(`${name}: ${minified.errors[0].message}`);
  return { needs, code: minified.code.trim() };
}
