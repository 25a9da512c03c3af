import type { OnnxArray } from '../../formats/onnx/arrays.js';

/** An axis of what flows through a model, from where it came about; `size` is null if it is only known when the model runs. */
export interface Axis {
  readonly what: 'input' | 'feature' | 'direction' | 'one';
  readonly size: number | null;
}

/** Several axes that were joined stand as one. */
export type Axes = readonly (readonly Axis[])[];

/** What is known of a value in a graph without running it. */
export type Value =
  | { readonly kind: 'array'; readonly array: OnnxArray }
  /** An array of any shape whose elements are all the same: states to start from. */
  | { readonly kind: 'fill'; readonly value: number }
  /** Sizes of a flow, as a vector or (with `scalar`) as one number. */
  | { readonly kind: 'sizes'; readonly sizes: readonly (number | Axis | null)[]; readonly scalar: boolean }
  /** What a layer gives, or, where `after` is -1, what the model is given. */
  | Flow
  /** States at the end, each of one direction of a layer. */
  | {
      readonly kind: 'states';
      readonly slots: readonly Slot[];
      readonly axes: 'slots first' | 'batch first' | 'joined' | 'one';
    }
  /** Computed from inputs of the model alone, such as one layer's part of the states; `by` is the first node that does so. */
  | { readonly kind: 'given'; readonly by: string }
  | { readonly kind: 'unknown' };

export interface Flow {
  readonly kind: 'flow';
  readonly axes: Axes;
  /** The layer that made it. */
  readonly after: number;
  /** The input of the model that it comes from. */
  readonly input: string;
  /** Only what the last recurrent layer gave at the end of its sequence. */
  readonly last: boolean;
}

export interface Slot {
  readonly layer: number;
  readonly direction: number;
  readonly flow: Flow;
}

export const UNKNOWN: Value = { kind: 'unknown' };

/** The one axis that stands alone in its place, or null. */
export const alone = (axes: readonly Axis[]): Axis | null => (axes.length === 1 ? axes[0] : null);

/** The size of joined axes, or null. */
export const sizeOf = (axes: readonly Axis[]): number | null =>
  axes.reduce<number | null>((n, { size }) => (n === null || size === null ? null : n * size), 1);

/**
 * Axes after Reshape: the same ones in the same order, joined or parted otherwise.
 *
 * @param wanted  a size, an axis whose size it is, -1 for what is left, 0 for the size that stands there now; null is not known
 * @returns       null if they cannot be followed
 */
export function reshapedAxes(axes: Axes, wanted: readonly (number | Axis | null)[]): Axes | null {
  const target = wanted.map((size, i) => (size === 0 ? (axes.at(i) ?? null) : size));
  const open = target.indexOf(-1);
  const parts = axes.flat().filter(({ what }) => what !== 'one');
  const front = taken(parts, open < 0 ? target : target.slice(0, open));
  if (front === null) return null;
  if (open < 0) return front.rest.length === 0 ? front.taken : null;
  const back = taken([...front.rest].reverse(), target.slice(open + 1).reverse());
  if (back === null) return null;
  const behind = back.taken.map((own) => [...own].reverse()).reverse();
  return [...front.taken, [...back.rest].reverse(), ...behind];
}

type Target = number | Axis | readonly Axis[] | null;

/** Takes axes from the front until each of `target` has its size. */
function taken(parts: readonly Axis[], target: readonly Target[]): { taken: Axis[][]; rest: Axis[] } | null {
  const rest = [...parts];
  const made: Axis[][] = [];
  for (const size of target) {
    const own: Axis[] = [];
    if (Array.isArray(size)) {
      for (const axis of size as readonly Axis[]) {
        if (axis.what === 'one') own.push(axis);
        else if (rest[0] === axis) own.push(rest.shift()!);
        else return null;
      }
    } else if (typeof size === 'number') {
      if (size === 1 && rest[0]?.size !== 1) own.push({ what: 'one', size: 1 });
      for (let left = size; left > 1 || own.length === 0;) {
        const next = rest.shift();
        if (next?.size == null || left % next.size !== 0) return null;
        own.push(next);
        left /= next.size;
      }
    } else {
      if (size === null || rest[0] !== size) return null;
      own.push(rest.shift()!);
    }
    made.push(own);
  }
  return { taken: made, rest };
}
