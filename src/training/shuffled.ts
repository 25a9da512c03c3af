import { Generator } from '../tensor/generator.js';

/**
 * The numbers 0 … count − 1 in batches, in an order of its own for each epoch: the same whenever it is asked for.
 *
 * @param from  batches to leave out at the start
 */
export function* shuffledBatches(
  count: number,
  { batchSize, seed, epoch, from = 0 }: { batchSize: number; seed: number; epoch: number; from?: number },
): IterableIterator<number[]> {
  const order = Array.from({ length: count }, (_, i) => i);
  const generator = new Generator(seed + epoch + 1);
  // Fisher and Yates, from the end.
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(generator.random53() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  for (let start = from * batchSize; start < count; start += batchSize)
    yield order.slice(start, start + batchSize);
}

/** Data in two, by lot: a part to learn from, and one that is held out. */
export function splitByLot<T>(
  data: readonly T[],
  { validation, seed }: { readonly validation: number; readonly seed: number },
): [training: T[], heldOut: T[]] {
  const order = [
    ...shuffledBatches(data.length, { batchSize: Math.max(1, data.length), seed, epoch: -1 }),
  ].flat();
  const held = Math.round(data.length * validation);
  return [order.slice(held).map((i) => data[i]), order.slice(0, held).map((i) => data[i])];
}
