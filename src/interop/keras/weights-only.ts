import type { Hdf5Group } from '../../formats/hdf5/decode.js';
import type { KerasLayer } from './config.js';
import { byRole, type LayerArrays, legacyArrays, namesIn, numberedArrays, numberedRoot } from './weights.js';

/** A layer of which only the weights are known, and what kind of layer has such weights. */
export interface BareLayer {
  readonly layer: KerasLayer;
  readonly arrays: LayerArrays;
}

/** What a file of weights says of a model. */
export interface BareModel {
  readonly layers: readonly BareLayer[];
  readonly problems: readonly string[];
}

/** Layers in a file of weights of Keras 1 or 2, which lists them in their order. */
export function bareLegacy(root: Hdf5Group): BareModel {
  const named = namesIn(root, 'layer_names').flatMap((name) => {
    const arrays = byRole(legacyArrays(root, name));
    return arrays.size === 0 ? [] : [{ layer: guessed(name, arrays), arrays }];
  });
  return { layers: named, problems: [] };
}

/**
 * Layers in a file of weights of Keras 3. It keeps them by class and number, so that layers of one class are in order and the order of
 * classes is not said: found by what fits, where each layer reads as many numbers as the one before gives.
 */
export function bareNumbered(file: Hdf5Group): BareModel {
  const root = numberedRoot(file)!;
  const queues = new Map<string, (BareLayer & { readonly key: string; readonly number: number })[]>();
  for (const [key, group] of root.groups) {
    const [, kind, number = '0'] = /^(.*?)(?:_(\d+))?$/.exec(key)!;
    const className = CLASSES[kind] ?? '';
    const arrays = numberedArrays(group, { className, config: {} });
    if (arrays.size === 0) continue;
    const layer = guessed(nameOf(group) ?? key, arrays);
    const queue = queues.get(kind) ?? [];
    queue.push({ key, layer, arrays, number: Number(number) });
    queues.set(kind, queue);
  }
  const all = [...queues.values()].map((queue) => queue.sort((a, b) => a.number - b.number));
  const chains = chainsOf(all);
  if (chains.length === 1) return { layers: chains[0], problems: [] };
  const names = all.flat().map(({ key }) => key);
  const why = chains.length === 0 ? 'no order fits their sizes' : 'their sizes allow several orders';
  return {
    layers: chains.length === 0 ? all.flat() : chains[0],
    problems: [
      `the order of ${names.join(', ')} is not in a file of weights, and ${why}: import the whole model (.keras)`,
    ],
  };
}

/** The name that Keras 3 wrote beside a layer's variables. */
function nameOf(group: Hdf5Group): string | null {
  const name = group.groups.get('vars')?.attributes.get('name');
  return typeof name === 'string' && name !== '' ? name : null;
}

const CLASSES: Readonly<Record<string, string | undefined>> = {
  ...{ dense: 'Dense', embedding: 'Embedding', layer_normalization: 'LayerNormalization' },
};

const MOST_CHAINS = 2;
const MOST_LAYERS = 200;
const MOST_TRIES = 10_000;

/** Up to two orders in which each queue keeps its own and sizes fit. */
function chainsOf<L extends BareLayer>(queues: readonly (readonly L[])[]): L[][] {
  const total = queues.reduce((n, queue) => n + queue.length, 0);
  if (total > MOST_LAYERS) return [];
  const taken = queues.map(() => 0);
  const chain: L[] = [];
  const found: L[][] = [];
  let tries = 0;
  function extend(width: number | null): void {
    if (chain.length === total) found.push([...chain]);
    if (chain.length === total || found.length >= MOST_CHAINS) return;
    queues.forEach((queue, i) => {
      const next = queue.at(taken[i]);
      if (next === undefined || taken[i] >= queue.length || ++tries > MOST_TRIES) return;
      const [reads, gives] = sizesOf(next);
      const fits = reads === null ? chain.length === 0 : width === null || reads === width;
      if (!fits) return;
      chain.push(next);
      taken[i] += 1;
      extend(gives);
      taken[i] -= 1;
      chain.pop();
    });
  }
  extend(null);
  return found;
}

/** How many numbers a layer reads and gives; an embedding reads an index, so it comes first. */
function sizesOf({ arrays }: BareLayer): readonly [reads: number | null, gives: number] {
  const shape = (role: string): readonly number[] => arrays.get(role)?.shape ?? [];
  if (arrays.has('embeddings')) return [null, shape('embeddings')[1]];
  if (arrays.has('forward/kernel'))
    return [shape('forward/kernel')[0], 2 * shape('forward/recurrent_kernel')[0]];
  if (arrays.has('recurrent_kernel')) return [shape('kernel')[0], shape('recurrent_kernel')[0]];
  if (arrays.has('kernel')) return [shape('kernel')[0], shape('kernel')[1]];
  const [size = 0] = [...arrays.values()][0].shape;
  return [size, size];
}

/** The layer that has such weights, with the settings that Keras gives by default. */
function guessed(name: string, arrays: LayerArrays): KerasLayer {
  const roles = [...arrays.keys()].sort().join();
  if (roles === 'embeddings') return { className: 'Embedding', name, config: {} };
  if (/^(bias,)?kernel$/.test(roles)) return { className: 'Dense', name, config: {} };
  if (/^(beta,gamma|beta|gamma)$/.test(roles)) return { className: 'LayerNormalization', name, config: {} };
  if (/^(bias,)?kernel,recurrent_kernel$/.test(roles)) return recurrent(name, arrays, '');
  if (/^backward\/.*recurrent_kernel,forward\/.*recurrent_kernel$/.test(roles)) {
    const { className, config } = recurrent(name, arrays, 'forward/');
    return {
      className: 'Bidirectional',
      name,
      config: { merge_mode: 'concat', layer: { class_name: className, config } },
    };
  }
  return { className: `with the weights ${roles}`, name, config: {} };
}

const BY_GATES: Readonly<Record<number, string | undefined>> = { 1: 'SimpleRNN', 3: 'GRU', 4: 'LSTM' };

function recurrent(name: string, arrays: LayerArrays, side: string): KerasLayer {
  const [hidden, columns] = arrays.get(`${side}recurrent_kernel`)!.shape;
  const gates = columns / hidden;
  const bias = arrays.get(`${side}bias`)?.shape ?? [];
  // cuDNN's layers have a bias for the input and one for the state in one row, a GRU of Keras in two.
  const isCudnn = gates > 1 && bias.length === 1 && bias[0] === 2 * columns;
  const className = BY_GATES[gates] ?? `with ${gates} gates`;
  return { className: isCudnn ? `CuDNN${className}` : className, name, config: { return_sequences: true } };
}
