import { FormatError } from '../../errors.js';
import { decodeHdf5 } from '../../formats/hdf5/decode.js';
import { ZipArchive } from '../../formats/zip.js';
import type { ForeignModel } from '../foreign.js';
import { chainOf, type Config, parseConfig, text } from './config.js';
import { expectFitting } from './fitting.js';
import { convert } from './layers.js';
import { type ArraysOf, legacy, numbered, numberedRoot } from './weights.js';
import { type BareModel, bareLegacy, bareNumbered } from './weights-only.js';

const MOST_JSON = 100 * 1024 * 1024;

/**
 * A model of Keras, from any of its files: .keras, .h5 with or without the model's description. Nothing of the file is run; layers that
 * cannot be held are in `problems` by their name and class.
 *
 * @throws FormatError for files that are broken or of another kind
 * @see https://keras.io/guides/serialization_and_saving/
 */
export async function readKeras(bytes: Uint8Array): Promise<ForeignModel> {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return ofArchive(bytes);
  const file = decodeHdf5(bytes);
  const version = file.attributes.get('keras_version');
  const config = file.attributes.get('model_config');
  const weights = file.groups.get('model_weights');
  if (typeof config === 'string' && weights !== undefined) {
    return modelOf(sourceOf(version), parseConfig(config), () => legacy(weights));
  }
  const source = `weights of ${sourceOf(version)}`;
  if (file.attributes.has('layer_names') || file.attributes.has('layer_names0'))
    return bareOf(source, bareLegacy(file));
  if (weights !== undefined) return bareOf(source, bareLegacy(weights));
  if (numberedRoot(file) !== null) return bareOf('weights of Keras 3', bareNumbered(file));
  throw new FormatError('Keras: the HDF5 file has neither a model nor weights as Keras writes them', {
    hint: 'only files that Keras made can be read: model.save(…) or model.save_weights(…)',
  });
}

async function ofArchive(bytes: Uint8Array): Promise<ForeignModel> {
  const zip = new ZipArchive(bytes);
  const json = async (name: string): Promise<Config> =>
    parseConfig(new TextDecoder().decode(await zip.read(name, MOST_JSON)));
  const config = await json('config.json');
  const metadata = zip.has('metadata.json') ? await json('metadata.json') : {};
  const weights = decodeHdf5(await zip.read('model.weights.h5', bytes.length + MOST_JSON));
  return modelOf(sourceOf(metadata.keras_version), config, (listed) => {
    const root = numberedRoot(weights);
    if (root !== null) return numbered(root, listed);
    throw new FormatError("Keras: 'model.weights.h5' has no layers", { hint: 'save the model again' });
  });
}

const sourceOf = (version: unknown): string => `Keras${text(version) && ` ${text(version)}`}`;

/** A model with its description. */
export function modelOf(
  source: string,
  config: Config,
  arraysOf: (listed: ReturnType<typeof chainOf>['listed']) => ArraysOf,
): ForeignModel {
  const chain = chainOf(config);
  const { layers, problems, notes } = convert(
    chain.layers,
    chain.layers.length === 0 ? () => new Map() : arraysOf(chain.listed),
  );
  const all = [...chain.problems, ...problems];
  if (all.length === 0) expectFitting(source, layers);
  return { source: `${source} ${chain.className}`.trimEnd(), layers, notes, problems: all, metadata: {} };
}

const ASSUMED =
  'the file has weights only: cells are taken to be as Keras makes them by default (tanh, gates of sigmoid), activations between layers and behind the last are not known';
const BEFORE_2_3 =
  "before Keras 2.3 the gates' default was hard_sigmoid: if the model did not ask for sigmoid, its numbers differ";

/** @param source  "weights of Keras 2.0.6" */
function bareOf(source: string, { layers: bare, problems }: BareModel): ForeignModel {
  if (bare.length === 0) throw new FormatError(`Keras: the file has no weights of layers`);
  const arrays = new Map(bare.map((own) => [own.layer, own.arrays]));
  const chain = bare.map(({ layer }) => layer);
  const converted = convert(chain, (layer) => arrays.get(layer)!);
  const all = [...problems, ...converted.problems];
  if (all.length === 0) expectFitting(source, converted.layers);
  const isOld =
    /Keras (1|2\.[012])\./.test(source) &&
    converted.layers.some(({ kind }) => kind === 'lstm' || kind === 'gru');
  const notes = [ASSUMED, ...(isOld ? [BEFORE_2_3] : []), ...converted.notes];
  return { source, layers: converted.layers, problems: all, notes, metadata: {} };
}
