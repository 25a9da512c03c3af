import { expect } from 'vitest';
import { FormatError } from '../../src/errors.js';

/** Numbers from 0 to below 2³², the same for a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}

const EXTREMES = [0, 1, 0x7f, 0x80, 0xff];

/** A file damaged in one of the ways that files are: cut, flipped bits, extreme lengths, parts swapped, repeated or left out. */
export function damaged(bytes: Uint8Array, seed: number): Uint8Array {
  const random = randomFrom(seed);
  const below = (n: number): number => (n > 0 ? random() % n : 0);
  const copy = bytes.slice();
  const [a, b] = [below(copy.length), below(copy.length)].sort((x, y) => x - y);
  switch (below(6)) {
    case 0:
      return copy.subarray(0, a);
    case 1:
      for (let i = 1 + below(4); i > 0; i--) copy[below(copy.length)] ^= 1 << below(8);
      return copy;
    case 2:
      for (let i = 0; i < 4; i++) copy[(a + i) % copy.length] = EXTREMES[below(EXTREMES.length)];
      return copy;
    case 3:
      copy.copyWithin(a, b, b + below(64));
      return copy;
    case 4:
      return Uint8Array.from([...copy.subarray(0, a), ...copy.subarray(Math.min(b, a + 64))]);
    default:
      copy.set(copy.slice(a, Math.min(a + 16, b)), b - Math.min(16, b - a));
      return copy;
  }
}

const SLOW_MS = 2000;

/** Checks that a damaged file is read or refused by a FormatError, soon. */
export async function expectNoHarm(
  name: string,
  bytes: Uint8Array,
  seed: number,
  read: (bytes: Uint8Array) => unknown,
): Promise<void> {
  const start = performance.now();
  try {
    await read(damaged(bytes, seed));
  } catch (error) {
    if (!(error instanceof FormatError))
      throw new Error(`${name}, damage ${seed}: ${String(error)}`, { cause: error });
  }
  expect(performance.now() - start, `${name}, damage ${seed}: time`).toBeLessThan(SLOW_MS);
}
