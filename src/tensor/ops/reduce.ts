import { ShapeError, ValueError } from '../../errors.js';
import { kernels } from '../../kernels/engine.js';
import { record } from '../autograd.js';
import { converted, dense, duplicate, reshaped, stretched } from '../copy.js';
import { expectAxis, numel, sameShape, type Shape, show } from '../shape.js';
import { empty, type Tensor } from '../tensor.js';
import { add, div, eq, mul, ne, pow, sub } from './binary.js';
import { abs, sqrt, square } from './elementwise.js';

/** Options of a reduction along axes. */
export interface ReduceOptions {
  /** Keep reduced axes with size 1. Default false. */
  readonly keepdim?: boolean;
}

/** One axis, several, or all (left out). -1 is the last. */
export type Dim = number | readonly number[];

/** Values and positions of extremes along an axis. */
export interface Extremes {
  readonly values: Tensor;
  readonly indices: Tensor;
}

function axesOf(op: string, x: Tensor, dim: Dim | undefined): number[] {
  if (dim === undefined) return x.shape.map((_, i) => i);
  const axes = (typeof dim === 'number' ? [dim] : dim).map((d) => expectAxis(op, d, x.ndim));
  if (new Set(axes).size !== axes.length)
    throw new ShapeError(`${op}: an axis is named twice in [${axes.join(', ')}]`);
  return x.ndim === 0 ? [] : axes;
}

const withOnes = (shape: Shape, axes: readonly number[]): number[] =>
  shape.map((size, i) => (axes.includes(i) ? 1 : size));
const without = (shape: Shape, axes: readonly number[]): number[] =>
  shape.filter((_, i) => !axes.includes(i));

/** Axes that lie side by side reduce as one: (outer, n, inner) around them, or null where they do not. */
function joined(shape: Shape, axes: readonly number[]): [number, number, number] | null {
  if (axes.length === 0) return [numel(shape), 1, 1];
  const [first, last] = [Math.min(...axes), Math.max(...axes)];
  if (last - first + 1 !== axes.length) return null;
  return [numel(shape.slice(0, first)), numel(shape.slice(first, last + 1)), numel(shape.slice(last + 1))];
}

type SumKernel = (y: number, x: number, outer: number, n: number, inner: number) => void;

/** Reduces `axes` of x by a kernel, keeping them with size 1; without history. */
function reduced(kernel: SumKernel, x: Tensor, axes: readonly number[]): Tensor {
  const source = dense(x);
  const extent = joined(x.shape, axes);
  if (extent === null) {
    // The last axis first; the others keep their numbers.
    const last = Math.max(...axes);
    return reduced(
      kernel,
      reduced(kernel, x, [last]),
      axes.filter((a) => a !== last),
    );
  }
  const y = empty(withOnes(x.shape, axes), x.dtype);
  kernel(y.address, source.address, ...extent);
  return y;
}

const finish = (y: Tensor, x: Tensor, axes: readonly number[], options: ReduceOptions): Tensor =>
  options.keepdim === true ? y : reshaped(y, without(x.shape, axes));

/** Opposite of a reduction: y (reduced, with or without the axes) stretched over `shape`. */
function spread(y: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  return duplicate(stretched(reshaped(dense(y), withOnes(shape, axes)), shape));
}

/**
 * y = Σ x along axes (all of them if left out); int32 and bool add up to int32.
 * Backward: dx = dy, stretched.
 */
export function sum(x: Tensor, dim?: Dim, options: ReduceOptions = {}): Tensor {
  const axes = axesOf('sum', x, dim);
  const floating = x.dtype === 'float32';
  const source = floating ? x : converted(x, 'int32');
  const y = finish(reduced(floating ? kernels.sum : kernels.sumInt, source, axes), x, axes, options);
  return record('sum', y, [x], [], (dy) => [spread(dy, x.shape, axes)]);
}

/** y = Σ x / n along axes (all of them if left out). Backward: dx = dy / n, stretched. */
export function mean(x: Tensor, dim?: Dim, options: ReduceOptions = {}): Tensor {
  const axes = axesOf('mean', x, dim);
  const n = axes.reduce((product, axis) => product * x.shape[axis], 1);
  return div(sum(asFloat(x), dim, options), n);
}

// Keeps history for float32, which conversion would lose.
const asFloat = (x: Tensor): Tensor => (x.dtype === 'float32' ? x : converted(x, 'float32'));

/** dy summed over the axes along which `shape` was stretched: the backward of broadcasting. */
export function sumTo(dy: Tensor, shape: Shape): Tensor {
  if (sameShape(dy.shape, shape)) return dy;
  const lead = dy.ndim - shape.length;
  const axes = dy.shape.flatMap((size, i) => (i < lead || (shape[i - lead] === 1 && size !== 1) ? [i] : []));
  return reshaped(reduced(kernels.sum, dy, axes), shape);
}

/** y = Π x along one axis, or of all elements. Backward: dx = dy · y / x, by products of the others where an x is 0. */
export function prod(x: Tensor, dim?: number, options: ReduceOptions = {}): Tensor {
  const axes = axesOf('prod', x, dim);
  const source = asFloat(x);
  const y = finish(reduced(kernels.prod, source, axes), x, axes, options);
  return record('prod', y, [x], [x], (dy) => {
    const [dx, data, upstream] = [empty(x.shape), dense(x), dense(dy)];
    kernels.prodBackward(dx.address, upstream.address, data.address, ...joined(x.shape, axes)!);
    return [dx];
  });
}

type ExtremeKernel = (y: number, index: number, x: number, outer: number, n: number, inner: number) => void;

/** The extreme along one axis with its position (the first of equals), or of all elements. */
function extreme(
  op: string,
  kernel: ExtremeKernel,
  x: Tensor,
  axes: readonly number[],
  options: ReduceOptions,
): Extremes {
  const extent = joined(x.shape, axes)!;
  if (extent[1] === 0)
    throw new ShapeError(`${op}: there is nothing to choose from in a tensor of shape ${show(x.shape)}`);
  const source = dense(x);
  const kept = withOnes(x.shape, axes);
  const [values, indices] = [empty(kept, x.dtype), empty(kept, 'int32')];
  kernel(values.address, indices.address, source.address, ...extent);
  return { values: finish(values, x, axes, options), indices: finish(indices, x, axes, options) };
}

function extremeAlong(op: 'max' | 'min', x: Tensor, dim: number, options: ReduceOptions): Extremes {
  const axes = axesOf(op, x, dim);
  const floating = x.dtype === 'float32';
  const result = extreme(op, floating ? kernels[op] : kernels[`${op}Int`], x, axes, options);
  const [outer, n, inner] = joined(x.shape, axes)!;
  record(op, result.values, [x], [result.indices], (dy) => {
    const [dx, upstream, index] = [empty(x.shape), dense(dy), dense(result.indices)];
    kernels.scatterAlong(dx.address, upstream.address, index.address, outer, n, inner);
    return [dx];
  });
  return result;
}

function extremeOfAll(op: 'max' | 'min', x: Tensor): Tensor {
  const axes = axesOf(op, x, undefined);
  const y = extreme(op, x.dtype === 'float32' ? kernels[op] : kernels[`${op}Int`], x, axes, {}).values;
  return record(op, y, [x], [x, y], (dy) => {
    const hits = eq(x, y.detach());
    return [mul(hits, div(dy, sum(hits)))];
  });
}

/**
 * The largest element, or along one axis the largest and where it stands (the first of equals; NaN wins).
 * Backward: dy to the chosen element; max of everything shares it among equals.
 */
export function max(x: Tensor): Tensor;
export function max(x: Tensor, dim: number, options?: ReduceOptions): Extremes;
export function max(x: Tensor, dim?: number, options: ReduceOptions = {}): Tensor | Extremes {
  return dim === undefined ? extremeOfAll('max', x) : extremeAlong('max', x, dim, options);
}

/** The smallest element, or along one axis the smallest and where it stands; as `max`. */
export function min(x: Tensor): Tensor;
export function min(x: Tensor, dim: number, options?: ReduceOptions): Extremes;
export function min(x: Tensor, dim?: number, options: ReduceOptions = {}): Tensor | Extremes {
  return dim === undefined ? extremeOfAll('min', x) : extremeAlong('min', x, dim, options);
}

function extremeOver(op: 'max' | 'min', x: Tensor, dim: Dim | undefined, options: ReduceOptions): Tensor {
  const axes = axesOf(`a${op}`, x, dim);
  const kernel = x.dtype === 'float32' ? kernels[op] : kernels[`${op}Int`];
  let kept = x.detach();
  for (const axis of axes) kept = extreme(`a${op}`, kernel, kept, [axis], { keepdim: true }).values;
  const y = options.keepdim === true ? duplicate(kept) : reshaped(dense(kept), without(x.shape, axes));
  return record(`a${op}`, y, [x], [x, y], (dy) => {
    const hits = eq(x, kept);
    const share = div(reshaped(dense(dy), kept.shape), sum(hits, axes, { keepdim: true }));
    return [mul(hits, share)];
  });
}

/** The largest elements along axes (all of them if left out). Backward: dy, shared among equals. */
export function amax(x: Tensor, dim?: Dim, options: ReduceOptions = {}): Tensor {
  return extremeOver('max', x, dim, options);
}

/** The smallest elements along axes (all of them if left out). Backward: dy, shared among equals. */
export function amin(x: Tensor, dim?: Dim, options: ReduceOptions = {}): Tensor {
  return extremeOver('min', x, dim, options);
}

/**
 * Length of the vectors along axes, (Σ |x|ᵖ)^(1/p), or of all elements; p = ∞ and −∞ give the largest and smallest |x|, 0 counts
 * what is not 0. Backward for p = 2: dx = dy · x / y, 0 where y is 0.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.norm.html
 */
export function norm(x: Tensor, p = 2, dim?: Dim, options: ReduceOptions = {}): Tensor {
  if (Number.isNaN(p)) throw new ValueError('norm: p must be a number, not NaN');
  const source = asFloat(x);
  if (p === Infinity) return amax(abs(source), dim, options);
  if (p === -Infinity) return amin(abs(source), dim, options);
  if (p === 0) return asFloat(sum(ne(source, 0), dim, options));
  if (p === 1) return sum(abs(source), dim, options);
  if (p !== 2) return pow(sum(pow(abs(source), p), dim, options), 1 / p);
  const axes = axesOf('norm', x, dim);
  const y = sqrt(sum(square(source.detach()), dim, options));
  return record('norm', y, [x], [x, y], (dy) => {
    const length = withOnesOf(y, x, axes);
    // 0 / 0 has no direction: divide by anything else.
    const divisor = add(length, eq(length, 0));
    return [mul(x.detach(), div(withOnesOf(dy, x, axes), divisor))];
  });
}

/** A reduced tensor with its reduced axes back, of size 1. */
const withOnesOf = (y: Tensor, x: Tensor, axes: readonly number[]): Tensor =>
  reshaped(dense(y.detach()), withOnes(x.shape, axes));

function positions(
  op: 'argmax' | 'argmin',
  x: Tensor,
  dim: number | undefined,
  options: ReduceOptions,
): Tensor {
  const axes = axesOf(op, x, dim);
  const extent = joined(x.shape, axes)!;
  if (extent[1] === 0)
    throw new ShapeError(`${op}: there is nothing to choose from in a tensor of shape ${show(x.shape)}`);
  const source = converted(x, 'float32');
  const index = empty(withOnes(x.shape, axes), 'int32');
  kernels[op](index.address, source.address, ...extent);
  return finish(index, x, axes, options);
}

/** Where the largest element stands along an axis (the first of equals), or in the flattened tensor; int32. */
export function argmax(x: Tensor, dim?: number, options: ReduceOptions = {}): Tensor {
  return positions('argmax', x, dim, options);
}

/** Where the smallest element stands along an axis (the first of equals), or in the flattened tensor; int32. */
export function argmin(x: Tensor, dim?: number, options: ReduceOptions = {}): Tensor {
  return positions('argmin', x, dim, options);
}

/** Whether any element along axes is not 0, as a bool tensor. */
export function any(x: Tensor, dim?: Dim, options: ReduceOptions = {}): Tensor {
  const axes = axesOf('any', x, dim);
  return finish(reduced(kernels.anyBool, converted(x, 'bool'), axes), x, axes, options);
}

/** Whether all elements along axes differ from 0, as a bool tensor. */
export function all(x: Tensor, dim?: Dim, options: ReduceOptions = {}): Tensor {
  const axes = axesOf('all', x, dim);
  return finish(reduced(kernels.allBool, converted(x, 'bool'), axes), x, axes, options);
}

/** Options of `variance` and `std`. */
export interface VarianceOptions extends ReduceOptions {
  /** Taken off the divisor n. Default 1 (Bessel's correction); 0 for the population's. */
  readonly correction?: number;
}

/** Σ (x − mean)² / (n − correction) along axes. */
export function variance(x: Tensor, dim?: Dim, options: VarianceOptions = {}): Tensor {
  const axes = axesOf('variance', x, dim);
  const n = axes.reduce((product, axis) => product * x.shape[axis], 1);
  const centred = sub(x, mean(x, axes, { keepdim: true }));
  return div(sum(mul(centred, centred), axes, options), n - (options.correction ?? 1));
}

/** Square root of the variance along axes. */
export function std(x: Tensor, dim?: Dim, options: VarianceOptions = {}): Tensor {
  return sqrt(variance(x, dim, options));
}
