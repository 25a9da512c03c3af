// Run folders, in Node only.
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { kill, pid } from 'node:process';
import { FormatError, UnrolledError, ValueError } from '../errors.js';
import { failure, FileError, readFileBytes, writeFileAtomic } from '../formats/platform-files.js';
import { decodeSafetensors } from '../formats/safetensors.js';
import type { RunEvent } from './events.js';
import type { Trainer } from './trainer.js';

/** Two runs want to write into one folder. */
export class RunLockedError extends UnrolledError {
  readonly code = 'E_LOCKED';
}

const CONFIG = 'config.json';
const EVENTS = 'events.jsonl';
const STATE = 'state.safetensors';
const MODEL = 'model.safetensors';
const BEST = 'best.safetensors';
const LOCK = 'lock';

/** What a run was started with, as plain data. */
export type RunConfig = Readonly<Record<string, unknown>>;

/** `20261124-093005-book`: folders that sort by time. */
export function runName(name: string, time = new Date()): string {
  const [date, clock] = time.toISOString().slice(0, 19).split('T');
  const plain = name.replace(/[^\p{L}\p{N}_-]+/gu, '-').replace(/^-+|-+$/g, '');
  return `${date.replaceAll('-', '')}-${clock.replaceAll(':', '')}-${plain === '' ? 'run' : plain}`;
}

/**
 * The folder of a run: `config.json`, `events.jsonl`, `model.safetensors`, `best.safetensors`, and `state.safetensors`, from which alone the
 * run goes on: the others follow from it. One process at a time writes into it.
 */
export class RunFolder {
  private events = -1;

  private constructor(
    readonly path: string,
    readonly config: RunConfig,
  ) {}

  /**
   * A new folder, made with all folders above it.
   *
   * @throws FileError if it cannot be made, or is there already
   */
  static create(path: string, config: RunConfig): RunFolder {
    if (existsSync(path)) {
      throw new FileError(`cannot start a run in ${path}: it is there already`, {
        hint: `to go on with it: --resume ${path}`,
      });
    }
    try {
      mkdirSync(dirname(path), { recursive: true });
      mkdirSync(path);
    } catch (cause) {
      throw failure('make the folder', path, cause, 'choose a place that can be written by --runs');
    }
    const folder = new RunFolder(path, config);
    try {
      folder.lock();
      writeFileAtomic(join(path, CONFIG), new TextEncoder().encode(`${JSON.stringify(config, null, 2)}\n`));
      folder.openEvents(0);
    } catch (error) {
      // It was made just now: there is nothing in it that could be lost.
      folder.close();
      rmSync(path, { recursive: true, force: true });
      throw error;
    }
    return folder;
  }

  /**
   * The folder of an earlier run, to go on with it. Events after the last checkpoint are dropped: they will come again.
   *
   * @throws FileError, FormatError if it is not the folder of a run, or broken
   * @throws RunLockedError while another process writes into it
   */
  static resume(path: string): RunFolder {
    const folder = new RunFolder(path, RunFolder.configOf(path));
    folder.lock();
    try {
      folder.openEvents(folder.hasState ? eventsIn(folder.state()) : 0);
    } catch (error) {
      folder.close();
      throw error;
    }
    return folder;
  }

  /** What a run was started with. @throws FileError, FormatError if that cannot be read */
  static configOf(path: string): RunConfig {
    const file = join(path, CONFIG);
    if (!(statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false) || !existsSync(file)) {
      throw new FileError(`${path} is not the folder of a run: it has no ${CONFIG}`, {
        hint: '`unrolled runs` lists those there are',
      });
    }
    try {
      const config: unknown = JSON.parse(new TextDecoder().decode(readFileBytes(file)));
      if (typeof config === 'object' && config !== null) return config as RunConfig;
    } catch (cause) {
      if (cause instanceof UnrolledError) throw cause;
    }
    throw new FormatError(`${file} is not a JSON object`);
  }

  /** The events of a run, whether it is under way or not; a last line that was cut off is left out. */
  static eventsOf(path: string): RunEvent[] {
    const file = join(path, EVENTS);
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    return lines.map((line, i) => {
      try {
        return JSON.parse(line) as RunEvent;
      } catch (cause) {
        throw new FormatError(`${file}, line ${i + 1} is not JSON`, { cause });
      }
    });
  }

  /** Whether there is a checkpoint. */
  get hasState(): boolean {
    return existsSync(join(this.path, STATE));
  }

  /** The last checkpoint, for `Trainer.restore`. */
  state(): Uint8Array {
    return readFileBytes(join(this.path, STATE));
  }

  /** Adds an event to those of the run. @throws FileError for a full disk, for example */
  append(event: RunEvent): void {
    this.writing(() => writeSync(this.events, `${JSON.stringify(event)}\n`));
  }

  /**
   * Saves where the trainer stands, so that a process that is killed at any moment can go on from here or from the checkpoint before.
   *
   * @param save  the bytes of the model as it is then
   * @throws FileError by a full disk, for example; the checkpoint before is still there
   */
  checkpoint(trainer: Trainer, save: () => Uint8Array): void {
    // The state says how many bytes of events belong to it, so these have to be there before it.
    const length = this.writing(() => {
      fsyncSync(this.events);
      return statSync(join(this.path, EVENTS)).size;
    });
    writeFileAtomic(join(this.path, STATE), trainer.checkpoint({ events: String(length) }));
    this.saveModels(trainer, save);
  }

  /**
   * Writes the models that belong to where the trainer stands. After `Trainer.restore` too: a process that was killed between the state and
   * these has left those of the checkpoint before, and if there was nothing more to learn they would stay.
   *
   * @throws FileError as `checkpoint`
   */
  saveModels(trainer: Trainer, save: () => Uint8Array): void {
    writeFileAtomic(join(this.path, MODEL), save());
    if (trainer.bestLoss !== null) writeFileAtomic(join(this.path, BEST), trainer.withBest(save));
  }

  /** Lets others write here. */
  close(): void {
    if (this.events >= 0) closeSync(this.events);
    this.events = -1;
    rmSync(join(this.path, LOCK), { force: true });
  }

  private openEvents(length: number): void {
    const file = join(this.path, EVENTS);
    this.writing(() => {
      const there = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (there < length)
        throw new FormatError(`${file} is shorter than the checkpoint says: ${there} of ${length} bytes`);
      this.events = openSync(file, 'a');
      ftruncateSync(this.events, length);
    });
  }

  private lock(): void {
    const file = join(this.path, LOCK);
    for (let attempt = 0; ; attempt++) {
      try {
        writeFileSync(file, JSON.stringify({ pid, host: hostname() }), { flag: 'wx' });
        return;
      } catch (cause) {
        if ((cause as { code?: string }).code !== 'EEXIST' || attempt > 2) {
          throw failure('write', this.path, cause, 'nothing in it was changed');
        }
      }
      const owner = ownerOf(file);
      if (owner !== null) {
        throw new RunLockedError(`another process (${owner}) writes into ${this.path}`, {
          hint: `wait for it, or if it is none of unrolled's, remove ${file}`,
        });
      }
      rmSync(file, { force: true });
    }
  }

  private writing<T>(write: () => T): T {
    try {
      return write();
    } catch (cause) {
      if (cause instanceof UnrolledError) throw cause;
      throw failure('write', join(this.path, EVENTS), cause, 'the last checkpoint is still there');
    }
  }
}

/** Which process holds a lock, in words; null if it is one that has ended. */
function ownerOf(file: string): string | null {
  let owner: { pid?: unknown; host?: unknown };
  try {
    owner = JSON.parse(readFileSync(file, 'utf8')) as typeof owner;
  } catch {
    // It was removed meanwhile, or its process was killed before it had written it.
    return null;
  }
  const { pid: number, host } = owner;
  if (typeof number !== 'number') return null;
  if (host !== hostname()) return `${number} on ${String(host)}`;
  if (number === pid) return `${number}, this one`;
  try {
    kill(number, 0);
    return String(number);
  } catch (cause) {
    return (cause as { code?: string }).code === 'ESRCH' ? null : String(number);
  }
}

function eventsIn(state: Uint8Array): number {
  const length = Number(decodeSafetensors(state).metadata.events);
  if (Number.isSafeInteger(length) && length >= 0) return length;
  throw new ValueError('the state does not say which events belong to it', {
    hint: 'it was not written by a run folder',
  });
}
