// Compiles src/kernels/assembly into the builds that the engine chooses from, and writes them as modules with the bytes
// inlined (deflated, in base64), so that no bundler needs a setting. Does nothing when the results are newer than the sources.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pid } from 'node:process';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const sources = join(root, 'src/kernels/assembly');
const target = join(root, 'src/kernels/generated');

const BUILDS = { simd: [], fma: ['--enable', 'relaxed-simd'] };
// Constants live in the first page, behind address 0, which the kernels read as "not given".
const MEMORY_BASE = '1024';

const files = readdirSync(sources).map((name) => join(sources, name));
const newest = Math.max(...[fileURLToPath(import.meta.url), ...files].map((file) => statSync(file).mtimeMs));
const outputs = [...Object.keys(BUILDS), 'exports'].map((name) => join(target, `${name}.ts`));
const built = outputs.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
if (Math.min(...built) < newest) await build();

async function build() {
  const { default: asc } = await import('assemblyscript/asc');
  const work = mkdtempSync(join(tmpdir(), 'unrolled-kernels-'));
  mkdirSync(target, { recursive: true });
  try {
    for (const [name, flags] of Object.entries(BUILDS)) {
      const wasm = join(work, `${name}.wasm`);
      const { error, stderr } = await asc.main([
        join(sources, 'index.ts'),
        ...['--outFile', wasm, '--bindings', 'raw', '-O3', '--noAssert', '--runtime', 'stub'],
        ...['--importMemory', '--sharedMemory', '--initialMemory', '2', '--maximumMemory', '65536'],
        ...['--memoryBase', MEMORY_BASE, '--enable', 'simd', '--enable', 'threads', ...flags],
      ]);
      if (error) throw new Error(`the ${name} kernels do not compile\n${stderr.toString()}`);
      const bytes = readFileSync(wasm);
      const packed = deflateRawSync(bytes, { level: 9 });
      writeWhole(
        join(target, `${name}.ts`),
        `const packed: string = '${packed.toString('base64')}';\nexport default packed;\n`,
      );
      console.log(`kernels ${name}: ${bytes.length} bytes, ${packed.length} deflated`);
    }
    writeWhole(join(target, 'exports.ts'), interfaceOf(readFileSync(join(work, 'simd.d.ts'), 'utf8')));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Writes a file at once, so that nobody reads half of it. */
function writeWhole(file, text) {
  const part = `${file}.${pid}.part`;
  writeFileSync(part, text);
  renameSync(part, file);
}

/** The compiler's own declarations as an interface, without memory and wrappers. */
function interfaceOf(declarations) {
  const [, body] = /declare namespace __AdaptedExports \{([\s\S]*?)\n\}/.exec(declarations);
  const functions = body
    .replace(/ {2}\/\*\* Exported memory \*\/\n.*\n/, '')
    .replace(/\/\*\*[\s\S]*?\*\/\n/g, '')
    .replace(/export function (\w+)(\(.*\)): (\w+);/g, 'readonly $1: $2 => $3;');
  return `/** The kernels' exports, written by the build. */\nexport interface KernelExports {${functions}\n}\n`;
}
