import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ValueError } from '../../src/errors.js';
import {
  defaultGenerator,
  Generator,
  type GeneratorState,
  initialSeed,
  manualSeed,
} from '../../src/tensor/generator.js';

const words = (g: Generator, count: number): number[] => Array.from({ length: count }, () => g.random());

describe('Generator', () => {
  it('draws the words of the Mersenne Twister', () => {
    // The published test vector of mt19937 (std::mt19937, seed 5489): its 10,000th word.
    expect(words(new Generator(5489), 10_000).at(-1)).toBe(4123659995);
    // torch.manual_seed(0)
    expect(words(new Generator(0), 4)).toEqual([2357136044, 2546248239, 3071714933, 3626093760]);
  });

  it('counts the low 32 bits of a seed, whatever its sign or type', () => {
    const [first] = words(new Generator(7), 1);
    for (const seed of [7n, 2 ** 40 + 7, 2n ** 63n + 7n, 7 - 2 ** 32]) {
      expect(new Generator(seed).random()).toBe(first);
      expect(new Generator(seed).initialSeed()).toBe(7);
    }
  });

  it('refuses seeds that are not whole', () => {
    for (const seed of [0.5, NaN, Infinity]) expect(() => new Generator(seed)).toThrow(ValueError);
  });

  it('starts from the seed of torch.Generator() unless told otherwise', () => {
    // torch.rand(2, generator=torch.Generator())
    const g = new Generator();
    expect([g.random24(), g.random24()]).toEqual([0.267295241355896, 0.8725283145904541]);
  });

  it('makes 64 bits of two words, the first drawn the high half', () => {
    expect(new Generator(0).random64()).toBe((2357136044n << 32n) | 2546248239n);
  });

  it('makes numbers below 1 of 24 and of 53 bits', () => {
    expect(new Generator(0).random24()).toBe((2357136044 % 2 ** 24) / 2 ** 24);
    const bits = BigInt.asUintN(53, (2357136044n << 32n) | 2546248239n);
    expect(new Generator(0).random53()).toBe(Number(bits) / 2 ** 53);
  });
});

describe('the state of a generator', () => {
  it('goes on with the same words after a way through JSON', () => {
    const g = new Generator(3);
    words(g, 1000);
    g.nextNormal = 0.1;
    const saved = JSON.parse(JSON.stringify(g.getState())) as GeneratorState;
    const expected = words(g, 2000);

    const other = new Generator(99);
    other.setState(saved);
    expect(other.nextNormal).toBe(0.1);
    expect(other.initialSeed()).toBe(3);
    expect(words(other, 2000)).toEqual(expected);
  });

  it('is a copy: drawing on does not change it', () => {
    const g = new Generator(3);
    const state = g.getState();
    const expected = words(g, 700);
    g.setState(state);
    expect(words(g, 700)).toEqual(expected);
  });

  it.each([
    ['too few words', { words: [1, 2, 3] }],
    ['words that are no words', { words: Array<number>(624).fill(0.5) }],
    ['a place behind the last word', { next: 625 }],
    ['a normal that is not a number', { nextNormal: NaN }],
    ['no seed', { seed: undefined }],
  ])('with %s is refused and changes nothing', (_, wrong) => {
    const g = new Generator(3);
    const before = g.getState();
    expect(() => g.setState({ ...before, ...wrong } as GeneratorState)).toThrow(
      /not the state of a generator/,
    );
    expect(g.getState()).toEqual(before);
  });
});

describe('manualSeed', () => {
  let before: GeneratorState;
  beforeEach(() => (before = defaultGenerator.getState()));
  afterEach(() => defaultGenerator.setState(before));

  it('starts the default generator anew and forgets its kept normal', () => {
    defaultGenerator.nextNormal = 1;
    expect(manualSeed(5)).toBe(defaultGenerator);
    expect(defaultGenerator.nextNormal).toBeNull();
    expect(initialSeed()).toBe(5);
    expect(defaultGenerator.random()).toBe(new Generator(5).random());
  });
});
