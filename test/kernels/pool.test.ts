import { describe, expect, it } from 'vitest';
import { Heap } from '../../src/kernels/heap.js';
import { Pool } from '../../src/kernels/pool.js';

const START = 65536;
const owner = {};

/** A pool of so many bytes on a memory of its own, which grows behind the heap's end. */
function fresh(budget: number): { pool: Pool; memory: () => Uint8Array } {
  let bytes = new Uint8Array(START);
  const heap = new Heap(START, (wanted) => {
    const grown = new Uint8Array(bytes.length + wanted);
    grown.set(bytes);
    bytes = grown;
    return wanted;
  });
  return { pool: new Pool(heap, () => bytes, budget), memory: () => bytes };
}

describe('the pool', () => {
  it('moves the least recently used out when it allocates past the budget', () => {
    const { pool } = fresh(2048);
    const [a, b] = [pool.allocate(1024, owner), pool.allocate(1024, owner)];
    pool.address(a, owner);
    pool.allocate(1024, owner);
    expect([a.host, b.host?.length]).toEqual([null, 1024]);
  });

  it('places a block beside others in use without moving them, and keeps to the budget again afterwards', () => {
    const { pool } = fresh(2048);
    const blocks = [pool.allocate(1024, owner), pool.allocate(1024, owner)];
    const addresses = blocks.map((block) => pool.address(block, owner));
    const late = pool.place(4096, owner);
    expect(blocks.map((block) => block.address)).toEqual(addresses);
    expect(pool.resident).toBe(2048 + 4096);
    expect(addresses).not.toContain(pool.address(late, owner));
    pool.allocate(1024, owner);
    expect(pool.resident).toBeLessThanOrEqual(2048);
  });

  it('moves nobody when it brings a block back', () => {
    const { pool, memory } = fresh(1024);
    const a = pool.allocate(1024, owner);
    memory().fill(7, a.address, a.address + 1024);
    const b = pool.allocate(1024, owner);
    const at = pool.address(b, owner);
    const back = pool.address(a, owner);
    expect(memory()[back + 1023]).toBe(7);
    expect(b.address).toBe(at);
  });

  it('leaves pinned blocks where they are, and lets them go afterwards', () => {
    const { pool } = fresh(1024);
    const a = pool.allocate(1024, owner);
    const at = pool.address(a, owner);
    pool.pin(a);
    pool.allocate(1024, owner);
    expect(pool.address(a, owner)).toBe(at);
    pool.unpin(a);
    pool.allocate(1024, owner);
    pool.allocate(1024, owner);
    expect([a.address, a.host?.length]).toEqual([0, 1024]);
  });

  it('frees a pinned block when it is let go', () => {
    const { pool } = fresh(4096);
    const a = pool.allocate(1024, owner);
    pool.pin(a);
    pool.free(a);
    expect(pool.resident).toBe(1024);
    pool.unpin(a);
    expect(pool.resident).toBe(0);
    expect(() => pool.address(a, owner)).toThrow('disposed');
  });
});
