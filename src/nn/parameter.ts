import { dense, duplicate } from '../tensor/copy.js';
import { Tensor } from '../tensor/tensor.js';

/**
 * A tensor that belongs to a module: `parameters()` finds it and optimisers change it.
 *
 * It takes over the memory of `data` where that is contiguous and not a view, else a copy.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.parameter.Parameter.html
 * @example
 * class Scale extends nn.Module {
 *   readonly factor = new nn.Parameter(ones([1]));
 *   forward(x: Tensor): Tensor {
 *     return x.mul(this.factor);
 *   }
 * }
 * [...new Scale().namedParameters()].map(([name]) => name); // ['factor']
 */
export class Parameter extends Tensor {
  constructor(data: Tensor, options: { readonly requiresGrad?: boolean } = {}) {
    const own = data.isView ? duplicate(data) : dense(data);
    super(own.storage, own.dtype, own.shape);
    this.requiresGrad = options.requiresGrad ?? true;
  }
}
