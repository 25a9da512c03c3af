import { Vocabulary, type VocabularyData } from '../data/vocabulary.js';
import { FormatError, ValueError } from '../errors.js';
import { decodeSafetensors, encodeSafetensors } from '../formats/safetensors.js';
import { entryOf, tensorOf } from '../formats/tensors.js';
import { Linear } from '../nn/linear.js';
import { Module } from '../nn/module.js';
import { GRU } from '../nn/recurrent/gru.js';
import { LSTM } from '../nn/recurrent/lstm.js';
import { MinGRU } from '../nn/recurrent/min-gru.js';
import type { RecurrentModule } from '../nn/recurrent/module.js';
import { RNN } from '../nn/recurrent/rnn.js';
import { Stepper, type StepperOptions } from '../nn/recurrent/stepper.js';
import { oneHot } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';

/** Name of a cell. */
export type CellName = 'rnn' | 'lstm' | 'gru' | 'mingru';

const LAYERS = {
  rnn: { Layer: RNN, gates: 1 },
  lstm: { Layer: LSTM, gates: 4 },
  gru: { Layer: GRU, gates: 3 },
  mingru: { Layer: MinGRU, gates: 2 },
} as const satisfies Record<CellName, unknown>;

/** Cells that a language model can have. */
export const CELLS = Object.keys(LAYERS) as readonly CellName[];

/** What a model carries from one stretch of text to the next: one (layers, batch, hidden) for each state of its cell. */
export type ModelState = readonly Tensor[];

/** Sizes of a language model. */
export interface LanguageModelOptions {
  /** Default 'rnn'. */
  readonly cell?: CellName;
  /** Default: the size of the vocabulary. */
  readonly hiddenSize?: number;
  /** Default 1. */
  readonly numLayers?: number;
  /** A linear layer from hidden units to characters; needed unless their numbers are equal. Default: only where needed. */
  readonly head?: boolean;
  /** Part of the outputs that is left out at random between layers, while it learns. Needs two layers. Default 0. */
  readonly dropout?: number;
}

/** What is saved beside the weights, version 1. */
interface Description {
  readonly version: 1;
  readonly kind: 'language-model';
  readonly cell: CellName;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly head: boolean;
  readonly vocabulary: VocabularyData;
}

const METADATA_KEY = 'unrolled';

/**
 * A recurrent network that says which character comes next, together with the characters it knows.
 *
 *     logits_t, h_t = head(cell(one-hot(x_t), h_{t−1}))
 *
 * Without a head the outputs of the recurrent layer are the logits, as in the lesson.
 *
 * @throws ValueError for unknown cells, and without a head where hiddenSize is not the size of the vocabulary
 * @example
 * const model = new LanguageModel(Vocabulary.from('if you want you'));
 * const [logits, state] = model.forward(tensor([[7, 0, 8]]));
 * logits.shape; // [1, 3, 10] = (batch, time, character)
 */
export class LanguageModel extends Module {
  readonly cell: CellName;
  readonly rnn: RecurrentModule;
  readonly head: Linear | null;

  constructor(
    readonly vocabulary: Vocabulary,
    options: LanguageModelOptions = {},
  ) {
    super();
    const { cell = 'rnn', hiddenSize = vocabulary.size, numLayers = 1, dropout = 0 } = options;
    const { head = hiddenSize !== vocabulary.size } = options;
    // A caller in JavaScript, or a file, can name anything.
    if (!CELLS.includes(cell))
      throw new ValueError(`cell must be one of ${CELLS.join(', ')}, not '${cell as string}'`);
    if (!head && hiddenSize !== vocabulary.size) {
      throw new ValueError(
        `without a linear layer the ${hiddenSize} hidden units are the logits of ${vocabulary.size} characters`,
        { hint: 'let hidden be the size of the vocabulary, or add the linear layer' },
      );
    }
    this.cell = cell;
    this.rnn = new LAYERS[cell].Layer(vocabulary.size, hiddenSize, { numLayers, dropout, batchFirst: true });
    this.head = head ? new Linear(hiddenSize, vocabulary.size) : null;
  }

  /**
   * @param indices  (batch, time) int32
   * @param state    state to go on from, as an earlier call gave it; zeros if left out
   * @returns        [logits (batch, time, character), state at the end]
   */
  override forward(indices: Tensor, state?: ModelState): [logits: Tensor, state: ModelState] {
    const [outputs, next] = this.rnn.run(oneHot(indices, this.vocabulary.size), state);
    return [this.head === null ? outputs : this.head.forward(outputs), next];
  }

  /**
   * The model read unit by unit, for generation and for servers: `stepper.pick(index)` gives the logits of what comes next.
   *
   * @param options  `weights`: 'float32' (default), or smaller and faster 'bfloat16' and 'int8'
   */
  stepper(options: Pick<StepperOptions, 'weights'> = {}): Stepper {
    return new Stepper(this.rnn, this.head, { ...options, oneHot: true });
  }

  /** The whole model as the bytes of one safetensors file: weights, and the rest in its metadata. */
  save(): Uint8Array {
    const { rnn, head, vocabulary, cell } = this;
    const description: Description = {
      ...{ version: 1, kind: 'language-model', cell },
      ...{ hiddenSize: rnn.hiddenSize, numLayers: rnn.numLayers, head: head !== null },
      vocabulary: vocabulary.toJSON(),
    };
    const entries = [...this.stateDict()].map(([name, x]) => [name, entryOf(x)] as const);
    return encodeSafetensors(entries, { format: 'pt', [METADATA_KEY]: JSON.stringify(description) });
  }

  /**
   * The model that `save` wrote.
   *
   * @throws FormatError if the bytes are cut short, broken, or not such a model
   */
  static load(bytes: Uint8Array): LanguageModel {
    const { tensors, metadata } = decodeSafetensors(bytes);
    const { vocabulary, cell, hiddenSize, numLayers, head } = describe(metadata);
    // Sizes that a file only claims could take all memory; those of weights that are there cannot.
    const rows = tensors.get('rnn.weight_ih_l0')?.shape[0];
    if (rows !== LAYERS[cell].gates * hiddenSize || numLayers > tensors.size) {
      throw new FormatError(
        `the file describes ${numLayers} layers of ${hiddenSize} hidden units, but its weights are not theirs`,
      );
    }
    const model = new LanguageModel(Vocabulary.fromJSON(vocabulary), { cell, hiddenSize, numLayers, head });
    model.loadStateDict(new Map([...tensors].map(([name, entry]) => [name, tensorOf(name, entry)])));
    return model;
  }
}

function describe(metadata: Readonly<Record<string, string>>): Description {
  if (!Object.hasOwn(metadata, METADATA_KEY)) {
    throw new FormatError(
      'the file holds weights, but does not say which model and characters they are for',
      {
        hint: 'only models that were saved by unrolled can be used this way',
      },
    );
  }
  let description: Partial<Record<keyof Description, unknown>>;
  try {
    description = (JSON.parse(metadata[METADATA_KEY]) ?? {}) as typeof description;
  } catch (cause) {
    throw new FormatError('the description of the model is not JSON', { cause });
  }
  const { version, kind } = description;
  if (version !== 1 || kind !== 'language-model') {
    throw new FormatError(`a ${String(kind)} of version ${String(version)} is not known here`, {
      hint: 'it may come from a newer version of unrolled',
    });
  }
  const { cell, hiddenSize, numLayers, head } = description;
  const isKnown = CELLS.some((name) => name === cell);
  if (!isKnown || !isSize(hiddenSize) || !isSize(numLayers) || typeof head !== 'boolean') {
    throw new FormatError('the description of the model names a cell or sizes that cannot be');
  }
  return description as Description;
}

const isSize = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;
