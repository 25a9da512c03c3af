import { describe, it } from 'vitest';
import { type Buffer, expectClose, type Lab, labs, noise } from './lab.js';

// The gated cells against loops over one sequence and one number at a time, forward and back, in double precision.

interface Problem {
  readonly batchSizes: readonly number[];
  readonly hidden: number;
  /** Size of h: hidden, or less with a projection. */
  readonly outSize: number;
  readonly reverse: boolean;
  readonly withInitial: boolean;
}

type Rows = number[][];

const σ = (x: number): number => 1 / (1 + Math.exp(-x));
const zeros = (rows: number, columns: number): Rows =>
  Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
const asRows = (flat: ArrayLike<number>, columns: number): Rows =>
  Array.from({ length: flat.length / columns }, (_, r) =>
    Array.from({ length: columns }, (_, c) => flat[r * columns + c]),
  );
const times = (W: Rows, x: readonly number[]): number[] =>
  W.map((row) => row.reduce((s, w, j) => s + w * x[j], 0));
const transposedTimes = (W: Rows, y: readonly number[]): number[] =>
  (W[0] ?? []).map((_, j) => W.reduce((s, row, i) => s + row[j] * y[i], 0));

/** Rows of each sequence, in the order in which the walk meets them. */
function paths({ batchSizes, reverse }: Problem): Rows {
  const starts = batchSizes.map((_, t) => batchSizes.slice(0, t).reduce((a, b) => a + b, 0));
  return Array.from({ length: batchSizes[0] }, (_, sequence) => {
    const rows = starts.map((start) => start + sequence).filter((_, t) => batchSizes[t] > sequence);
    return reverse ? rows.reverse() : rows;
  });
}

const PROBLEMS: Problem[] = [[1, 1, 1], [3, 3, 3], [5], [4, 3, 3, 1], [6, 6, 2, 2, 1, 1]].flatMap(
  (batchSizes) =>
    [1, 3, 4, 10, 17].flatMap((hidden) =>
      [false, true].flatMap((reverse) =>
        [false, true].map((withInitial) => ({ batchSizes, hidden, outSize: hidden, reverse, withInitial })),
      ),
    ),
);

const PROJECTED: Problem[] = PROBLEMS.filter((p) => p.hidden > 1).map((p) => ({
  ...p,
  outSize: Math.ceil(p.hidden / 2),
}));

/** Buffers that all cells have. */
function setUp(lab: Lab, { batchSizes, hidden, outSize, withInitial }: Problem, gates: number) {
  lab.clear();
  const rows = batchSizes.reduce((a, b) => a + b, 0);
  const batch = batchSizes[0];
  const state = (seed: number, size: number): Buffer =>
    lab.floats(withInitial ? noise(batch * size, seed) : new Float32Array(batch * size));
  return {
    ...{ rows, batch, steps: batchSizes.length },
    pre: lab.floats(noise(rows * gates * hidden, 1)),
    whh: lab.floats(noise(gates * hidden * outSize, 2, 1 / Math.sqrt(hidden))),
    h0: state(3, outSize),
    dout: lab.floats(noise(rows * outSize, 4)),
    dhn: lab.floats(noise(batch * outSize, 5)),
    out: lab.blank(rows * outSize),
    hn: lab.blank(batch * outSize),
    dz: lab.blank(rows * gates * hidden),
    dh0: lab.blank(batch * outSize),
    sizes: lab.ints(batchSizes),
  };
}

const sum = (a: readonly number[], b: readonly number[]): number[] => a.map((x, i) => x + b[i]);

describe.each(labs)('$name', (lab) => {
  const { kernels } = lab;

  it.each([
    ['without a projection', PROBLEMS],
    ['with a projection', PROJECTED],
  ])('LSTM %s walks whole and packed sequences both ways, and returns every gradient', (_name, problems) => {
    for (const problem of problems) {
      const { hidden, outSize, reverse, withInitial } = problem;
      const projects = outSize < hidden;
      const b = setUp(lab, problem, 4);
      const { rows, batch, steps } = b;
      const whr = lab.floats(noise(outSize * hidden, 6, 0.5));
      const c0 = lab.floats(withInitial ? noise(batch * hidden, 7) : new Float32Array(batch * hidden));
      const dcn = lab.floats(noise(batch * hidden, 8));
      const [cn, dc0] = [lab.blank(batch * hidden), lab.blank(batch * hidden)];
      const cells = lab.blank(rows * 2 * hidden);
      const [raw, dh] = [lab.blank(rows * hidden), lab.blank(rows * outSize)];
      const scratch = lab.blank(kernels.lstmWorkspace(batch, hidden) / 4);
      const forward = lab.packed(b.whh, 4 * hidden, outSize, 'forward');
      const backward = lab.packed(b.whh, 4 * hidden, outSize, 'backward');
      const outForward = lab.packed(whr, outSize, hidden, 'forward');
      const outBackward = lab.packed(whr, outSize, hidden, 'backward');

      const read = (x: Buffer, columns: number): Rows => asRows(lab.read(x), columns);
      const [W, R] = [read(b.whh, outSize), read(whr, hidden)];
      const [pre, dout] = [read(b.pre, 4 * hidden), read(b.dout, outSize)];
      const want = {
        ...{ out: zeros(rows, outSize), dz: zeros(rows, 4 * hidden) },
        ...{ hn: [] as Rows, cn: [] as Rows, dh0: [] as Rows, dc0: [] as Rows },
      };
      paths(problem).forEach((path, s) => {
        let [h, c] = [read(b.h0, outSize)[s], read(c0, hidden)[s]];
        const kept = path.map((row) => {
          const z = sum(times(W, h), pre[row]);
          const part = (k: number): number[] => z.slice(k * hidden, (k + 1) * hidden);
          const [i, f, o] = [part(0).map(σ), part(1).map(σ), part(3).map(σ)];
          const g = part(2).map(Math.tanh);
          const before = c;
          c = before.map((v, u) => f[u] * v + i[u] * g[u]);
          const full = c.map((v, u) => o[u] * Math.tanh(v));
          h = want.out[row] = projects ? times(R, full) : full;
          return { row, i, f, g, o, before, c };
        });
        want.hn[s] = h;
        want.cn[s] = c;
        let [dH, dC] = [read(b.dhn, outSize)[s], read(dcn, hidden)[s]];
        for (const { row, i, f, g, o, before, c: now } of kept.reverse()) {
          dH = sum(dH, dout[row]);
          const full = projects ? transposedTimes(R, dH) : dH;
          const d = dC.map((v, u) => v + full[u] * o[u] * (1 - Math.tanh(now[u]) ** 2));
          want.dz[row] = [
            ...d.map((v, u) => v * g[u] * i[u] * (1 - i[u])),
            ...d.map((v, u) => v * before[u] * f[u] * (1 - f[u])),
            ...d.map((v, u) => v * i[u] * (1 - g[u] ** 2)),
            ...full.map((v, u) => v * Math.tanh(now[u]) * o[u] * (1 - o[u])),
          ];
          dC = d.map((v, u) => v * f[u]);
          dH = transposedTimes(W, want.dz[row]);
        }
        want.dh0[s] = dH;
        want.dc0[s] = dC;
      });

      const [h0, cell0] = withInitial ? [b.h0.address, c0.address] : [0, 0];
      const written = [b.out, b.hn, cn, b.pre, cells, scratch, ...(projects ? [raw] : [])];
      lab.expectWritesOnly(written, () => {
        lab.inStretches(steps, batch, (from, to, begin, end) => {
          kernels.lstmForward(
            from,
            to,
            b.out.address,
            outSize,
            b.hn.address,
            cn.address,
            b.pre.address,
            cells.address,
            projects ? raw.address : 0,
            forward.address,
            projects ? outForward.address : 0,
            h0,
            cell0,
            b.sizes.address,
            steps,
            begin,
            end,
            hidden,
            outSize,
            Number(reverse),
            scratch.address,
          );
        });
      });
      lab.expectWritesOnly([b.dz, b.dh0, dc0, scratch, ...(projects ? [dh] : [])], () => {
        lab.inStretches(steps, batch, (from, to, begin, end) => {
          kernels.lstmBackward(
            from,
            to,
            b.dz.address,
            projects ? dh.address : 0,
            b.dh0.address,
            dc0.address,
            b.dout.address,
            outSize,
            b.dhn.address,
            dcn.address,
            b.pre.address,
            cells.address,
            backward.address,
            projects ? outBackward.address : 0,
            cell0,
            b.sizes.address,
            steps,
            begin,
            end,
            hidden,
            outSize,
            Number(reverse),
            scratch.address,
          );
        });
      });
      expectClose(lab.read(b.out), want.out.flat(), 2e-6);
      expectClose(lab.read(b.hn), want.hn.flat(), 2e-6);
      expectClose(lab.read(cn), want.cn.flat(), 2e-6);
      expectClose(lab.read(b.dz), want.dz.flat(), 1e-5);
      expectClose(lab.read(b.dh0), want.dh0.flat(), 1e-5);
      expectClose(lab.read(dc0), want.dc0.flat(), 1e-5);
      if (!projects) continue;
      // What W_hr projects, kept for its gradient.
      const full = read(raw, hidden);
      expectClose(full.map((row) => times(R, row)).flat(), want.out.flat(), 1e-5);
    }
  });

  it('GRU walks whole and packed sequences both ways, and returns every gradient', () => {
    for (const problem of PROBLEMS) {
      const { hidden, reverse, withInitial } = problem;
      const b = setUp(lab, problem, 3);
      const { rows, batch, steps } = b;
      const bhh = lab.floats(noise(3 * hidden, 6));
      const [kept, ds] = [lab.blank(rows * hidden), lab.blank(rows * 3 * hidden)];
      const scratch = lab.blank(kernels.gruWorkspace(batch, hidden) / 4);
      const forward = lab.packed(b.whh, 3 * hidden, hidden, 'forward');
      const backward = lab.packed(b.whh, 3 * hidden, hidden, 'backward');

      const read = (x: Buffer, columns: number): Rows => asRows(lab.read(x), columns);
      const [W, [bias]] = [read(b.whh, hidden), read(bhh, 3 * hidden)];
      const [pre, dout] = [read(b.pre, 3 * hidden), read(b.dout, hidden)];
      const want = {
        ...{ out: zeros(rows, hidden), dz: zeros(rows, 3 * hidden), ds: zeros(rows, 3 * hidden) },
        ...{ hn: [] as Rows, dh0: [] as Rows },
      };
      paths(problem).forEach((path, s) => {
        let h = read(b.h0, hidden)[s];
        const steps = path.map((row) => {
          const side = sum(times(W, h), bias);
          const part = (k: number, x: number[]): number[] => x.slice(k * hidden, (k + 1) * hidden);
          const r = sum(part(0, pre[row]), part(0, side)).map(σ);
          const z = sum(part(1, pre[row]), part(1, side)).map(σ);
          const q = part(2, side);
          const n = part(2, pre[row]).map((v, u) => Math.tanh(v + r[u] * q[u]));
          const before = h;
          h = want.out[row] = n.map((v, u) => (1 - z[u]) * v + z[u] * before[u]);
          return { row, r, z, n, q, before };
        });
        want.hn[s] = h;
        let dH = read(b.dhn, hidden)[s];
        for (const { row, r, z, n, q, before } of steps.reverse()) {
          dH = sum(dH, dout[row]);
          const dn = dH.map((v, u) => v * (1 - z[u]) * (1 - n[u] ** 2));
          const dZ = dH.map((v, u) => v * (before[u] - n[u]) * z[u] * (1 - z[u]));
          const dR = dn.map((v, u) => v * q[u] * r[u] * (1 - r[u]));
          want.dz[row] = [...dR, ...dZ, ...dn];
          want.ds[row] = [...dR, ...dZ, ...dn.map((v, u) => v * r[u])];
          dH = sum(
            dH.map((v, u) => v * z[u]),
            transposedTimes(W, want.ds[row]),
          );
        }
        want.dh0[s] = dH;
      });

      const h0 = withInitial ? b.h0.address : 0;
      lab.expectWritesOnly([b.out, b.hn, b.pre, kept, scratch], () => {
        lab.inStretches(steps, batch, (from, to, begin, end) => {
          kernels.gruForward(
            from,
            to,
            b.out.address,
            hidden,
            b.hn.address,
            b.pre.address,
            kept.address,
            forward.address,
            bhh.address,
            h0,
            b.sizes.address,
            steps,
            begin,
            end,
            hidden,
            Number(reverse),
            scratch.address,
          );
        });
      });
      lab.expectWritesOnly([b.dz, ds, b.dh0, scratch], () => {
        lab.inStretches(steps, batch, (from, to, begin, end) => {
          kernels.gruBackward(
            from,
            to,
            b.dz.address,
            ds.address,
            b.dh0.address,
            b.dout.address,
            hidden,
            b.dhn.address,
            b.out.address,
            hidden,
            b.pre.address,
            kept.address,
            backward.address,
            h0,
            b.sizes.address,
            steps,
            begin,
            end,
            hidden,
            Number(reverse),
            scratch.address,
          );
        });
      });
      expectClose(lab.read(b.out), want.out.flat(), 2e-6);
      expectClose(lab.read(b.hn), want.hn.flat(), 2e-6);
      expectClose(lab.read(b.dz), want.dz.flat(), 1e-5);
      expectClose(lab.read(ds), want.ds.flat(), 1e-5);
      expectClose(lab.read(b.dh0), want.dh0.flat(), 1e-5);
    }
  });

  it('minimal GRU walks whole and packed sequences both ways, and returns every gradient', () => {
    for (const problem of PROBLEMS) {
      const { hidden, reverse, withInitial } = problem;
      const b = setUp(lab, problem, 2);
      const scratch = lab.blank(kernels.minGruWorkspace(hidden) / 4);
      const read = (x: Buffer, columns: number): Rows => asRows(lab.read(x), columns);
      const [pre, dout] = [read(b.pre, 2 * hidden), read(b.dout, hidden)];
      const want = {
        ...{ out: zeros(b.rows, hidden), dz: zeros(b.rows, 2 * hidden) },
        ...{ hn: [] as Rows, dh0: [] as Rows },
      };
      paths(problem).forEach((path, s) => {
        let h = read(b.h0, hidden)[s];
        const steps = path.map((row) => {
          const [z, n] = [pre[row].slice(0, hidden).map(σ), pre[row].slice(hidden)];
          const before = h;
          h = want.out[row] = n.map((v, u) => (1 - z[u]) * before[u] + z[u] * v);
          return { row, z, n, before };
        });
        want.hn[s] = h;
        let dH = read(b.dhn, hidden)[s];
        for (const { row, z, n, before } of steps.reverse()) {
          dH = sum(dH, dout[row]);
          want.dz[row] = [
            ...dH.map((v, u) => v * (n[u] - before[u]) * z[u] * (1 - z[u])),
            ...dH.map((v, u) => v * z[u]),
          ];
          dH = dH.map((v, u) => v * (1 - z[u]));
        }
        want.dh0[s] = dH;
      });

      const h0 = withInitial ? b.h0.address : 0;
      const way = Number(reverse);
      lab.expectWritesOnly([b.out, b.hn, b.pre, scratch], () => {
        lab.inStretches(b.steps, b.batch, (from, to, begin, end) => {
          kernels.minGruForward(
            from,
            to,
            b.out.address,
            hidden,
            b.hn.address,
            b.pre.address,
            h0,
            b.sizes.address,
            b.steps,
            begin,
            end,
            hidden,
            way,
            scratch.address,
          );
        });
      });
      lab.expectWritesOnly([b.dz, b.dh0, scratch], () => {
        lab.inStretches(b.steps, b.batch, (from, to, begin, end) => {
          kernels.minGruBackward(
            from,
            to,
            b.dz.address,
            b.dh0.address,
            b.dout.address,
            hidden,
            b.dhn.address,
            b.out.address,
            hidden,
            b.pre.address,
            h0,
            b.sizes.address,
            b.steps,
            begin,
            end,
            hidden,
            way,
            scratch.address,
          );
        });
      });
      expectClose(lab.read(b.out), want.out.flat(), 2e-6);
      expectClose(lab.read(b.hn), want.hn.flat(), 2e-6);
      expectClose(lab.read(b.dz), want.dz.flat(), 1e-5);
      expectClose(lab.read(b.dh0), want.dh0.flat(), 1e-5);
    }
  });
});
