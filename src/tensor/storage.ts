import { kernels, pool, recording } from '../kernels/engine.js';
import type { Block } from '../kernels/pool.js';
import { noteModeChange } from './modes.js';

/** Which class each row of a one-hot tensor has; set while nobody has written to the storage. */
export interface OneHot {
  readonly indices: Storage;
  readonly classes: number;
}

let created = 0;

/**
 * The numbers of one or more tensors (views share one), in 32-bit words.
 *
 * Memory comes from the pool at the first use of `address`, goes back on `release`, and otherwise when the garbage collector
 * finds that no tensor holds the storage.
 */
export class Storage {
  /** Counts storages; what was created since a moment has a larger serial number. */
  readonly serial = ++created;
  /** Goes up with every write in place, so that backward notices changed operands. */
  version = 0;
  /** Gradient slots of the running backward pass that hold this storage. */
  pending = 0;
  oneHot: OneHot | null = null;
  /** Whether a recording writes here at each replay, so that nobody outside may be given it. */
  kept = false;
  private block: Block | null = null;
  private fill: ((address: number) => void) | null = null;

  private constructor(readonly words: number) {}

  /** Storage with memory, its contents undefined. */
  static allocate(words: number): Storage {
    const storage = new Storage(words);
    storage.block = pool.allocate(words * 4, storage);
    return storage;
  }

  /** Storage that gets memory and contents only when someone looks. */
  static lazy(words: number, fill: (address: number) => void): Storage {
    const storage = new Storage(words);
    storage.fill = fill;
    return storage;
  }

  /** Storage on words that stay a recording's, which takes them back before it writes to them again. */
  static lent(words: number, address: number): Storage {
    const storage = new Storage(words);
    storage.block = pool.lend(address, words * 4);
    return storage;
  }

  /** Number of the last storage made. */
  static get lastSerial(): number {
    return created;
  }

  /** Byte address of the first word, valid until the next allocation. */
  get address(): number {
    const { fill } = this;
    if (fill !== null) {
      this.fill = null;
      this.place();
      fill(pool.address(this.block!, this));
    }
    return pool.address(this.block!, this);
  }

  /** Notes a write in place. */
  written(): void {
    this.version += 1;
    recording()?.wrote(this);
    if (this.oneHot !== null) noteModeChange();
    this.oneHot = null;
  }

  /** Goes on with words of its own, if these were lent. */
  giveBack(): void {
    pool.takeBack(this.block!);
  }

  /** Makes it a recording's, even if the step has given it back already. */
  keep(): void {
    this.kept = true;
    this.block!.freed = false;
  }

  /** A storage with the same numbers. */
  copy(): Storage {
    const copy = Storage.allocate(this.words);
    kernels.copy(copy.address, this.address, this.words);
    return copy;
  }

  /** Whether its memory was given back. */
  get isReleased(): boolean {
    const { block } = this;
    return block !== null && (block.freed || (block.address === 0 && block.host === null));
  }

  /** Gives the memory back now. Whoever still reads it gets an error. */
  release(): void {
    if (this.fill !== null) {
      this.fill = null;
      this.place();
    }
    pool.free(this.block!);
  }

  /** Late memory, which moves nobody out: whoever asks may hold the addresses of others. */
  private place(): void {
    this.block = pool.place(this.words * 4, this);
  }
}
