// Files, in Node only: the one place of the core that touches a disk.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pid } from 'node:process';
import { UnrolledError } from '../errors.js';

/** A file that cannot be read or written. */
export class FileError extends UnrolledError {
  readonly code = 'E_FILE';
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'there is no permission',
  EPERM: 'there is no permission',
  EISDIR: 'it is a folder',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk is read-only',
  ENOTDIR: 'a part of its path is not a folder',
};

function failure(doing: string, path: string, cause: unknown, hint?: string): FileError {
  const code = (cause as { code?: string }).code ?? '';
  const reason = Object.hasOwn(REASONS, code)
    ? REASONS[code]
    : cause instanceof Error
      ? cause.message
      : String(cause);
  return new FileError(`cannot ${doing} ${path}: ${reason}`, { hint, cause });
}

/** All bytes of a file. */
export function readFileBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw failure('read', path, cause);
  }
}

/**
 * Writes a file so that its name stands for the old contents or for the new ones, never for a part: into a temporary name
 * beside it, flushed to disk, then renamed.
 *
 * @throws FileError if that fails; what was there is still there
 */
export function writeFileAtomic(path: string, bytes: Uint8Array): void {
  const temporary = join(dirname(path), `.${basename(path)}.${pid}.tmp`);
  let file: number | undefined;
  try {
    file = openSync(temporary, 'w');
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    fsyncSync(file);
    closeSync(file);
    file = undefined;
    renameSync(temporary, path);
  } catch (cause) {
    if (file !== undefined) closeSync(file);
    rmSync(temporary, { force: true });
    throw failure('write', path, cause, 'nothing was changed: an earlier file of that name is as it was');
  }
  flushFolder(dirname(path));
}

/** Makes a rename last through a power cut. Windows cannot open folders, and does not need it. */
function flushFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    // The file itself is safe; only the moment its new name becomes permanent is not in our hands.
  }
}
