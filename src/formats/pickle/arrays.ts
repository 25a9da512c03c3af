import { FormatError } from '../../errors.js';
import { PickleArray, PickleObject, PickleTuple, type PickleValue } from './values.js';

/** An array and the keys that lead to it, such as ['model_state_dict', 'lstm.weight_ih_l0']. */
export interface FoundArray {
  readonly path: readonly string[];
  readonly array: PickleArray;
}

const MOST_DEPTH = 64;

/**
 * All arrays that can be reached from a value, in its order: in dicts, lists, tuples and the attributes of objects.
 *
 * @throws FormatError for values nested deeper than any model is
 */
export function arraysIn(value: PickleValue): FoundArray[] {
  const found: FoundArray[] = [];
  const seen = new Set<PickleValue>();
  const walk = (at: PickleValue, path: readonly string[]): void => {
    if (at instanceof PickleArray) {
      found.push({ path, array: at });
      return;
    }
    if (typeof at !== 'object' || at === null || seen.has(at)) return;
    seen.add(at);
    if (path.length > MOST_DEPTH)
      throw new FormatError(`pickle: values are nested more than ${MOST_DEPTH} deep`);
    if (at instanceof Map) {
      for (const [key, item] of at) walk(item, [...path, nameOf(key)]);
    } else if (Array.isArray(at)) at.forEach((item, i) => walk(item, [...path, String(i)]));
    else if (at instanceof PickleTuple) at.items.forEach((item, i) => walk(item, [...path, String(i)]));
    else if (at instanceof PickleObject) walk(at.state, path);
  };
  walk(value, []);
  return found;
}

const nameOf = (key: PickleValue): string =>
  typeof key === 'string' || typeof key === 'number' ? String(key) : '?';
