import { FormatError } from '../errors.js';
import { decodeSafetensors, encodeSafetensors } from '../formats/safetensors.js';
import { entryOf, tensorOf } from '../formats/tensors.js';
import type { Module } from '../nn/module.js';
import type { Tensor } from '../tensor/tensor.js';
import { type CellName, CELLS, LAYERS } from './cells.js';

/** What every model says of itself beside its weights; the rest depends on the kind. */
export interface Description {
  readonly version: 1;
  readonly kind: string;
  readonly cell: CellName;
  readonly hiddenSize: number;
  readonly numLayers: number;
}

/** What a file says, which can be anything. */
export type Described = Readonly<Record<string, unknown>>;

/** A model file, read: its weights by name, and its description with the sizes checked against these. */
export interface ModelFile {
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly description: Described & Description;
}

const METADATA_KEY = 'unrolled';

/** A model as the bytes of one safetensors file: its weights, and the description in the metadata. */
export function encodeModel(model: Module, description: Description & Described): Uint8Array {
  const entries = [...model.stateDict()].map(([name, x]) => [name, entryOf(x)] as const);
  return encodeSafetensors(entries, { format: 'pt', [METADATA_KEY]: JSON.stringify(description) });
}

/** The kind of model that the bytes of a file hold. @throws FormatError if it is none */
export function kindIn(bytes: Uint8Array): string {
  return String(describe(decodeSafetensors(bytes).metadata).kind);
}

/**
 * The file that `encodeModel` wrote.
 *
 * @param kind  the kind of model it must be
 * @param rnn   where its recurrent layer is: 'rnn' for weights called rnn.weight_ih_l0
 * @throws FormatError if the bytes are cut short, broken, not a model, of another kind, or claim sizes that their weights do not have
 */
export function decodeModel(bytes: Uint8Array, kind: string, rnn = 'rnn'): ModelFile {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const description = describe(metadata);
  if (description.version !== 1 || description.kind !== kind) {
    throw new FormatError(
      `a ${String(description.kind)} of version ${String(description.version)} is not known here`,
      { hint: `it should be a ${kind}; or it comes from a newer version of unrolled` },
    );
  }
  const { cell, hiddenSize, numLayers } = description;
  const known = CELLS.find((name) => name === cell);
  if (known === undefined || !isSize(hiddenSize) || !isSize(numLayers)) {
    throw new FormatError('the description of the model names a cell or sizes that cannot be');
  }
  // Sizes that a file only claims could take all memory; those of weights that are there cannot.
  const rows = tensors.get(`${rnn}.weight_ih_l0`)?.shape[0];
  if (rows !== LAYERS[known].gates * hiddenSize || numLayers > tensors.size) {
    throw new FormatError(
      `the file describes ${numLayers} layers of ${hiddenSize} hidden units, but its weights are not theirs`,
    );
  }
  return {
    weights: new Map([...tensors].map(([name, entry]) => [name, tensorOf(name, entry)])),
    description: description as Described & Description,
  };
}

/** Whether a value that a file claims can be a size. */
export const isSize = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) > 0;

/** Whether a value that a file claims is a list of texts. */
export const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

function describe(metadata: Readonly<Record<string, string>>): Described {
  if (!Object.hasOwn(metadata, METADATA_KEY)) {
    throw new FormatError(
      'the file holds weights, but does not say which model and characters they are for',
      {
        hint: 'only models that were saved by unrolled can be used this way',
      },
    );
  }
  try {
    return (JSON.parse(metadata[METADATA_KEY]) ?? {}) as Described;
  } catch (cause) {
    throw new FormatError('the description of the model is not JSON', { cause });
  }
}
