import { type UnknownChoice, Vocabulary } from '../data/vocabulary.js';
import { FormatError, ValueError } from '../errors.js';
import { ReLU, Sigmoid, Tanh } from '../nn/activations.js';
import { Identity, type Layer, Sequential } from '../nn/containers.js';
import { Embedding } from '../nn/embedding.js';
import { Linear } from '../nn/linear.js';
import { Module } from '../nn/module.js';
import type { RecurrentModule } from '../nn/recurrent/module.js';
import {
  Stepper,
  type StepperActivation,
  type StepperLayer,
  type StepperOptions,
} from '../nn/recurrent/stepper.js';
import { readOptions, type Schema } from '../options.js';
import { oneHot } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import { type CellName, CELLS, LAYERS } from './cells.js';
import { decodeModel, encodeModel, isSize } from './model-file.js';

/** What a model carries from one stretch of text to the next: one (layers, batch, hidden) for each state of its cell. */
export type ModelState = readonly Tensor[];

/** A linear layer between the recurrent ones and the head, and what is done with its output. */
export interface BetweenLayer {
  readonly size: number;
  readonly activation: StepperActivation;
}

const ACTIVATIONS: Readonly<Record<StepperActivation, () => Layer>> = {
  relu: () => new ReLU(),
  tanh: () => new Tanh(),
  sigmoid: () => new Sigmoid(),
  none: () => new Identity(),
};

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
  /** Reads units as vectors of this size, which it learns, instead of one-hot: for words. Default: one-hot. */
  readonly embeddingSize?: number;
  /** The vectors of units are the weights of the linear layer, too. Needs embeddingSize = hiddenSize, and the layer. Default false. */
  readonly tieWeights?: boolean;
  /** Linear layers with activations before the head, as models from elsewhere have. Needs the head. Default none. */
  readonly between?: readonly BetweenLayer[];
  /** Part of the outputs that is left out at random between layers, while it learns. Needs two layers. Default 0. */
  readonly dropout?: number;
}

const OPTIONS: Schema<LanguageModelOptions> = {
  cell: { oneOf: CELLS },
  hiddenSize: 'a whole number above 0',
  numLayers: 'a whole number above 0',
  head: 'true or false',
  embeddingSize: 'a whole number above 0',
  tieWeights: 'true or false',
  dropout: 'between 0 and 1',
  between: 'a list',
};

const STEPPER: Schema<Pick<StepperOptions, 'weights'>> = {
  weights: { oneOf: ['float32', 'bfloat16', 'int8'] },
};

/**
 * A recurrent network that says which character comes next, together with the characters it knows.
 *
 *     logits_t, h_t = head(cell(one-hot(x_t), h_{t−1}))
 *
 * Without a head the outputs of the recurrent layer are the logits, as in the lesson. With an embedding its vectors are read instead of one-hot
 * ones; tying them to the head's weights is of Press and Wolf, 2017, Using the Output Embedding to Improve Language Models.
 *
 * @throws ValueError for unknown cells, without a head where hiddenSize is not the size of the vocabulary, and for weights that cannot be tied
 * @example
 * const model = new LanguageModel(Vocabulary.from('if you want you'));
 * const [logits, state] = model.forward(tensor([[7, 0, 8]]));
 * logits.shape; // [1, 3, 10] = (batch, time, character)
 */
export class LanguageModel extends Module {
  readonly cell: CellName;
  readonly embedding: Embedding | null;
  readonly rnn: RecurrentModule;
  /** Each linear layer and its activation, one after the other. */
  readonly between: Sequential | null;
  readonly head: Linear | null;
  private readonly middle: readonly StepperLayer[];

  constructor(
    readonly vocabulary: Vocabulary,
    given?: LanguageModelOptions,
  ) {
    super();
    const options = readOptions('LanguageModel', given, OPTIONS);
    const { cell = 'rnn', hiddenSize = vocabulary.size, numLayers = 1, dropout = 0 } = options;
    const { embeddingSize, tieWeights = false, between = [] } = options;
    const { head = tieWeights || between.length > 0 || hiddenSize !== vocabulary.size } = options;
    if (!head && hiddenSize !== vocabulary.size) {
      throw new ValueError(
        `without a linear layer the ${hiddenSize} hidden units are the logits of ${vocabulary.size} characters`,
        { hint: 'let hidden be the size of the vocabulary, or add the linear layer' },
      );
    }
    if (!head && between.length > 0) throw new ValueError('linear layers before the head need the head');
    const width = between.at(-1)?.size ?? hiddenSize;
    if (tieWeights && (embeddingSize !== width || !head)) {
      throw new ValueError(
        'tieWeights needs an embedding as large as the hidden units, and the linear layer',
        {
          hint: `let embeddingSize be ${width}`,
        },
      );
    }
    this.cell = cell;
    this.embedding = embeddingSize === undefined ? null : new Embedding(vocabulary.size, embeddingSize);
    const { Layer } = LAYERS[cell];
    const inputSize = embeddingSize ?? vocabulary.size;
    this.rnn = new Layer(inputSize, hiddenSize, { numLayers, dropout, batchFirst: true });
    const reads = [hiddenSize, ...between.map(({ size }) => size)];
    this.middle = between.map(({ size, activation }, i) => ({
      linear: new Linear(reads[i], size),
      activation,
    }));
    const layers = this.middle.flatMap(({ linear, activation }) => [linear, ACTIVATIONS[activation]()]);
    this.between = layers.length > 0 ? new Sequential(...layers) : null;
    this.head = head ? new Linear(width, vocabulary.size) : null;
    if (tieWeights) Object.assign(this.head!, { weight: this.embedding!.weight });
  }

  /**
   * @param indices  (batch, time) int32
   * @param state    state to go on from, as an earlier call gave it; zeros if left out
   * @returns        [logits (batch, time, character), state at the end]
   */
  override forward(indices: Tensor, state?: ModelState): [logits: Tensor, state: ModelState] {
    const x = this.embedding?.forward(indices) ?? oneHot(indices, this.vocabulary.size);
    const [outputs, next] = this.rnn.run(x, state);
    const read = this.between?.forward(outputs) ?? outputs;
    return [this.head?.forward(read) ?? read, next];
  }

  /**
   * The model read unit by unit, for generation and for servers: `stepper.pick(index)` gives the logits of what comes next.
   *
   * @param options  `weights`: 'float32' (default), or smaller and faster 'bfloat16' and 'int8'
   */
  stepper(options?: Pick<StepperOptions, 'weights'>): Stepper {
    const { weights } = readOptions('stepper', options, STEPPER);
    const { rnn, head, embedding, middle: between } = this;
    return new Stepper(rnn, head, { weights, oneHot: true, embedding, between });
  }

  /** The whole model as the bytes of one safetensors file: weights, and the rest in its metadata. */
  save(): Uint8Array {
    const { rnn, head, vocabulary, cell, embedding, middle } = this;
    const tieWeights = embedding !== null && head?.weight === embedding.weight;
    return encodeModel(this, {
      ...{ version: 1, kind: 'language-model', cell },
      ...{ hiddenSize: rnn.hiddenSize, numLayers: rnn.numLayers, head: head !== null },
      ...(tieWeights && { tieWeights }),
      ...(middle.length > 0 && {
        between: middle.map(({ linear, activation }) => ({ size: linear.outFeatures, activation })),
      }),
      vocabulary: vocabulary.toJSON(),
    });
  }

  /**
   * The model that `save` wrote.
   *
   * @param options  `unknown`: another answer to units that its vocabulary lacks
   * @throws FormatError if the bytes are cut short, broken, or not such a model
   * @throws ValueError for 'unk' where its vocabulary has no such unit
   */
  static load(bytes: Uint8Array, { unknown }: { readonly unknown?: UnknownChoice } = {}): LanguageModel {
    const { weights, description } = decodeModel(bytes, 'language-model');
    const { cell, hiddenSize, numLayers, head, tieWeights = false, vocabulary } = description;
    const embeddingSize = weights.get('embedding.weight')?.shape[1];
    const between = betweenOf(description.between, weights);
    const canTie = embeddingSize === (between.at(-1)?.size ?? hiddenSize) && head === true;
    const isHeadless = head === false && between.length > 0;
    if (
      typeof head !== 'boolean' ||
      typeof tieWeights !== 'boolean' ||
      (tieWeights && !canTie) ||
      isHeadless
    ) {
      throw new FormatError('the description of the model names a cell or sizes that cannot be');
    }
    const sizes = { cell, hiddenSize, numLayers, head, embeddingSize, tieWeights, between };
    const own = Vocabulary.fromJSON(vocabulary);
    const model = new LanguageModel(unknown === undefined ? own : own.withUnknown(unknown), sizes);
    model.loadStateDict(weights);
    return model;
  }
}

/** What a file says of layers before the head, which must be those of its weights. */
function betweenOf(described: unknown, weights: ReadonlyMap<string, Tensor>): BetweenLayer[] {
  if (described === undefined) return [];
  const layers = Array.isArray(described) ? (described as unknown[]) : [null];
  return layers.map((layer, i) => {
    const { size, activation } = (layer ?? {}) as Partial<Record<keyof BetweenLayer, unknown>>;
    const isThere = isSize(size) && weights.get(`between.${2 * i}.weight`)?.shape[0] === size;
    if (isThere && typeof activation === 'string' && Object.hasOwn(ACTIVATIONS, activation)) {
      return { size, activation: activation as StepperActivation };
    }
    throw new FormatError(
      'the description of the model names layers before the head that its weights are not of',
    );
  });
}
