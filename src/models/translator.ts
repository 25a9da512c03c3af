import { Vocabulary } from '../data/vocabulary.js';
import { FormatError, ValueError } from '../errors.js';
import { Embedding } from '../nn/embedding.js';
import { evaluating } from '../nn/evaluating.js';
import { Linear } from '../nn/linear.js';
import { Module } from '../nn/module.js';
import type { RecurrentModule } from '../nn/recurrent/module.js';
import { packPaddedSequence, padPackedSequence } from '../nn/recurrent/packed-sequence.js';
import { readOptions, type Schema } from '../options.js';
import { tensor, zerosLike } from '../tensor/create.js';
import { add } from '../tensor/ops/binary.js';
import { tanh } from '../tensor/ops/elementwise.js';
import { matmul } from '../tensor/ops/matmul.js';
import { argmax } from '../tensor/ops/reduce.js';
import { softmax } from '../tensor/ops/softmax.js';
import { cat, select, transpose, view } from '../tensor/ops/views.js';
import type { Tensor } from '../tensor/tensor.js';
import { type CellName, CELLS, LAYERS } from './cells.js';
import { decodeModel, encodeModel } from './model-file.js';

/** Sizes of a translator. */
export interface TranslatorOptions {
  /** Default 'gru'. */
  readonly cell?: CellName;
  /** Default 64. */
  readonly embeddingSize?: number;
  /** Of the decoder, and of the encoder in each direction. Default 128. */
  readonly hiddenSize?: number;
  /** Default 1. */
  readonly numLayers?: number;
  /** Between layers, while it learns. Default 0. */
  readonly dropout?: number;
}

const OPTIONS: Schema<TranslatorOptions> = {
  cell: { oneOf: CELLS },
  embeddingSize: 'a whole number above 0',
  hiddenSize: 'a whole number above 0',
  numLayers: 'a whole number above 0',
  dropout: 'between 0 and 1',
};

/** Options of `Translator.translate` and `explain`. */
export interface TranslateOptions {
  /** Units at most. Default: twice those of the text and 20 more. */
  readonly maxLength?: number;
}

const TRANSLATE: Schema<TranslateOptions> = { maxLength: 'a whole number of 0 or more' };

/** A text and what it shall become. */
export interface Pair {
  readonly source: string;
  readonly target: string;
}

/** Pairs of different lengths as one batch. */
export interface PaddedPairs extends PaddedSources {
  /** (batch, longest target) int32: the target behind a mark for its start. */
  readonly input: Tensor;
  /** (batch · longest target) int32: the target and a mark for its end; −100, which losses ignore, behind that. */
  readonly wanted: Tensor;
  /** Units to predict: those of all targets and their ends. */
  readonly units: number;
}

/** Texts to read as one batch. */
export interface PaddedSources {
  /** (batch, longest source) int32 */
  readonly indices: Tensor;
  /** (batch) int32 */
  readonly lengths: Tensor;
  /** (batch, 1, longest source): 0 where there is a unit, −1e9 where there is none. */
  readonly padding: Tensor;
}

/** A translation, and where the model looked for each unit of it. */
export interface Translation {
  readonly text: string;
  /** Units that were read. */
  readonly source: readonly string[];
  /** Units that were written; the last is '' where the model ended the text itself. */
  readonly target: readonly string[];
  /** (target, source): how much of its attention each unit of the source had; rows sum to 1. */
  readonly attention: readonly (readonly number[])[];
}

const IGNORED = -100;
const FAR_BELOW = -1e9;

/**
 * A text into a text of another length: an encoder that reads it from both ends, and a decoder that looks back at all of it for
 * each unit it writes.
 *
 *     e_s = encoder(x)_s,  d_t = decoder(y_{t−1}, d_{t−1}),  d_0 = tanh(W_b [→e_S; ←e_1])
 *     α_ts = softmax_s(d_tᵀ W_a e_s),  c_t = Σ_s α_ts e_s,  logits_t = head(tanh(W_c [c_t; d_t]))
 *
 * @throws ValueError for unknown cells
 * @see Luong, Pham and Manning, 2015, Effective Approaches to Attention-based Neural Machine Translation: "general" attention
 * @example
 * const vocabulary = Vocabulary.from('abc');
 * const model = new Translator(vocabulary, vocabulary, { embeddingSize: 4, hiddenSize: 8 });
 * model.translate('cab', { maxLength: 3 }).length <= 3; // true
 */
export class Translator extends Module {
  readonly cell: CellName;
  readonly embedding: Embedding;
  readonly encoder: RecurrentModule;
  readonly bridge: Linear;
  readonly targetEmbedding: Embedding;
  readonly decoder: RecurrentModule;
  readonly attention: Linear;
  readonly combine: Linear;
  readonly head: Linear;

  constructor(
    readonly source: Vocabulary,
    readonly target: Vocabulary,
    given?: TranslatorOptions,
  ) {
    super();
    const options = readOptions('Translator', given, OPTIONS);
    const { cell = 'gru', embeddingSize = 64, hiddenSize = 128, numLayers = 1, dropout = 0 } = options;
    const { Layer } = LAYERS[cell];
    const layers = { numLayers, dropout, batchFirst: true };
    this.cell = cell;
    this.embedding = new Embedding(source.size, embeddingSize);
    this.encoder = new Layer(embeddingSize, hiddenSize, { ...layers, bidirectional: true });
    this.bridge = new Linear(2 * hiddenSize, hiddenSize);
    // One index more: read it is the start, said it is the end.
    this.targetEmbedding = new Embedding(target.size + 1, embeddingSize);
    this.decoder = new Layer(embeddingSize, hiddenSize, layers);
    this.attention = new Linear(hiddenSize, 2 * hiddenSize, { bias: false });
    this.combine = new Linear(3 * hiddenSize, hiddenSize);
    this.head = new Linear(hiddenSize, target.size + 1);
  }

  /** The index that stands before and behind every target. */
  private get mark(): number {
    return this.target.size;
  }

  /**
   * Pairs as one padded batch.
   *
   * @throws ValueError for a source without a unit that the vocabulary knows
   * @throws VocabularyError for unknown units, unless the vocabularies leave them out
   */
  batch(pairs: readonly Pair[]): PaddedPairs {
    const targets = pairs.map(({ target }) => this.target.encode(target));
    const time = 1 + longestOf(targets);
    const input = new Int32Array(targets.length * time).fill(this.mark);
    const wanted = new Int32Array(targets.length * time).fill(IGNORED);
    targets.forEach((target, i) => {
      input.set(target, i * time + 1);
      wanted.set(target, i * time);
      wanted[i * time + target.length] = this.mark;
    });
    return {
      ...this.sources(pairs.map(({ source }) => source)),
      input: view(tensor(input), [targets.length, time]),
      wanted: tensor(wanted),
      units: targets.reduce((sum, { length }) => sum + length + 1, 0),
    };
  }

  private sources(texts: readonly string[]): PaddedSources {
    const encoded = texts.map((text, i) => {
      const indices = this.source.encode(text);
      if (indices.length === 0) {
        const which = texts.length === 1 ? 'the text' : `text ${i + 1}`;
        throw new ValueError(`${which} has nothing that the vocabulary knows`);
      }
      return indices;
    });
    const longest = longestOf(encoded);
    const indices = new Int32Array(encoded.length * longest);
    const padding = new Float32Array(encoded.length * longest).fill(FAR_BELOW);
    encoded.forEach((own, i) => {
      indices.set(own, i * longest);
      padding.fill(0, i * longest, i * longest + own.length);
    });
    return {
      indices: view(tensor(indices), [encoded.length, longest]),
      lengths: tensor(Int32Array.from(encoded, ({ length }) => length)),
      padding: view(tensor(padding), [encoded.length, 1, longest]),
    };
  }

  /**
   * The right unit is read whatever was predicted before it (teacher forcing).
   *
   * @param sources  what `batch` made
   * @param input    (batch, time) int32: targets behind the mark of their start
   * @returns        logits (batch, time, target unit or end)
   */
  override forward(sources: PaddedSources, input: Tensor): Tensor {
    const [read, state] = this.read(sources);
    return this.write(read, sources.padding, input, state).logits;
  }

  /**
   * The likeliest unit again and again, until the model ends the text.
   *
   * @param options  `maxLength`: units at most, default twice those of the text and 20 more
   * @throws ValueError for a text without a unit that the vocabulary knows
   * @throws VocabularyError for unknown units, unless the vocabulary leaves them out
   */
  translate(text: string, options?: TranslateOptions): string {
    return this.explain(text, options).text;
  }

  /** The same, and where the model looked for each unit. */
  explain(text: string, options?: TranslateOptions): Translation {
    const { maxLength } = readOptions('translate', options, TRANSLATE);
    return evaluating(this, () => {
      const sources = this.sources([text]);
      const units = Array.from(sources.indices.data, (index) => this.source.units[index]);
      const most = maxLength ?? 2 * units.length + 20;
      const [read, start] = this.read(sources);
      let state = start;
      const said: number[] = [];
      const attention: number[][] = [];
      for (let last = this.mark; attention.length < most;) {
        const step = this.write(read, sources.padding, tensor([[last]]), state);
        last = argmax(step.logits).item();
        state = step.state;
        attention.push(Array.from(step.weights.data));
        if (last === this.mark) break;
        said.push(last);
      }
      const target = attention.map((_, t) => (t < said.length ? this.target.units[said[t]] : ''));
      return { text: this.target.decode(said), source: units, target, attention };
    });
  }

  /** What the encoder made of each unit, (batch, source, 2 · hidden), and the state in which the decoder starts. */
  private read({ indices, lengths }: PaddedSources): [read: Tensor, state: readonly Tensor[]] {
    const embedded = this.embedding.forward(indices);
    const packed = packPaddedSequence(embedded, lengths, { batchFirst: true, enforceSorted: false });
    const [outputs, [h, ...others]] = this.encoder.run(packed);
    const [read] = padPackedSequence(outputs, { batchFirst: true });
    const { hiddenSize, numLayers } = this.encoder;
    const ends = view(h, [numLayers, 2, -1, hiddenSize]);
    const start = tanh(this.bridge.forward(cat([select(ends, 1, 0), select(ends, 1, 1)], 2)));
    return [read, [start, ...others.map(() => zerosLike(start))]];
  }

  private write(
    read: Tensor,
    padding: Tensor,
    input: Tensor,
    before: readonly Tensor[],
  ): { logits: Tensor; weights: Tensor; state: readonly Tensor[] } {
    const [outputs, state] = this.decoder.run(this.targetEmbedding.forward(input), before);
    const scores = matmul(this.attention.forward(outputs), transpose(read, 1, 2));
    const weights = softmax(add(scores, padding), 2);
    const context = matmul(weights, read);
    const combined = tanh(this.combine.forward(cat([context, outputs], 2)));
    return { logits: this.head.forward(combined), weights, state };
  }

  /** The whole model as the bytes of one safetensors file. */
  save(): Uint8Array {
    const { source, target, cell, decoder } = this;
    return encodeModel(this, {
      ...{ version: 1, kind: 'translator', cell },
      ...{ hiddenSize: decoder.hiddenSize, numLayers: decoder.numLayers },
      ...{ source: source.toJSON(), target: target.toJSON() },
    });
  }

  /**
   * The model that `save` wrote.
   *
   * @throws FormatError if the bytes are cut short, broken, or not such a model
   */
  static load(bytes: Uint8Array): Translator {
    const { weights, description } = decodeModel(bytes, 'translator', 'encoder');
    const { cell, hiddenSize, numLayers, source, target } = description;
    const embeddingSize = weights.get('embedding.weight')?.shape[1];
    if (embeddingSize === undefined) throw new FormatError('the translator has no embedding');
    const sizes = { cell, hiddenSize, numLayers, embeddingSize };
    const model = new Translator(Vocabulary.fromJSON(source), Vocabulary.fromJSON(target), sizes);
    model.loadStateDict(weights);
    return model;
  }
}

const longestOf = (rows: readonly { readonly length: number }[]): number =>
  rows.reduce((most, { length }) => Math.max(most, length), 0);
