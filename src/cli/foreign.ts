import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FormatError } from '../errors.js';
import { isFolder, readFileBytes } from '../formats/platform-files.js';
import { identify } from '../formats/identify.js';
import { type Foreign, readForeign } from '../interop/read-foreign.js';
import { modelPath } from './model-path.js';

/** Files that say what is in a folder of shards. */
const INDICES = ['model.json', 'manifest.json'];

/** The file that a path stands for: itself, the model of a run folder, or what says what is in a folder of another library. */
export function foreignPath(path: string): string {
  if (!isFolder(path)) return path;
  const index = INDICES.map((name) => join(path, name)).find((file) => existsSync(file));
  return index ?? modelPath(path);
}

/** What a file of another library holds; files that belong to it are looked for in its folder. @throws FormatError, FileError */
export async function foreignIn(path: string, bytes: Uint8Array): Promise<Foreign> {
  try {
    return await readForeign(bytes, (name) => beside(path, name));
  } catch (cause) {
    if (!(cause instanceof FormatError) || cause.message.startsWith('the file is ')) throw cause;
    const { hint } = cause;
    const said = hint === undefined ? cause.message : cause.message.slice(0, -(hint.length + 3));
    throw new FormatError(`${basename(path)} is ${identify(bytes).about}, which cannot be used: ${said}`, {
      hint,
      cause,
    });
  }
}

function beside(path: string, name: string): Uint8Array | null {
  if (name.split(/[\\/]/).includes('..') || /^([\\/]|[A-Za-z]:)/.test(name)) {
    throw new FormatError(`${basename(path)} refers to '${name}', which leads out of its folder`);
  }
  const file = join(dirname(path), name);
  return existsSync(file) ? readFileBytes(file) : null;
}
