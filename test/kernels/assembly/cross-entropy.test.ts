import { describe, expect, it } from 'vitest';
import { expectClose, labs, noise, wholes } from './lab.js';

const IGNORE = -100;
const [NONE, MEAN, SUM] = [0, 1, 2];

interface Problem {
  readonly outer: number;
  readonly classes: number;
  readonly inner: number;
  readonly x: Float32Array;
  readonly target: Int32Array;
  readonly weight: Float32Array | null;
  readonly smoothing: number;
}

/** Losses element by element, the divisor of their mean, and dloss/dx of each element, in double precision. */
function reference({ outer, classes, inner, x, target, weight, smoothing }: Problem) {
  const losses = new Float64Array(outer * inner);
  const slopes = new Float64Array(x.length);
  const w = (c: number): number => weight?.[c] ?? 1;
  let divisor = 0;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const t = target[o * inner + i];
      if (t === IGNORE) continue;
      const places = Array.from({ length: classes }, (_, c) => (o * classes + c) * inner + i);
      const most = Math.max(...places.map((p) => x[p]));
      const log = Math.log(places.reduce((s, p) => s + Math.exp(x[p] - most), 0)) + most;
      // −Σ_c q_c ln p_c with q the smoothed, weighted target.
      const q = places.map((_, c) => w(c) * (smoothing / classes + (c === t ? 1 - smoothing : 0)));
      const mass = q.reduce((a, b) => a + b, 0);
      losses[o * inner + i] = places.reduce((s, p, c) => s - q[c] * (x[p] - log), 0);
      places.forEach((p, c) => (slopes[p] = Math.exp(x[p] - log) * mass - q[c]));
      divisor += w(t);
    }
  }
  return { losses, slopes, divisor };
}

const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);

const PROBLEMS = [
  [1, 10, 1],
  [14, 10, 1],
  [5, 65, 1],
  [3, 7, 4],
  [2, 1, 3],
  [1, 3, 17],
].flatMap(([outer, classes, inner]) =>
  [false, true].flatMap((weighted) =>
    [0, 0.1].map((smoothing): Problem => {
      const target = wholes(outer * inner, classes, classes);
      if (target.length > 2) target[1] = IGNORE;
      const weight = weighted ? noise(classes, 5).map((v) => v + 1.5) : null;
      const x = noise(outer * classes * inner, 7, 8);
      return { outer, classes, inner, x, target, weight, smoothing: Math.fround(smoothing) };
    }),
  ),
);

describe.each(labs)('$name', (lab) => {
  const { kernels } = lab;

  it.each([
    ['one by one', NONE],
    ['their mean', MEAN],
    ['their sum', SUM],
  ])('losses and gradients: %s', (_what, reduction) => {
    for (const problem of PROBLEMS) {
      const { outer, classes, inner, smoothing } = problem;
      const { losses, slopes, divisor } = reference(problem);
      lab.clear();
      const [x, target] = [lab.floats(problem.x), lab.ints(problem.target)];
      const weight = problem.weight ? lab.floats(problem.weight).address : 0;
      const [loss, logProb] = [lab.blank(reduction === NONE ? losses.length : 1), lab.blank(x.length)];
      let divided = 0;
      lab.expectWritesOnly([loss, logProb], () => {
        divided = kernels.crossEntropy(
          loss.address,
          logProb.address,
          x.address,
          target.address,
          weight,
          outer,
          classes,
          inner,
          IGNORE,
          smoothing,
          reduction,
        );
      });
      expect(divided).toBeCloseTo(reduction === MEAN ? divisor : 1, 5);
      const whole = reduction === MEAN ? sum(losses) / divisor : sum(losses);
      expectClose(lab.read(loss), reduction === NONE ? losses : [whole], 3e-6);

      const upstream = reduction === NONE ? noise(losses.length, 3) : Float32Array.of(2);
      const [dloss, dx] = [lab.floats(upstream), lab.blank(x.length)];
      lab.expectWritesOnly([dx], () => {
        kernels.crossEntropyBackward(
          dx.address,
          dloss.address,
          logProb.address,
          target.address,
          weight,
          outer,
          classes,
          inner,
          IGNORE,
          smoothing,
          reduction,
          divided,
        );
      });
      const expected = slopes.map((slope, p) => {
        const element = Math.floor(p / (classes * inner)) * inner + (p % inner);
        return (slope * upstream[reduction === NONE ? element : 0]) / (reduction === MEAN ? divisor : 1);
      });
      expectClose(lab.read(dx), expected, 3e-6);
    }
  });

  it('is NaN on average, and 0 in sum, when every target is ignored', () => {
    lab.clear();
    const [x, target] = [lab.floats([1, 2, 3, 4]), lab.ints([IGNORE, IGNORE])];
    const [loss, logProb, dloss, dx] = [lab.blank(1), lab.blank(4), lab.floats([1]), lab.blank(4)];
    const run = (reduction: number): number =>
      kernels.crossEntropy(
        loss.address,
        logProb.address,
        x.address,
        target.address,
        0,
        2,
        2,
        1,
        IGNORE,
        0,
        reduction,
      );
    expect(run(MEAN)).toBe(0);
    expect(lab.read(loss)[0]).toBeNaN();
    kernels.crossEntropyBackward(
      dx.address,
      dloss.address,
      logProb.address,
      target.address,
      0,
      2,
      2,
      1,
      IGNORE,
      0,
      MEAN,
      0,
    );
    expect([...lab.read(dx)]).toEqual([0, 0, 0, 0]);
    run(SUM);
    expect(lab.read(loss)[0]).toBe(0);
  });

  it('a certain prediction costs nothing, a wrong one its distance', () => {
    lab.clear();
    const [x, target] = [lab.floats([200, 0, 0, 0, 200, 0]), lab.ints([0, 2])];
    const [loss, logProb] = [lab.blank(2), lab.blank(6)];
    kernels.crossEntropy(
      loss.address,
      logProb.address,
      x.address,
      target.address,
      0,
      2,
      3,
      1,
      IGNORE,
      0,
      NONE,
    );
    expectClose(lab.read(loss), [0, 200], 0);
  });

  it('finds the first index that is no class', () => {
    lab.clear();
    const find = (index: number[]): number =>
      kernels.findOutOfRange(lab.ints(index).address, index.length, 3, IGNORE);
    expect(find([])).toBe(-1);
    expect(find([0, 1, 2, IGNORE])).toBe(-1);
    expect(find([0, 3, -1])).toBe(1);
    expect(find([IGNORE, 2, -1])).toBe(2);
  });
});
