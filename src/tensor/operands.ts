import { ValueError } from '../errors.js';
import { told } from '../options.js';
import { expectAxis } from './shape.js';
import { Tensor } from './tensor.js';

/**
 * Checks that an argument is a tensor: a caller without types may pass a list, a number or nothing.
 *
 * @throws ValueError that says how to make one
 */
export function expectTensor(op: string, name: string, x: unknown): void {
  if (x instanceof Tensor) return;
  throw new ValueError(`${op}: ${name} must be a Tensor, not ${told(x)}`, { hint: hintFor(x) });
}

/** An axis of a tensor, both checked, from 0; -1 is the last. */
export function axisOf(op: string, x: Tensor, axis: number): number {
  expectTensor(op, 'the first argument', x);
  return expectAxis(op, axis, x.ndim);
}

/** Checks that an argument is a list of tensors, and not one. */
export function expectTensors(op: string, name: string, list: readonly unknown[]): void {
  if (!Array.isArray(list)) {
    throw new ValueError(`${op}: ${name} must be a list of tensors, not ${told(list)}`, {
      hint: `write ${op}([a, b])`,
    });
  }
  for (let i = 0; i < list.length; i++) expectTensor(op, `${name}[${i}]`, list[i]);
}

const hintFor = (x: unknown): string | undefined => {
  if (Array.isArray(x) && x.some((inner) => inner instanceof Tensor))
    return 'stack(list) joins tensors to one';
  if (Array.isArray(x) || ArrayBuffer.isView(x) || typeof x === 'number') return 'tensor(values) makes one';
  return undefined;
};

/** Checks that an argument is a number: NaN and text are none. */
export function expectNumber(op: string, name: string, x: unknown): void {
  if (typeof x === 'number' && !Number.isNaN(x)) return;
  throw new ValueError(`${op}: ${name} must be a number, not ${told(x)}`);
}
