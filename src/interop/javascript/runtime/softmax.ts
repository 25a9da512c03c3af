import type { Vector } from './cell.js';

/** softmax(x / temperature) */
export function softmax(x: Vector, temperature: number): number[] {
  const most = Array.from(x).reduce((a, b) => Math.max(a, b));
  const weights = Array.from(x, (value) => Math.exp((value - most) / temperature));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}
