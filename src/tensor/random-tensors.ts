import { DTypeError, ValueError } from '../errors.js';
import { type Arguments, expectKind, readArguments, readOptions, type Schema } from '../options.js';
import { converted } from './copy.js';
import { ASK_FOR_FLOAT, filled, sizesOf, type SizesWith, TENSOR, type TensorOptions } from './create.js';
import { expectInt32 } from './dtype.js';
import { defaultGenerator, Generator } from './generator.js';
import { expectTensor } from './operands.js';
import {
  bernoulliFromProbabilities,
  expectRange,
  multinomial as draw,
  normalFill,
  randintFill,
  randpermFill,
  uniformFill,
} from './random.js';
import { expectSizes, numel, type Shape, show } from './shape.js';
import type { Tensor } from './tensor.js';

/** Options of functions that draw random numbers. */
export interface RandomOptions extends TensorOptions {
  /** Where the numbers come from. Default: the generator that `manualSeed` sets. */
  readonly generator?: Generator;
}

/** What these options may be. */
export const RANDOM: Schema<RandomOptions> = { ...TENSOR, generator: Generator };

/** The options of a function that draws float32. */
export function readRandom(op: string, options: RandomOptions | undefined): RandomOptions {
  const read = readOptions(op, options, RANDOM);
  if (read.dtype === undefined || read.dtype === 'float32') return read;
  throw new DTypeError(`${op}: draws float32, not ${read.dtype}`, {
    hint: 'use randint, or int() on the result',
  });
}

function drawn(
  op: string,
  shape: Shape,
  given: RandomOptions | undefined,
  fill: (g: Generator, out: Float32Array) => void,
): Tensor {
  expectSizes(op, shape);
  const options = readRandom(op, given);
  const values = new Float32Array(numel(shape));
  fill(options.generator ?? defaultGenerator, values);
  const x = filled(shape, 'float32', values);
  return options.requiresGrad === true ? x.requiresGrad_() : x;
}

/** Numbers from U(from, to), bit for bit PyTorch's `empty(shape).uniform_(from, to)`. */
export function uniform(shape: Shape, from = 0, to = 1, options?: RandomOptions): Tensor {
  expectKind('uniform', 'from', from, 'a number');
  expectKind('uniform', 'to', to, 'a number');
  return drawn('uniform', shape, options, (g, out) => uniformFill(g, out, from, to));
}

/** Numbers from U(0, 1), bit for bit PyTorch's `rand`; sizes in a list, or one by one. */
export function rand(shape: Shape, options?: RandomOptions): Tensor;
export function rand(...sizes: SizesWith<RandomOptions>): Tensor;
export function rand(...given: (Shape | number | RandomOptions | undefined)[]): Tensor {
  const [shape, options] = sizesOf('rand', given);
  return drawn('rand', shape, options, uniformFill);
}

/** Numbers from N(mean, std²), bit for bit PyTorch's `empty(shape).normal_(mean, std)`. */
export function normal(shape: Shape, mean = 0, std = 1, options?: RandomOptions): Tensor {
  expectKind('normal', 'mean', mean, 'a number');
  expectKind('normal', 'std', std, 'a number');
  return drawn('normal', shape, options, (g, out) => normalFill(g, out, mean, std));
}

/** Numbers from N(0, 1), bit for bit PyTorch's `randn`; sizes in a list, or one by one. */
export function randn(shape: Shape, options?: RandomOptions): Tensor;
export function randn(...sizes: SizesWith<RandomOptions>): Tensor;
export function randn(...given: (Shape | number | RandomOptions | undefined)[]): Tensor {
  const [shape, options] = sizesOf('randn', given);
  return drawn('randn', shape, options, normalFill);
}

/**
 * Whole numbers from `low` (0 if left out) to before `high`, int32, as PyTorch's `randint`.
 *
 * @throws ValueError if there is no number between low and high, or some that int32 does not have
 * @example
 * randint(0, 10, [2, 3]).shape; // [2, 3]
 */
export function randint(high: number, shape: Shape, options?: RandomOptions): Tensor;
export function randint(low: number, high: number, shape: Shape, options?: RandomOptions): Tensor;
export function randint(...given: unknown[]): Tensor {
  const [low, high, shape, last] = (Array.isArray(given[1]) ? [0, ...given] : given) as [
    number,
    number,
    Shape,
    RandomOptions?,
  ];
  expectSizes('randint', shape);
  const options = readOptions('randint', last, RANDOM);
  expectRange('randint', low, high);
  const dtype = options.dtype ?? 'int32';
  if (dtype === 'int32') for (const bound of [low, high - 1]) expectInt32('randint', bound, ASK_FOR_FLOAT);
  const values = new Float64Array(numel(shape));
  randintFill(options.generator ?? defaultGenerator, values, low, high);
  return filled(shape, dtype, values);
}

/** The numbers 0 to n − 1 in random order, int32, as PyTorch's `randperm`. */
export function randperm(n: number, given?: RandomOptions): Tensor {
  expectSizes('randperm', [n]);
  const options = readOptions('randperm', given, RANDOM);
  const values = new Int32Array(n);
  randpermFill(options.generator ?? defaultGenerator, values);
  return filled([n], options.dtype ?? 'int32', values);
}

/** 1 with the probability that stands in `p`, else 0; float32, as PyTorch's `bernoulli`. */
export function bernoulli(p: Tensor, options?: RandomOptions): Tensor {
  expectTensor('bernoulli', 'p', p);
  const probabilities = converted(p, 'float32').data as Float32Array;
  if (probabilities.some((x) => !(x >= 0 && x <= 1))) {
    throw new ValueError('bernoulli: probabilities must be between 0 and 1');
  }
  return drawn('bernoulli', p.shape, options, (g, out) => bernoulliFromProbabilities(g, out, probabilities));
}

/** Options of `multinomial`. */
export interface MultinomialOptions extends RandomOptions {
  /** Whether a position may be drawn more than once. Default false. */
  readonly replacement?: boolean;
}

const MULTINOMIAL: Schema<MultinomialOptions> = { ...RANDOM, replacement: 'true or false' };
const MULTINOMIAL_ORDER = ['replacement'] as const;

/**
 * Positions drawn with the given weights, int32, as PyTorch's `multinomial`.
 *
 * @param weights  (classes) or (rows, classes), float32, not negative, not all 0
 * @returns        (numSamples) or (rows, numSamples)
 * @throws ValueError for weights that are negative, not finite or all 0, and for more samples than classes without replacement
 */
export function multinomial(
  weights: Tensor,
  numSamples: number,
  ...given: Arguments<MultinomialOptions, typeof MULTINOMIAL_ORDER>
): Tensor {
  expectTensor('multinomial', 'weights', weights);
  expectKind('multinomial', 'numSamples', numSamples, 'a whole number above 0');
  const options = readArguments('multinomial', given, MULTINOMIAL, MULTINOMIAL_ORDER);
  const rows = weights.ndim === 2 ? weights.shape[0] : 1;
  const classes = weights.shape[weights.ndim - 1];
  if (weights.ndim < 1 || weights.ndim > 2) {
    throw new ValueError(
      `multinomial: weights must be (classes) or (rows, classes), not ${show(weights.shape)}`,
    );
  }
  const values = converted(weights, 'float32').data as Float32Array;
  for (let row = 0; row < rows; row++) expectWeights(values.subarray(row * classes, (row + 1) * classes));
  const picked = draw(
    options.generator ?? defaultGenerator,
    values,
    rows,
    numSamples,
    options.replacement ?? false,
  );
  return filled(weights.ndim === 2 ? [rows, numSamples] : [numSamples], 'int32', picked);
}

function expectWeights(weights: Float32Array): void {
  const wrong = weights.findIndex((w) => !(w >= 0 && w < Infinity));
  if (wrong >= 0)
    throw new ValueError(
      `multinomial: weight ${wrong} is ${weights[wrong]}; weights must be finite and not negative`,
    );
  if (!weights.some((w) => w > 0)) throw new ValueError('multinomial: all weights are 0');
}
