import { FormatError } from '../../errors.js';
import type { SafetensorsEntry } from '../../formats/safetensors.js';
import type { FilesBeside } from '../files.js';
import type { ForeignModel } from '../foreign.js';
import { type Config, isObject, type KerasLayer, parseConfig, text } from '../keras/config.js';
import { modelOf } from '../keras/read.js';
import { type ArraysOf, byRole } from '../keras/weights.js';
import { readWeights } from './weights.js';

/**
 * A layers-model of TensorFlow.js: model.json with its shards beside it. Nothing of it is run.
 *
 * @param bytes   of model.json
 * @param beside  gives the shards that it names
 * @throws FormatError for graph models, broken files, and shards that are missing
 * @see https://www.tensorflow.org/js/guide/save_load
 */
export async function readTfjs(bytes: Uint8Array, beside: FilesBeside): Promise<ForeignModel> {
  const file = parseConfig(new TextDecoder().decode(bytes));
  const topology = file.modelTopology;
  if (file.format === 'graph-model' || (isObject(topology) && 'node' in topology)) {
    throw new FormatError('tfjs: this is a graph model, which has single operations and no layers', {
      hint: 'convert the model that it was made from again: tensorflowjs_converter --output_format=tfjs_layers_model',
    });
  }
  if (!isObject(topology)) throw new FormatError('tfjs: the file has no model in modelTopology');
  const { arrays, quantised } = await readWeights(file.weightsManifest, beside);
  const source = text(file.generatedBy) || `Keras ${text(topology.keras_version)}`.trimEnd();
  const model = modelOf(`tfjs, by ${source}`, descriptionOf(topology), () => named(arrays));
  if (quantised.length === 0) return model;
  const note = `${quantised.length} arrays are stored in 8 or 16 bits: they are what tfjs makes of them`;
  return { ...model, notes: [...model.notes, note] };
}

/** The model's class and layers: in the topology itself, or in it as Keras had them. */
function descriptionOf(topology: Config): Config {
  const config = topology.model_config;
  if (typeof config === 'string') return parseConfig(config);
  return isObject(config) ? config : topology;
}

/** Arrays have the name of their layer in front, or, in layers around another, of the inner one. */
function named(arrays: ReadonlyMap<string, SafetensorsEntry>): ArraysOf {
  const byLayer = new Map<string, [name: string, entry: SafetensorsEntry][]>();
  for (const [name, entry] of arrays) {
    for (let end = name.indexOf('/'); end >= 0; end = name.indexOf('/', end + 1)) {
      const layer = name.slice(0, end);
      const own = byLayer.get(layer) ?? [];
      own.push([name, entry]);
      byLayer.set(layer, own);
    }
  }
  return ({ name, config }) => byRole([name, ...innerNames(config)].flatMap((own) => byLayer.get(own) ?? []));
}

function innerNames({ layer }: KerasLayer['config']): string[] {
  const name = isObject(layer) && isObject(layer.config) ? text(layer.config.name) : '';
  if (name === '') return [];
  const plain = name.replace(/^(forward|backward)_/, '');
  return [...new Set([name, `forward_${plain}`, `backward_${plain}`])];
}
