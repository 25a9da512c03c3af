import { DTypeError, ShapeError, ValueError } from '../../errors.js';
import { kernels } from '../../kernels/engine.js';
import { parallel } from '../../kernels/threads.js';
import { readOptions, type Schema } from '../../options.js';
import { record } from '../autograd.js';
import { dense } from '../copy.js';
import { expectIndices, filled, zeros } from '../create.js';
import { expectTensor } from '../operands.js';
import { show } from '../shape.js';
import { empty, type Tensor } from '../tensor.js';
import { mul } from './binary.js';
import { zero_ } from './in-place.js';
import { select } from './views.js';

/** Options of `embedding`. */
export interface EmbeddingFunctionOptions {
  /** A row that gets no gradient; -1 is the last. Default: none. */
  readonly paddingIdx?: number | null;
  /** Divide the gradient of each row by how often it was looked up. Default false. */
  readonly scaleGradByFreq?: boolean;
  /** PyTorch's bound on the rows' norms, which its lookup enforces by changing the weight: refused. */
  readonly maxNorm?: null;
  /** PyTorch's sparse gradients: refused. */
  readonly sparse?: false;
}

/** What the options of `embedding` may be. */
export const EMBEDDING: Schema<EmbeddingFunctionOptions> = {
  paddingIdx: ['a number', null],
  scaleGradByFreq: 'true or false',
  maxNorm: ['a number', null],
  sparse: 'true or false',
};

/** Refuses what PyTorch's embedding has and ours has not, which a caller in JavaScript may pass. */
export function expectEmbeddingOptions(op: string, options: object): void {
  const { maxNorm, sparse } = options as { readonly maxNorm?: unknown; readonly sparse?: unknown };
  if (maxNorm !== undefined && maxNorm !== null) {
    throw new ValueError(`${op}: maxNorm is not supported`, {
      hint: 'scale the rows of weight yourself after each optimiser step, inside noGrad(() => …)',
    });
  }
  if (sparse !== undefined && sparse !== false) {
    throw new ValueError(`${op}: sparse gradients are not supported`, {
      hint: 'leave sparse out: the gradient is dense, and the same numbers',
    });
  }
}

/** Position of the padding row, counted from 0; null for none. */
export function paddingRow(op: string, paddingIdx: number | null | undefined, rows: number): number | null {
  if (paddingIdx === null || paddingIdx === undefined) return null;
  if (!Number.isInteger(paddingIdx) || paddingIdx < -rows || paddingIdx >= rows) {
    throw new ValueError(`${op}: paddingIdx must be a row from ${-rows} to ${rows - 1}, not ${paddingIdx}`);
  }
  return paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
}

/**
 * Rows of a table: yᵢ = weight[indexᵢ].
 * Backward: dweight[indexᵢ] += dyᵢ, but nothing for the padding row.
 *
 * @param indices  (…), int32
 * @param weight   (rows, width), float32
 * @returns        (…, width)
 * @throws IndexError for an index outside the table; DTypeError for other dtypes; ShapeError for a weight that is no matrix;
 *   ValueError for a paddingIdx outside the table, and for maxNorm and sparse
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.embedding.html
 * @example
 * embedding(tensor([2, 0]), tensor([[0, 0.5], [1, 1.5], [2, 2.5]])).tolist(); // [[2, 2.5], [0, 0.5]]
 */
export function embedding(indices: Tensor, weight: Tensor, options?: EmbeddingFunctionOptions): Tensor {
  const read = readOptions('embedding', options, EMBEDDING);
  expectEmbeddingOptions('embedding', read);
  return lookUp(indices, weight, read);
}

/** `embedding` with options that were checked before. */
export function lookUp(indices: Tensor, weight: Tensor, options: EmbeddingFunctionOptions): Tensor {
  expectTensor('embedding', 'indices', indices);
  expectTensor('embedding', 'weight', weight);
  if (indices.dtype !== 'int32' || weight.dtype !== 'float32') {
    throw new DTypeError(
      `embedding: needs int32 indices and a float32 weight, not ${indices.dtype} and ${weight.dtype}`,
      { hint: indices.dtype === 'int32' ? 'use weight.float()' : 'use indices.int()' },
    );
  }
  if (weight.ndim !== 2) {
    throw new ShapeError(`embedding: weight is ${show(weight.shape)}, but should be (rows, width)`);
  }
  const [rows, width] = weight.shape;
  const padding = paddingRow('embedding', options.paddingIdx, rows);
  const n = indices.numel();
  const [index, table] = [dense(indices), dense(weight)];
  expectIndices('embedding', index, n, rows, indices.shape);
  const y = empty([...indices.shape, width]);
  kernels.gatherRows(y.address, table.address, index.address, n, width);
  return record('embedding', y, [weight], [indices], (dy) => {
    const [dW, grad] = [zeros(weight.shape), dense(dy)];
    parallel(
      'scatterAddRows',
      Math.ceil(width / 16),
      64 * n,
      dW.address,
      grad.address,
      index.address,
      n,
      width,
    );
    if (padding !== null) zero_(select(dW, 0, padding));
    return [options.scaleGradByFreq === true ? mul(dW, shares(index, rows)) : dW];
  });
}

/** 1 / (how often each row was looked up), (rows, 1); 1 where it was not. */
function shares(index: Tensor, rows: number): Tensor {
  const counts = new Float32Array(rows);
  for (const row of index.data) counts[row] += 1;
  return filled(
    [rows, 1],
    'float32',
    counts.map((n) => 1 / Math.max(n, 1)),
  );
}
