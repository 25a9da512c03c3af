import { ValueError } from '../errors.js';
import { recording } from '../kernels/engine.js';
import { told } from '../options.js';

const N = 624;
const M = 397;
/** What PyTorch's own `torch.Generator()` starts from. */
const DEFAULT_SEED = 67280421310721;

/** All of a generator's state, as plain numbers: what exact resume saves. */
export interface GeneratorState {
  readonly seed: number;
  /** The 624 words of the twister. */
  readonly words: readonly number[];
  /** Words used of these. */
  readonly next: number;
  /** The second half of a pair of normals that was not asked for yet. */
  readonly nextNormal: number | null;
}

/**
 * PyTorch's CPU generator: the Mersenne Twister mt19937 (Matsumoto and Nishimura, 1998) and one cached normal.
 *
 * @example
 * const g = new Generator(0);
 * g.random(); // 2357136044
 */
export class Generator {
  private readonly words = new Uint32Array(N);
  private next = N;
  private seed = 0;
  /** The second half of the last pair of normals, kept for the next small draw. @internal */
  nextNormal: number | null = null;

  /** @throws ValueError if the seed is not a whole number */
  constructor(seed: number | bigint = DEFAULT_SEED) {
    this.manualSeed(seed);
  }

  /**
   * Starts anew from a seed, of which the low 32 bits count.
   *
   * @throws ValueError if the seed is not a whole number
   */
  manualSeed(seed: number | bigint): this {
    recording()?.cannot('it starts a generator anew');
    if (typeof seed !== 'bigint' && !Number.isInteger(seed)) {
      throw new ValueError(`manualSeed: the seed must be a whole number, not ${told(seed)}`);
    }
    const { words } = this;
    this.seed = Number(BigInt.asUintN(32, BigInt(seed)));
    words[0] = this.seed;
    for (let i = 1; i < N; i++) {
      const previous = words[i - 1] ^ (words[i - 1] >>> 30);
      words[i] = Math.imul(1812433253, previous) + i;
    }
    this.next = N;
    this.nextNormal = null;
    return this;
  }

  /** The seed it was started from (its low 32 bits). */
  initialSeed(): number {
    return this.seed;
  }

  /** 32 random bits. */
  random(): number {
    recording()?.cannot('it draws random numbers');
    if (this.next === N) this.twist();
    let y = this.words[this.next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** 64 random bits: the first word drawn is the high half. */
  random64(): bigint {
    const high = BigInt(this.random());
    return (high << 32n) | BigInt(this.random());
  }

  /** A float32's worth of U(0, 1): 24 bits of one word. */
  random24(): number {
    return (this.random() & 0xffffff) * 2 ** -24;
  }

  /** A double's worth of U(0, 1): 53 bits of two words. */
  random53(): number {
    const high = this.random() & 0x1fffff;
    return (high * 2 ** 32 + this.random()) * 2 ** -53;
  }

  /** All of its state, which JSON keeps: what `setState` goes on from. */
  getState(): GeneratorState {
    return { seed: this.seed, words: [...this.words], next: this.next, nextNormal: this.nextNormal };
  }

  /**
   * Goes on exactly where the generator was from which the state was taken.
   *
   * @throws ValueError if it is not such a state; then nothing changes
   * @example
   * const state = g.getState();
   * const first = g.random();
   * g.setState(state);
   * g.random() === first; // true
   */
  setState(state: GeneratorState): void {
    expectState(state);
    recording()?.cannot('it starts a generator anew');
    this.seed = state.seed;
    this.words.set(state.words);
    this.next = state.next;
    this.nextNormal = state.nextNormal;
  }

  /** The next block of 624 words. */
  private twist(): void {
    const { words } = this;
    let k = 0;
    for (; k < N - M; k++) words[k] = words[k + M] ^ mixed(words[k], words[k + 1]);
    for (; k < N - 1; k++) words[k] = words[k + M - N] ^ mixed(words[k], words[k + 1]);
    words[k] = words[k + M - N] ^ mixed(words[k], words[0]);
    this.next = 0;
  }
}

/** One bit of a word and 31 of the following, times the twister's matrix. */
function mixed(word: number, following: number): number {
  const y = (word & 0x80000000) | (following & 0x7fffffff);
  return (y >>> 1) ^ (-(following & 1) & 0x9908b0df);
}

/** A state comes from files, so its type is a hope. */
function expectState({ seed, words, next, nextNormal }: GeneratorState): void {
  const isWord = (n: unknown): boolean =>
    Number.isInteger(n) && (n as number) >= 0 && (n as number) < 2 ** 32;
  const good =
    isWord(seed) &&
    Array.isArray(words) &&
    words.length === N &&
    words.every(isWord) &&
    isWord(next) &&
    next <= N &&
    (nextNormal === null || Number.isFinite(nextNormal));
  if (good) return;
  throw new ValueError('setState: this is not the state of a generator', {
    hint: `it takes what getState gives: seed, ${N} words of 32 bits, next and nextNormal`,
  });
}

/**
 * The generator that everything draws from unless told otherwise. Unlike PyTorch's it starts from the same seed in every
 * program, so that a run without `manualSeed` can be repeated too.
 */
export const defaultGenerator = new Generator();

/**
 * Starts the default generator anew: what follows draws the same numbers each time, and the numbers PyTorch's CPU generator
 * draws after `torch.manual_seed(seed)`.
 *
 * @param seed  any whole number, of which the low 32 bits count
 * @throws ValueError if it is not whole
 * @see https://pytorch.org/docs/stable/generated/torch.manual_seed.html
 * @example
 * manualSeed(0);
 * rand([2]).tolist(); // [0.49625658988952637, 0.7682217955589294]
 */
export function manualSeed(seed: number | bigint): Generator {
  return defaultGenerator.manualSeed(seed);
}

/** The seed of the default generator (its low 32 bits). */
export function initialSeed(): number {
  return defaultGenerator.initialSeed();
}
