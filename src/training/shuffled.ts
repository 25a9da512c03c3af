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

/**
 * Data in two, by lot: a part to learn from, and one that is held out. What has the same key stays on one side, so that nothing that is
 * held out was learnt.
 */
export function splitByLot<T>(
  data: readonly T[],
  {
    validation,
    seed,
    key,
  }: { readonly validation: number; readonly seed: number; readonly key: (item: T) => string },
): [training: T[], heldOut: T[]] {
  const order = [
    ...shuffledBatches(data.length, { batchSize: Math.max(1, data.length), seed, epoch: -1 }),
  ].flat();
  const keys = data.map(key);
  const sizes = new Map<string, number>();
  for (const one of keys) sizes.set(one, (sizes.get(one) ?? 0) + 1);
  const firsts = new Set(new Map(keys.map((one, i) => [one, i] as const).reverse()).values());
  const sides = new Map<string, 'training' | 'heldOut'>();
  let [room, left] = [Math.round(data.length * validation), data.length];
  for (const i of order) {
    // One ticket for each key: what is there often would else be held out far more often than it is there.
    if (!firsts.has(i)) continue;
    const size = sizes.get(keys[i])!;
    // The nearest to what was asked for; but something has to be left to learn from.
    const isHeldOut = size <= 2 * room && size < left;
    sides.set(keys[i], isHeldOut ? 'heldOut' : 'training');
    if (isHeldOut) [room, left] = [room - size, left - size];
  }
  const on = (side: 'training' | 'heldOut'): T[] =>
    order.filter((i) => sides.get(keys[i]) === side).map((i) => data[i]);
  return [on('training'), on('heldOut')];
}
