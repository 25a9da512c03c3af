import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeNpy, decodeNpz } from '../../../src/formats/npy.js';
import { decodePyTorch } from '../../../src/formats/pytorch/decode.js';
import { decodeSafetensors } from '../../../src/formats/safetensors.js';
import { FormatError } from '../../../src/errors.js';
import { type Content, difference } from './content.js';
import { runKeras, runRealKeras } from './keras.js';
import { runOnnx, runRealOnnx } from './onnx.js';
import { runReal } from './real.js';

/** A row of a manifest. */
interface Row {
  readonly file: string;
  readonly expect: 'load' | 'reject' | 'bounded';
  readonly note: string;
  /** A file of several arrays has them by name. */
  readonly content?: Content | Readonly<Record<string, Content>>;
}

type Read = (bytes: Uint8Array, name: string) => unknown;

/** How each folder's files are read. */
const READERS: Readonly<Record<string, Read>> = {
  pt: (bytes) => decodePyTorch(bytes),
  st: (bytes) => decodeSafetensors(bytes).tensors,
  npy: (bytes, name) => (name.endsWith('.npz') ? decodeNpz(bytes) : decodeNpy(bytes)),
};

const SLOW_MS = 5000;

/**
 * Verdicts on every file of FOLDER/{pt,st,npy,onnx,keras}/PART/manifest.json, and on the models of FOLDER/real: null where it passes, else why not.
 */
export async function runFiles(
  folder: string,
): Promise<Map<string, [file: string, problem: string | null][]>> {
  const verdicts = new Map<string, [string, string | null][]>();
  for (const [group, read] of Object.entries(READERS)) {
    const own = join(folder, group);
    if (!existsSync(own)) continue;
    const rows: [string, string | null][] = [];
    for (const part of readdirSync(own)) {
      const manifest = join(own, part, 'manifest.json');
      if (!existsSync(manifest)) continue;
      const { files } = JSON.parse(readFileSync(manifest, 'utf8')) as { files: Row[] };
      for (const row of files) rows.push([row.file, await problemOf(row, join(own, part, row.file), read)]);
    }
    verdicts.set(group, rows);
  }
  const models = {
    onnx: await runOnnx(join(folder, 'onnx')),
    'real/onnx': await runRealOnnx(join(folder, 'real')),
    keras: await runKeras(join(folder, 'keras')),
    'real/keras': await runRealKeras(join(folder, 'real')),
  };
  for (const [group, rows] of Object.entries(models)) {
    if (rows.length > 0)
      verdicts.set(
        group,
        rows.map(({ file, problem }) => [file, problem]),
      );
  }
  const real = await runReal(join(folder, 'real'));
  if (real.length > 0) verdicts.set('real', real);
  return verdicts;
}

async function problemOf(row: Row, path: string, read: Read): Promise<string | null> {
  const start = performance.now();
  const outcome = await outcomeOf(row, path, read);
  if (existsSync('pwned.mark')) return 'something in the file was run';
  if (Object.hasOwn(Object.prototype, 'polluted')) return 'the file changed the prototype of all objects';
  const ms = performance.now() - start;
  return outcome ?? (ms > SLOW_MS ? `took ${Math.round(ms)} ms` : null);
}

/** Content in the manifests' form, where a file of several arrays has them by name. */
function formOf(content: NonNullable<Row['content']>): Content {
  const isForm =
    typeof content !== 'object' ||
    Array.isArray(content) ||
    Object.keys(content).some((key) => key === 'b64' || key.startsWith('$'));
  return isForm ? (content as Content) : { $map: content as Readonly<Record<string, Content>> };
}

async function outcomeOf({ file, expect, content }: Row, path: string, read: Read): Promise<string | null> {
  try {
    const got = await read(readFileSync(path), file);
    if (expect === 'reject') return 'was read, but should be refused';
    return content == null ? null : difference(got, formOf(content));
  } catch (error) {
    if (!(error instanceof FormatError)) return `threw ${String(error)}`;
    return expect === 'load' ? `was refused: ${error.message}` : null;
  }
}
