import { kernels } from '../../kernels/engine.js';
import { record } from '../autograd.js';
import { converted, dense } from '../copy.js';
import { around, expectAxis } from '../shape.js';
import { empty, type Tensor } from '../tensor.js';

type Forward = (y: number, x: number, outer: number, n: number, inner: number) => void;
type Backward = (dx: number, dy: number, y: number, outer: number, n: number, inner: number) => void;

function alongAxis(name: string, forward: Forward, backward: Backward, x: Tensor, dim: number): Tensor {
  const extent = around(x.shape, expectAxis(name, dim, x.ndim));
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
