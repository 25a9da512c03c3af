import { ShapeError } from '../errors.js';
import { type Arguments, expectKind, readArguments, type Schema } from '../options.js';
import {
  EMBEDDING,
  type EmbeddingFunctionOptions,
  expectEmbeddingOptions,
  lookUp,
  paddingRow,
} from '../tensor/ops/embedding.js';
import { zero_ } from '../tensor/ops/in-place.js';
import { select } from '../tensor/ops/views.js';
import { randn } from '../tensor/random-tensors.js';
import { expectPositive, sameShape, show } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';

/** Options of `Embedding`. */
export interface EmbeddingOptions extends EmbeddingFunctionOptions {
  /** Rows to start from, (numEmbeddings, embeddingDim), instead of random ones. Their padding row stays as it is. */
  readonly weight?: Tensor;
}

/** Options of `Embedding.fromPretrained`. */
export interface PretrainedOptions extends EmbeddingFunctionOptions {
  /** Whether training leaves the rows as they are. Default true. */
  readonly freeze?: boolean;
}

const OPTIONS: Schema<EmbeddingOptions> = { ...EMBEDDING, weight: Tensor };
const PRETRAINED: Schema<PretrainedOptions> = { ...EMBEDDING, freeze: 'true or false' };
const ORDER = ['paddingIdx'] as const;
const PRETRAINED_ORDER = ['freeze', 'paddingIdx'] as const;

/**
 * A table of vectors, looked up by number: (…) int32 → (…, embeddingDim).
 *
 * Parameter: `weight` (numEmbeddings, embeddingDim) from N(0, 1); the row `paddingIdx` is 0 and gets no gradient.
 * Options: `paddingIdx` (none; -1 is the last row), `scaleGradByFreq` (false). PyTorch's maxNorm and sparse are left out.
 * `paddingIdx` may stand by position.
 *
 * @throws ValueError for sizes that are not whole and above 0, a paddingIdx outside the table, and for maxNorm and sparse
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Embedding.html
 * @example
 * const words = new nn.Embedding(10, 3, { paddingIdx: 0 });
 * words.forward(tensor([[1, 2], [4, 0]])).shape; // [2, 2, 3]
 * words.forward(tensor([0])).tolist(); // [[0, 0, 0]]
 */
export class Embedding extends Module {
  weight: Parameter;
  readonly paddingIdx: number | null;
  readonly scaleGradByFreq: boolean;

  constructor(
    readonly numEmbeddings: number,
    readonly embeddingDim: number,
    ...given: Arguments<EmbeddingOptions, typeof ORDER>
  ) {
    super();
    const options = readArguments('Embedding', given, OPTIONS, ORDER);
    expectPositive('Embedding', 'numEmbeddings', numEmbeddings);
    expectPositive('Embedding', 'embeddingDim', embeddingDim);
    expectEmbeddingOptions('Embedding', options);
    this.paddingIdx = paddingRow('Embedding', options.paddingIdx, numEmbeddings);
    this.scaleGradByFreq = options.scaleGradByFreq ?? false;
    const shape = [numEmbeddings, embeddingDim];
    const rows = options.weight ?? randn(shape);
    if (!sameShape(rows.shape, shape)) {
      throw new ShapeError(`Embedding: weight is ${show(rows.shape)}, but should be ${show(shape)}`);
    }
    if (options.weight === undefined && this.paddingIdx !== null) zero_(select(rows, 0, this.paddingIdx));
    this.weight = new Parameter(rows);
  }

  /**
   * A table with the given rows.
   *
   * @param rows  (numEmbeddings, embeddingDim), float32; its memory is taken over, as `Parameter` does
   * @throws ShapeError for anything but a matrix
   * @see https://pytorch.org/docs/stable/generated/torch.nn.Embedding.html#torch.nn.Embedding.from_pretrained
   * @example
   * const table = nn.Embedding.fromPretrained(tensor([[0.5, 1], [2, 3]]));
   * table.forward(tensor([1])).tolist(); // [[2, 3]]
   */
  static fromPretrained(
    rows: Tensor,
    ...options: Arguments<PretrainedOptions, typeof PRETRAINED_ORDER>
  ): Embedding {
    expectKind('Embedding', 'rows', rows, Tensor);
    if (rows.ndim !== 2) {
      throw new ShapeError(`Embedding: rows must be (numEmbeddings, embeddingDim), not ${show(rows.shape)}`);
    }
    const { freeze = true, ...rest } = readArguments('Embedding', options, PRETRAINED, PRETRAINED_ORDER);
    const layer = new Embedding(rows.shape[0], rows.shape[1], { ...rest, weight: rows });
    layer.weight.requiresGrad = !freeze;
    return layer;
  }

  /**
   * @param input  (…), int32
   * @returns      (…, embeddingDim)
   * @throws IndexError for a number outside 0 to numEmbeddings − 1; DTypeError for other dtypes
   */
  override forward(input: Tensor): Tensor {
    const { paddingIdx, scaleGradByFreq } = this;
    return lookUp(input, this.weight, { paddingIdx, scaleGradByFreq });
  }

  protected override extraRepr(): string {
    const padding = this.paddingIdx === null ? '' : `, paddingIdx=${this.paddingIdx}`;
    const scale = this.scaleGradByFreq ? ', scaleGradByFreq=true' : '';
    return `${this.numEmbeddings}, ${this.embeddingDim}${padding}${scale}`;
  }
}
