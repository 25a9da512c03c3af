import { type UnknownChoice, Vocabulary } from '../data/vocabulary.js';
import { FormatError, ValueError } from '../errors.js';
import { Embedding } from '../nn/embedding.js';
import { Linear } from '../nn/linear.js';
import { Module } from '../nn/module.js';
import type { RecurrentModule } from '../nn/recurrent/module.js';
import { Stepper, type StepperOptions } from '../nn/recurrent/stepper.js';
import { oneHot } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import { type CellName, expectCell, LAYERS } from './cells.js';
import { decodeModel, encodeModel } from './model-file.js';

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
  /** Reads units as vectors of this size, which it learns, instead of one-hot: for words. Default: one-hot. */
  readonly embeddingSize?: number;
  /** The vectors of units are the weights of the linear layer, too. Needs embeddingSize = hiddenSize, and the layer. Default false. */
  readonly tieWeights?: boolean;
  /** Part of the outputs that is left out at random between layers, while it learns. Needs two layers. Default 0. */
  readonly dropout?: number;
}

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
  readonly head: Linear | null;

  constructor(
    readonly vocabulary: Vocabulary,
    options: LanguageModelOptions = {},
  ) {
    super();
    const { cell = 'rnn', hiddenSize = vocabulary.size, numLayers = 1, dropout = 0 } = options;
    const { embeddingSize, tieWeights = false } = options;
    const { head = tieWeights || hiddenSize !== vocabulary.size } = options;
    expectCell(cell);
    if (!head && hiddenSize !== vocabulary.size) {
      throw new ValueError(
        `without a linear layer the ${hiddenSize} hidden units are the logits of ${vocabulary.size} characters`,
        { hint: 'let hidden be the size of the vocabulary, or add the linear layer' },
      );
    }
    if (tieWeights && (embeddingSize !== hiddenSize || !head)) {
      throw new ValueError(
        'tieWeights needs an embedding as large as the hidden units, and the linear layer',
        {
          hint: `let embeddingSize be ${hiddenSize}`,
        },
      );
    }
    this.cell = cell;
    this.embedding = embeddingSize === undefined ? null : new Embedding(vocabulary.size, embeddingSize);
    const { Layer } = LAYERS[cell];
    const inputSize = embeddingSize ?? vocabulary.size;
    this.rnn = new Layer(inputSize, hiddenSize, { numLayers, dropout, batchFirst: true });
    this.head = head ? new Linear(hiddenSize, vocabulary.size) : null;
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
    return [this.head === null ? outputs : this.head.forward(outputs), next];
  }

  /**
   * The model read unit by unit, for generation and for servers: `stepper.pick(index)` gives the logits of what comes next.
   *
   * @param options  `weights`: 'float32' (default), or smaller and faster 'bfloat16' and 'int8'
   */
  stepper(options: Pick<StepperOptions, 'weights'> = {}): Stepper {
    return new Stepper(this.rnn, this.head, { ...options, oneHot: true, embedding: this.embedding });
  }

  /** The whole model as the bytes of one safetensors file: weights, and the rest in its metadata. */
  save(): Uint8Array {
    const { rnn, head, vocabulary, cell, embedding } = this;
    const tieWeights = embedding !== null && head?.weight === embedding.weight;
    return encodeModel(this, {
      ...{ version: 1, kind: 'language-model', cell },
      ...{ hiddenSize: rnn.hiddenSize, numLayers: rnn.numLayers, head: head !== null },
      ...(tieWeights && { tieWeights }),
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
    const canTie = embeddingSize === hiddenSize && head === true;
    if (typeof head !== 'boolean' || typeof tieWeights !== 'boolean' || (tieWeights && !canTie)) {
      throw new FormatError('the description of the model names a cell or sizes that cannot be');
    }
    const sizes = { cell, hiddenSize, numLayers, head, embeddingSize, tieWeights };
    const own = Vocabulary.fromJSON(vocabulary);
    const model = new LanguageModel(unknown === undefined ? own : own.withUnknown(unknown), sizes);
    model.loadStateDict(weights);
    return model;
  }
}
