import { describe, it } from 'vitest';
import { expectClose, labs, noise, ODD_SIZES } from './lab.js';

const EPS = 1e-5;

/** Mean of f(i) over a row. */
const mean = (n: number, f: (i: number) => number): number =>
  Array.from({ length: n }, (_, i) => f(i)).reduce((a, b) => a + b, 0) / n;

describe.each(labs)('$name', (lab) => {
  const { kernels } = lab;

  it.each(ODD_SIZES.filter((n) => n > 0))('normalises rows of %i, and goes back', (n) => {
    const rows = 3;
    lab.clear();
    const [x, dy] = [lab.floats(noise(rows * n, 1, 5)), lab.floats(noise(rows * n, 2))];
    const [y, r, dx] = [lab.blank(rows * n), lab.blank(rows), lab.blank(rows * n)];
    lab.expectWritesOnly([y, r], () => {
      kernels.normalizeRows(y.address, r.address, x.address, rows, n, EPS);
    });
    lab.expectWritesOnly([dx], () => {
      kernels.normalizeRowsBackward(dx.address, dy.address, y.address, r.address, rows, n);
    });
    const [values, grads] = [lab.read(x), lab.read(dy)];
    const [outs, factors, backs]: [number[], number[], number[]] = [[], [], []];
    for (let row = 0; row < rows; row++) {
      const at = (i: number): number => values[row * n + i];
      const centre = mean(n, at);
      const factor = 1 / Math.sqrt(mean(n, (i) => (at(i) - centre) ** 2) + EPS);
      const out = (i: number): number => (at(i) - centre) * factor;
      const grad = (i: number): number => grads[row * n + i];
      const [average, along] = [mean(n, grad), mean(n, (i) => grad(i) * out(i))];
      factors.push(factor);
      for (let i = 0; i < n; i++) {
        outs.push(out(i));
        backs.push(factor * (grad(i) - average - out(i) * along));
      }
    }
    expectClose(lab.read(y), outs, 1e-5);
    expectClose(lab.read(r), factors, 1e-5);
    // A row of one element is 0 whatever it was; its factor 1 / √ε magnifies rounding.
    expectClose(lab.read(dx), backs, n === 1 ? 1e-4 : 1e-5);
  });
});
