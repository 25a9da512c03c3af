import { expect } from 'vitest';
import { capture, manualSeed, Tensor } from '../../../src/index.js';

/** `capture`, or nothing. */
export type Wrap = <A extends readonly unknown[], R>(step: (...args: A) => R) => (...args: A) => R;

/** Makes everything anew, and returns what happens at the i-th call; what that returns is compared. */
export type Play = (wrap: Wrap) => (i: number) => unknown;

/** Tensors as their numbers, errors as what they say. */
function seen(value: unknown): unknown {
  if (value instanceof Tensor) return [value.dtype, value.shape, value.requiresGrad, [...value.data]];
  if (Array.isArray(value)) return value.map(seen);
  return value;
}

function played(play: Play, wrap: Wrap, calls: number): unknown[] {
  manualSeed(1);
  const call = play(wrap);
  return Array.from({ length: calls }, (_, i) => {
    try {
      return seen(call(i));
    } catch (error) {
      return String(error);
    }
  });
}

/** Expects the captured step to give, at each call, the bits that the step itself gives. */
export function expectAgreement(play: Play, calls = 8): void {
  const plain = played(play, (step) => step, calls);
  expect(played(play, capture, calls)).toEqual(plain);
}
