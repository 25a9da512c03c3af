import { FormatError } from '../errors.js';
import { type FileIdentity, type FileKind, identify } from '../formats/identify.js';
import { decodeNpy, decodeNpz } from '../formats/npy.js';
import { decodePyTorch } from '../formats/pytorch/decode.js';
import { decodeSafetensors, type SafetensorsEntry } from '../formats/safetensors.js';
import { type FoundWeights, type ModuleNote, stateDictOf } from './checkpoint.js';
import { dictionariesIn, type FoundDictionary, unitsOf } from './dictionaries.js';
import type { FilesBeside } from './files.js';
import type { ForeignModel } from './foreign.js';
import { readKeras } from './keras/read.js';
import type { NetworkPlan } from './layers.js';
import { readMl5 } from './ml5/read.js';
import { readOnnx } from './onnx/read.js';
import { planOf, planOfModel } from './plan.js';
import { readTfjs } from './tfjs/read.js';

/** What a file of another library holds. */
export interface Foreign {
  readonly identity: FileIdentity;
  /** All arrays by name: of a state_dict, or of the layers. */
  readonly tensors: ReadonlyMap<string, SafetensorsEntry>;
  readonly plan: NetworkPlan;
  /** What a whole pickled model says of its parts. */
  readonly modules: ReadonlyMap<string, ModuleNote>;
  readonly dictionaries: readonly FoundDictionary[];
  /** Numbers and texts beside the weights. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly notes: readonly string[];
}

/** Reads weights alone, or a model whose layers the file names. */
type Reader = (bytes: Uint8Array, beside: FilesBeside) => Promise<FoundWeights | ForeignModel>;

const ofPickle: Reader = async (bytes) => stateDictOf(await decodePyTorch(bytes));

const weightsOf = (tensors: ReadonlyMap<string, SafetensorsEntry>): FoundWeights => ({
  ...{ tensors, modules: new Map(), dictionaries: [], settings: {}, notes: [] },
});

/** Readers by kind of file: one line each. */
const READERS: Readonly<Partial<Record<FileKind, Reader>>> = {
  'pytorch-zip': ofPickle,
  'pytorch-legacy': ofPickle,
  'pytorch-tar': ofPickle,
  torchscript: ofPickle,
  pickle: ofPickle,
  safetensors: ofSafetensors,
  unrolled: ofSafetensors,
  npz: async (bytes) => weightsOf(await decodeNpz(bytes)),
  onnx: (bytes, beside) => readOnnx(bytes, { external: (location) => externalOf(location, beside) }),
  npy: (bytes) => Promise.resolve(weightsOf(new Map([['array', decodeNpy(bytes)]]))),
  keras: readKeras,
  'keras-h5': readKeras,
  'keras-weights-h5': readKeras,
  tfjs: readTfjs,
  ml5: readMl5,
};

async function externalOf(location: string, beside: FilesBeside): Promise<Uint8Array> {
  const bytes = await beside(location);
  if (bytes !== null) return bytes;
  throw new FormatError(`onnx: the model keeps weights in '${location}', which is not beside it`, {
    hint: 'put that file into the same folder',
  });
}

/** Kinds of files that can be read. */
export const READABLE = Object.keys(READERS) as readonly FileKind[];

/**
 * What a file of another library holds, and the network that it is. Nothing of the file is run.
 *
 * @param beside  gives files that belong to it, such as shards
 * @throws FormatError for what cannot be read, with what to do about it, and for broken files
 * @example
 * const bytes = encodeSafetensors([...new nn.GRU(3, 8).stateDict()].map(([name, x]) => [name, entryOf(x)]));
 * identify(bytes).kind; // 'safetensors'
 * const reading = readForeign(bytes).then(({ plan }) => plan.chain.length);
 */
export async function readForeign(bytes: Uint8Array, beside: FilesBeside = () => null): Promise<Foreign> {
  const identity = identify(bytes);
  const read = READERS[identity.kind];
  if (read === undefined) {
    throw new FormatError(`the file is ${identity.about}`, {
      hint: identity.hint ?? 'its weights cannot be read here yet; save them as safetensors',
    });
  }
  const found = await read(bytes, beside);
  return 'layers' in found ? ofModel(identity, found) : ofWeights(identity, found);
}

function ofWeights(identity: FileIdentity, found: FoundWeights): Foreign {
  const plan = planOf(found.tensors, found.modules);
  return { ...found, identity, plan, notes: [...found.notes, ...plan.notes, ...roundingOf(found.tensors)] };
}

function ofModel({ kind, hint }: FileIdentity, model: ForeignModel): Foreign {
  const plan = planOfModel(model);
  const tensors = new Map<string, SafetensorsEntry>();
  for (const layer of model.layers) {
    const named = (key: string): string => (layer.name === '' ? key : `${layer.name}.${key}`);
    if ('weights' in layer) {
      for (const [key, entry] of Object.entries(layer.weights)) tensors.set(named(key), entry);
    }
    if ('weight' in layer) tensors.set(named('weight'), layer.weight);
    if ('bias' in layer && layer.bias !== null) tensors.set(named('bias'), layer.bias);
  }
  return {
    ...{ plan, tensors, modules: new Map(), settings: model.metadata },
    identity: { kind, hint, about: model.source },
    dictionaries: Object.entries(model.metadata).flatMap(([name, text]) => dictionaryIn(name, text)),
    notes: [...model.notes, ...roundingOf(tensors)],
  };
}

/** A dictionary that metadata has as JSON. */
function dictionaryIn(name: string, text: string): FoundDictionary[] {
  if (!/^\s*[[{]/.test(text)) return [];
  try {
    const value = JSON.parse(text) as unknown;
    const units = unitsOf(value);
    return units === null ? dictionariesIn(new Map([[name, value as never]])) : [{ name, units }];
  } catch {
    return [];
  }
}

function ofSafetensors(bytes: Uint8Array): Promise<FoundWeights> {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const dictionaries = Object.entries(metadata).flatMap(([name, text]) => dictionaryIn(name, text));
  return Promise.resolve({ ...weightsOf(tensors), dictionaries });
}

/** What is lost because all floats here are float32. */
function roundingOf(tensors: ReadonlyMap<string, SafetensorsEntry>): string[] {
  const count = [...tensors.values()].filter(({ dtype }) => dtype === 'F64').length;
  return count === 0 ? [] : [`${count} arrays of float64 are rounded to float32`];
}
