import { FormatError } from '../errors.js';
import { PickleArray, PickleObject, PickleTuple, type PickleValue } from '../formats/pickle/values.js';
import type { SafetensorsEntry } from '../formats/safetensors.js';
import { dictionariesIn, type FoundDictionary } from './dictionaries.js';

/** What a pickle says of a module: its class by name, and its attributes that are numbers, texts or truth values. */
export interface ModuleNote {
  readonly className: string;
  readonly attributes: Readonly<Record<string, string | number | boolean | null>>;
}

/** The weights of a checkpoint, and what lies beside them. */
export interface FoundWeights {
  /** By the names of a state_dict. */
  readonly tensors: ReadonlyMap<string, SafetensorsEntry>;
  /** The modules of a whole pickled model, by dotted name ('' for the model); empty for a state_dict. */
  readonly modules: ReadonlyMap<string, ModuleNote>;
  /** Dictionaries of units beside the weights, such as char2idx. */
  readonly dictionaries: readonly FoundDictionary[];
  /** Numbers and texts beside the weights, such as epoch or hidden_size. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** What was found where, and what was left out. */
  readonly notes: readonly string[];
}

// Where checkpoints keep their weights, the usual places first.
const PLACES = [
  ...['model_state_dict', 'state_dict', 'model_state', 'model_dict', 'modelstate', 'model', 'net', 'network'],
  ...['module', 'weights', 'params', 'parameters', 'generator', 'ema_state_dict', 'model_ema', 'ema'],
];
const OPTIMISER = /optim|(^|_)opt($|_)|sched|scaler|amp|rng|hist|metric|loss|callback|loops/i;
const JUNK = new Set(['total_ops', 'total_params', 'num_batches_tracked']);
// What wrappers put before every name: DataParallel, torch.compile, Lightning and the like.
const WRAPPERS = ['module.', '_orig_mod.', '_forward_module.', 'model.', 'net.'];
const MOST_DEPTH = 64;
const MOST_VALUES = 100_000;

type Dict = Map<PickleValue, PickleValue>;

/**
 * The weights of a checkpoint wherever they lie, by the names of a state_dict: in a dict of their own, under a key, in a whole pickled module,
 * in an object of somebody's class. Counters of profilers and states of optimisers stay out, wrappers' prefixes are taken off.
 *
 * @param value  what `decodePyTorch` gave
 * @throws FormatError where there are none
 * @example
 * // const { tensors } = stateDictOf(await decodePyTorch(readFileSync('model.pth')));
 */
export function stateDictOf(value: PickleValue): FoundWeights {
  const search = new Search();
  const found = search.arrays(value);
  if (found === null || found.size === 0) {
    throw new FormatError('the file holds no weights: there is no tensor in it that belongs to a model', {
      hint: 'where it was made: torch.save(model.state_dict(), "weights.pt")',
    });
  }
  const { notes, modules } = search;
  const tensors = new Map<string, SafetensorsEntry>();
  const junk: string[] = [];
  for (const [name, array] of found) {
    if (JUNK.has(name.slice(name.lastIndexOf('.') + 1))) junk.push(name);
    else tensors.set(name, array.entry);
  }
  if (junk.length > 0) {
    const few = junk.slice(0, 3).join(', ');
    notes.push(
      `${junk.length} counters that are no weights were left out: ${few}${junk.length > 3 ? ', …' : ''}`,
    );
  }
  const bare = modules.size > 0 ? tensors : unwrapped(tensors, notes);
  return {
    ...{ tensors: bare, modules, notes },
    dictionaries: dictionariesIn(value),
    settings: settingsIn(value),
  };
}

type Arrays = Map<string, PickleArray>;

/** A walk through a checkpoint. What a file refers to from many places is looked at once. */
class Search {
  readonly notes: string[] = [];
  readonly modules = new Map<string, ModuleNote>();
  private readonly seen = new Set<PickleValue>();
  private readonly known = new Map<PickleValue, boolean>();

  /** The weights in a value, by name; null if there are none. */
  arrays(value: PickleValue): Arrays | null {
    if (value instanceof PickleArray) return new Map([['array', value]]);
    if (!isContainer(value) || this.seen.has(value)) return null;
    if (this.seen.size > MOST_VALUES) throw tooMany();
    this.seen.add(value);
    if (value instanceof PickleObject) return this.ofObject(value);
    if (value instanceof Map) return this.ofDict(value);
    const items = itemsOf(value);
    if (items.length > 0 && items.every((item) => item instanceof PickleArray)) {
      return new Map(items.map((item, i) => [String(i), item]));
    }
    for (const item of items) {
      const arrays = this.arrays(item);
      if (arrays !== null && arrays.size > 0) return arrays;
    }
    return null;
  }

  private ofObject(object: PickleObject): Arrays | null {
    const attributes = attributesOf(object);
    if (attributes === null) return null;
    if (attributes.get('_parameters') instanceof Map) return this.ofModule(object);
    const arrays = this.arrays(attributes);
    if (arrays !== null) {
      this.notes.push(`the weights are attributes of an object of the class ${object.className}`);
    }
    return arrays;
  }

  /** A state_dict; or where one lies: under a usual key, or else under keys that all become part of the names. */
  private ofDict(dict: Dict): Arrays | null {
    const { notes } = this;
    if (dict.has('param_groups')) {
      notes.push('the state of an optimiser was left out');
      return null;
    }
    const own: Arrays = new Map();
    const parts: [string, PickleValue][] = [];
    const others: string[] = [];
    for (const [key, item] of dict) {
      if (typeof key !== 'string' || !this.hasArrays(item, 0)) continue;
      if (OPTIMISER.test(key)) others.push(key);
      else if (item instanceof PickleArray) own.set(key, item);
      else parts.push([key, item]);
    }
    const usual = PLACES.find((place) => parts.some(([key]) => key === place));
    const place = usual ?? (parts.length === 1 ? parts[0][0] : undefined);
    const isBeside = own.size === 0 && place !== undefined;
    if (isBeside) for (const [key] of parts) if (key !== place) others.push(key);
    if (others.length > 0) notes.push(`left out: ${others.join(', ')}`);
    if (isBeside) {
      notes.push(`the weights are under '${place}'`);
      return this.arrays(dict.get(place) ?? null);
    }
    // Parts by name: {'encoder': state_dict, 'decoder': state_dict}, or a tree of parameters.
    for (const [key, item] of parts) {
      for (const [name, array] of this.arrays(item) ?? []) own.set(`${key}.${name}`, array);
    }
    return own;
  }

  /** Parameters and buffers of a module and all below it, as its state_dict would name them. */
  private ofModule(root: PickleObject): Arrays {
    const arrays: Arrays = new Map();
    const walk = (module: PickleObject, path: string): void => {
      const attributes = attributesOf(module);
      if (attributes === null) return;
      const tooDeep = path.split('.').length > MOST_DEPTH;
      if (tooDeep || this.modules.size > MOST_VALUES) throw tooMany();
      this.modules.set(path, { className: module.className, attributes: plainOf(attributes) });
      const temporary = attributes.get('_non_persistent_buffers_set');
      for (const held of ['_parameters', '_buffers']) {
        for (const [name, array] of pairsOf(attributes.get(held))) {
          const isKept = held === '_parameters' || !(temporary instanceof Set && temporary.has(name));
          if (array instanceof PickleArray && isKept) arrays.set(joined(path, name), array);
        }
      }
      for (const [name, child] of pairsOf(attributes.get('_modules'))) {
        if (child instanceof PickleObject) walk(child, joined(path, name));
      }
    };
    walk(root, '');
    return arrays;
  }

  /** Whether an array can be reached from a value. */
  private hasArrays(value: PickleValue, depth: number): boolean {
    if (value instanceof PickleArray) return true;
    if (!isContainer(value)) return false;
    const known = this.known.get(value);
    if (known !== undefined) return known;
    if (depth > MOST_DEPTH) throw tooMany();
    // Of a value that holds itself.
    this.known.set(value, false);
    const has = itemsOf(value).some((item) => this.hasArrays(item, depth + 1));
    this.known.set(value, has);
    return has;
  }
}

const tooMany = (): FormatError =>
  new FormatError('pickle: values are nested deeper, or refer to each other more often, than in any model');

const isContainer = (value: PickleValue): boolean =>
  value instanceof Map ||
  value instanceof PickleObject ||
  value instanceof PickleTuple ||
  Array.isArray(value);

function itemsOf(value: PickleValue): readonly PickleValue[] {
  if (value instanceof Map) return [...value.values()];
  if (value instanceof PickleTuple) return value.items;
  if (value instanceof PickleObject) return [value.state];
  return Array.isArray(value) ? value : [];
}

const pairsOf = (value: PickleValue | undefined): Iterable<[string, PickleValue]> =>
  value instanceof Map
    ? [...value].filter((pair): pair is [string, PickleValue] => typeof pair[0] === 'string')
    : [];

/** The attributes of an object; those with __slots__ come as a pair. */
function attributesOf({ state }: PickleObject): Dict | null {
  if (state instanceof Map) return state;
  const slots = state instanceof PickleTuple ? state.items.find((item) => item instanceof Map) : undefined;
  return slots ?? null;
}

const joined = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

const isPlain = (value: PickleValue): value is string | number | boolean | null =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

/** Attributes that are plain values, without Python's inner ones. */
function plainOf(attributes: Dict): Record<string, string | number | boolean | null> {
  const plain: Record<string, string | number | boolean | null> = {};
  for (const [key, value] of attributes) {
    if (typeof key === 'string' && !key.startsWith('_') && isPlain(value)) plain[key] = value;
  }
  return plain;
}

/** Names without the prefix that all of them share by way of a wrapper. */
function unwrapped(
  tensors: ReadonlyMap<string, SafetensorsEntry>,
  notes: string[],
): ReadonlyMap<string, SafetensorsEntry> {
  const names = [...tensors.keys()];
  const prefix = WRAPPERS.find((wrapper) => names.every((name) => name.startsWith(wrapper)));
  if (prefix === undefined) return tensors;
  notes.push(`the prefix '${prefix}' was taken off all names`);
  return unwrapped(
    new Map(Array.from(tensors, ([name, entry]) => [name.slice(prefix.length), entry])),
    notes,
  );
}

const MOST_SETTINGS = 40;
const SETTINGS_KEYS = /^(args?|config|hyper_?param\w*|hparams|options?|params)$/;

/** Plain values beside the weights, those of a dict of settings included. */
function settingsIn(value: PickleValue): Record<string, string | number | boolean> {
  const settings: Record<string, string | number | boolean> = {};
  const take = (dict: Dict): void => {
    for (const [key, item] of Object.entries(plainOf(dict))) {
      if (item === null || Object.keys(settings).length >= MOST_SETTINGS || key === 'training') continue;
      if (typeof item !== 'string' || item.length <= 80) settings[key] = item;
    }
  };
  const root = value instanceof PickleObject ? attributesOf(value) : value instanceof Map ? value : null;
  if (root === null) return settings;
  take(root);
  for (const [key, item] of root) {
    if (typeof key !== 'string' || !SETTINGS_KEYS.test(key)) continue;
    const dict = item instanceof PickleObject ? attributesOf(item) : item;
    if (dict instanceof Map) take(dict);
  }
  return settings;
}
