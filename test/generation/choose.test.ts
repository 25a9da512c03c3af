import { describe, expect, it } from 'vitest';
import { ValueError } from '../../src/errors.js';
import { type ChoiceOptions, chooser } from '../../src/generation/choose.js';
import { Generator } from '../../src/tensor/generator.js';

const none: ReadonlySet<number> = new Set();
const logits = (...probabilities: number[]): Float32Array => Float32Array.from(probabilities, Math.log);

/** What comes in a thousand draws, and how often. */
function drawn(probabilities: number[], options: ChoiceOptions, seen = none): number[] {
  const choose = chooser(options);
  const generator = new Generator(0);
  const counts = probabilities.map(() => 0);
  for (let i = 0; i < 1000; i++) counts[choose(logits(...probabilities), seen, generator)] += 1;
  return counts;
}

describe('the choice of a unit', () => {
  it('follows the probabilities', () => {
    const [rare, often] = drawn([0.2, 0.8], {});
    expect(rare).toBeGreaterThan(150);
    expect(often).toBeGreaterThan(750);
  });

  it('squares them at half the temperature', () => {
    // 0.2² / (0.2² + 0.8²) = 1/17
    const [rare] = drawn([0.2, 0.8], { temperature: 0.5 });
    expect(rare).toBeGreaterThan(35);
    expect(rare).toBeLessThan(85);
  });

  it.each([
    [{ topK: 2 }, [false, true, false, true]],
    [{ topP: 0.6 }, [false, true, false, true]],
    [{ minP: 0.25 }, [false, true, true, true]],
    [{ topK: 3, topP: 0.8, minP: 0.7 }, [false, true, false, false]],
  ])('with %o takes none of those that are out', (options, possible) => {
    expect(drawn([0.05, 0.5, 0.15, 0.3], options).map((count) => count > 0)).toEqual(possible);
  });

  it('applies temperature before top-p: what is hotter has a larger nucleus', () => {
    expect(drawn([0.2, 0.8], { topP: 0.75 })[0]).toBe(0);
    // At temperature 2 the roots: 0.8^½ / (0.2^½ + 0.8^½) = 2/3.
    expect(drawn([0.2, 0.8], { topP: 0.75, temperature: 2 })[0]).toBeGreaterThan(250);
  });

  it('applies the penalty before temperature, also at temperature 0', () => {
    const choose = chooser({ temperature: 0, repetitionPenalty: 2 });
    const generator = new Generator(0);
    expect(choose(Float32Array.of(3, 2), none, generator)).toBe(0);
    expect(choose(Float32Array.of(3, 2), new Set([0]), generator)).toBe(1);
  });

  it('takes the first of equals at temperature 0, and throws no dice', () => {
    const generator = new Generator(0);
    const before = JSON.stringify(generator.getState());
    expect(chooser({ temperature: 0 })(Float32Array.of(1, 2, 2), none, generator)).toBe(1);
    expect(JSON.stringify(generator.getState())).toBe(before);
  });

  it.each([NaN, Infinity, -Infinity])('refuses logits of %d', (wrong) => {
    const choose = chooser({ temperature: 0 });
    expect(() => choose(Float32Array.of(1, wrong), none, new Generator(0))).toThrow(
      `its logit of unit 1 is ${wrong}`,
    );
  });

  it.each([
    { temperature: -1 },
    { temperature: NaN },
    { topK: -1 },
    { topK: 1.5 },
    { topP: -0.1 },
    { topP: 1.1 },
    { minP: NaN },
    { minP: 2 },
    { repetitionPenalty: 0 },
    { repetitionPenalty: NaN },
  ])('refuses %o', (options) => {
    const [name] = Object.keys(options);
    expect(() => chooser(options)).toThrow(ValueError);
    expect(() => chooser(options)).toThrow(`${name} must be`);
  });
});
