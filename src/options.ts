import { closest } from './closest.js';
import { ValueError } from './errors.js';

// Options and arguments as callers pass them, checked in one place: a program may run without its types, and what nobody
// understands must not be passed over.

const isNumber = (x: unknown): x is number => typeof x === 'number' && !Number.isNaN(x);
const isWhole = (x: unknown): x is number => Number.isInteger(x);

/** What a value may be, by the words in which a message asks for it. */
const KINDS = {
  'a number': isNumber,
  'a number or NaN': (x: unknown) => typeof x === 'number',
  '0 or more': (x: unknown) => isNumber(x) && x >= 0,
  'above 0': (x: unknown) => isNumber(x) && x > 0,
  'between 0 and 1': (x: unknown) => isNumber(x) && x >= 0 && x <= 1,
  'a whole number': isWhole,
  'a whole number of 0 or more': (x: unknown) => isWhole(x) && x >= 0,
  'a whole number above 0': (x: unknown) => isWhole(x) && x > 0,
  'true or false': (x: unknown) => typeof x === 'boolean',
  text: (x: unknown) => typeof x === 'string',
  'a function': (x: unknown) => typeof x === 'function',
  'an object': (x: unknown) => typeof x === 'object' && x !== null,
  'a list': (x: unknown) => typeof x === 'object' && x !== null && Symbol.iterator in x,
  'a list of numbers': (x: unknown) =>
    (Array.isArray(x) || ArrayBuffer.isView(x)) && Array.from(x as ArrayLike<unknown>).every(isNumber),
  'a pair of numbers': (x: unknown) => Array.isArray(x) && x.length === 2 && x.every(isNumber),
  'a list of words': (x: unknown) => Array.isArray(x) && x.every((word) => typeof word === 'string'),
} as const satisfies Record<string, (x: unknown) => boolean>;

/**
 * What the value of an option may be: a kind, an instance of a class, one of some words, null, or any of several of these.
 * `needs` marks an option that has no default.
 */
export type Kind =
  | keyof typeof KINDS
  | (abstract new (...args: never[]) => unknown)
  | { readonly oneOf: readonly string[] }
  | { readonly needs: Kind }
  | null
  | readonly Kind[];

/** What the options of a function or class may be: each of them has to be here. */
export type Schema<Options> = { readonly [Name in keyof Required<Options>]: Kind };

function fits(value: unknown, kind: Kind): boolean {
  if (kind === null) return value === null;
  if (typeof kind === 'string') return KINDS[kind](value);
  if (typeof kind === 'function') return value instanceof kind;
  if ('needs' in kind) return fits(value, kind.needs);
  if ('oneOf' in kind) return (kind.oneOf as readonly unknown[]).includes(value);
  return kind.some((one) => fits(value, one));
}

/** Words in a row: `a, b or c`. */
const either = (words: readonly string[], join = 'or'): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${join} ${words.at(-1)!}`;

const named = (noun: string): string => `${/^[AEIOU]/.test(noun) ? 'an' : 'a'} ${noun}`;

function wanted(kind: Kind): string {
  if (kind === null) return 'null';
  if (typeof kind === 'string') return kind;
  if (typeof kind === 'function') return named(kind.name);
  if ('needs' in kind) return wanted(kind.needs);
  if ('oneOf' in kind) return either(kind.oneOf.map((word) => `'${word}'`));
  return either(kind.map(wanted));
}

/** A value as a message shows it: `'1'`, `a list of 3`, `a Tensor (2, 3)`. */
export function told(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const { constructor, shape } = value as {
    readonly constructor?: { readonly name?: string };
    shape?: unknown;
  };
  const name = constructor?.name ?? 'Object';
  if (name === 'Object') return 'an object';
  return Array.isArray(shape) ? `${named(name)} (${shape.join(', ')})` : named(name);
}

/** Whether a value can be an object of options: neither a list nor a tensor. */
const isOptions = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(Symbol.iterator in value) && !('shape' in value);

/**
 * Checks one argument that is written by position.
 *
 * @throws ValueError that names it, what it should be and what it is
 */
export function expectKind(where: string, name: string, value: unknown, kind: Kind): void {
  if (fits(value, kind)) return;
  throw new ValueError(`${where}: ${name} must be ${wanted(kind)}, not ${told(value)}`);
}

/**
 * Options as they were given, without those that are undefined.
 *
 * @throws ValueError for an option that does not exist, with the name that was probably meant, and for values of another kind
 */
export function readOptions<Options extends object>(
  where: string,
  given: Options | undefined,
  schema: Schema<Options>,
): Options {
  const options: Record<string, unknown> = {};
  const kinds = schema as Readonly<Record<string, Kind>>;
  if (given !== undefined && !isOptions(given)) {
    throw new ValueError(`${where}: options are an object, not ${told(given)}`, { hint: all(kinds) });
  }
  // Not Object.keys: options may come from a prototype.
  for (const name in given) {
    const value: unknown = given[name];
    if (value === undefined) continue;
    if (!Object.hasOwn(kinds, name)) throw unknown(where, name, kinds);
    expectKind(where, name, value, kinds[name]);
    options[name] = value;
  }
  for (const name in kinds) {
    const kind = kinds[name];
    if (typeof kind !== 'object' || kind === null || !('needs' in kind) || name in options) continue;
    throw new ValueError(`${where}: ${name} is missing, ${wanted(kind)}`, { hint: all(kinds) });
  }
  return options as Options;
}

const all = (kinds: Readonly<Record<string, Kind>>): string => {
  const names = Object.keys(kinds);
  return names.length === 0 ? 'it takes no options' : `its options: { ${names.join(', ')} }`;
};

// What other libraries call it.
const SYNONYMS: Readonly<Record<string, string>> = { learningRate: 'lr', minVal: 'min', maxVal: 'max' };

function unknown(where: string, name: string, kinds: Readonly<Record<string, Kind>>): ValueError {
  const camel = name.replace(/_+([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
  const names = Object.keys(kinds);
  const same = (own: string): boolean => own.toLowerCase() === camel.toLowerCase() || own === SYNONYMS[camel];
  const meant = names.find(same) ?? closest(camel, names);
  return new ValueError(`${where}: there is no option '${name}'`, {
    hint: meant === undefined ? all(kinds) : `did you mean '${meant}'?`,
  });
}

/** Those of the options that are named in a schema, for who passes options on. */
export function only<Options extends object>(given: object, schema: Schema<Options>): Options {
  return Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(schema, name))) as Options;
}

/**
 * Options that may also stand by position, in PyTorch's order, with an object of options last or not at all.
 *
 * @param order  names of the options that may stand by position
 * @throws ValueError as `readOptions`, for too many arguments, and for an option that is given twice
 */
export function readArguments<Options extends object>(
  where: string,
  given: readonly unknown[],
  schema: Schema<Options>,
  order: readonly (keyof Options & string)[] = [],
): Options {
  const last = given.at(-1);
  const options =
    isOptions(last) && !(given.length <= order.length && fits(last, schema[order[given.length - 1]]))
      ? last
      : undefined;
  const positional = options === undefined ? given : given.slice(0, -1);
  const values: Record<string, unknown> = {};
  positional.forEach((value, i) => {
    if (value === undefined) return;
    if (i >= order.length) {
      throw new ValueError(`${where}: ${told(value)} is one argument too many`, { hint: all(schema) });
    }
    values[order[i]] = value;
  });
  for (const name in options) {
    if (Object.hasOwn(values, name)) throw new ValueError(`${where}: ${name} is given twice`);
    values[name] = options[name as never];
  }
  return readOptions(where, values as Options, schema);
}

/** Arguments that `readArguments` takes: the first by position in this order, the others by name in an object behind them. */
export type Arguments<Options, Order extends readonly unknown[]> = Order extends readonly [
  infer First extends keyof Options,
  ...infer Rest,
]
  ? | (undefined extends Options[First]
        ? [options?: Options | Options[First]]
        : [options: Options | Options[First]])
    | [Options[First] | undefined, ...Arguments<Options, Rest>]
  : [options?: Options];
