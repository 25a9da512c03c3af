// Locks, in Node only.
import {
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  existsSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { kill, pid } from 'node:process';
import { Worker } from 'node:worker_threads';
import { UnrolledError } from '../errors.js';
import { failure } from '../formats/platform-files.js';

/** Two processes want to write into one folder. */
export class RunLockedError extends UnrolledError {
  readonly code = 'E_LOCKED';
}

/** Who holds a lock. */
interface Owner {
  readonly file: string;
  readonly pid: number;
  readonly host: string;
  /** What tells process numbers apart that look the same: the machine since its last start, and the container. Null where that is not known. */
  readonly place: string | null;
  /** When the process began, as the system counts. */
  readonly started: string | null;
}

const PREFIX = 'lock-';
/** How often a holder shows that it is there, and after how long a silence it is not. */
const BEAT_MS = 3_000;
const SILENT_MS = 60_000;
/** How long another may hold a lock before that is an error: a process that was killed takes a moment to end. */
const PATIENCE_MS = 2_000;

/**
 * The right of one process to write into a folder.
 *
 * Each process that wants it puts a file of its own there, under a name that never comes again, and then looks for others: it may write
 * once it is alone. Of two that come at once each sees the other's or one is first, so that both never go on; and since a file that is
 * left by the dead is no other's, whoever finds it may remove it. Whether an owner lives is known by its number and the time it began
 * where both run on one system; elsewhere by the file, which is written again every few seconds.
 */
export class FolderLock {
  private constructor(
    private readonly file: string,
    private readonly heart: Worker,
  ) {}

  /**
   * Waits a moment for another to end.
   *
   * @throws RunLockedError while another process holds it
   * @throws FileError if the folder cannot be written
   */
  static take(folder: string): FolderLock {
    const file = join(folder, `${PREFIX}${crypto.randomUUID()}`);
    const words = JSON.stringify({
      pid,
      host: hostname(),
      place: PLACE,
      started: lifeOf(pid)?.started ?? null,
    });
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      announce(file, words, folder);
      const others = othersIn(folder, file);
      if (others.length === 0) return new FolderLock(file, heartOf(file, words));
      const own = others.find((other) => other.pid === pid && other.place === PLACE);
      if (own !== undefined || performance.now() > until) {
        rmSync(file, { force: true });
        throw lockedError(folder, own ?? others[0]);
      }
      // Somebody has to stay: the one whose name comes first.
      if (others.some((other) => other.file < file)) rmSync(file, { force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5 + 40 * Math.random());
    }
  }

  /** Whether it is still this process's: another may have thought it dead, after a machine was asleep for example. */
  get isHeld(): boolean {
    return existsSync(this.file);
  }

  /** Lets others in. */
  release(): void {
    void this.heart.terminate();
    rmSync(this.file, { force: true });
  }
}

function announce(file: string, words: string, folder: string): void {
  try {
    writeFileSync(file, words);
  } catch (cause) {
    rmSync(file, { force: true });
    throw failure('write', folder, cause, 'nothing in it was changed');
  }
}

/** The others that want or hold it and live; what the dead have left is removed. */
function othersIn(folder: string, file: string): Owner[] {
  // The clock of the disk, which may be another machine's.
  const now = statSync(file).mtimeMs;
  const names = readdirSync(folder).filter((name) => name.startsWith(PREFIX));
  return names.flatMap((name) => {
    const other = join(folder, name);
    const owner = other === file ? null : ownerOf(other);
    if (owner === null) return [];
    if (isSeen(owner) ?? isHeard(other, now)) return [owner];
    rmSync(other, { force: true });
    return [];
  });
}

/** Null for a file that is gone. One without words is that of a process that is about to write them, or was killed before. */
function ownerOf(file: string): Owner | null {
  let known: Partial<Owner> = {};
  try {
    known = JSON.parse(readFileSync(file, 'utf8')) as Partial<Owner>;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) return null;
  }
  const { pid: number = 0, host = 'an unknown machine', place = null, started = null } = known;
  return { file, pid: number, host, place, started };
}

/** Whether a process lives, as far as it can be seen from here; null where it cannot. */
function isSeen({ pid: number, host, place, started }: Owner): boolean | null {
  if (host !== hostname() || place !== PLACE) return null;
  try {
    kill(number, 0);
  } catch (cause) {
    if ((cause as { code?: string }).code === 'ESRCH') return false;
  }
  const life = lifeOf(number);
  return life === null ? null : life.isRunning && life.started === started;
}

function isHeard(file: string, now: number): boolean {
  const there = statSync(file, { throwIfNoEntry: false });
  return there !== undefined && now - there.mtimeMs < SILENT_MS;
}

/** Whether a process runs, and when it began, as Linux has it in /proc; null where that cannot be read. */
function lifeOf(number: number): { readonly isRunning: boolean; readonly started: string } | null {
  try {
    const text = readFileSync(`/proc/${number}/stat`, 'latin1');
    // The name before may hold anything, blanks and brackets too.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { isRunning: !'ZXx'.includes(fields[0]), started: fields[19] };
  } catch {
    return null;
  }
}

const PLACE = ((): string | null => {
  try {
    const start = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${start} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
})();

/** A thread that goes on while this one calculates. Writing, not setting the time, so that the time is the disk's. */
function heartOf(file: string, words: string): Worker {
  const program = `
    const { closeSync, openSync, writeSync } = require('node:fs');
    const { file, words, everyMs } = require('node:worker_threads').workerData;
    const beating = setInterval(() => {
      try {
        const open = openSync(file, 'r+');
        writeSync(open, words, 0);
        closeSync(open);
      } catch (error) {
        if (error.code === 'ENOENT') clearInterval(beating);
      }
    }, everyMs);`;
  const heart = new Worker(program, {
    ...{ eval: true, execArgv: [], workerData: { file, words, everyMs: BEAT_MS } },
  });
  heart.unref();
  return heart;
}

function lockedError(folder: string, owner: Owner): RunLockedError {
  const { pid: number, host, place, file } = owner;
  const isHere = host === hostname() && place === PLACE;
  const where = isHere ? (number === pid ? ', this one' : '') : ` on ${host}`;
  return new RunLockedError(`another process (${number}${where}) writes into ${folder}`, {
    hint: isHere
      ? `wait for it, or if it is none of unrolled's, remove ${file}`
      : `wait for it; if it has ended without a word, the folder is free ${SILENT_MS / 1000} seconds after its last sign of life`,
  });
}
