import type { Tensor } from '../tensor/tensor.js';

/** The loss along a direction, at a step's length. */
export interface Point {
  readonly t: number;
  readonly loss: number;
  readonly grad: Tensor;
  /** The gradient along the direction. */
  readonly slope: number;
}

/** When a line search ends. */
export interface SearchLimits {
  /** Steps tried after the first. */
  readonly most: number;
  /** Bracket, times the direction's largest element, below which looking on is pointless. */
  readonly toleranceChange: number;
  readonly largest: number;
}

// PyTorch's losses and slopes are float32, so its conditions are rounded to that.
const f = Math.fround;

/** Enough descent (Armijo's c₁), and how much of the slope has to be gone (c₂). */
const [DESCENT, CURVATURE] = [1e-4, 0.9];

/** Where the cubic through two points with their slopes has its minimum, within bounds; their middle where it has none. */
function cubicMinimum(a: Point, b: Point, bounds?: readonly [number, number]): number {
  const [low, high] = bounds ?? [Math.min(a.t, b.t), Math.max(a.t, b.t)];
  const d1 = f(f(a.slope + b.slope) - f((3 * (a.loss - b.loss)) / (a.t - b.t)));
  const square = f(f(d1 * d1) - f(a.slope * b.slope));
  if (!(square >= 0)) return (low + high) / 2;
  const d2 = f(Math.sqrt(square));
  const [left, right] = a.t <= b.t ? [a, b] : [b, a];
  const share = f(f(f(right.slope + d2) - d1) / f(f(right.slope - left.slope) + f(2 * d2)));
  return Math.min(Math.max(f(right.t - f(f(right.t - left.t) * share)), low), high);
}

/**
 * Looks along a direction for a step with enough descent and little slope left (the strong Wolfe conditions; Nocedal and Wright,
 * Numerical Optimization, algorithms 3.5 and 3.6), with the choices of PyTorch, which are those of minFunc.
 *
 * @param evaluate  the point at a step's length
 * @param start     the point at 0
 * @param first     the length to try first
 * @returns         the best point, and how many were evaluated
 */
export function strongWolfe(
  evaluate: (t: number) => Point,
  start: Point,
  first: number,
  limits: SearchLimits,
): [best: Point, evaluations: number] {
  const isHigh = (p: Point): boolean => p.loss > f(start.loss + f(f(DESCENT * p.t) * start.slope));
  const isFlat = (p: Point): boolean => Math.abs(p.slope) <= f(-CURVATURE * start.slope);

  // Longer and longer steps, until a minimum lies between two of them.
  let [previous, next] = [start, evaluate(first)];
  let steps = 0;
  let bracket: [Point, Point] | null = null;
  while (steps < limits.most) {
    if (isHigh(next) || (steps > 1 && next.loss >= previous.loss)) bracket = [previous, next];
    else if (isFlat(next)) return [next, steps + 1];
    else if (next.slope >= 0) bracket = [previous, next];
    if (bracket !== null) break;
    const shortest = next.t + 0.01 * (next.t - previous.t);
    const t = cubicMinimum(previous, next, [shortest, next.t * 10]);
    [previous, next] = [next, evaluate(t)];
    steps += 1;
  }

  // Smaller and smaller brackets around it.
  const ends = bracket ?? [start, next];
  const lower = (): 0 | 1 => (ends[0].loss <= ends[1].loss ? 0 : 1);
  let low = lower();
  let stuck = false;
  while (steps < limits.most) {
    const [min, max] = [Math.min(ends[0].t, ends[1].t), Math.max(ends[0].t, ends[1].t)];
    if ((max - min) * limits.largest < limits.toleranceChange) break;
    let t = cubicMinimum(ends[0], ends[1]);
    const margin = 0.1 * (max - min);
    const close = Math.min(max - t, t - min) < margin;
    if (close && (stuck || t >= max || t <= min)) {
      t = Math.abs(t - max) < Math.abs(t - min) ? max - margin : min + margin;
      stuck = false;
    } else stuck = close;
    next = evaluate(t);
    steps += 1;
    if (isHigh(next) || next.loss >= ends[low].loss) {
      ends[1 - low] = next;
      low = lower();
      continue;
    }
    if (isFlat(next)) return [next, steps + 1];
    if (next.slope * (ends[1 - low].t - ends[low].t) >= 0) ends[1 - low] = ends[low];
    ends[low] = next;
  }
  return [ends[low], steps + 1];
}
