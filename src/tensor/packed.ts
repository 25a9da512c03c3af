import { kernels, recording, type Recorder } from '../kernels/engine.js';
import { packB } from '../kernels/product.js';
import { Storage } from './storage.js';
import type { Tensor } from './tensor.js';

/**
 * Orders in which products read W (out, in): 'forward' for x · Wᵀ and 'backward' for dy · W, both in panels; 'columns' for
 * picking columns, which are rows of Wᵀ.
 */
export type WeightOrder = 'forward' | 'backward' | 'columns';

/** A copy of weights in some order, as they were at a version. */
interface Packed {
  readonly order: WeightOrder;
  readonly storage: Storage;
  version: number;
}

const known = new WeakMap<Storage, Packed[]>();
// A recording has its own, because each of its replays packs anew: weights change between them.
const knownTo = new WeakMap<Recorder, Map<Storage, Packed[]>>();

function knownNow(): { get(W: Storage): Packed[] | undefined; set(W: Storage, orders: Packed[]): unknown } {
  const recorder = recording();
  if (recorder === null) return known;
  let own = knownTo.get(recorder);
  if (own === undefined) knownTo.set(recorder, (own = new Map<Storage, Packed[]>()));
  return own;
}

/**
 * W (out, in), contiguous, in an order for products. Made once and kept with W until W changes, so that all steps of a
 * sequence, and all calls between two steps of an optimiser, share it. Allocates: fetch addresses afterwards.
 */
export function packedWeight(W: Tensor, order: WeightOrder): Storage {
  const { storage } = W;
  const [out, size] = W.shape;
  const [k, n] = order === 'backward' ? [out, size] : [size, out];
  const words = order === 'columns' ? out * size : kernels.packedSize(k, n) / 4;
  // A window's place may hold other weights later.
  if (W.numel() !== storage.words) return pack(W, order, Storage.allocate(words));
  const here = knownNow();
  let orders = here.get(storage);
  if (orders === undefined) here.set(storage, (orders = []));
  let packed = orders.find((p) => p.order === order);
  if (packed === undefined) {
    packed = { order, storage: Storage.allocate(words), version: -1 };
    orders.push(packed);
  }
  if (packed.version !== storage.version) {
    pack(W, order, packed.storage);
    packed.version = storage.version;
  }
  return packed.storage;
}

/** Addresses of several weights in an order, 0 for null. Allocates: fetch other addresses afterwards. */
export function packedWeights(weights: readonly (Tensor | null)[], order: WeightOrder): number[] {
  const packed = weights.map((W) => W && packedWeight(W, order));
  return packed.map((storage) => storage?.address ?? 0);
}

function pack(W: Tensor, order: WeightOrder, target: Storage): Storage {
  const [out, size] = W.shape;
  const [to, from] = [target.address, W.address];
  if (order === 'columns') kernels.transpose(to, from, out, size);
  else if (order === 'forward') packB(size, out, from, 1, size, to);
  else packB(out, size, from, size, 1, to);
  return target;
}
