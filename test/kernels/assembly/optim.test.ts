import { describe, expect, it } from 'vitest';
import { expectClose, labs, noise, ODD_SIZES } from './lab.js';

const [AMSGRAD, MAXIMIZE, DECOUPLED] = [1, 2, 4];
const [NESTEROV] = [1];
const STEPS = 3;

describe.each(labs)('$name', (lab) => {
  const { kernels } = lab;

  it.each([
    ['plain', 0, 0],
    ['with decay in the gradient', 0.1, 0],
    ['with decay apart', 0.1, DECOUPLED],
    ['with the largest second moment', 0.01, AMSGRAD],
    ['uphill', 0, MAXIMIZE],
    ['all at once', 0.1, AMSGRAD | MAXIMIZE | DECOUPLED],
  ])('adam %s', (_what, decay, flags) => {
    const [lr, beta1, beta2, eps] = [0.1, 0.9, 0.999, 1e-8];
    lab.clear();
    const sizes = ODD_SIZES;
    const parameters = sizes.map((n) => lab.floats(noise(n, n + 1)));
    const state = sizes.map((n) => [0, 1, 2].map(() => lab.floats(new Float32Array(n))));
    const expected = parameters.map((p) => {
      const values = [...lab.read(p)];
      return { p: values, m: values.map(() => 0), v: values.map(() => 0), most: values.map(() => 0) };
    });
    for (let step = 1; step <= STEPS; step++) {
      const gradients = sizes.map((n) => lab.floats(noise(n, 100 * step + n)));
      const [correction1, correction2] = [1 - beta1 ** step, Math.sqrt(1 - beta2 ** step)];
      const rows = sizes.map((n, i) =>
        [parameters[i], gradients[i], ...state[i]].map((b) => b.address).concat(n),
      );
      const table = lab.ints(rows.flat());
      lab.expectWritesOnly([...parameters, ...state.flat()], () => {
        kernels.adam(
          table.address,
          sizes.length,
          lr,
          beta1,
          beta2,
          eps,
          decay,
          correction1,
          correction2,
          flags,
        );
      });
      expected.forEach(({ p, m, v, most }, i) => {
        lab.read(gradients[i]).forEach((raw, k) => {
          let g = flags & MAXIMIZE ? -raw : raw;
          if (flags & DECOUPLED) p[k] *= 1 - lr * decay;
          else g += decay * p[k];
          m[k] += (g - m[k]) * (1 - beta1);
          v[k] = beta2 * v[k] + (1 - beta2) * g * g;
          most[k] = Math.max(most[k], v[k]);
          const second = flags & AMSGRAD ? most[k] : v[k];
          p[k] -= ((lr / correction1) * m[k]) / (Math.sqrt(second) / correction2 + eps);
        });
        expectClose(lab.read(parameters[i]), p, 3e-6);
        expectClose(lab.read(state[i][0]), m, 1e-6);
        expectClose(lab.read(state[i][1]), v, 1e-6);
      });
    }
  });

  it.each([
    ['plain', 0, 0, 0, 0],
    ['with decay', 0, 0, 0.1, 0],
    ['with momentum', 0.9, 0, 0, 0],
    ['with dampening', 0.9, 0.3, 0.1, 0],
    ['after Nesterov', 0.9, 0, 0.1, NESTEROV],
    ['uphill', 0.5, 0, 0, MAXIMIZE],
  ])('sgd %s', (_what, momentum, dampening, decay, flags) => {
    const lr = 0.05;
    lab.clear();
    const parameters = ODD_SIZES.map((n) => lab.floats(noise(n, n + 1)));
    const buffers = ODD_SIZES.map((n) => lab.blank(n));
    const expected = parameters.map((p) => ({ p: [...lab.read(p)], b: [...lab.read(p)] }));
    for (let step = 0; step < STEPS; step++) {
      const gradients = ODD_SIZES.map((n) => lab.floats(noise(n, 100 * step + n)));
      const rows = ODD_SIZES.map((n, i) => [
        parameters[i].address,
        gradients[i].address,
        momentum ? buffers[i].address : 0,
        n,
        Number(step === 0),
      ]);
      const table = lab.ints(rows.flat());
      lab.expectWritesOnly(momentum ? [...parameters, ...buffers] : parameters, () => {
        kernels.sgd(table.address, ODD_SIZES.length, lr, momentum, dampening, decay, flags);
      });
      expected.forEach(({ p, b }, i) => {
        lab.read(gradients[i]).forEach((raw, k) => {
          const g = (flags & MAXIMIZE ? -raw : raw) + decay * p[k];
          b[k] = step === 0 ? g : momentum * b[k] + (1 - dampening) * g;
          const move = !momentum ? g : flags & NESTEROV ? g + momentum * b[k] : b[k];
          p[k] -= lr * move;
        });
        expectClose(lab.read(parameters[i]), p, 2e-6);
      });
    }
  });

  it('an infinite parameter without decay stays what it is', () => {
    lab.clear();
    const [p, g, m, v] = [[Infinity], [1], [0], [0]].map((values) => lab.floats(values));
    const table = lab.ints([p.address, g.address, m.address, v.address, 0, 1]);
    kernels.adam(table.address, 1, 0.1, 0.9, 0.999, 1e-8, 0, 0.1, 0.03, 0);
    expect(lab.read(p)[0]).toBe(Infinity);
    expect(lab.read(m)[0]).toBeCloseTo(0.1);
  });
});
