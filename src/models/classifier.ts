import { Vocabulary } from '../data/vocabulary.js';
import { FormatError, ValueError } from '../errors.js';
import { Embedding } from '../nn/embedding.js';
import { evaluating } from '../nn/evaluating.js';
import { Linear } from '../nn/linear.js';
import { Module } from '../nn/module.js';
import type { RecurrentModule } from '../nn/recurrent/module.js';
import { packPaddedSequence } from '../nn/recurrent/packed-sequence.js';
import { readOptions, type Schema } from '../options.js';
import { tensor } from '../tensor/create.js';
import { softmax } from '../tensor/ops/softmax.js';
import { cat, select, view } from '../tensor/ops/views.js';
import type { Tensor } from '../tensor/tensor.js';
import { type CellName, CELLS, LAYERS } from './cells.js';
import { decodeModel, encodeModel, isTexts } from './model-file.js';

/** Sizes of a classifier. */
export interface ClassifierOptions {
  /** Default 'gru'. */
  readonly cell?: CellName;
  /** Default 32. */
  readonly embeddingSize?: number;
  /** Default 64. */
  readonly hiddenSize?: number;
  /** Default 1. */
  readonly numLayers?: number;
  /** Reads texts from both ends. Default false. */
  readonly bidirectional?: boolean;
  /** Between layers, while it learns. Default 0. */
  readonly dropout?: number;
}

const OPTIONS: Schema<ClassifierOptions> = {
  cell: { oneOf: CELLS },
  embeddingSize: 'a whole number above 0',
  hiddenSize: 'a whole number above 0',
  numLayers: 'a whole number above 0',
  bidirectional: 'true or false',
  dropout: 'between 0 and 1',
};

/** A label and how sure the classifier is of it. */
export interface LabelProbability {
  readonly label: string;
  readonly probability: number;
}

/** Texts of different lengths as one batch. */
export interface PaddedTexts {
  /** (batch, longest) int32 */
  readonly indices: Tensor;
  /** (batch) int32 */
  readonly lengths: Tensor;
}

/**
 * A recurrent network that reads a text and says which of a few labels it has.
 *
 *     logits (label) = head(h_last),  h_t = cell(embedding(x_t), h_{t−1})
 *
 * @throws ValueError for fewer than two labels, or one that is there twice
 * @example
 * const vocabulary = Vocabulary.from('good bad', { unknown: 'skip' });
 * const model = new Classifier(vocabulary, ['yes', 'no'], { hiddenSize: 8 });
 * model.predict('good').length; // 2
 */
export class Classifier extends Module {
  readonly labels: readonly string[];
  readonly cell: CellName;
  readonly embedding: Embedding;
  readonly rnn: RecurrentModule;
  readonly head: Linear;

  constructor(
    readonly vocabulary: Vocabulary,
    labels: readonly string[],
    given?: ClassifierOptions,
  ) {
    super();
    const options = readOptions('Classifier', given, OPTIONS);
    const { cell = 'gru', embeddingSize = 32, hiddenSize = 64, numLayers = 1 } = options;
    const { bidirectional = false, dropout = 0 } = options;
    if (labels.length < 2) {
      throw new ValueError(
        `there ${labels.length === 1 ? 'is one label' : 'are no labels'}; telling classes apart takes 2`,
      );
    }
    if (new Set(labels).size < labels.length) throw new ValueError('a label is there twice');
    this.labels = [...labels];
    this.cell = cell;
    this.embedding = new Embedding(vocabulary.size, embeddingSize);
    const { Layer } = LAYERS[cell];
    this.rnn = new Layer(embeddingSize, hiddenSize, { numLayers, bidirectional, dropout, batchFirst: true });
    this.head = new Linear(hiddenSize * (bidirectional ? 2 : 1), labels.length);
  }

  /**
   * Texts as one padded batch.
   *
   * @throws ValueError for a text without a unit that the vocabulary knows
   * @throws VocabularyError for unknown units, unless the vocabulary leaves them out
   */
  batch(texts: readonly string[]): PaddedTexts {
    const encoded = texts.map((text, i) => {
      const indices = this.vocabulary.encode(text);
      if (indices.length === 0) {
        const which = texts.length === 1 ? 'the text' : `text ${i + 1}`;
        throw new ValueError(`${which} has nothing that the vocabulary knows`);
      }
      return indices;
    });
    const longest = encoded.reduce((most, { length }) => Math.max(most, length), 0);
    const padded = new Int32Array(encoded.length * longest);
    encoded.forEach((indices, i) => {
      padded.set(indices, i * longest);
    });
    return {
      indices: view(tensor(padded), [encoded.length, longest]),
      lengths: tensor(Int32Array.from(encoded, ({ length }) => length)),
    };
  }

  /**
   * @param indices  (batch, longest) int32, padded by anything
   * @param lengths  (batch) int32
   * @returns        logits (batch, label)
   */
  override forward(indices: Tensor, lengths: Tensor): Tensor {
    const embedded = this.embedding.forward(indices);
    const packed = packPaddedSequence(embedded, lengths, { batchFirst: true, enforceSorted: false });
    const [, [h]] = this.rnn.run(packed);
    const last = this.rnn.bidirectional ? cat([select(h, 0, -2), select(h, 0, -1)], 1) : select(h, 0, -1);
    return this.head.forward(last);
  }

  /**
   * The labels of a text, the likeliest first.
   *
   * @throws ValueError, VocabularyError as `batch`
   */
  predict(text: string): LabelProbability[] {
    const { indices, lengths } = this.batch([text]);
    const [row] = evaluating(this, () => softmax(this.forward(indices, lengths), 1).tolist<number[][]>());
    return row
      .map((probability, i) => ({ label: this.labels[i], probability }))
      .sort((a, b) => b.probability - a.probability);
  }

  /** The whole model as the bytes of one safetensors file. */
  save(): Uint8Array {
    const { vocabulary, labels, cell, rnn } = this;
    return encodeModel(this, {
      ...{ version: 1, kind: 'classifier', cell, hiddenSize: rnn.hiddenSize, numLayers: rnn.numLayers },
      ...{ bidirectional: rnn.bidirectional, labels, vocabulary: vocabulary.toJSON() },
    });
  }

  /**
   * The model that `save` wrote.
   *
   * @throws FormatError if the bytes are cut short, broken, or not such a model
   */
  static load(bytes: Uint8Array): Classifier {
    const { weights, description } = decodeModel(bytes, 'classifier');
    const { cell, hiddenSize, numLayers, bidirectional, labels } = description;
    const embeddingSize = weights.get('embedding.weight')?.shape[1];
    if (!isTexts(labels) || typeof bidirectional !== 'boolean' || embeddingSize === undefined) {
      throw new FormatError('the description of the classifier is not complete');
    }
    const vocabulary = Vocabulary.fromJSON(description.vocabulary);
    try {
      const model = new Classifier(vocabulary, labels, {
        cell,
        embeddingSize,
        hiddenSize,
        numLayers,
        bidirectional,
      });
      model.loadStateDict(weights);
      return model;
    } catch (cause) {
      if (!(cause instanceof ValueError)) throw cause;
      throw new FormatError(cause.message, { cause });
    }
  }
}
