import { FormatError } from '../../errors.js';

/** JSON that is an object. */
export type Config = Readonly<Record<string, unknown>>;

/** A layer as the model's description has it. */
export interface KerasLayer {
  readonly className: string;
  readonly name: string;
  readonly config: Config;
}

/** The layers of a model in the order in which they run, and why they may be no chain. */
export interface KerasChain {
  readonly className: string;
  /** As the file lists them: what names of weights count by. */
  readonly listed: readonly KerasLayer[];
  readonly layers: readonly KerasLayer[];
  readonly problems: readonly string[];
}

export const isObject = (value: unknown): value is Config =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const invalid = (what: string): FormatError =>
  new FormatError(`the description of the model ${what}`, {
    hint: 'the file may be damaged: save the model again',
  });

/** @throws FormatError for text that is not JSON */
export function parseConfig(json: string): Config {
  try {
    const value = JSON.parse(json) as unknown;
    if (isObject(value)) return value;
  } catch {
    // The same as another value.
  }
  throw invalid('is no JSON object');
}

/**
 * The chain of layers in a model's description, of Keras 1.2 to 3 or of tfjs. A class of one's own is a problem by its name.
 *
 * @throws FormatError for what is no description
 */
export function chainOf(model: Config): KerasChain {
  const className = text(model.class_name);
  const { config } = model;
  const list = Array.isArray(config) ? config : isObject(config) ? config.layers : undefined;
  if (!['Sequential', 'Functional', 'Model'].includes(className)) {
    const what = className === '' ? 'without a class' : `of the class ${className}`;
    return {
      ...{ className, listed: [], layers: [] },
      problems: [
        `the model is ${what}, whose code is not in the file: only Sequential and functional models are read`,
      ],
    };
  }
  if (!Array.isArray(list)) throw invalid('lists no layers');
  const listed = list.map(layerOf);
  if (className === 'Sequential') return { className, listed, layers: listed, problems: [] };
  const nodes = new Map(list.map((layer: Config, i) => [listed[i].name, referencesIn(layer.inbound_nodes)]));
  return { className, listed, ...walk(listed, nodes) };
}

function layerOf(layer: unknown): KerasLayer {
  if (!isObject(layer) || typeof layer.class_name !== 'string') throw invalid('has a layer without a class');
  const config = isObject(layer.config) ? layer.config : {};
  const name = text(layer.name) || text(config.name) || layer.class_name;
  return { className: layer.class_name, name, config };
}

/** A layer that another reads, and which of its outputs. */
interface Reference {
  readonly name: string;
  readonly output: number;
}

/** Layers that are named in a layer's inputs: lists of [name, node, output] in Keras 2, histories of tensors in Keras 3. */
function referencesIn(value: unknown): Reference[] {
  const found: Reference[] = [];
  const open = [value];
  for (const next of open) {
    if (Array.isArray(next)) {
      const [name, node, output] = next as unknown[];
      if (typeof name === 'string' && typeof node === 'number') found.push({ name, output: Number(output) });
      for (const inner of next as unknown[])
        if (typeof inner === 'object' && inner !== null) open.push(inner);
    } else if (isObject(next)) {
      for (const inner of Object.values(next))
        if (typeof inner === 'object' && inner !== null) open.push(inner);
    }
  }
  return found;
}

/** From the one layer that reads nothing to the one that none reads. */
function walk(
  listed: readonly KerasLayer[],
  nodes: ReadonlyMap<string, readonly Reference[]>,
): { layers: KerasLayer[]; problems: string[] } {
  const problems: string[] = [];
  const readers = new Map<string, KerasLayer[]>();
  for (const layer of listed) {
    const inputs = nodes.get(layer.name) ?? [];
    if (inputs.length > 1) {
      const names = inputs.map(({ name }) => `'${name}'`).join(', ');
      problems.push(`'${layer.name}' (${layer.className}) reads ${names}: only chains of layers are held`);
    }
    for (const { name, output } of inputs) {
      if (output > 0) problems.push(`'${layer.name}' reads the state of '${name}', not its output`);
      const own = readers.get(name) ?? [];
      own.push(layer);
      readers.set(name, own);
    }
  }
  const starts = listed.filter(({ name }) => (nodes.get(name) ?? []).length === 0);
  if (starts.length !== 1) {
    const names = starts.map(({ name }) => `'${name}'`).join(', ');
    problems.push(
      `the model has ${starts.length} inputs${names && ` (${names})`}: only chains of layers are held`,
    );
  }
  for (const [name, own] of readers) {
    if (own.length < 2) continue;
    const names = own.map((layer) => `'${layer.name}'`).join(' and ');
    problems.push(`'${name}' is read by ${names}: only chains of layers are held`);
  }
  if (problems.length > 0) return { layers: [], problems };
  const layers: KerasLayer[] = [];
  let layer: KerasLayer | undefined = starts[0];
  // Layers of one name could be a circle.
  for (; layer !== undefined && layers.length <= listed.length; layer = readers.get(layer.name)?.[0])
    layers.push(layer);
  if (layers.length !== listed.length)
    problems.push('some layers are not on the way from the input to the output');
  return { layers, problems };
}
