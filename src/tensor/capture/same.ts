import { sameShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import type { Action, Place, Recording } from './recording.js';

/** Whether a number in one run means the same as one in another. */
export type Same = (a: number, b: number) => boolean;

/**
 * Tells numbers of two runs apart. An address in a buffer that a run made for itself, or in an argument, means the same as that
 * place in the other run's buffer or argument; any other number is itself.
 */
export function samePlaces(a: Recording, b: Recording): Same {
  const find = finder(a.own);
  return (x, y) => {
    if (Object.is(x, y)) return true;
    // Most numbers are sizes.
    if (x < LEAST_ADDRESS || y < LEAST_ADDRESS) return false;
    const index = find(x);
    if (index >= 0) return y - b.own[index]?.address === x - a.own[index].address;
    return a.places.some(({ address, bytes }, i) => {
      const offset = x - address;
      return offset >= 0 && offset < bytes && y - b.places[i]?.address === offset;
    });
  };
}

const LEAST_ADDRESS = 65536;

/** Finds which of the places an address is in; -1 if in none. */
function finder(places: readonly Place[]): (address: number) => number {
  const begins = new Map(places.map(({ address }, i) => [address, i]));
  return (x) => {
    const index = begins.get(x);
    if (index !== undefined) return index;
    return places.findIndex(({ address, bytes }) => x >= address && x < address + bytes);
  };
}

/** Whether two tensors are laid out alike. */
export const sameLayout = (a: Tensor, b: Tensor): boolean =>
  a.dtype === b.dtype && sameShape(a.shape, b.shape) && sameShape(a.strides, b.strides);

/** Whether two runs did the same: the same kernels with the same numbers, on the same memory from outside and alike on their own. */
export function sameActions(a: Recording, b: Recording, same: Same): boolean {
  const lists = (x: readonly number[], y: readonly number[]): boolean =>
    x.length === y.length && x.every((value, i) => same(value, y[i]));
  return (
    a.actions.length === b.actions.length &&
    a.tables.length === b.tables.length &&
    a.actions.every((action, i) => sameAction(action, b.actions[i], lists, same)) &&
    a.tables.every((table, i) => lists(table, b.tables[i]))
  );
}

function sameAction(
  a: Action,
  b: Action,
  lists: (x: readonly number[], y: readonly number[]) => boolean,
  same: Same,
): boolean {
  if (a.kind === 'kernel') {
    return b.kind === 'kernel' && a.run === b.run && Object.is(a.result, b.result) && lists(a.args, b.args);
  }
  if (a.kind === 'job') {
    const alike = (x: unknown, y: unknown): boolean =>
      typeof x === 'number' && typeof y === 'number' ? same(x, y) : x === y;
    return b.kind === 'job' && a.by.length === b.by.length && a.by.every((x, i) => alike(x, b.by[i]));
  }
  if (a.kind === 'live') return b.kind === 'live' && a.owner === b.owner;
  if (b.kind !== 'gradient' || a.leaf !== b.leaf) return false;
  if (a.next === null || b.next === null) return a.next === b.next;
  return sameLayout(a.next, b.next) && same(a.address, b.address);
}
