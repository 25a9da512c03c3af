import { describe, expect, it } from 'vitest';
import { expectClose, type Lab, labs, noise, ODD_SIZES } from './lab.js';

const MAXIMIZE = 1;
const [AMSGRAD, DECOUPLED, ROOTLESS] = [2, 4, 8];
const [NESTEROV, FRESH] = [2, 4];
const STEPS = 3;

/** One element: the parameter p and what is remembered of it. */
type Element = Record<string, number> & { p: number };

/** An optimiser for the harness: its remembered tensors in the order of a row, its kernel and the same in plain code. */
interface Trial {
  readonly names: readonly string[];
  /** Names whose address is 0. */
  readonly absent?: readonly string[];
  readonly begin?: number;
  readonly run: (table: number, count: number, step: number) => void;
  /** Changes an element by its gradient. */
  readonly step: (e: Element, g: number, step: number) => void;
}

/** Takes steps over parameters of many sizes and compares parameters and all that is remembered. */
function compare(lab: Lab, { names, absent = [], begin = 0, run, step }: Trial): void {
  lab.clear();
  const parameters = ODD_SIZES.map((n) => lab.floats(noise(n, n + 1)));
  const present = names.filter((name) => !absent.includes(name));
  const states = ODD_SIZES.map(
    (n) => new Map(present.map((name) => [name, lab.floats(new Float32Array(n).fill(begin))])),
  );
  const expected = parameters.map((p) =>
    Array.from(lab.read(p), (value): Element => {
      return { ...Object.fromEntries(names.map((name) => [name, begin])), p: value };
    }),
  );
  for (let t = 1; t <= STEPS; t++) {
    const gradients = ODD_SIZES.map((n) => lab.floats(noise(n, 100 * t + n)));
    const table = lab.ints(
      ODD_SIZES.flatMap((n, i) => [
        parameters[i].address,
        gradients[i].address,
        ...names.map((name) => states[i].get(name)?.address ?? 0),
        n,
      ]),
    );
    lab.expectWritesOnly([...parameters, ...states.flatMap((own) => [...own.values()])], () => {
      run(table.address, ODD_SIZES.length, t);
    });
    expected.forEach((elements, i) => {
      const g = lab.read(gradients[i]);
      elements.forEach((e, k) => {
        step(e, g[k], t);
      });
      const column = (name: string): number[] => elements.map((e) => e[name]);
      expectClose(lab.read(parameters[i]), column('p'), 3e-6);
      for (const [name, buffer] of states[i]) expectClose(lab.read(buffer), column(name), 2e-6);
    });
  }
}

describe.each(labs)('$name', (lab) => {
  const { kernels } = lab;

  it.each([
    ['plain', 0, 0, 0],
    ['with decay in the gradient', 0.1, 0, 0],
    ['with decay apart', 0.1, DECOUPLED, 0],
    ['with the largest second moment', 0.01, AMSGRAD, 0],
    ['uphill', 0, MAXIMIZE, 0],
    ['with a share of the gradient itself', 0, 0, 0.03],
    ['all at once', 0.1, AMSGRAD | MAXIMIZE | DECOUPLED, 0.03],
  ])('adam %s', (_what, decay, flags, byGradient) => {
    const [byMean, beta1, beta2, eps] = [0.1, 0.9, 0.99, 1e-3];
    compare(lab, {
      names: ['m', 'v', 'most'],
      absent: flags & AMSGRAD ? [] : ['most'],
      run: (table, count) => {
        kernels.adam(table, count, byGradient, byMean, beta1, beta2, eps, decay, flags);
      },
      step: (e, raw) => {
        let g = flags & MAXIMIZE ? -raw : raw;
        if (flags & DECOUPLED) e.p *= 1 - decay;
        else g += decay * e.p;
        e.m += (g - e.m) * (1 - beta1);
        e.v = beta2 * e.v + (1 - beta2) * g * g;
        e.most = Math.max(e.most, e.v);
        const root = Math.sqrt(flags & AMSGRAD ? e.most : e.v) + eps;
        e.p -= (byGradient * g + byMean * e.m) / root;
      },
    });
  });

  it('adam without a root leaves the second moment out', () => {
    compare(lab, {
      names: ['m', 'v', 'most'],
      absent: ['most'],
      run: (table, count) => {
        kernels.adam(table, count, 0, 0.1, 0.5, 0.5, 1, 0, ROOTLESS);
      },
      step: (e, g) => {
        e.m += (g - e.m) * 0.5;
        e.v = 0.5 * e.v + 0.5 * g * g;
        e.p -= 0.1 * e.m;
      },
    });
  });

  it.each([
    ['plain', 0, 0],
    ['with decay uphill', 0.1, MAXIMIZE],
  ])('adamax %s', (_what, decay, flags) => {
    const [rate, beta1, beta2, eps] = [0.1, 0.9, 0.7, 1e-3];
    compare(lab, {
      names: ['m', 'u'],
      run: (table, count) => {
        kernels.adamax(table, count, rate, beta1, beta2, eps, decay, flags);
      },
      step: (e, raw) => {
        const g = (flags & MAXIMIZE ? -raw : raw) + decay * e.p;
        e.m += (g - e.m) * (1 - beta1);
        e.u = Math.max(beta2 * e.u, Math.abs(g) + eps);
        e.p -= (rate * e.m) / e.u;
      },
    });
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
    compare(lab, {
      names: ['b'],
      absent: momentum ? [] : ['b'],
      begin: NaN,
      run: (table, count, t) => {
        kernels.sgd(table, count, lr, momentum, dampening, decay, flags | (t === 1 ? FRESH : 0));
      },
      step: (e, raw, t) => {
        const g = (flags & MAXIMIZE ? -raw : raw) + decay * e.p;
        e.b = t === 1 ? g : momentum * e.b + (1 - dampening) * g;
        e.p -= lr * (!momentum ? g : flags & NESTEROV ? g + momentum * e.b : e.b);
      },
    });
  });

  it.each([
    ['plain', 0.9, 0.1, 0, 0, 0, ['a', 'b']],
    ['centred', 0.9, 0.1, 0, 0, 0, ['b']],
    ['with momentum', 0.9, 0.1, 0.8, 0, 0, ['a']],
    ['with all of it uphill', 0.9, 0.1, 0.8, 0.1, MAXIMIZE, []],
    ['as Adagrad', 1, 1, 0, 0.1, 0, ['a', 'b']],
  ])('rmsprop %s', (_what, keep, take, momentum, decay, flags, absent) => {
    const [lr, eps] = [0.05, 1e-2];
    compare(lab, {
      names: ['v', 'a', 'b'],
      absent,
      run: (table, count) => {
        kernels.rmsprop(table, count, lr, keep, take, eps, momentum, decay, flags);
      },
      step: (e, raw) => {
        const g = (flags & MAXIMIZE ? -raw : raw) + decay * e.p;
        e.v = keep * e.v + take * g * g;
        if (!absent.includes('a')) e.a += take * (g - e.a);
        e.b = momentum * e.b + g / (Math.sqrt(e.v - e.a * e.a) + eps);
        e.p -= lr * e.b;
      },
    });
  });

  it.each([
    ['plain', 0, 0],
    ['with decay uphill', 0.1, MAXIMIZE],
  ])('adadelta %s', (_what, decay, flags) => {
    const [lr, rho, eps] = [0.5, 0.9, 1e-3];
    compare(lab, {
      names: ['v', 'd'],
      run: (table, count) => {
        kernels.adadelta(table, count, lr, rho, eps, decay, flags);
      },
      step: (e, raw) => {
        const g = (flags & MAXIMIZE ? -raw : raw) + decay * e.p;
        e.v = rho * e.v + (1 - rho) * g * g;
        const s = (Math.sqrt(e.d + eps) / Math.sqrt(e.v + eps)) * g;
        e.d = rho * e.d + (1 - rho) * s * s;
        e.p -= lr * s;
      },
    });
  });

  it.each([
    ['downhill', 0],
    ['uphill', MAXIMIZE],
  ])('rprop %s', (_what, flags) => {
    const [slower, faster, least, most] = [0.5, 1.5, 0.2, 0.4];
    compare(lab, {
      names: ['before', 's'],
      begin: 0.3,
      run: (table, count) => {
        kernels.rprop(table, count, slower, faster, least, most, flags);
      },
      step: (e, raw) => {
        let g = flags & MAXIMIZE ? -raw : raw;
        const turn = Math.sign(g * e.before);
        e.s = Math.min(Math.max(e.s * (turn > 0 ? faster : turn < 0 ? slower : 1), least), most);
        if (turn < 0) g = 0;
        e.p -= Math.sign(g) * e.s;
        e.before = g;
      },
    });
  });

  it('an infinite parameter without decay stays what it is', () => {
    lab.clear();
    const [p, g, m, v] = [[Infinity], [1], [0], [0]].map((values) => lab.floats(values));
    const table = lab.ints([p.address, g.address, m.address, v.address, 0, 1]);
    kernels.adam(table.address, 1, 0, 1, 0.9, 0.999, 1e-8, 0, 0);
    expect(lab.read(p)[0]).toBe(Infinity);
    expect(lab.read(m)[0]).toBeCloseTo(0.1);
  });

  it('rprop takes no step by a gradient that is not a number', () => {
    lab.clear();
    const [p, g, before, s] = [[1], [NaN], [1], [0.5]].map((values) => lab.floats(values));
    kernels.rprop(lab.ints([p.address, g.address, before.address, s.address, 1]).address, 1, 0.5, 2, 0, 1, 0);
    expect([lab.read(p)[0], lab.read(s)[0]]).toEqual([1, 0.5]);
  });
});
