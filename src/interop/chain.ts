import { type NetworkLayer, sizesOf } from './layers.js';

/** How many steps the search for orders takes at most: all of them for some eight layers. */
const MOST_STEPS = 20_000;
const MOST_ORDERS = 1000;
const INPUTS = /(^|[._])(in|input|pre|enc)/i;

/** Layers one behind the other, and what has to be said about their order. */
export interface Chain {
  /** As many as fit. */
  readonly chain: readonly NetworkLayer[];
  readonly note: string | null;
}

/** Whether names stand in alphabetical order, as some formats write them, so that their order says nothing. */
export const isSorted = (names: readonly string[]): boolean =>
  names.every((name, i) => i === 0 || names[i - 1] < name);

/**
 * Layers in an order in which each reads what the one before gives.
 *
 * @param orderless  whether the order of the file says nothing
 */
export function chainOf(layers: readonly NetworkLayer[], orderless: boolean): Chain {
  if (layers.length === 0) return { chain: [], note: null };
  const orders = ordersOf(layers);
  if (orders.length === 0) return { chain: longest(layers), note: null };
  // The search goes by the order of the file, so that the first it finds is the nearest to it.
  const costs = orders.map((order) => (orderless ? strangeness(order) : 0));
  const chain = orders[costs.indexOf(costs.reduce((a, b) => Math.min(a, b)))];
  const isClear = orders.length === 1 || (!orderless && chain.every((layer, i) => layer === layers[i]));
  const names = chain.map(({ name }) => name).join(', ');
  return { chain, note: isClear ? null : `their sizes fit in several orders; taken: ${names}` };
}

const isLookup = ({ kind }: NetworkLayer): boolean => kind === 'embedding';

/** Whether a layer can read what the one before it gives, or the input if there is none. */
const follows = (layer: NetworkLayer, before: NetworkLayer | undefined): boolean =>
  before === undefined ? true : !isLookup(layer) && sizesOf(layer)[0] === sizesOf(before)[1];

/** All orders of all layers, an embedding first. */
function ordersOf(layers: readonly NetworkLayer[]): NetworkLayer[][] {
  const orders: NetworkLayer[][] = [];
  let steps = 0;
  const extend = (order: readonly NetworkLayer[]): void => {
    if (order.length === layers.length) orders.push([...order]);
    for (const layer of layers) {
      if (steps >= MOST_STEPS || orders.length >= MOST_ORDERS) return;
      if (order.includes(layer) || !follows(layer, order.at(-1))) continue;
      steps += 1;
      extend([...order, layer]);
    }
  };
  const lookups = layers.filter(isLookup);
  if (lookups.length <= 1) extend(lookups);
  return orders;
}

/** Layers before the recurrent one that are not named so, and behind it that are named as if they were before. */
function strangeness(order: readonly NetworkLayer[]): number {
  const at = order.findIndex(({ kind }) => kind === 'recurrent');
  return order.filter((layer, i) => layer.kind === 'linear' && i < at !== INPUTS.test(layer.name)).length;
}

/** The layers around the first recurrent one that fit, in the order of the file. */
function longest(layers: readonly NetworkLayer[]): NetworkLayer[] {
  const start = Math.max(
    0,
    layers.findIndex(({ kind }) => kind === 'recurrent'),
  );
  const chain = [layers[start]];
  for (let reads = layers[start]; !isLookup(reads); [reads] = chain) {
    const earlier = layers.filter((layer) => isLookup(layer) || layers.indexOf(layer) < start);
    const before = earlier.find((layer) => !chain.includes(layer) && follows(reads, layer));
    if (before === undefined) break;
    chain.unshift(before);
  }
  for (;;) {
    const after = layers.find((layer) => !chain.includes(layer) && follows(layer, chain.at(-1)));
    if (after === undefined) return chain;
    chain.push(after);
  }
}
