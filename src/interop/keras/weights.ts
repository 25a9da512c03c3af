import { FormatError } from '../../errors.js';
import type { Hdf5Group } from '../../formats/hdf5/decode.js';
import type { SafetensorsEntry } from '../../formats/safetensors.js';
import { isObject, type KerasLayer, text } from './config.js';

/** Arrays of a layer by what they are: `kernel`, `recurrent_kernel`, `bias`; of both directions, `forward/kernel`. */
export type LayerArrays = ReadonlyMap<string, SafetensorsEntry>;

/** Finds the arrays of a model's layers. */
export type ArraysOf = (layer: KerasLayer) => LayerArrays;

const none: LayerArrays = new Map();

/** Arrays by their names in the file, "bi/forward_lstm/lstm_cell/kernel:0", under what they are. */
export function byRole(names: Iterable<readonly [name: string, entry: SafetensorsEntry]>): LayerArrays {
  const arrays = new Map<string, SafetensorsEntry>();
  const list = [...names].map(([name, entry]) => [name.replace(/:\d+$/, '').split('/'), entry] as const);
  const sideIn = (path: readonly string[]): string | undefined =>
    path.map((part) => /^(forward|backward)(?=_|$)/.exec(part)?.[0]).findLast((side) => side !== undefined);
  const sides = new Set(list.map(([path]) => sideIn(path)));
  const hasBoth = sides.has('forward') && sides.has('backward');
  for (const [path, entry] of list) {
    const side = hasBoth ? `${sideIn(path) ?? ''}/` : '';
    const role = `${side}${path.at(-1) ?? ''}`;
    if (arrays.has(role)) throw new FormatError(`Keras: '${path.join('/')}' is there twice`);
    arrays.set(role, entry);
  }
  return arrays;
}

/** Names that stand in an attribute, or in several where one would have been too long. */
export function namesIn({ attributes }: Hdf5Group, attribute: string): string[] {
  const names: string[] = [];
  const keys = [attribute, ...Array.from({ length: attributes.size }, (_, i) => `${attribute}${i}`)];
  for (const key of keys) {
    const value = attributes.get(key);
    for (const name of typeof value === 'string' ? [value] : (value ?? [])) names.push(name);
  }
  return names;
}

/** The arrays of a layer in a file of Keras 1 or 2, or in .h5 of Keras 3: each under its name below the layer's group. */
export function legacyArrays(weights: Hdf5Group, layer: string): [name: string, entry: SafetensorsEntry][] {
  const group = groupAt(weights, layer);
  if (group === null) return [];
  return namesIn(group, 'weight_names').map((name) => {
    const parts = name.split('/');
    const dataset = groupAt(group, parts.slice(0, -1).join('/'))?.datasets.get(parts.at(-1)!);
    if (dataset !== undefined) return [name, dataset.read()];
    throw new FormatError(`Keras: there is no array '${name}' of the layer '${layer}'`, {
      hint: 'the file may be damaged: save the model again',
    });
  });
}

function groupAt(group: Hdf5Group, path: string): Hdf5Group | null {
  let inner: Hdf5Group | undefined = group;
  for (const part of path.split('/').filter(Boolean)) inner = inner?.groups.get(part);
  return inner ?? null;
}

export const legacy =
  (weights: Hdf5Group): ArraysOf =>
  ({ name }) =>
    byRole(legacyArrays(weights, name));

/** Names of a layer's variables in the order in which its class makes them. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  ...{ Dense: ['kernel', 'bias'], Embedding: ['embeddings'] },
};
const OF_CELLS = ['kernel', 'recurrent_kernel', 'bias'];

/** Where `model.weights.h5` of Keras 3, or of TensorFlow 2.12 to 2.15, has the layers. */
export function numberedRoot(file: Hdf5Group): Hdf5Group | null {
  return file.groups.get('layers') ?? file.groups.get('_layer_checkpoint_dependencies') ?? null;
}

/** The arrays of Keras 3: layers by their class and a number, and numbers for names. */
export function numbered(root: Hdf5Group, listed: readonly KerasLayer[]): ArraysOf {
  const groups = new Map<KerasLayer, Hdf5Group>();
  const counts = new Map<string, number>();
  for (const layer of listed) {
    const name = snakeCase(layer.className);
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    const group = root.groups.get(count === 0 ? name : `${name}_${count}`);
    if (group !== undefined) groups.set(layer, group);
  }
  return (layer) => {
    const group = groups.get(layer);
    return group === undefined ? none : numberedArrays(group, layer);
  };
}

/** @param layer  what is known of the layer: its class, and its settings where there are any */
export function numberedArrays(
  group: Hdf5Group,
  { className, config }: Omit<KerasLayer, 'name'>,
): LayerArrays {
  const sides = ['forward', 'backward'].flatMap((side) => {
    const inner = group.groups.get(`${side}_layer`);
    return inner === undefined ? [] : [[side, inner] as const];
  });
  if (sides.length > 0) {
    const arrays = sides.map(
      ([side, inner]) => [side, numberedArrays(inner, { className: '', config })] as const,
    );
    return new Map(
      arrays.flatMap(([side, own]) => [...own].map(([role, entry]) => [`${side}/${role}`, entry])),
    );
  }
  const wrapped = group.groups.get('layer');
  if (wrapped !== undefined) {
    const inner = isObject(config.layer) ? config.layer : {};
    const innerConfig = isObject(inner.config) ? inner.config : {};
    return numberedArrays(wrapped, { className: text(inner.class_name), config: innerConfig });
  }
  const cell = group.groups.get('cell');
  const variables = (cell ?? group).groups.get('vars')?.datasets ?? new Map<string, never>();
  const roles = cell !== undefined ? OF_CELLS : rolesOf(className, config);
  const indices = [...variables.keys()].sort((a, b) => Number(a) - Number(b));
  return new Map(indices.map((index, i) => [roles[i] ?? index, variables.get(index)!.read()]));
}

function rolesOf(className: string, { scale, center }: KerasLayer['config']): readonly string[] {
  if (className !== 'LayerNormalization') return VARIABLES[className] ?? [];
  return [...(scale === false ? [] : ['gamma']), ...(center === false ? [] : ['beta'])];
}

/** The name that Keras gives to a class: SimpleRNN is simple_rnn. */
const snakeCase = (name: string): string =>
  name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
