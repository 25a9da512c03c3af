import { type Arguments, readArguments, type Schema } from '../options.js';
import { dense, duplicate } from '../tensor/copy.js';
import { expectTensor } from '../tensor/operands.js';
import { Tensor } from '../tensor/tensor.js';

/** Options of `Parameter`. */
export interface ParameterOptions {
  /** Whether `backward` fills its `grad`. Default true. */
  readonly requiresGrad?: boolean;
}

const OPTIONS: Schema<ParameterOptions> = { requiresGrad: 'true or false' };
const ORDER = ['requiresGrad'] as const;

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
  constructor(data: Tensor, ...options: Arguments<ParameterOptions, typeof ORDER>) {
    expectTensor('Parameter', 'data', data);
    const { requiresGrad = true } = readArguments('Parameter', options, OPTIONS, ORDER);
    const own = data.isView ? duplicate(data) : dense(data);
    super(own.storage, own.dtype, own.shape);
    this.requiresGrad = requiresGrad;
  }
}
