import { DTypeError, ShapeError } from '../../errors.js';
import { expectTensor } from '../../tensor/operands.js';
import { sameShape, show } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { PackedSequence } from './packed-sequence.js';

/** What the checks of a recurrent layer's arguments go by. */
export interface Sizes {
  /** The layer's name in messages. */
  readonly name: string;
  readonly inputSize: number;
  readonly batchFirst: boolean;
}

/** Checks that a tensor is float32. */
export function expectFloat(name: string, what: string, x: Tensor): void {
  expectTensor(name, what, x);
  if (x.dtype === 'float32') return;
  throw new DTypeError(`${name}: ${what} is ${x.dtype}, but layers compute in float32`, {
    hint: "whole numbers make an int32 tensor: write tensor(data, { dtype: 'float32' }) or x.float()",
  });
}

function expectFeatures({ name, inputSize }: Sizes, input: Tensor, axes: string): void {
  const features = input.shape[input.ndim - 1];
  if (features === inputSize) return;
  throw new ShapeError(
    `${name}: input has ${features} features on its last axis, but inputSize is ${inputSize}\n` +
      `  input ${show(input.shape)} = ${axes}`,
    { hint: `did you mean new ${name}(${features}, …), or forget to one-hot encode?` },
  );
}

/** Checks a batch (time, batch, feature), or with batchFirst (batch, time, feature), or one sequence (time, feature). */
export function expectSequences(sizes: Sizes, input: Tensor): void {
  const { name, batchFirst } = sizes;
  expectFloat(name, 'input', input);
  const axes = batchFirst ? '(batch, time, feature)' : '(time, batch, feature)';
  if (input.ndim !== 2 && input.ndim !== 3) {
    throw new ShapeError(
      `${name}: input has ${input.ndim} axes, but should have 3, ${axes}, or 2, (time, feature)`,
      { hint: `its shape is ${show(input.shape)}` },
    );
  }
  expectFeatures(sizes, input, input.ndim === 2 ? '(time, feature)' : axes);
  const steps = input.shape[input.ndim === 3 && batchFirst ? 1 : 0];
  if (steps === 0) throw new ShapeError(`${name}: the sequence is empty, input is ${show(input.shape)}`);
}

/** Checks the data of packed sequences, (rows, feature). */
export function expectPacked(sizes: Sizes, { data }: PackedSequence): void {
  expectFloat(sizes.name, 'input', data);
  if (data.ndim !== 2) {
    throw new ShapeError(`${sizes.name}: packed data is ${show(data.shape)}, but should be (rows, feature)`);
  }
  expectFeatures(sizes, data, '(rows, feature)');
}

/** Checks an initial state: (lead, batch, size), or without a batch (lead, size). */
export function expectState(
  { name, batchFirst }: Sizes,
  what: string,
  state: Tensor,
  wanted: readonly number[],
): void {
  expectTensor(name, what, state);
  if (!sameShape(state.shape, wanted)) {
    const axes =
      wanted.length === 2 ? '(layers · directions, hidden)' : '(layers · directions, batch, hidden)';
    throw new ShapeError(
      `${name}: ${what} is ${show(state.shape)}, but should be ${show(wanted)} = ${axes}`,
      {
        hint: batchFirst ? 'batchFirst does not move the axes of states' : undefined,
      },
    );
  }
  expectFloat(name, what, state);
}
