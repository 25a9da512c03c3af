import { ShapeError } from '../../errors.js';
import { kernels } from '../../kernels/engine.js';
import { type Arguments, readArguments, type Schema } from '../../options.js';
import { record } from '../autograd.js';
import { dense } from '../copy.js';
import { expectSizes, numel, sameShape, type Shape, show } from '../shape.js';
import { empty, Tensor } from '../tensor.js';
import { add, mul } from './binary.js';
import { expectFloats } from './losses.js';

/** Options of layer normalisation. */
export interface LayerNormFunctionOptions {
  /** Factor of each element, in the normalised shape. */
  readonly weight?: Tensor | null;
  /** Added to each element, in the normalised shape. */
  readonly bias?: Tensor | null;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
}

const OPTIONS: Schema<LayerNormFunctionOptions> = {
  weight: [Tensor, null],
  bias: [Tensor, null],
  eps: 'a number',
};
const ORDER = ['weight', 'bias', 'eps'] as const;

/**
 * Normalises over the last axes (Ba et al., 2016).
 *
 *     y = (x − mean) / √(variance + ε) · weight + bias      variance = Σ (x − mean)² / n
 *
 * @param x                (…, normalizedShape), float32
 * @param normalizedShape  sizes of the last axes, over which mean and variance are taken
 * @returns                x's shape
 * @throws ShapeError if x does not end in normalizedShape, or weight or bias have another shape; DTypeError for other dtypes
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.layer_norm.html
 * @example
 * layerNorm(tensor([[1.5, 3.5]]), [2], { eps: 0 }).tolist(); // [[-1, 1]]
 */
export function layerNorm(
  x: Tensor,
  normalizedShape: Shape,
  ...options: Arguments<LayerNormFunctionOptions, typeof ORDER>
): Tensor {
  const { weight = null, bias = null, eps = 1e-5 } = readArguments('layerNorm', options, OPTIONS, ORDER);
  expectSizes('layerNorm', normalizedShape);
  expectFloats('layerNorm', { input: x, weight, bias });
  const rank = normalizedShape.length;
  if (rank === 0 || !sameShape(x.shape.slice(-rank), normalizedShape)) {
    throw new ShapeError(
      `layerNorm: input is ${show(x.shape)}, but should end in the normalised shape ${show(normalizedShape)}`,
    );
  }
  for (const [name, parameter] of Object.entries({ weight, bias })) {
    if (parameter === null || sameShape(parameter.shape, normalizedShape)) continue;
    throw new ShapeError(
      `layerNorm: ${name} is ${show(parameter.shape)}, but should be ${show(normalizedShape)}`,
    );
  }
  const y = normalized(x, numel(normalizedShape), eps);
  const scaled = weight === null ? y : mul(y, weight);
  return bias === null ? scaled : add(scaled, bias);
}

/** y = (x − mean) · r, r = 1 / √(variance + ε), in rows of n. Backward: dx = r · (dy − mean(dy) − y · mean(dy · y)). */
function normalized(x: Tensor, n: number, eps: number): Tensor {
  const rows = n === 0 ? 0 : x.numel() / n;
  const source = dense(x);
  const [y, r] = [empty(x.shape), empty([rows])];
  kernels.normalizeRows(y.address, r.address, source.address, rows, n, eps);
  return record('layerNorm', y, [x], [y, r.storage], (dy) => {
    const [dx, grad] = [empty(x.shape), dense(dy)];
    kernels.normalizeRowsBackward(dx.address, grad.address, y.address, r.address, rows, n);
    return [dx];
  });
}
