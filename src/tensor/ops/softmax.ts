import { kernels } from '../../kernels/engine.js';
import { noGrad, record } from '../autograd.js';
import { converted, dense, reshaped } from '../copy.js';
import { axisOf, expectTensor } from '../operands.js';
import { around } from '../shape.js';
import { empty, type Tensor } from '../tensor.js';
import { add, mul, sub } from './binary.js';
import { clamp, exp, log } from './elementwise.js';
import { amax, type Dim, type KeepDim, keeps, sum } from './reduce.js';

type Forward = (y: number, x: number, outer: number, n: number, inner: number) => void;
type Backward = (dx: number, dy: number, y: number, outer: number, n: number, inner: number) => void;

function alongAxis(name: string, forward: Forward, backward: Backward, x: Tensor, dim: number): Tensor {
  const axis = axisOf(name, x, dim);
  const extent = around(x.shape, axis);
  const source = converted(x, 'float32');
  const y = empty(x.shape);
  forward(y.address, source.address, ...extent);
  return record(name, y, [x], [y], (dy) => {
    const [dx, grad] = [empty(x.shape), dense(dy)];
    backward(dx.address, grad.address, y.address, ...extent);
    return [dx];
  });
}

/**
 * yᵢ = e^xᵢ / Σⱼ e^xⱼ along an axis. Backward: dxᵢ = yᵢ · (dyᵢ − Σⱼ dyⱼ yⱼ).
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html
 */
export function softmax(x: Tensor, dim: number): Tensor {
  return alongAxis('softmax', kernels.softmax, kernels.softmaxBackward, x, dim);
}

/**
 * yᵢ = xᵢ − ln Σⱼ e^xⱼ along an axis. Backward: dxᵢ = dyᵢ − e^yᵢ · Σⱼ dyⱼ.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html
 */
export function logSoftmax(x: Tensor, dim: number): Tensor {
  return alongAxis('logSoftmax', kernels.logSoftmax, kernels.logSoftmaxBackward, x, dim);
}

/**
 * ln Σ eˣ along axes, which neither overflows nor vanishes. Backward: dx = dy · e^(x − y).
 *
 * @see https://pytorch.org/docs/stable/generated/torch.logsumexp.html
 */
export function logsumexp(x: Tensor, dim: Dim, options?: KeepDim): Tensor {
  expectTensor('logsumexp', 'the first argument', x);
  const source = converted(x.detach(), 'float32');
  const total = noGrad(() => {
    // Nothing has no largest element, but −∞ as its sum's logarithm.
    if (x.numel() === 0) return log(sum(exp(source), dim, { keepdim: true }));
    const peak = amax(source, dim, { keepdim: true });
    // An infinite peak would make NaN of x − peak.
    const shift = clamp(peak, -LARGEST, LARGEST);
    return add(log(sum(exp(sub(source, shift)), dim, { keepdim: true })), shift);
  });
  const y = keeps('logsumexp', options) ? total : sum(total, dim);
  return record('logsumexp', y, [x], [x], (dy) => [
    mul(reshaped(dense(dy), total.shape), exp(sub(x, total.detach()))),
  ]);
}

// The largest float32.
const LARGEST = 3.4028234663852886e38;
