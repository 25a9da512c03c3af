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
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { FormatError, UnrolledError, ValueError } from '../errors.js';
import {
  failure,
  FileError,
  isFolder,
  makeFolder,
  readFileBytes,
  writeFileAtomic,
} from '../formats/platform-files.js';
import { decodeSafetensors } from '../formats/safetensors.js';
import type { RunEvent } from './events.js';
import { FolderLock, RunLockedError } from './platform-lock.js';
import type { Trainer } from './trainer.js';

const CONFIG = 'config.json';
const EVENTS = 'events.jsonl';
const STATE = 'state.safetensors';
const MODEL = 'model.safetensors';
const BEST = 'best.safetensors';
const ELSEWHERE = 'choose a place that can be written by --runs';

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
    private readonly lock: FolderLock,
  ) {}

  /**
   * A new folder, made with all folders above it. Where the name is taken, another is found: `name-2`.
   *
   * @throws FileError if it cannot be made
   */
  static create(name: string, config: RunConfig): RunFolder {
    makeFolder(dirname(name), ELSEWHERE);
    const path = newFolder(name);
    let folder: RunFolder | null = null;
    try {
      folder = new RunFolder(path, FolderLock.take(path));
      folder.configure(config);
      folder.openEvents(0);
      return folder;
    } catch (error) {
      folder?.close();
      // It was made just now: there is nothing in it that could be lost.
      rmSync(path, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * The folder of an earlier run, to go on with it. Events after the last checkpoint are dropped: they will come again.
   *
   * @throws FileError, FormatError if it is not the folder of a run, or broken
   * @throws RunLockedError while another process writes into it
   */
  static resume(path: string): RunFolder {
    RunFolder.configOf(path);
    const folder = new RunFolder(path, FolderLock.take(path));
    try {
      folder.openEvents(folder.hasState ? eventsIn(folder.state()) : 0);
    } catch (error) {
      folder.close();
      throw error;
    }
    return folder;
  }

  /**
   * Removes a run with everything in it.
   *
   * @throws FileError if it is not the folder of a run, or cannot be removed
   * @throws RunLockedError while another process writes into it
   */
  static remove(path: string): void {
    RunFolder.configOf(path);
    const lock = FolderLock.take(path);
    try {
      rmSync(path, { recursive: true });
    } catch (cause) {
      throw failure('remove', path, cause);
    } finally {
      lock.release();
    }
  }

  /** What a run was started with. @throws FileError, FormatError if that cannot be read */
  static configOf(path: string): RunConfig {
    const file = join(path, CONFIG);
    if (!isFolder(path) || !existsSync(file)) {
      throw new FileError(`${path} is not the folder of a run: it has no ${CONFIG}`, {
        hint: '`unrolled runs ls` lists those there are',
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

  /** Keeps what the run was started with, or goes on with. @throws FileError as `checkpoint` */
  configure(config: RunConfig): void {
    this.writing(() => {
      const text = `${JSON.stringify(config, null, 2)}\n`;
      writeFileAtomic(join(this.path, CONFIG), new TextEncoder().encode(text));
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
    this.lock.release();
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

  private writing<T>(write: () => T): T {
    if (!this.lock.isHeld) {
      throw new RunLockedError(`another process has taken the run in ${this.path} over, or removed it`, {
        hint: 'nothing was heard of this one for too long, as if its machine had been asleep',
      });
    }
    try {
      return write();
    } catch (cause) {
      if (cause instanceof UnrolledError) throw cause;
      throw failure('write', join(this.path, EVENTS), cause, 'the last checkpoint is still there');
    }
  }
}

/** Makes a folder that was not there before. */
function newFolder(name: string): string {
  for (let attempt = 1; ; attempt++) {
    const path = attempt === 1 ? name : `${name}-${attempt}`;
    try {
      mkdirSync(path);
      return path;
    } catch (cause) {
      if ((cause as { code?: string }).code !== 'EEXIST')
        throw failure('make the folder', path, cause, ELSEWHERE);
    }
  }
}

function eventsIn(state: Uint8Array): number {
  const length = Number(decodeSafetensors(state).metadata.events);
  if (Number.isSafeInteger(length) && length >= 0) return length;
  throw new ValueError('the state does not say which events belong to it', {
    hint: 'it was not written by a run folder',
  });
}
