// Compiles src/kernels/assembly into the builds that the engine chooses from, and writes them as one module with the bytes
// inlined (deflated, in base64), so that no bundler needs a setting. Does nothing when the results are newer than the sources.
//
// The builds are much alike, so they are written part by part (a part is a section, or a function): the number of parts, of each
// the lengths in both builds (0 in the second where they agree), then the parts, one build's beside the other's, where deflate
// finds what they share. The second build costs a sixth of the first that way.
//
// Platforms that let no program compile bytes take the first build as a file, with memory of its own.
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

const BUILDS = { fma: ['--enable', 'relaxed-simd'], simd: [] };
// Constants live in the first page, behind address 0, which the kernels read as "not given".
const MEMORY_BASE = '1024';

const files = readdirSync(sources).map((name) => join(sources, name));
const newest = Math.max(...[fileURLToPath(import.meta.url), ...files].map((file) => statSync(file).mtimeMs));
const outputs = ['code.ts', 'exports.ts', 'kernels.wasm'].map((name) => join(target, name));
const built = outputs.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
if (Math.min(...built) < newest) await build();

async function build() {
  const { default: asc } = await import('assemblyscript/asc');
  const work = mkdtempSync(join(tmpdir(), 'unrolled-kernels-'));
  mkdirSync(target, { recursive: true });
  const builds = [];
  try {
    for (const [name, flags] of Object.entries(BUILDS)) {
      const wasm = join(work, `${name}.wasm`);
      const { error, stderr } = await asc.main([
        join(sources, 'index.ts'),
        ...[
          '--outFile',
          wasm,
          '--bindings',
          'raw',
          '-O3',
          '--shrinkLevel',
          '1',
          '--noAssert',
          '--runtime',
          'stub',
        ],
        ...['--importMemory', '--sharedMemory', '--initialMemory', '2', '--maximumMemory', '65536'],
        ...['--memoryBase', MEMORY_BASE, '--enable', 'simd', '--enable', 'threads', ...flags],
      ]);
      if (error) throw new Error(`the ${name} kernels do not compile\n${stderr.toString()}`);
      builds.push(readFileSync(wasm));
    }
    const packed = deflateRawSync(together(...builds.map(parts)), { level: 9 });
    writeWhole(
      join(target, 'code.ts'),
      `const packed: string = '${packed.toString('base64')}';\nexport default packed;\n`,
    );
    console.log(
      `kernels: ${builds.map((wasm) => wasm.length).join(' and ')} bytes, ${packed.length} deflated`,
    );
    writeWhole(join(target, 'kernels.wasm'), withOwnMemory(builds[0]));
    writeWhole(join(target, 'exports.ts'), interfaceOf(readFileSync(join(work, 'simd.d.ts'), 'utf8')));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The sections of a module, and of the code section its head and each function. */
function parts(wasm) {
  const CODE = 10;
  const found = [wasm.subarray(0, 8)];
  for (let at = 8; at < wasm.length;) {
    const [size, body] = unsigned(wasm, at + 1);
    if (wasm[at] === CODE) {
      let [count, next] = unsigned(wasm, body);
      found.push(wasm.subarray(at, next));
      for (; count > 0; count--) {
        const [length, start] = unsigned(wasm, next);
        found.push(wasm.subarray(next, start + length));
        next = start + length;
      }
    } else found.push(wasm.subarray(at, body + size));
    at = body + size;
  }
  return found;
}

/** A module that imports memory which is not shared: a flag behind its name says so (3 is shared, 1 is not; both have a limit). */
function withOwnMemory(wasm) {
  const own = Buffer.from(wasm);
  const flag = own.indexOf('memory\x02\x03') + 'memory\x02'.length;
  own[flag] = 1;
  return own;
}

/** A number in LEB128, and where what follows begins. */
function unsigned(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
}

function together(first, second) {
  if (first.length !== second.length) throw new Error('the builds of the kernels differ in their functions');
  const head = new Uint32Array(1 + 2 * first.length);
  const bodies = [];
  head[0] = first.length;
  first.forEach((part, i) => {
    const other = part.equals(second[i]) ? part.subarray(0, 0) : second[i];
    head.set([part.length, other.length], 1 + 2 * i);
    bodies.push(part, other);
  });
  return Buffer.concat([new Uint8Array(head.buffer), ...bodies]);
}

/** Writes a file at once, so that nobody reads half of it. */
function writeWhole(file, content) {
  const part = `${file}.${pid}.part`;
  writeFileSync(part, content);
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
