import { describe, expect, it } from 'vitest';
import { expectClose, labs, noise, ODD_SIZES, ulps, wholes } from './lab.js';

const [NONE, MEAN, SUM] = [0, 1, 2];

describe.each(labs)('$name', (lab) => {
  const { kernels } = lab;

  it.each([
    [1, 3, 1],
    [5, 4, 1],
    [2, 3, 7],
    [0, 3, 1],
  ])('nll of (%i, %i, %i) picks, weighs and reduces', (outer, classes, inner) => {
    for (const reduction of [NONE, MEAN, SUM]) {
      lab.clear();
      const n = outer * inner;
      const [x, t] = [lab.floats(noise(n * classes)), lab.ints(wholes(n, classes))];
      const w = lab.floats(noise(classes, 3).map((v) => v + 2));
      const [loss, dx] = [lab.blank(reduction === NONE ? n : 1), lab.blank(n * classes)];
      let divisor = 0;
      // Class 1 is ignored.
      lab.expectWritesOnly([loss], () => {
        divisor = kernels.nll(
          ...([loss.address, x.address, t.address, w.address, outer, classes, inner, 1, reduction] as const),
        );
      });
      const [values, targets, weights] = [lab.read(x), lab.readInts(t), lab.read(w)];
      const losses = Array.from(targets, (c, i) => {
        const at = (Math.floor(i / inner) * classes + c) * inner + (i % inner);
        return c === 1 ? 0 : -weights[c] * values[at];
      });
      const total = losses.reduce((a, b) => a + b, 0);
      const weight = targets.reduce((sum, c) => sum + (c === 1 ? 0 : weights[c]), 0);
      expect(divisor).toBeCloseTo(reduction === MEAN ? weight : 1, 5);
      expectClose(
        lab.read(loss),
        reduction === NONE ? losses : [reduction === MEAN ? total / weight : total],
        1e-5,
      );

      const dloss = lab.floats(noise(loss.length, 5));
      lab.expectWritesOnly([dx], () => {
        kernels.nllBackward(
          ...([
            dx.address,
            dloss.address,
            t.address,
            w.address,
            outer,
            classes,
            inner,
            1,
            reduction,
            divisor,
          ] as const),
        );
      });
      const upstream = lab.read(dloss);
      const expected = new Float64Array(n * classes);
      targets.forEach((c, i) => {
        if (c === 1) return;
        const at = (Math.floor(i / inner) * classes + c) * inner + (i % inner);
        expected[at] = -weights[c] * (reduction === NONE ? upstream[i] : upstream[0] / divisor);
      });
      expectClose(
        lab.read(dx).map((v) => v + 0),
        expected,
        1e-5,
      );
    }
  });

  it('negativeLogSigmoid is ln(1 + e⁻ˣ), to the last places for any x', () => {
    for (const n of ODD_SIZES) {
      lab.clear();
      const [x, y] = [lab.floats(noise(n, n, 30)), lab.blank(n)];
      lab.expectWritesOnly([y], () => {
        kernels.negativeLogSigmoid(y.address, x.address, n);
      });
      const values = lab.read(x);
      lab.read(y).forEach((v, i) => {
        const truth = Math.log1p(Math.exp(-Math.abs(values[i]))) + Math.max(-values[i], 0);
        expect(ulps(v, truth)).toBeLessThan(5);
      });
    }
    lab.clear();
    const [x, y] = [lab.floats([0, 200, -200, Infinity, -Infinity, NaN]), lab.blank(6)];
    kernels.negativeLogSigmoid(y.address, x.address, 6);
    expect([...lab.read(y)]).toEqual([Math.fround(Math.LN2), 0, 200, 0, Infinity, NaN]);
  });

  it('binaryCrossEntropy is −t ln x − (1 − t) ln(1 − x), with logarithms from −100 on', () => {
    for (const n of ODD_SIZES) {
      lab.clear();
      const unit = (seed: number): Float32Array => noise(n, seed).map((v) => (v + 1) / 2);
      const [x, t, y] = [lab.floats(unit(1)), lab.floats(unit(2)), lab.blank(n)];
      lab.expectWritesOnly([y], () => {
        kernels.binaryCrossEntropy(y.address, x.address, t.address, n);
      });
      const [xs, ts] = [lab.read(x), lab.read(t)];
      const cut = (v: number): number => Math.max(v, -100);
      const expected = Array.from(
        xs,
        (v, i) => -(ts[i] * cut(Math.log(v)) + (1 - ts[i]) * cut(Math.log1p(-v))),
      );
      expectClose(lab.read(y), expected);
    }
  });
});
