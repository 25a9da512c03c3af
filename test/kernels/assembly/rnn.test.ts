import { describe, it } from 'vitest';
import { type Buffer, expectClose, type Lab, labs, noise } from './lab.js';

interface Problem {
  readonly batchSizes: readonly number[];
  readonly hidden: number;
  readonly relu: boolean;
  readonly reverse: boolean;
  readonly withInitial: boolean;
  /** Columns of the other direction beside ours. */
  readonly beside: number;
}

type Rows = number[][];

const zeros = (rows: number, columns: number): Rows =>
  Array.from({ length: rows }, () => new Array<number>(columns).fill(0));

const asRows = (flat: ArrayLike<number>, columns: number): Rows =>
  Array.from({ length: flat.length / columns }, (_, r) =>
    Array.from({ length: columns }, (_, c) => flat[r * columns + c]),
  );

/** Rows of each sequence, in the order in which the walk meets them. */
function paths({ batchSizes, reverse }: Problem): Rows {
  const starts = batchSizes.map((_, t) => batchSizes.slice(0, t).reduce((a, b) => a + b, 0));
  return Array.from({ length: batchSizes[0] }, (_, sequence) => {
    const rows = starts.map((start) => start + sequence).filter((_, t) => batchSizes[t] > sequence);
    return reverse ? rows.reverse() : rows;
  });
}

/** One sequence after the other, one number after the other, in double precision: forward, then the loss's way back. */
function reference(problem: Problem, pre: Rows, W: Rows, h0: Rows, dout: Rows, dhn: Rows) {
  const { hidden, relu } = problem;
  const units = Array.from({ length: hidden }, (_, j) => j);
  const [out, dz] = [zeros(pre.length, hidden), zeros(pre.length, hidden)];
  const hn: Rows = [];
  const dh0: Rows = [];
  paths(problem).forEach((rows, sequence) => {
    let h = h0[sequence];
    for (const row of rows) {
      const z = units.map((j) => units.reduce((s, q) => s + W[j][q] * h[q], pre[row][j]));
      h = out[row] = z.map((v) => (relu ? Math.max(v, 0) : Math.tanh(v)));
    }
    hn[sequence] = h;
    let dh = dhn[sequence];
    for (let i = rows.length - 1; i >= 0; i--) {
      const row = rows[i];
      dz[row] = units.map(
        (j) => (dh[j] + dout[row][j]) * (relu ? Number(out[row][j] > 0) : 1 - out[row][j] ** 2),
      );
      dh = units.map((q) => units.reduce((s, j) => s + W[j][q] * dz[row][j], 0));
    }
    dh0[sequence] = dh;
  });
  return { out, hn, dz, dh0 };
}

const BATCHES = [[1, 1, 1, 1], [3, 3, 3], [5], [4, 3, 3, 1], [6, 6, 2, 2, 1, 1], [2, 1, 1]];

const PROBLEMS = BATCHES.flatMap((batchSizes) =>
  [1, 3, 4, 10, 17].flatMap((hidden) =>
    [false, true].flatMap((relu) =>
      [false, true].map((withInitial): Omit<Problem, 'reverse'> => {
        return { batchSizes, hidden, relu, withInitial, beside: hidden % 2 ? hidden : 0 };
      }),
    ),
  ),
);

/** Floats of `rows` rows among others: this direction's half of a bidirectional layer's. */
function interleaved(lab: Lab, values: Rows, beside: number): { half: Buffer; step: number; rows: Buffer[] } {
  const [{ length: width }] = values;
  const whole = lab.floats(values.flatMap((row) => [...row, ...noise(beside, 9)]));
  const step = width + beside;
  const rows = values.map((_, r) => ({ address: whole.address + r * step * 4, length: width }));
  return { half: whole, step, rows };
}

describe.each(labs)('$name', (lab) => {
  const { kernels } = lab;

  it.each([
    ['forwards', false],
    ['backwards', true],
  ])('walks whole and packed sequences %s, and returns every gradient', (_way, reverse) => {
    for (const fields of PROBLEMS) {
      const problem = { ...fields, reverse };
      const { batchSizes, hidden, relu, withInitial, beside } = problem;
      const [batch, steps] = [batchSizes[0], batchSizes.length];
      const count = batchSizes.reduce((a, b) => a + b, 0);
      lab.clear();
      const scale = 1 / Math.sqrt(hidden);
      const pre = lab.floats(noise(count * hidden, 1));
      const whh = lab.floats(noise(hidden * hidden, 2, scale));
      const h0 = lab.floats(withInitial ? noise(batch * hidden, 3) : new Float32Array(batch * hidden));
      const dhn = lab.floats(noise(batch * hidden, 4));
      const dout = interleaved(lab, asRows(noise(count * hidden, 5), hidden), beside);
      const out = interleaved(lab, zeros(count, hidden), beside);
      const [hn, dz, dh0] = [lab.blank(batch * hidden), lab.blank(count * hidden), lab.blank(batch * hidden)];
      const sizes = lab.ints(batchSizes);
      const forward = lab.packed(whh, hidden, hidden, 'forward');
      const backward = lab.packed(whh, hidden, hidden, 'backward');
      const expected = reference(
        problem,
        ...([pre, whh, h0].map((b) => asRows(lab.read(b), hidden)) as [Rows, Rows, Rows]),
        dout.rows.map((row) => [...lab.read(row)]),
        asRows(lab.read(dhn), hidden),
      );
      const initial = withInitial ? h0.address : 0;
      const [kind, way] = [Number(relu), Number(reverse)];

      lab.expectWritesOnly([...out.rows, hn, pre], () => {
        lab.inStretches(steps, batch, (from, to, begin, end) => {
          kernels.rnnForward(
            from,
            to,
            out.half.address,
            out.step,
            hn.address,
            pre.address,
            forward.address,
            initial,
            sizes.address,
            steps,
            begin,
            end,
            hidden,
            kind,
            way,
          );
        });
      });
      lab.expectWritesOnly([dz, dh0], () => {
        lab.inStretches(steps, batch, (from, to, begin, end) => {
          kernels.rnnBackward(
            from,
            to,
            dz.address,
            dh0.address,
            dout.half.address,
            dout.step,
            dhn.address,
            out.half.address,
            out.step,
            backward.address,
            sizes.address,
            steps,
            begin,
            end,
            hidden,
            kind,
            way,
          );
        });
      });
      expectClose(
        out.rows.flatMap((row) => [...lab.read(row)]),
        expected.out.flat(),
        2e-6,
      );
      expectClose(lab.read(hn), expected.hn.flat(), 2e-6);
      expectClose(lab.read(dz), expected.dz.flat(), 1e-5);
      expectClose(lab.read(dh0), expected.dh0.flat(), 1e-5);
    }
  });

  it('takes missing gradients as zeros', () => {
    lab.clear();
    const [h, dz, dh0] = [lab.floats([0.5, 0.25]), lab.blank(2), lab.blank(1)];
    const [w, sizes] = [lab.packed(lab.floats([2]), 1, 1, 'backward'), lab.ints([1, 1])];
    const run = (dout: number, dhn: number): void => {
      kernels.rnnBackward(
        0,
        1,
        dz.address,
        dh0.address,
        dout,
        1,
        dhn,
        h.address,
        1,
        w.address,
        sizes.address,
        2,
        0,
        2,
        1,
        0,
        0,
      );
    };
    const one = lab.floats([1, 1]).address;
    run(0, 0);
    expectClose([...lab.read(dz), ...lab.read(dh0)], [0, 0, 0], 0);
    // dz₁ = 1 − 0.25², dz₀ = 2 dz₁ (1 − 0.5²), dh0 = 2 dz₀.
    run(0, one);
    expectClose([...lab.read(dz), ...lab.read(dh0)], [1.40625, 0.9375, 2.8125], 0);
    run(one, 0);
    expectClose([...lab.read(dz), ...lab.read(dh0)], [2.15625, 0.9375, 4.3125], 0);
  });
});
