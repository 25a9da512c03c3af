import { expect } from 'vitest';
import { Generator, noGrad, randn, Tensor, tensor } from '../src/index.js';

/** Options of `expectGradients`. */
export interface GradientOptions {
  /** Distance between the points at which the function is taken. Default 0.01. */
  readonly step?: number;
  /** Largest difference allowed, relative to gradients above 1 and absolute below. Default 0.002. */
  readonly tolerance?: number;
  /** How many elements of each input are tried, spread evenly. Default 8. */
  readonly elements?: number;
}

/**
 * Compares the gradients of Σ cot · f(inputs), with a random cot, with central differences of fourth order:
 * (8 (f(x + h) − f(x − h)) − (f(x + 2h) − f(x − 2h))) / 12h.
 *
 * @param f       gives one tensor or several; is called often, so it must be without side effects. Kinks (as of relu at 0)
 *                have to stay further than 2 steps away
 * @param inputs  float32 leaves that f reads: passed to f, or held by it (a layer's parameters)
 */
export function expectGradients(
  f: (...inputs: Tensor[]) => Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  { step = 0.01, tolerance = 0.002, elements = 8 }: GradientOptions = {},
): void {
  for (const x of inputs) {
    x.requiresGrad_();
    x.grad = null;
  }
  const results = (): readonly Tensor[] => {
    const y = f(...inputs);
    return y instanceof Tensor ? [y] : y;
  };
  const outputs = results();
  const generator = new Generator(0);
  const cots = outputs.map((y) => randn(y.shape, { generator }));
  outputs
    .map((y, i) => y.mul(cots[i]).sum())
    .reduce((a, b) => a.add(b))
    .backward();
  const weights = cots.map((cot) => cot.data);

  // Added up in double precision: the differences are of the size of float32's rounding.
  const value = (): number => {
    let total = 0;
    noGrad(results).forEach((y, i) => {
      y.data.forEach((v, k) => (total += v * weights[i][k]));
    });
    return total;
  };
  inputs.forEach((x, which) => {
    const gradient = x.grad?.data ?? new Float32Array(x.numel());
    const before = x.data;
    const write = (data: typeof before): Tensor => noGrad(() => x.copy_(tensor(data).view(x.shape)));
    const at = (k: number, by: number): number => {
      const changed = before.slice();
      changed[k] += by;
      write(changed);
      return value();
    };
    const stride = Math.max(1, Math.floor(before.length / elements));
    for (let k = 0; k < before.length; k += stride) {
      const near = at(k, step) - at(k, -step);
      const far = at(k, 2 * step) - at(k, -2 * step);
      const difference = (8 * near - far) / (12 * step);
      const error = Math.abs(difference - gradient[k]) / Math.max(1, Math.abs(difference));
      expect(
        error,
        `input ${which}, element ${k}: gradient ${gradient[k]}, difference ${difference}`,
      ).toBeLessThan(tolerance);
    }
    write(before);
  });
}
