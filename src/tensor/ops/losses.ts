import { DTypeError, ShapeError } from '../../errors.js';
import type { Schema } from '../../options.js';
import { dense } from '../copy.js';
import { expectIndices } from '../create.js';
import { expectTensor } from '../operands.js';
import { numel, sameShape, type Shape, show } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { mean, sum } from './reduce.js';

// What all losses share: reductions, and the checks of inputs and targets.

/** How the losses of the elements become one: their (weighted) mean, their sum, or not at all. */
export type Reduction = 'mean' | 'sum' | 'none';

/** Options of losses that have no others. */
export interface LossOptions {
  /** Default 'mean'. */
  readonly reduction?: Reduction;
}

/** Reductions in the order in which the kernels number them. */
export const REDUCTIONS: readonly Reduction[] = ['none', 'mean', 'sum'];

/** What the options of a loss may be that has no others. */
export const LOSS: Schema<LossOptions> = { reduction: { oneOf: ['mean', 'sum', 'none'] } };

/** Losses of elements as the reduction wants them. */
export function reduceLosses(losses: Tensor, reduction: Reduction = 'mean'): Tensor {
  if (reduction === 'none') return losses;
  return reduction === 'sum' ? sum(losses) : mean(losses);
}

/** Checks that operands of a loss are float32. */
export function expectFloats(op: string, operands: Readonly<Record<string, Tensor | null>>): void {
  for (const [name, x] of Object.entries(operands)) {
    if (x === null) continue;
    expectTensor(op, name, x);
    if (x.dtype === 'float32') continue;
    throw new DTypeError(`${op}: ${name} must be float32, not ${x.dtype}`, {
      hint: "whole numbers make an int32 tensor: write tensor(data, { dtype: 'float32' }) or x.float()",
    });
  }
}

/** Checks that input and target have one shape: PyTorch broadcasts others, with a warning that the result is likely wrong. */
export function expectSameShapes(op: string, input: Tensor, target: Tensor): void {
  expectFloats(op, { input, target });
  const [a, b] = [input.shape, target.shape];
  if (sameShape(a, b)) return;
  throw new ShapeError(`${op}: input is ${show(a)}, but target is ${show(b)}`, { hint: hintFor(a, b) });
}

function hintFor(a: Shape, b: Shape): string {
  if (numel(a) !== numel(b)) return 'there must be one target for each element of the input';
  const isColumn = a.at(-1) === 1 && a.length === b.length + 1;
  return isColumn
    ? 'input.squeeze(-1) makes them alike'
    : 'target.reshape([...input.shape]) makes them alike';
}

/** Classes and their weights, checked, as kernels read them: input (outer, classes, inner), index (outer, inner). */
export interface ClassTarget {
  readonly index: Tensor;
  readonly weight: Tensor | null;
  readonly outer: number;
  readonly classes: number;
  readonly inner: number;
}

/** How many classes an input (C), (N, C) or (N, C, d₁ …) has; checks it and the weight (C). */
export function expectClasses(op: string, input: Tensor, weight: Tensor | null): number {
  expectFloats(op, { input, weight });
  if (input.ndim === 0) throw new ShapeError(`${op}: input needs an axis of classes, but is a scalar`);
  const classes = input.shape[input.ndim === 1 ? 0 : 1];
  if (weight !== null && (weight.ndim !== 1 || weight.shape[0] !== classes)) {
    throw new ShapeError(`${op}: weight is ${show(weight.shape)}, but there are ${classes} classes`);
  }
  return classes;
}

/** Checks classes (), (N) or (N, d₁ …) for an input (C), (N, C) or (N, C, d₁ …). */
export function expectClassTarget(
  op: string,
  input: Tensor,
  target: Tensor,
  weight: Tensor | null,
  ignoreIndex: number,
): ClassTarget {
  const classes = expectClasses(op, input, weight);
  expectTensor(op, 'target', target);
  const wanted = [...input.shape.slice(0, input.ndim === 1 ? 0 : 1), ...input.shape.slice(2)];
  if (!sameShape(target.shape, wanted)) {
    throw new ShapeError(
      `${op}: target is ${show(target.shape)}, but for an input of ${show(input.shape)} should be ${show(wanted)}`,
      {
        hint: `the input is ${input.ndim === 1 ? '(class)' : '(batch, class, …)'}; outputs of shape (batch, time, class) go through reshape(-1, ${input.shape.at(-1)})`,
      },
    );
  }
  if (target.dtype !== 'int32') {
    throw new DTypeError(`${op}: target must be int32 classes, not ${target.dtype}`, {
      hint: 'use target.int()',
    });
  }
  const index = dense(target);
  expectIndices(op, index, index.numel(), classes, target.shape, ignoreIndex);
  const outer = input.ndim === 1 ? 1 : input.shape[0];
  const inner = numel(input.shape.slice(2));
  return { index, weight: weight && dense(weight), outer, classes, inner };
}
