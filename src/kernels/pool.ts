import { ValueError } from '../errors.js';
import { Heap } from './heap.js';

/**
 * One buffer of the pool. It is either resident (`address` > 0), moved out to JavaScript (`host`), or freed (neither).
 * The pool links resident blocks from the most to the least recently used.
 */
export class Block {
  address = 0;
  host: Uint8Array | null = null;
  /** How many need it to stay where it is. While there are any it is on no list. */
  pins = 0;
  /** Freed while it was pinned. */
  freed = false;
  /** It stands in another's bytes until those are wanted back. */
  lent = false;
  newer: Block | null = null;
  older: Block | null = null;

  constructor(readonly bytes: number) {}
}

// Blocks of a few bytes cost more in their bookkeeping than in memory: a loop that drops small tensors would grow by that for
// long before the budget stops it.
const MOST_BLOCKS = 32 * 1024;
const WATCHED_BYTES = 64 * 1024;

/** Whoever wants to know which blocks are in use: a recording. */
export interface PoolWatcher {
  allocated(block: Block): void;
  used(block: Block): void;
}

/** The bytes of the linear memory, as a view that is never stale. */
export type MemoryBytes = () => Uint8Array;

/**
 * WebAssembly memory as a cache over JavaScript memory.
 *
 * JavaScript frees nothing in a synchronous loop: finalisers only run between jobs. So when the blocks in use pass the
 * budget, the least recently used move out to ordinary arrays, which the garbage collector does free if nobody holds them,
 * and they come back, bit for bit, when used. The pool itself only links to resident blocks; whoever holds a moved block is
 * its only owner.
 *
 * Rule for callers: allocate everything an operation writes first, then ask for addresses. `allocate` may move others
 * out; `address` never does, nor `place`, for those who need a block while others are in use.
 */
export class Pool {
  watcher: PoolWatcher | null = null;
  // Frees what nobody holds any more when the garbage collector says so, which a synchronous loop never lets it do. Only large
  // resident blocks are watched: for small ones it costs more than moving them out, and a watched block keeps its bytes alive
  // until a finaliser has run, so that one which moved out must not be watched.
  private readonly watched = new FinalizationRegistry<Block>((block) => {
    this.free(block);
  });
  private readonly newest = new Block(0);
  private readonly oldest = new Block(0);
  private used = 0;
  private count = 0;

  constructor(
    private readonly heap: Heap,
    private readonly bytes: MemoryBytes,
    private limit: number,
  ) {
    this.newest.older = this.oldest;
    this.oldest.newer = this.newest;
  }

  /** Bytes of all resident blocks. */
  get resident(): number {
    return this.used;
  }

  /** How many bytes may stay resident before the least recently used move out. */
  get budget(): number {
    return this.limit;
  }

  set budget(bytes: number) {
    if (!(bytes > 0))
      throw new ValueError(`the memory budget must be a positive number of bytes, not ${bytes}`);
    this.limit = bytes;
    this.makeRoom(0);
  }

  /**
   * A new resident block; its contents are whatever was there before.
   *
   * @param owner  whoever reads the block: it is freed when the owner is garbage
   */
  allocate(bytes: number, owner: object): Block {
    this.makeRoom(bytes);
    return this.place(bytes, owner);
  }

  /** As `allocate`, but nothing moves out: the budget has to wait until the next `allocate`. */
  place(bytes: number, owner: object): Block {
    const block = new Block(bytes);
    this.admit(block, owner);
    this.watcher?.allocated(block);
    return block;
  }

  /** The block's address now, bringing it back if it was moved out. Valid until the next `allocate`. */
  address(block: Block, owner: object): number {
    // What is watched must stay where it is.
    if (block.lent && this.watcher !== null) this.takeBack(block);
    const address = this.find(block, owner);
    this.watcher?.used(block);
    return address;
  }

  private find(block: Block, owner: object): number {
    if (block.pins > 0 && !block.freed) return block.address;
    if (block.address > 0 && !block.freed) {
      if (this.newest.older !== block) {
        unlink(block);
        this.linkNewest(block);
      }
      return block.address;
    }
    if (block.host === null) {
      throw new ValueError('this tensor was disposed of, or its buffers were released by backward()');
    }
    this.admit(block, owner);
    this.bytes().set(block.host, block.address);
    block.host = null;
    return block.address;
  }

  /** Gives the block's bytes back. Freeing twice does nothing. */
  free(block: Block): void {
    if (block.pins > 0) {
      block.freed = true;
      return;
    }
    if (block.address > 0) this.evict(block);
    block.host = null;
  }

  /** Keeps a resident block where it is until `unpin`, even if it is freed meanwhile. */
  pin(block: Block): void {
    if (block.pins++ > 0) return;
    unlink(block);
    this.count -= 1;
  }

  unpin(block: Block): void {
    if (--block.pins > 0) return;
    this.linkNewest(block);
    this.count += 1;
    if (block.freed) this.free(block);
  }

  /** A block on bytes that stay another's. */
  lend(address: number, bytes: number): Block {
    const block = new Block(bytes);
    block.address = address;
    block.pins = 1;
    block.lent = true;
    return block;
  }

  /** Ends a loan: the other may write to its bytes again, and the block goes on with a copy, if anybody may still want it. */
  takeBack(block: Block): void {
    if (!block.lent) return;
    if (!block.freed) block.host = this.bytes().slice(block.address, block.address + block.bytes);
    block.address = block.pins = 0;
    block.lent = false;
  }

  private admit(block: Block, owner: object): void {
    block.address = this.heap.allocate(block.bytes);
    this.used += Heap.rounded(block.bytes);
    this.count += 1;
    this.linkNewest(block);
    if (block.bytes >= WATCHED_BYTES) this.watched.register(owner, block, block);
  }

  private evict(block: Block): void {
    if (block.bytes >= WATCHED_BYTES) this.watched.unregister(block);
    unlink(block);
    this.heap.free(block.address, block.bytes);
    this.used -= Heap.rounded(block.bytes);
    this.count -= 1;
    block.address = 0;
  }

  private makeRoom(bytes: number): void {
    while (
      (this.used + bytes > this.limit || this.count >= MOST_BLOCKS) &&
      this.oldest.newer !== this.newest
    ) {
      const block = this.oldest.newer!;
      block.host = this.bytes().slice(block.address, block.address + block.bytes);
      this.evict(block);
    }
  }

  private linkNewest(block: Block): void {
    const second = this.newest.older!;
    block.newer = this.newest;
    block.older = second;
    second.newer = block;
    this.newest.older = block;
  }
}

function unlink(block: Block): void {
  block.newer!.older = block.older;
  block.older!.newer = block.newer;
  block.newer = block.older = null;
}
