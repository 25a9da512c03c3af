import { PickleObject, PickleTuple, type PickleValue } from '../formats/pickle/values.js';

/** A dictionary beside the weights: units in the order of their numbers. */
export interface FoundDictionary {
  /** The key under which it lies, such as char2idx. */
  readonly name: string;
  readonly units: readonly string[];
}

const MOST_DEPTH = 4;
const PADDING = '<pad>';
const LISTS = /vocab|char|itos|token|word|letter|symbol|label|class|categor|alphabet|units|tags/i;

/**
 * Dictionaries from units to numbers, or from numbers to units, and lists of units: whatever numbers texts from 0 on, each once.
 */
export function dictionariesIn(value: PickleValue): FoundDictionary[] {
  const found: FoundDictionary[] = [];
  const seen = new Set<PickleValue>();
  const walk = (at: PickleValue, name: string, depth: number): void => {
    if (depth > MOST_DEPTH || seen.has(at)) return;
    if (typeof at === 'object') seen.add(at);
    const units = unitsOf(at) ?? (LISTS.test(name) ? textsOf(at) : null);
    if (units !== null && units.length > 1) {
      // A dictionary and its inverse are one.
      if (!found.some((other) => other.units.join('\0') === units.join('\0'))) found.push({ name, units });
      return;
    }
    if (at instanceof PickleObject) walk(at.state, name, depth + 1);
    else if (at instanceof PickleTuple)
      at.items.forEach((item) => {
        walk(item, name, depth + 1);
      });
    else if (at instanceof Map) {
      for (const [key, item] of at) if (typeof key === 'string') walk(item, key, depth + 1);
    }
  };
  walk(value, '', 0);
  return found;
}

/**
 * Units by number, of {unit: number} or {number: unit}; null for anything else. Numbers may be texts, as JSON's keys are; where they begin
 * at 1, as Keras has them, 0 is for padding.
 */
export function unitsOf(value: unknown): string[] | null {
  const entries: [unknown, unknown][] =
    value instanceof Map ? [...(value as ReadonlyMap<unknown, unknown>)] : plainEntries(value);
  if (entries.length === 0) return null;
  const isTurned = entries.every(([key, unit]) => indexOf(key) !== null && typeof unit === 'string');
  const fromOne = entries.every(([key, item]) => (isTurned ? indexOf(key) : item) !== 0);
  const units: (string | undefined)[] = fromOne ? [PADDING] : [];
  const size = entries.length + units.length;
  for (const [key, item] of entries) {
    const [unit, number] = isTurned ? [item, indexOf(key)] : [key, item];
    if (typeof unit !== 'string' || typeof number !== 'number') return null;
    if (!Number.isInteger(number) || number < 0 || number >= size) return null;
    if (units[number] !== undefined) return null;
    units[number] = unit;
  }
  return units as string[];
}

const plainEntries = (value: unknown): [unknown, unknown][] =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
    ? Object.entries(value)
    : [];

/** A whole number, or one written as JSON's keys are. */
function indexOf(key: unknown): number | null {
  if (typeof key === 'number') return key;
  return typeof key === 'string' && /^(0|[1-9]\d*)$/.test(key) ? Number(key) : null;
}

const textsOf = (value: PickleValue): string[] | null => {
  const items = value instanceof PickleTuple ? value.items : value;
  const isTexts = Array.isArray(items) && items.every((item) => typeof item === 'string');
  return isTexts && new Set(items).size === items.length ? [...items] : null;
};
