import { IndexError, MemoryError, ShapeError, ValueError } from '../errors.js';
import { told } from '../options.js';

/** Sizes of each axis, outermost first; [] is a scalar. */
export type Shape = readonly number[];

/** Number of elements. */
export function numel(shape: Shape): number {
  let n = 1;
  for (let i = 0; i < shape.length; i++) n *= shape[i];
  return n;
}

/** Row-major strides in elements: the last axis is contiguous. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= shape[i] === 0 ? 1 : shape[i];
  }
  return strides;
}

/** Whether the strides are row-major; axes of size 1 and empty tensors do not count. */
export function isContiguous(shape: Shape, strides: readonly number[]): boolean {
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== step) return shape.includes(0);
    step *= shape[i];
  }
  return true;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** (2, 3), as PyTorch's users write it; (3,) with one axis, () with none. */
export function show(shape: readonly (number | string)[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
}

// 4 GiB, which 32-bit addresses reach, of 4 bytes each.
const MOST_ELEMENTS = 2 ** 30;

function expectList(op: string, shape: Shape): void {
  if (Array.isArray(shape)) return;
  throw new ValueError(`${op}: the shape must be a list of sizes, not ${told(shape)}`, {
    hint: 'write it as [2, 3]',
  });
}

/** Checks sizes that a user gives: whole numbers, not negative. */
export function expectSizes(op: string, shape: Shape): void {
  expectList(op, shape);
  for (const size of shape) {
    if (!Number.isInteger(size) || size < 0) {
      throw new ShapeError(`${op}: sizes must be whole numbers of 0 or more, not ${show(shape.map(told))}`);
    }
  }
  if (numel(shape) > MOST_ELEMENTS) {
    throw new MemoryError(
      `${op}: a tensor of shape ${show(shape)} does not fit into 4 GiB of WebAssembly memory`,
    );
  }
}

/** Axis from 0, where -1 is the last. */
export function expectAxis(op: string, axis: number, rank: number): number {
  if (typeof axis !== 'number') throw noAxis(op, axis);
  const range = Math.max(rank, 1);
  if (!Number.isInteger(axis) || axis < -range || axis >= range) {
    throw new IndexError(
      `${op}: there is no axis ${axis} in a tensor of ${rank} axes (allowed: ${-range} to ${range - 1})`,
    );
  }
  return axis < 0 ? axis + range : axis;
}

/** An error for an axis that is no number: left out, or written as an option. */
export function noAxis(op: string, axis: unknown): ValueError {
  return new ValueError(`${op}: the axis must be a whole number, not ${told(axis)}`, {
    hint:
      axis === undefined
        ? `say which one: ${op}(…, -1) takes the last`
        : `axes stand by position: ${op}(…, -1) takes the last`,
  });
}

/** The shape both broadcast to: aligned at the last axis, where a size of 1 stretches. */
export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const [m, n] = [a[a.length - i] ?? 1, b[b.length - i] ?? 1];
    if (m !== n && m !== 1 && n !== 1) {
      throw new ShapeError(
        `${op}: shapes ${show(a)} and ${show(b)} do not go together: on axis ${rank - i} one has ${m} and the other ${n}`,
        { hint: 'sizes must be equal or 1, counted from the last axis' },
      );
    }
    shape[rank - i] = m === 1 ? n : m;
  }
  return shape;
}

/** A requested shape in which one size may be -1, "whatever is left". */
export function inferShape(op: string, wanted: Shape, count: number): number[] {
  expectList(op, wanted);
  const shape = [...wanted];
  const open = shape.indexOf(-1);
  if (open >= 0) {
    if (shape.indexOf(-1, open + 1) >= 0)
      throw new ShapeError(`${op}: only one size may be -1, not ${show(wanted)}`);
    shape[open] = 1;
    expectSizes(op, shape);
    const rest = numel(shape);
    if (rest === 0) {
      throw new ShapeError(`${op}: -1 in ${show(wanted)} could be anything, because another size is 0`);
    }
    shape[open] = count / rest;
  } else expectSizes(op, shape);
  if (numel(shape) !== count || !Number.isInteger(shape[open] ?? 0)) {
    throw new ShapeError(`${op}: ${count} elements do not fit the shape ${show(wanted)}`);
  }
  return shape;
}

/**
 * Strides with which the same memory reads as `wanted`, or null where that takes a copy: an axis may only be split, or
 * neighbours merged whose strides nest (PyTorch's computeStride).
 */
export function viewStrides(shape: Shape, strides: readonly number[], wanted: Shape): number[] | null {
  if (isContiguous(shape, strides)) return contiguousStrides(wanted);
  const result = new Array<number>(wanted.length);
  let axis = wanted.length - 1;
  let base = strides[shape.length - 1];
  let chunk = 1;
  let covered = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    chunk *= shape[d];
    if (d > 0 && (shape[d - 1] === 1 || strides[d - 1] === chunk * base)) continue;
    while (axis >= 0 && (covered < chunk || wanted[axis] === 1)) {
      result[axis] = covered * base;
      covered *= wanted[axis];
      axis -= 1;
    }
    if (covered !== chunk) return null;
    if (d > 0) {
      base = strides[d - 1];
      chunk = covered = 1;
    }
  }
  return axis === -1 ? result : null;
}

/** (outer, n, inner) around one axis: what a reduction along it walks over. */
export function around(shape: Shape, axis: number): [outer: number, n: number, inner: number] {
  return [numel(shape.slice(0, axis)), shape[axis] ?? 1, numel(shape.slice(axis + 1))];
}

/** Checks a whole number that a user gives, such as a layer's size. */
export function expectPositive(where: string, name: string, value: number): void {
  if (!Number.isInteger(value) || value <= 0) {
    throw new ValueError(`${where}: ${name} must be a whole number above 0, not ${told(value)}`);
  }
}

/** As `expectPositive`, where PyTorch takes 0 too. */
export function expectCount(where: string, name: string, value: number): void {
  if (!Number.isInteger(value) || value < 0) {
    throw new ValueError(`${where}: ${name} must be a whole number of 0 or more, not ${told(value)}`);
  }
}
