// Files, in Node only: the one place of the core that touches a disk.
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { platform } from 'node:process';
import { UnrolledError } from '../errors.js';

/** A file that cannot be read or written. */
export class FileError extends UnrolledError {
  readonly code = 'E_FILE';
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EEXIST: 'it is there already',
  EACCES: 'there is no permission',
  EPERM: 'there is no permission',
  EISDIR: 'it is a folder',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'it grows larger than files may be here',
  EROFS: 'the disk is read-only',
  ENOTDIR: 'a part of its path is not a folder',
  ENAMETOOLONG: 'its name is too long',
  EMFILE: 'too many files are open',
  EBUSY: 'another program uses it',
};

const codeOf = (cause: unknown): string => {
  const { code } = cause as { code?: unknown };
  return typeof code === 'string' ? code : '';
};

/** What the system's error says, in words: cannot `doing` `path`, why, and what to do. */
export function failure(doing: string, path: string, cause: unknown, hint?: string): FileError {
  const code = codeOf(cause);
  const reason = Object.hasOwn(REASONS, code) ? REASONS[code] : (cause as Error).message;
  return new FileError(`cannot ${doing} ${path}: ${reason}`, { hint, cause });
}

/**
 * All bytes of a file.
 *
 * @throws FileError that says why they cannot be read
 */
export function readFileBytes(path: string): Uint8Array {
  try {
    const { buffer, byteOffset, length } = readFileSync(path);
    return new Uint8Array(buffer, byteOffset, length);
  } catch (cause) {
    throw failure('read', path, cause);
  }
}

/**
 * The bytes of a file part by part, for files that are larger than memory.
 *
 * @param size  bytes of a part
 * @throws FileError that says why they cannot be read
 */
export function* readFileChunks(path: string, size = 2 ** 20): Generator<Uint8Array> {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw failure('read', path, cause);
  }
  try {
    for (;;) {
      const part = new Uint8Array(size);
      let length: number;
      try {
        length = readSync(file, part);
      } catch (cause) {
        throw failure('read', path, cause);
      }
      if (length === 0) return;
      yield part.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

/**
 * Writes a file so that its name stands for the old contents or for the new ones, never for a part: into a temporary name
 * beside it, flushed to disk, then renamed. Permissions of an earlier file stay; a link goes on pointing to the same place.
 * What is no file, such as a pipe or /dev/null, is written to as it is.
 *
 * @param contents  bytes, or parts of them one after the other, which need never be in memory all at once
 * @throws FileError if that fails, by a full disk for example; what was there is still there
 * @example
 * writeFileAtomic('model.safetensors', model.save());
 */
export function writeFileAtomic(path: string, contents: Uint8Array | Iterable<Uint8Array>): void {
  const chunks = contents instanceof Uint8Array ? [contents] : contents;
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there === undefined || there.isFile()) replace(there ? realpathSync(path) : path, there, chunks);
    else if (there.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    else writeInto(openSync(path, 'w'), chunks);
  } catch (cause) {
    // An error of the caller's own chunks is the caller's.
    if (codeOf(cause) === '' || cause instanceof UnrolledError) throw cause;
    const hint = 'nothing was changed: an earlier file of that name is as it was';
    throw codeOf(cause) === 'ENOENT' ? noPlace(path, cause) : failure('write', path, cause, hint);
  }
}

/**
 * Checks, before long work, that a file of this name could be written: tries it beside the name and leaves no trace.
 *
 * @throws FileError if not
 */
export function expectWritable(path: string): void {
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there?.isDirectory() === true) throw Object.assign(new Error(), { code: 'EISDIR' });
    if (there !== undefined) accessSync(path, constants.W_OK);
    if (there !== undefined && !there.isFile()) return;
    const trial = join(dirname(there ? realpathSync(path) : path), `.unrolled-${crypto.randomUUID()}.tmp`);
    closeSync(openSync(trial, 'wx'));
    rmSync(trial);
  } catch (cause) {
    throw codeOf(cause) === 'ENOENT' ? noPlace(path, cause) : failure('write', path, cause);
  }
}

/** There is no folder for a file, or it is one of the system's that takes none, such as /proc. */
function noPlace(path: string, cause: unknown): FileError {
  const folder = dirname(path);
  const why = isFolder(folder) ? 'takes no files' : 'does not exist';
  return new FileError(`cannot write ${path}: the folder ${folder} ${why}`, { cause });
}

/**
 * Makes a folder and those above it; one that is there will do. Not `mkdirSync` with `recursive`, which never comes back where the system
 * denies that a folder exists whose parent it has just named, as below /proc.
 *
 * @throws FileError if that fails
 */
export function makeFolder(path: string, hint?: string): void {
  if (isFolder(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above, hint);
  try {
    mkdirSync(path);
  } catch (cause) {
    // Another process may have made it meanwhile.
    if (isFolder(path)) return;
    if (codeOf(cause) !== 'ENOENT') throw failure('make the folder', path, cause, hint);
    throw new FileError(`cannot make the folder ${path}: ${above} takes no folders`, { hint, cause });
  }
}

/** Whether a path is that of a folder. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function replace(path: string, earlier: Stats | undefined, chunks: Iterable<Uint8Array>): void {
  // Renaming would replace a file that is write-protected.
  if (earlier !== undefined) accessSync(path, constants.W_OK);
  // A name of its own, because path's own and an ending may be too long for the disk.
  const temporary = join(dirname(path), `.unrolled-${crypto.randomUUID()}.tmp`);
  try {
    const file = openSync(temporary, 'wx');
    writeInto(file, chunks, () => {
      if (earlier !== undefined) keepPermissions(file, earlier.mode);
      fsyncSync(file);
    });
    rename(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw cause;
  }
  flushFolder(dirname(path));
}

/** Writes all chunks and closes the file, whatever happens. */
function writeInto(file: number, chunks: Iterable<Uint8Array>, finish?: () => void): void {
  // A single write takes less than 2^31 bytes.
  const most = 2 ** 30;
  try {
    for (const bytes of chunks) {
      for (let at = 0; at < bytes.length;) {
        at += writeSync(file, bytes, at, Math.min(most, bytes.length - at));
      }
    }
    finish?.();
  } finally {
    closeSync(file);
  }
}

function keepPermissions(file: number, mode: number): void {
  try {
    fchmodSync(file, mode);
  } catch {
    // Some disks (FAT, network shares) know no permissions; they are no reason to lose a model.
  }
}

/** On Windows, a virus scanner or an indexer may hold either file for a moment. */
function rename(from: string, to: string): void {
  for (let wait = 10; ; wait *= 2) {
    try {
      renameSync(from, to);
      return;
    } catch (cause) {
      const passing = platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(cause));
      if (!passing || wait > 1000) throw cause;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);
    }
  }
}

/** Makes a rename last through a power cut. Windows cannot open folders, and does not need it. */
function flushFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // The file itself is safe; only the moment its new name becomes permanent is not in our hands.
  }
}
