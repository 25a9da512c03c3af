import { describe, expect, it } from 'vitest';
import { Heap } from '../../src/kernels/heap.js';
import { Workspace } from '../../src/kernels/workspace.js';

/** A workspace on a heap of its own, with a list of what it took and gave back. */
function fresh(): { workspace: Workspace; log: string[]; limit: (bytes: number) => void } {
  let most = Infinity;
  const heap = new Heap(65536, (bytes) => bytes);
  const log: string[] = [];
  const workspace = new Workspace({
    allocate(bytes) {
      if (bytes > most) throw new RangeError('memory is full');
      log.push(`take ${bytes}`);
      return heap.allocate(bytes);
    },
    free(address, bytes) {
      log.push(`give ${bytes}`);
      heap.free(address, bytes);
    },
  });
  return { workspace, log, limit: (bytes) => (most = bytes) };
}

describe('a workspace', () => {
  it('lends what was given back again', () => {
    const { workspace, log } = fresh();
    const first = workspace.lend(1000, (address) => address);
    expect(workspace.lend(1000, (address) => address)).toBe(first);
    expect(workspace.lend(10, (address) => address)).toBe(first);
    expect(log).toEqual(['take 1000']);
  });

  it('returns what the borrower returns', () => {
    expect(fresh().workspace.lend(8, () => 'done')).toBe('done');
  });

  it('gives each of those who hold it at once a piece of its own', () => {
    const { workspace } = fresh();
    workspace.lend(1000, (a) => {
      workspace.lend(2000, (b) => {
        workspace.lend(500, (c) => {
          const pieces = [
            [a, a + 1000],
            [b, b + 2000],
            [c, c + 500],
          ].sort(([from], [other]) => from - other);
          expect(pieces[0][1]).toBeLessThanOrEqual(pieces[1][0]);
          expect(pieces[1][1]).toBeLessThanOrEqual(pieces[2][0]);
        });
      });
    });
  });

  it('keeps the piece of who holds one while another borrows more than there ever was', () => {
    const { workspace, log } = fresh();
    workspace.lend(1000, () => {
      workspace.lend(1_000_000, () => undefined);
      workspace.lend(3_000_000, () => undefined);
    });
    expect(log).toEqual(['take 1000', 'take 1000000', 'give 1000000', 'take 3000000']);
  });

  it('grows between borrowers, by a doubling at least', () => {
    const { workspace, log } = fresh();
    for (const bytes of [100_000, 100_001, 150_000, 1_000_000]) workspace.lend(bytes, () => undefined);
    expect(log).toEqual(['take 100000', 'give 100000', 'take 200000', 'give 200000', 'take 1000000']);
  });

  it('has its piece back from a borrower that throws', () => {
    const { workspace } = fresh();
    const first = workspace.lend(64, (address) => address);
    expect(() =>
      workspace.lend(64, () => {
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(workspace.lend(64, (address) => address)).toBe(first);
  });

  it('takes other memory after it could not grow', () => {
    const { workspace, log, limit } = fresh();
    workspace.lend(1000, () => undefined);
    limit(1500);
    expect(() => workspace.lend(1600, () => undefined)).toThrow('memory is full');
    workspace.lend(1000, () => undefined);
    // What it had was given back once, and what it lends now is taken anew.
    expect(log).toEqual(['take 1000', 'give 1000', 'take 1000']);
  });
});
