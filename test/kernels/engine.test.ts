import { afterEach, describe, expect, it } from 'vitest';
import { type Recorder, recordWith, reserve, table, withWorkspace } from '../../src/kernels/engine.js';
import { ints } from '../../src/kernels/memory.js';
import { Workspace } from '../../src/kernels/workspace.js';

const wordsAt = (address: number, length: number): Int32Array =>
  ints().slice(address >>> 2, (address >>> 2) + length);
const filled = (length: number, value: number): Int32Array => new Int32Array(length).fill(value);

/** A recorder that hands out memory that stays in place, and lists how much. */
function recorder(ended: boolean): Recorder & { readonly taken: number[] } {
  const taken: number[] = [];
  const own = (bytes: number): number => {
    taken.push(bytes);
    return reserve(bytes);
  };
  const workspace = new Workspace({ allocate: own, free: () => undefined });
  const tabled = (): void => undefined;
  const made = { taken, ended, reserve: own, workspace, tabled };
  return made as unknown as Recorder & { readonly taken: number[] };
}

afterEach(() => {
  recordWith(null);
});

describe('a table', () => {
  it.each([
    [16_384, 16_384],
    [10_000, 16_384],
    [16_384, 1],
    [5, 12_000],
    [0, 7],
  ])('of %i words is whole after another of %i, wherever the two begin', (first, second) => {
    for (let i = 0; i < 100; i++) {
      table(filled(1 + ((i * 7919) % 16_384), -1));
      const address = table(filled(first, i));
      table(filled(second, -1));
      expect(wordsAt(address, first).every((word) => word === i)).toBe(true);
    }
  });

  it('of more words than there is room for is refused', () => {
    expect(() => table(filled(16_385, 0))).toThrow('has 16385 entries, more than 16384');
  });
});

describe('while calls are recorded', () => {
  const borrow = (bytes: number): number => withWorkspace(bytes, (address) => address);

  it("scratch and tables are the recording's, for they have to stay", () => {
    const own = recorder(false);
    const before = borrow(640);
    recordWith(own);
    const [scratch, at] = [borrow(640), table([1, 2, 3])];
    expect(own.taken).toEqual([640, 12]);
    recordWith(null);
    expect([borrow(640), scratch === before]).toEqual([before, false]);
    for (let i = 0; i < 10; i++) table(filled(16_384, -1));
    expect([...wordsAt(at, 3)]).toEqual([1, 2, 3]);
  });

  it('in vain they are not: nothing would keep them in place', () => {
    const own = recorder(true);
    const before = borrow(640);
    recordWith(own);
    expect(borrow(640)).toBe(before);
    table([1, 2, 3]);
    expect(own.taken).toEqual([]);
  });
});
