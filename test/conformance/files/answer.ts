import type { ForeignModel } from '../../../src/interop/foreign.js';
import { networkOf } from '../../../src/interop/network.js';
import { filled } from '../../../src/tensor/create.js';
import type { Tensor } from '../../../src/tensor/tensor.js';

/** Numbers in a golden file. */
interface Numbers {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** What the network of another library's model gives for an input, whole numbers where it begins with an embedding. */
export function answerOf(model: ForeignModel, { shape, data }: Numbers): Tensor {
  const network = networkOf(model);
  network.eval();
  const values = Array.from(data);
  const isIndices = model.layers.find(({ kind }) => kind !== 'dropout')?.kind === 'embedding';
  const input = isIndices
    ? filled(shape, 'int32', Int32Array.from(values))
    : filled(shape, 'float32', Float32Array.from(values));
  return network.forward(input)[0];
}
