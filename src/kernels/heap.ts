/**
 * Address ranges of one linear memory.
 *
 * Small pieces come from size classes (four to a doubling, so at most a fifth is lost to rounding) and return to their class.
 * Large ones are best fit over address-ordered free ranges that coalesce. Addresses are bytes and multiples of 16, so that a
 * vector load never straddles a cache line of its own making.
 */
const ALIGN = 16;
const SMALL_LIMIT = 32 * 1024;
const SLAB_BYTES = 256 * 1024;

export class Heap {
  private readonly classes = new Map<number, number[]>();
  private slabNext = 0;
  private slabEnd = 0;
  // Free large ranges, by address.
  private readonly starts: number[] = [];
  private readonly sizes: number[] = [];

  /**
   * @param end   first address the heap may use, and then the end of what it has
   * @param grow  makes at least `bytes` more available behind `end` and returns how many it made
   */
  constructor(
    private end: number,
    private readonly grow: (bytes: number) => number,
  ) {}

  /** Bytes a request really takes. */
  static rounded(bytes: number): number {
    if (bytes <= 64) return bytes <= 32 ? 32 : 64;
    if (bytes > SMALL_LIMIT) return Math.ceil(bytes / 64) * 64;
    const step = 2 ** (31 - Math.clz32(bytes - 1)) / 4;
    return Math.ceil(bytes / step) * step;
  }

  allocate(bytes: number): number {
    const size = Heap.rounded(bytes);
    if (size > SMALL_LIMIT) return this.allocateLarge(size);
    const free = this.classes.get(size);
    if (free !== undefined && free.length > 0) return free.pop()!;
    if (this.slabNext + size > this.slabEnd) {
      this.slabNext = this.allocateLarge(SLAB_BYTES);
      this.slabEnd = this.slabNext + SLAB_BYTES;
    }
    const address = this.slabNext;
    this.slabNext += size;
    return address;
  }

  free(address: number, bytes: number): void {
    const size = Heap.rounded(bytes);
    if (size > SMALL_LIMIT) {
      this.freeLarge(address, size);
      return;
    }
    const free = this.classes.get(size);
    if (free === undefined) this.classes.set(size, [address]);
    else free.push(address);
  }

  private allocateLarge(size: number): number {
    let best = -1;
    for (let i = 0; i < this.sizes.length; i++) {
      if (this.sizes[i] >= size && (best < 0 || this.sizes[i] < this.sizes[best])) best = i;
    }
    if (best < 0) {
      const last = this.starts.length - 1;
      const tail = last >= 0 && this.starts[last] + this.sizes[last] === this.end ? this.sizes[last] : 0;
      const made = this.grow(size - tail);
      this.freeLarge(this.end, made);
      this.end += made;
      best = this.starts.length - 1;
    }
    const address = this.starts[best];
    if (this.sizes[best] === size) {
      this.starts.splice(best, 1);
      this.sizes.splice(best, 1);
    } else {
      this.starts[best] += size;
      this.sizes[best] -= size;
    }
    return address;
  }

  private freeLarge(address: number, size: number): void {
    const { starts, sizes } = this;
    let at = 0;
    for (let high = starts.length; at < high;) {
      const middle = (at + high) >> 1;
      if (starts[middle] < address) at = middle + 1;
      else high = middle;
    }
    const joinsPrevious = at > 0 && starts[at - 1] + sizes[at - 1] === address;
    const joinsNext = at < starts.length && address + size === starts[at];
    if (joinsPrevious && joinsNext) {
      sizes[at - 1] += size + sizes[at];
      starts.splice(at, 1);
      sizes.splice(at, 1);
    } else if (joinsPrevious) sizes[at - 1] += size;
    else if (joinsNext) {
      starts[at] = address;
      sizes[at] += size;
    } else {
      starts.splice(at, 0, address);
      sizes.splice(at, 0, size);
    }
  }

  /** Rounds an address up to the heap's alignment. */
  static aligned(address: number): number {
    return Math.ceil(address / ALIGN) * ALIGN;
  }
}
