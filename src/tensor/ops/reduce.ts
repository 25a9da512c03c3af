import { ShapeError } from '../../errors.js';
import { kernels } from '../../kernels/engine.js';
import { readOptions, type Schema } from '../../options.js';
import { record } from '../autograd.js';
import { converted, dense, duplicate, reshaped, stretched } from '../copy.js';
import { expectNotWrapped } from '../dtype.js';
import { expectNumber, expectTensor } from '../operands.js';
import { expectAxis, noAxis, numel, sameShape, type Shape, show } from '../shape.js';
import { empty, type Tensor } from '../tensor.js';
import { div, eq, mul, ne, pow, sub } from './binary.js';
import { abs, sign, sqrt, square } from './elementwise.js';
import { isnan, logicalOr, maskedFill, where } from './masking.js';

/** Options of a reduction along axes. */
export interface ReduceOptions {
  /** Keep reduced axes with size 1. Default false. */
  readonly keepdim?: boolean;
}

/** The options, or `keepdim` alone, which stands by position in PyTorch. */
export type KeepDim = ReduceOptions | boolean;

const REDUCE: Schema<ReduceOptions> = { keepdim: 'true or false' };

/** Whether reduced axes stay. */
export function keeps(op: string, given: KeepDim | undefined): boolean {
  if (given === undefined) return false;
  return typeof given === 'boolean' ? given : (readOptions(op, given, REDUCE).keepdim ?? false);
}

/** One axis, several, or all (left out). -1 is the last. */
export type Dim = number | readonly number[];

/** Values and positions of extremes along an axis, by name or in this order: `const [values, indices] = x.topk(2)`. */
export interface Extremes extends Iterable<Tensor> {
  readonly values: Tensor;
  readonly indices: Tensor;
}

/** Values and positions as one result. */
export const extremes = (values: Tensor, indices: Tensor): Extremes => ({
  values,
  indices,
  *[Symbol.iterator]() {
    yield values;
    yield indices;
  },
});

function axesOf(op: string, x: Tensor, dim: Dim | undefined): number[] {
  expectTensor(op, 'the first argument', x);
  if (dim === undefined) return x.shape.map((_, i) => i);
  const list = typeof dim === 'number' ? [dim] : dim;
  if (!Array.isArray(list)) throw noAxis(op, dim);
  const axes = list.map((d: number) => expectAxis(op, d, x.ndim));
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
  const [first, last] = [axes.reduce((a, b) => Math.min(a, b)), axes.reduce((a, b) => Math.max(a, b))];
  if (last - first + 1 !== axes.length) return null;
  return [numel(shape.slice(0, first)), numel(shape.slice(first, last + 1)), numel(shape.slice(last + 1))];
}

/** Those of whole numbers return 1 if a result does not fit. */
type SumKernel = (y: number, x: number, outer: number, n: number, inner: number) => unknown;

/** Reduces `axes` of x by a kernel, keeping them with size 1; without history. */
function reduced(op: string, kernel: SumKernel, x: Tensor, axes: readonly number[]): Tensor {
  const source = dense(x);
  const extent = joined(x.shape, axes);
  if (extent === null) {
    // The last axis first; the others keep their numbers.
    const last = axes.reduce((a, b) => Math.max(a, b));
    return reduced(
      op,
      kernel,
      reduced(op, kernel, x, [last]),
      axes.filter((a) => a !== last),
    );
  }
  const y = empty(withOnes(x.shape, axes), x.dtype);
  expectNotWrapped(op, kernel(y.address, source.address, ...extent));
  return y;
}

const finish = (y: Tensor, x: Tensor, axes: readonly number[], keepdim: boolean): Tensor =>
  keepdim ? y : reshaped(y, without(x.shape, axes));

/** Opposite of a reduction: y (reduced, with or without the axes) stretched over `shape`. */
function spread(y: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  return duplicate(stretched(reshaped(dense(y), withOnes(shape, axes)), shape));
}

/**
 * y = Σ x along axes (all of them if left out); int32 and bool add up to int32.
 * Backward: dx = dy, stretched.
 */
export function sum(x: Tensor, dim?: Dim, options?: KeepDim): Tensor {
  const axes = axesOf('sum', x, dim);
  const floating = x.dtype === 'float32';
  const source = floating ? x : converted(x, 'int32');
  const y = finish(
    reduced('sum', floating ? kernels.sum : kernels.sumInt, source, axes),
    x,
    axes,
    keeps('sum', options),
  );
  const { shape } = x;
  return record('sum', y, [x], [], (dy) => [spread(dy, shape, axes)]);
}

// Keeps history for float32, which conversion would lose. PyTorch refuses whole numbers here, but its users can write 1. for 1.
const asFloat = (x: Tensor): Tensor => (x.dtype === 'float32' ? x : converted(x, 'float32'));

/** y = Σ x / n along axes (all of them if left out); always float32. Backward: dx = dy / n, stretched. */
export function mean(x: Tensor, dim?: Dim, options?: KeepDim): Tensor {
  const axes = axesOf('mean', x, dim);
  const n = axes.reduce((product, axis) => product * x.shape[axis], 1);
  const { shape } = x;
  const y = div(sum(asFloat(x.detach()), dim, keeps('mean', options)), n);
  return record('mean', y, [x], [], (dy) => [spread(div(dy, n), shape, axes)]);
}

/** dy summed over the axes along which `shape` was stretched: the backward of broadcasting. */
export function sumTo(dy: Tensor, shape: Shape): Tensor {
  if (sameShape(dy.shape, shape)) return dy;
  const lead = dy.ndim - shape.length;
  const axes = dy.shape.flatMap((size, i) => (i < lead || (shape[i - lead] === 1 && size !== 1) ? [i] : []));
  return reshaped(reduced('sum', kernels.sum, dy, axes), shape);
}

/**
 * y = Π x along one axis, or of all elements; int32 and bool multiply to int32.
 * Backward: dx = dy · y / x, by products of the others where an x is 0.
 */
export function prod(x: Tensor, dim?: number, options?: KeepDim): Tensor {
  const axes = axesOf('prod', x, dim);
  const floating = x.dtype === 'float32';
  const source = floating ? x : converted(x, 'int32');
  const y = finish(
    reduced('prod', floating ? kernels.prod : kernels.prodInt, source, axes),
    x,
    axes,
    keeps('prod', options),
  );
  return record('prod', y, [x], [x, y], (dy) => {
    if (x.numel() === 1) return [reshaped(dense(dy), x.shape)];
    const [dx, data, upstream, product] = [empty(x.shape), dense(x), dense(dy), dense(y)];
    const addresses = [dx.address, upstream.address, product.address, data.address] as const;
    kernels.prodBackward(...addresses, ...joined(x.shape, axes)!);
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
  keepdim: boolean,
): Extremes {
  const extent = joined(x.shape, axes)!;
  if (extent[1] === 0)
    throw new ShapeError(`${op}: there is nothing to choose from in a tensor of shape ${show(x.shape)}`);
  const source = dense(x);
  const kept = withOnes(x.shape, axes);
  const [values, indices] = [empty(kept, x.dtype), empty(kept, 'int32')];
  kernel(values.address, indices.address, source.address, ...extent);
  return extremes(finish(values, x, axes, keepdim), finish(indices, x, axes, keepdim));
}

function extremeAlong(op: 'max' | 'min', x: Tensor, dim: number, options?: KeepDim): Extremes {
  const axes = axesOf(op, x, dim);
  const floating = x.dtype === 'float32';
  const result = extreme(op, floating ? kernels[op] : kernels[`${op}Int`], x, axes, keeps(op, options));
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
  const y = extreme(op, x.dtype === 'float32' ? kernels[op] : kernels[`${op}Int`], x, axes, false).values;
  return record(op, y, [x], [x, y], (dy) => {
    // A NaN is the largest and the smallest wherever there is one.
    const hits = logicalOr(eq(x, y.detach()), isnan(x));
    return [mul(hits, div(dy, sum(hits)))];
  });
}

/**
 * The largest element, or along one axis the largest and where it stands (the first of equals; NaN wins).
 * Backward: dy to the chosen element; max of everything shares it among equals.
 */
export function max(x: Tensor): Tensor;
export function max(x: Tensor, dim: number, options?: KeepDim): Extremes;
export function max(x: Tensor, dim?: number, options?: KeepDim): Tensor | Extremes {
  return dim === undefined ? extremeOfAll('max', x) : extremeAlong('max', x, dim, options);
}

/** The smallest element, or along one axis the smallest and where it stands; as `max`. */
export function min(x: Tensor): Tensor;
export function min(x: Tensor, dim: number, options?: KeepDim): Extremes;
export function min(x: Tensor, dim?: number, options?: KeepDim): Tensor | Extremes {
  return dim === undefined ? extremeOfAll('min', x) : extremeAlong('min', x, dim, options);
}

function extremeOver(op: 'max' | 'min', x: Tensor, dim: Dim | undefined, options?: KeepDim): Tensor {
  const axes = axesOf(`a${op}`, x, dim);
  const keepdim = keeps(`a${op}`, options);
  const kernel = x.dtype === 'float32' ? kernels[op] : kernels[`${op}Int`];
  let kept = x.detach();
  for (const axis of axes) kept = extreme(`a${op}`, kernel, kept, [axis], true).values;
  const y = keepdim ? duplicate(kept) : reshaped(dense(kept), without(x.shape, axes));
  return record(`a${op}`, y, [x], [x, y], (dy) => {
    const hits = eq(x, kept);
    const share = div(reshaped(dense(dy), kept.shape), sum(hits, axes, { keepdim: true }));
    return [mul(hits, share)];
  });
}

/** The largest elements along axes (all of them if left out). Backward: dy, shared among equals. */
export function amax(x: Tensor, dim?: Dim, options?: KeepDim): Tensor {
  return extremeOver('max', x, dim, options);
}

/** The smallest elements along axes (all of them if left out). Backward: dy, shared among equals. */
export function amin(x: Tensor, dim?: Dim, options?: KeepDim): Tensor {
  return extremeOver('min', x, dim, options);
}

/**
 * Length y of the vectors along axes, (Σ |x|ᵖ)^(1/p), or of all elements; p = ∞ and −∞ give the largest and smallest |x|, 0 counts
 * what is not 0. Backward: dx = dy · sign x · (|x| / y)^(p−1), shared among equals where p is infinite, and 0 where y is 0.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.norm.html
 */
export function norm(x: Tensor, p = 2, dim?: Dim, options?: KeepDim): Tensor {
  expectNumber('norm', 'p', p);
  const axes = axesOf('norm', x, dim);
  const y = lengths(asFloat(x.detach()), p, dim, keeps('norm', options));
  return record('norm', y, [x], [x, y], (dy) => {
    const [length, upstream] = [withOnesOf(y, x, axes), withOnesOf(dy, x, axes)];
    return [p !== 0 && slopeOfLength(x, length, upstream, p, axes)];
  });
}

function lengths(x: Tensor, p: number, dim: Dim | undefined, keepdim: boolean): Tensor {
  if (p === Infinity) return amax(abs(x), dim, keepdim);
  if (p === -Infinity) return amin(abs(x), dim, keepdim);
  if (p === 0) return converted(sum(ne(x, 0), dim, keepdim), 'float32');
  if (p === 1) return sum(abs(x), dim, keepdim);
  if (p === 2) return sqrt(sum(square(x), dim, keepdim));
  return pow(sum(pow(abs(x), p), dim, keepdim), 1 / p);
}

/** The backward of `norm`: y and dy have their reduced axes. What is 0 over 0 is 0, case by case as in PyTorch. */
function slopeOfLength(x: Tensor, y: Tensor, dy: Tensor, p: number, axes: readonly number[]): Tensor {
  const zeroWhere = (mask: Tensor, t: Tensor): Tensor => maskedFill(t, mask, 0);
  const scale = (): Tensor => zeroWhere(eq(y, 0), div(dy, pow(y, p - 1)));
  if (p === 1) return mul(sign(x), dy);
  if (p === 2) return mul(dy, zeroWhere(eq(y, 0), div(x, y)));
  if (Math.abs(p) === Infinity) {
    const hits = logicalOr(eq(abs(x), y), isnan(x));
    return mul(sign(x), mul(div(dy, sum(hits, axes, { keepdim: true })), hits));
  }
  if (p < 1) {
    const slope = zeroWhere(eq(x, 0), pow(abs(x), p - 1));
    return mul(mul(mul(sign(x), slope), dy), pow(y, 1 - p));
  }
  if (p < 2) return mul(mul(sign(x), pow(abs(x), p - 1)), scale());
  return mul(mul(x, pow(abs(x), p - 2)), scale());
}

/** A reduced tensor with its reduced axes back, of size 1. */
const withOnesOf = (y: Tensor, x: Tensor, axes: readonly number[]): Tensor =>
  reshaped(dense(y.detach()), withOnes(x.shape, axes));

function positions(op: 'argmax' | 'argmin', x: Tensor, dim: number | undefined, options?: KeepDim): Tensor {
  const axes = axesOf(op, x, dim);
  const extent = joined(x.shape, axes)!;
  if (extent[1] === 0)
    throw new ShapeError(`${op}: there is nothing to choose from in a tensor of shape ${show(x.shape)}`);
  const source = dense(x);
  const index = empty(withOnes(x.shape, axes), 'int32');
  if (x.dtype === 'float32') kernels[op](index.address, source.address, ...extent);
  else kernels[op === 'argmax' ? 'maxInt' : 'minInt'](0, index.address, source.address, ...extent);
  return finish(index, x, axes, keeps(op, options));
}

/** Where the largest element stands along an axis (the first of equals), or in the flattened tensor; int32. */
export function argmax(x: Tensor, dim?: number, options?: KeepDim): Tensor {
  return positions('argmax', x, dim, options);
}

/** Where the smallest element stands along an axis (the first of equals), or in the flattened tensor; int32. */
export function argmin(x: Tensor, dim?: number, options?: KeepDim): Tensor {
  return positions('argmin', x, dim, options);
}

/** Whether any element along axes is not 0, as a bool tensor. */
export function any(x: Tensor, dim?: Dim, options?: KeepDim): Tensor {
  const axes = axesOf('any', x, dim);
  return finish(reduced('any', kernels.anyBool, converted(x, 'bool'), axes), x, axes, keeps('any', options));
}

/** Whether all elements along axes differ from 0, as a bool tensor. */
export function all(x: Tensor, dim?: Dim, options?: KeepDim): Tensor {
  const axes = axesOf('all', x, dim);
  return finish(reduced('all', kernels.allBool, converted(x, 'bool'), axes), x, axes, keeps('all', options));
}

/** Options of `variance` and `std`. */
export interface VarianceOptions extends ReduceOptions {
  /** Taken off the divisor n. Default 1 (Bessel's correction); 0 for the population's. */
  readonly correction?: number;
}

const VARIANCE: Schema<VarianceOptions> = { ...REDUCE, correction: 'a number' };

/**
 * y = Σ (x − mean)² / (n − correction) along axes; NaN or ∞ where nothing is left of n.
 * Backward: dx = dy · 2 (x − mean) / (n − correction).
 *
 * @see https://pytorch.org/docs/stable/generated/torch.var.html
 */
export function variance(x: Tensor, dim?: Dim, given?: VarianceOptions): Tensor {
  const options = readOptions('variance', given, VARIANCE);
  const y = spreadOf('variance', x, dim, options);
  return record('variance', y, [x], [x], (dy) => [slopeOfVariance(x, dy, dim, options)]);
}

/**
 * Square root of the variance along axes. Backward: dx = dy · (x − mean) / (n − correction) y, 0 where y is 0.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.std.html
 */
export function std(x: Tensor, dim?: Dim, given?: VarianceOptions): Tensor {
  const options = readOptions('std', given, VARIANCE);
  const y = sqrt(spreadOf('std', x, dim, options));
  return record('std', y, [x], [x, y], (dy) => {
    const upstream = maskedFill(div(dy, mul(y, 2)), eq(y, 0), 0);
    return [slopeOfVariance(x, upstream, dim, options)];
  });
}

const centred = (x: Tensor, axes: readonly number[]): Tensor => sub(x, mean(x, axes, { keepdim: true }));

/** What is left of the number of elements along axes. */
function freedom(x: Tensor, axes: readonly number[], { correction = 1 }: VarianceOptions): number {
  return axes.reduce((product, axis) => product * x.shape[axis], 1) - correction;
}

function spreadOf(op: string, x: Tensor, dim: Dim | undefined, options: VarianceOptions): Tensor {
  const axes = axesOf(op, x, dim);
  const squares = square(centred(asFloat(x.detach()), axes));
  return div(sum(squares, axes, options.keepdim), Math.max(freedom(x, axes, options), 0));
}

function slopeOfVariance(x: Tensor, dy: Tensor, dim: Dim | undefined, options: VarianceOptions): Tensor {
  const axes = axesOf('variance', x, dim);
  const [upstream, left] = [withOnesOf(dy, x, axes), freedom(x, axes, options)];
  // The limit where nothing is left, which PyTorch takes for all elements alone.
  if (dim === undefined && left <= 0) return mul(upstream, where(eq(centred(x, axes), 0), NaN, Infinity));
  return mul(mul(upstream, 2 / left), centred(x, axes));
}
