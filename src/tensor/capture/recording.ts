import { pool, type Recorder } from '../../kernels/engine.js';
import type { Block } from '../../kernels/pool.js';
import { Workspace } from '../../kernels/workspace.js';
import { Storage } from '../storage.js';
import type { Tensor } from '../tensor.js';
import { placeOf } from './arguments.js';
import type { Owner } from './live.js';

/** A call of a kernel, and what it must return for the rest to hold. */
export interface KernelCall {
  readonly kind: 'kernel';
  readonly run: (...args: number[]) => unknown;
  readonly args: readonly number[];
  readonly result: unknown;
}

/** Kernels that run again together, and what tells them from others. */
export interface Job {
  readonly kind: 'job';
  readonly run: () => void;
  readonly by: readonly unknown[];
}

/** A leaf gets a gradient or (null) loses it. */
export interface GradientChange {
  readonly kind: 'gradient';
  readonly leaf: Tensor;
  readonly next: Tensor | null;
  /** Where the gradient is. */
  readonly address: number;
}

/** Something of `owner` that decides in JavaScript, and runs at each replay. */
export interface LiveRun {
  readonly kind: 'live';
  readonly run: () => void;
  readonly owner: Owner;
}

/** Something that a step did. */
export type Action = KernelCall | Job | GradientChange | LiveRun;

/** Where numbers stand. */
export interface Place {
  readonly address: number;
  readonly bytes: number;
}

// A recording keeps all its buffers at once, and only small networks, where the work around the kernels counts, gain from it.
const MOST_BYTES = 64 * 2 ** 20;

/** What one run of a step did, in order and with addresses, and what that depends on. */
export class Recording implements Recorder {
  readonly actions: Action[] = [];
  /** Strides and addresses that kernels were given in memory. */
  readonly tables: (readonly number[])[] = [];
  /** Storages from outside that it writes to. */
  readonly written = new Set<Storage>();
  /** The gradients that leaves had before, where that makes a difference. */
  readonly starts = new Map<Tensor, Tensor | null>();
  /** Buffers made during the run, in order. */
  readonly own: Place[] = [];
  /** Where its arguments are. */
  places: readonly Place[] = [];
  /** Why it cannot be replayed, if so. */
  reason: string | null = null;
  /** Its memory has gone its ways again, so that it can no longer be replayed. */
  ended = false;
  /** Earlier pieces stay: calls know their addresses. */
  readonly workspace = new Workspace({ allocate: (bytes) => this.reserve(bytes), free: () => undefined });
  /** Storages with higher numbers were made during the run, or live in it. */
  readonly born = Storage.lastSerial;
  private readonly touched = new Set<Tensor>();
  private readonly pinned = new Set<Block>();
  private readonly foreign: Block[] = [];
  private readonly lent: Storage[] = [];
  /** How much memory is its own. */
  bytes = 0;
  private changedAt = Infinity;

  /** Begins, with arguments that stay where they are even if the step disposes of them. */
  begin(inputs: readonly Tensor[]): void {
    this.places = inputs.map(placeOf);
    this.foreign.length = 0;
  }

  called(run: KernelCall['run'], args: readonly number[], result: unknown): void {
    this.actions.push({ kind: 'kernel', run, args, result });
  }

  job(run: () => void, by: readonly unknown[]): void {
    this.actions.push({ kind: 'job', run, by });
  }

  cannot(reason: string): void {
    this.reason ??= reason;
    this.end();
  }

  tabled(values: ArrayLike<number>): void {
    this.tables.push(Array.from(values));
  }

  reserve(bytes: number): number {
    return pool.address(pool.place(bytes, this), this);
  }

  allocated(block: Block): void {
    this.pin(block);
    this.own.push({ address: block.address, bytes: block.bytes });
    this.bytes += block.bytes;
    if (this.bytes > MOST_BYTES) this.cannot('it needs too much memory');
  }

  /** Whether an address is in memory that was made during the run. */
  owns(address: number): boolean {
    return this.own.some((place) => address >= place.address && address < place.address + place.bytes);
  }

  /** What the step reads or writes stays where it is, be it its own or from outside. */
  used(block: Block): void {
    if (this.pin(block)) this.foreign.push(block);
  }

  private pin(block: Block): boolean {
    if (this.ended || this.pinned.has(block)) return false;
    this.pinned.add(block);
    pool.pin(block);
    return true;
  }

  /** Whether all memory from outside is still there: what was disposed of since cannot be read again. */
  get holds(): boolean {
    return !this.foreign.some((block) => block.freed);
  }

  wrote(storage: Storage): void {
    if (storage.serial > this.born) return;
    this.written.add(storage);
    this.changes();
  }

  looked(leaf: Tensor): void {
    if (!this.touched.has(leaf) && !this.starts.has(leaf)) this.starts.set(leaf, leaf.gradient);
  }

  gradient(leaf: Tensor, before: Tensor | null, next: Tensor | null): void {
    if (next !== null && !this.touched.has(leaf)) {
      // It would be added to at each replay or not, as it happens.
      if (before !== null) this.cannot('it adds to gradients from before');
      this.looked(leaf);
    }
    this.touched.add(leaf);
    this.actions.push({ kind: 'gradient', leaf, next, address: next?.address ?? 0 });
  }

  runs(again: () => void, owner: Owner): void {
    this.changes();
    this.actions.push({ kind: 'live', run: again, owner });
  }

  /** What those decide by who decide at each replay. */
  get settings(): string {
    return this.actions.map((action) => (action.kind === 'live' ? action.owner.settings() : '')).join();
  }

  /** Notes that from here on a second run would change something once more. */
  private changes(): void {
    this.changedAt = Math.min(this.changedAt, this.actions.length);
  }

  /** The actions up to the last one that decides how it goes on: so far a replay may turn back. */
  get decided(): number {
    return (
      1 + this.actions.findLastIndex((action) => action.kind === 'kernel' && action.result !== undefined)
    );
  }

  /** Ends the run; a step that decides something once it has changed something could not turn back. */
  finish(): void {
    if (this.decided > this.changedAt) this.cannot('it decides something after it has changed something');
  }

  /** Words of its own for somebody to read, until `takeBack`. */
  lend(address: number, words: number): Storage {
    const storage = Storage.lent(words, address);
    this.lent.push(storage);
    return storage;
  }

  /** Makes what it lent go on elsewhere, to write there again. */
  takeBack(): void {
    for (const storage of this.lent) storage.giveBack();
    this.lent.length = 0;
  }

  /** Lets all memory go its ways again. */
  end(): void {
    this.ended = true;
    this.takeBack();
    for (const block of this.pinned) pool.unpin(block);
    this.pinned.clear();
  }
}
