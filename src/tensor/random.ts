import { ValueError } from '../errors.js';
import { fma, logf, sincosf } from './fused.js';
import type { Generator } from './generator.js';

// PyTorch's CPU distributions, bit for bit (x86-64 with AVX2 or later), filling plain arrays in memory order.
const f = Math.fround;
const TWO_PI = f(2 * Math.PI);

/** U(from, to): 24 bits a value, scaled with one rounding; 53 bits for doubles. */
export function uniformFill(g: Generator, out: Float32Array | Float64Array, from = 0, to = 1): void {
  if (out instanceof Float64Array) {
    for (let i = 0; i < out.length; i++) out[i] = g.random53() * (to - from) + from;
    return;
  }
  const [low, high] = [f(from), f(to)];
  const range = f(high - low);
  for (let i = 0; i < out.length; i++) {
    const value = fma(g.random24(), range, low);
    out[i] = value === high ? low : value;
  }
}

/**
 * N(mean, std²). Fewer than 16 values come from Box and Muller's method in double precision, whose second half the generator
 * keeps; more of them in blocks of 16 in float32, of which a ragged last one is drawn anew.
 */
export function normalFill(g: Generator, out: Float32Array | Float64Array, mean = 0, std = 1): void {
  const n = out.length;
  if (n < 16) {
    normalSingly(g, out, mean, std);
    return;
  }
  const block = (start: number): void => {
    if (out instanceof Float64Array) normalBlockDouble(out, start, mean, std);
    else normalBlock(out, start, f(mean), f(std));
  };
  uniformFill(g, out);
  for (let start = 0; start + 16 <= n; start += 16) block(start);
  if (n % 16 === 0) return;
  uniformFill(g, out.subarray(n - 16));
  block(n - 16);
}

/** N(mean, std²) one by one, as PyTorch fills few values, and tensors that are not contiguous. */
export function normalSingly(
  g: Generator,
  out: Float32Array | Float64Array,
  mean: number,
  std: number,
): void {
  for (let i = 0; i < out.length; i++) out[i] = normalValue(g) * std + mean;
}

function normalValue(g: Generator): number {
  const kept = g.nextNormal;
  if (kept !== null) {
    g.nextNormal = null;
    return kept;
  }
  const u1 = g.random53();
  const u2 = g.random53();
  const radius = Math.sqrt(-2 * Math.log1p(-u2));
  const angle = 2 * Math.PI * u1;
  g.nextNormal = radius * Math.sin(angle);
  return radius * Math.cos(angle);
}

function normalBlock(out: Float32Array, start: number, mean: number, std: number): void {
  for (let j = start; j < start + 8; j++) {
    const radius = f(Math.sqrt(f(-2 * logf(f(1 - out[j])))));
    const [sin, cos] = sincosf(f(TWO_PI * out[j + 8]));
    out[j] = fma(f(radius * cos), std, mean);
    out[j + 8] = fma(f(radius * sin), std, mean);
  }
}

function normalBlockDouble(out: Float64Array, start: number, mean: number, std: number): void {
  for (let j = start; j < start + 8; j++) {
    const radius = Math.sqrt(-2 * Math.log(1 - out[j]));
    const angle = 2 * Math.PI * out[j + 8];
    out[j] = radius * Math.cos(angle) * std + mean;
    out[j + 8] = radius * Math.sin(angle) * std + mean;
  }
}

/** Checks that there is something to draw. */
export function expectRange(op: string, low: number, high: number): void {
  if (Number.isInteger(low) && Number.isInteger(high) && high > low) return;
  throw new ValueError(`${op}: there is no whole number from ${low} to before ${high}`);
}

/** Whole numbers from `low` to before `high`; wide ranges draw 64 bits, from where PyTorch 2.13 does (1.13 from 2^32). */
export function randintFill(g: Generator, out: Int32Array | Float64Array, low: number, high: number): void {
  const range = high - low;
  const wide = range >= 2 ** 28;
  for (let i = 0; i < out.length; i++) {
    out[i] = low + (wide ? Number(g.random64() % BigInt(range)) : g.random() % range);
  }
}

/** 0 … n − 1 in random order (Fisher and Yates). */
export function randpermFill(g: Generator, out: Int32Array): void {
  const n = out.length;
  for (let i = 0; i < n; i++) out[i] = i;
  for (let i = 0; i < n - 1; i++) {
    const j = i + (g.random() % (n - i));
    [out[i], out[j]] = [out[j], out[i]];
  }
}

/** 1 with one probability for all, else 0: two words a value. */
export function bernoulliFill(g: Generator, out: Float32Array, p: number): void {
  for (let i = 0; i < out.length; i++) out[i] = g.random53() < p ? 1 : 0;
}

/** 1 with a probability for each, else 0: one word a value. */
export function bernoulliFromProbabilities(g: Generator, out: Float32Array, p: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = g.random24() < p[i] ? 1 : 0;
}

/** 0 with probability p, else 1 / (1 − p), where 1 − p is rounded to float32 before and after the division. */
export function dropoutMask(g: Generator, out: Float32Array, p: number): void {
  const kept = f(1 / f(1 - p));
  for (let i = 0; i < out.length; i++) out[i] = g.random53() < 1 - p ? kept : 0;
}

/** Exponential with rate lambda. */
export function exponentialFill(g: Generator, out: Float32Array, lambda = 1): void {
  for (let i = 0; i < out.length; i++) out[i] = (-1 / lambda) * Math.log1p(-g.random53());
}

/**
 * Positions drawn with the given weights, `count` a row. With replacement (and more than one) by the cumulative sums; else by
 * the largest of weight / exponential, which draws for every entry.
 *
 * @param weights  (rows, classes), not negative, each row with a sum above 0
 * @returns        (rows, count)
 * @throws ValueError for more positions than classes without replacement
 */
export function multinomial(
  g: Generator,
  weights: Float32Array,
  rows: number,
  count: number,
  replacement: boolean,
): Int32Array {
  const classes = weights.length / rows;
  if (!replacement && count > classes) {
    throw new ValueError(`multinomial: cannot draw ${count} of ${classes} without replacement`, {
      hint: 'draw fewer, or with { replacement: true }',
    });
  }
  const picked = new Int32Array(rows * count);
  const summing = replacement && count > 1;
  const race = summing ? weights : racing(g, weights);
  for (let row = 0; row < rows; row++) {
    const own = race.subarray(row * classes, (row + 1) * classes);
    picked.set(summing ? byCumulativeSums(g, own, count) : largest(own, count), row * count);
  }
  return picked;
}

function racing(g: Generator, weights: Float32Array): Float32Array {
  const race = new Float32Array(weights.length);
  exponentialFill(g, race);
  for (let i = 0; i < race.length; i++) race[i] = weights[i] / race[i];
  return race;
}

function byCumulativeSums(g: Generator, weights: Float32Array, count: number): Int32Array {
  const sums = new Float32Array(weights.length);
  let total = 0;
  for (let i = 0; i < weights.length; i++) sums[i] = total = f(total + weights[i]);
  for (let i = 0; i < sums.length; i++) sums[i] /= total;
  return Int32Array.from({ length: count }, () => firstFrom(sums, g.random53()));
}

/** The first position whose value reaches `least`, among rising values that do in the end. */
function firstFrom(rising: Float32Array, least: number): number {
  let [from, to] = [0, rising.length - 1];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (rising[middle] < least) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The positions of the largest values, the largest first. */
function largest(values: Float32Array, count: number): number[] {
  if (count === 1) return [values.reduce((best, v, i) => (v > values[best] ? i : best), 0)];
  return [...values.keys()].sort((a, b) => values[b] - values[a] || a - b).slice(0, count);
}
