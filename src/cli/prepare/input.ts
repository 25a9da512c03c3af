import {
  copyFileSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdtempSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import process from 'node:process';
import { pipeline } from 'node:stream/promises';
import { failure } from '../../formats/platform-files.js';

/** What is called `-`. */
export const STANDARD_INPUT = '-';

/** Files that can be read as often as needed, whatever was named: what comes by a pipe only once is copied first. */
export class Input {
  private constructor(
    /** As they are known later: absolute, but pipes as they were named. */
    readonly names: readonly string[],
    /** Where they can be read. */
    readonly paths: readonly string[],
    private readonly folder: string | null,
  ) {}

  /** @throws FileError for a pipe that cannot be read to its end, or kept */
  static async take(named: readonly string[]): Promise<Input> {
    const isPipe = named.map((path) => path === STANDARD_INPUT || isNoFile(path));
    const names = named.map((path, i) => (isPipe[i] ? path : resolve(path)));
    if (!isPipe.includes(true)) return new Input(names, named, null);
    const folder = mkdtempSync(join(tmpdir(), 'unrolled-'));
    const paths: string[] = [];
    try {
      for (const [i, path] of named.entries()) {
        paths.push(isPipe[i] ? join(folder, copyName(i)) : path);
        if (isPipe[i]) await copy(path, paths[i]);
      }
      return new Input(names, paths, folder);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** What the run in a folder learns: the copies that it keeps, and else the files themselves. */
  static async again(names: readonly string[], run: string): Promise<Input> {
    const paths = names.map((name, i) => {
      const kept = join(run, copyName(i));
      return existsSync(kept) ? kept : name;
    });
    return Input.take(paths);
  }

  /** Keeps what was copied in the folder of a run, which could not go on without it. @throws FileError by a full disk, for example */
  keep(run: string): void {
    if (this.folder === null) return;
    this.paths.forEach((path, i) => {
      const kept = join(run, copyName(i));
      try {
        if (path.startsWith(this.folder!)) copyFileSync(path, kept);
      } catch (cause) {
        throw failure('write', kept, cause);
      }
    });
  }

  /** Removes the copies. */
  close(): void {
    if (this.folder !== null) rmSync(this.folder, { recursive: true, force: true });
  }
}

const copyName = (i: number): string => (i === 0 ? 'input' : `input-${i + 1}`);

/** What has a name in the file system, but is no file or folder: a pipe of the shell's `<( )`, for example. */
function isNoFile(path: string): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  return there !== undefined && !there.isFile() && !there.isDirectory();
}

async function copy(path: string, into: string): Promise<void> {
  const from = path === STANDARD_INPUT ? process.stdin : createReadStream(path);
  let source: unknown;
  from.once('error', (error: Error) => (source = error));
  try {
    await pipeline(from, createWriteStream(into));
  } catch (cause) {
    if (source !== undefined)
      throw failure('read', path === STANDARD_INPUT ? 'the standard input' : path, cause);
    throw failure('keep a copy of the input in', into, cause, 'TMPDIR names another folder for it');
  }
}

/** A name for what is learnt, for the folder of a run. */
export function titleOf([name]: readonly string[]): string {
  if (name === STANDARD_INPUT || isNoFile(name)) return 'input';
  return basename(name).replace(/(?<=.)\.[^.]*$/, '');
}
