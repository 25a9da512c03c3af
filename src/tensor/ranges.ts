import { ValueError } from '../errors.js';
import { expectKind, readOptions } from '../options.js';
import { filled, TENSOR, type TensorOptions } from './create.js';
import { expectDType } from './dtype.js';
import { fma } from './fused.js';
import { expectSizes } from './shape.js';
import type { Tensor } from './tensor.js';

const f = Math.fround;

/**
 * `steps` numbers from `start` to `end`, both of them among these, at equal distances; float32 unless said.
 *
 * The first half counts up from the start and the second down from the end, in float32 with one rounding a value (whole numbers in
 * double precision, cut towards 0): PyTorch's numbers bit for bit.
 *
 * @throws ValueError for bool; ShapeError for steps that are not whole or below 0
 * @see https://pytorch.org/docs/stable/generated/torch.linspace.html
 * @example
 * linspace(0, 1, 5).tolist(); // [0, 0.25, 0.5, 0.75, 1]
 * linspace(0, 10, 4, { dtype: 'int32' }).tolist(); // [0, 3, 6, 10]
 */
export function linspace(start: number, end: number, steps: number, options?: TensorOptions): Tensor {
  for (const [name, value] of Object.entries({ start, end })) expectKind('linspace', name, value, 'a number');
  expectSizes('linspace', [steps]);
  const { dtype = 'float32', requiresGrad = false } = readOptions('linspace', options, TENSOR);
  expectDType('linspace', dtype);
  if (dtype === 'bool') throw new ValueError('linspace: there are no steps from false to true');
  const whole = dtype === 'int32';
  const [from, to] = whole ? [Math.trunc(start), Math.trunc(end)] : [f(start), f(end)];
  const step = whole ? (to - from) / (steps - 1) : f(f(to - from) / f(steps - 1));
  const half = Math.floor(steps / 2);
  const values = Float64Array.from({ length: steps }, (_, i) => {
    const [base, count] = i < half ? [from, i] : [to, i + 1 - steps];
    return whole ? Math.trunc(base + step * count) : fma(step, count, base);
  });
  // A single step stands at the start.
  if (steps === 1) values[0] = from;
  const x = filled([steps], dtype, values);
  return requiresGrad ? x.requiresGrad_() : x;
}
