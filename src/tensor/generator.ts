const N = 624;
const M = 397;

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

  constructor(seed: number | bigint = 5489) {
    this.manualSeed(seed);
  }

  /** Starts anew from a seed, of which the low 32 bits count. */
  manualSeed(seed: number | bigint): this {
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

  getState(): GeneratorState {
    return { seed: this.seed, words: [...this.words], next: this.next, nextNormal: this.nextNormal };
  }

  setState(state: GeneratorState): void {
    this.seed = state.seed;
    this.words.set(state.words);
    this.next = state.next;
    this.nextNormal = state.nextNormal;
  }

  private twist(): void {
    const { words } = this;
    for (let k = 0; k < N; k++) {
      const following = words[k + 1 === N ? 0 : k + 1];
      const y = (words[k] & 0x80000000) | (following & 0x7fffffff);
      words[k] = words[k < N - M ? k + M : k + M - N] ^ (y >>> 1) ^ (following & 1 ? 0x9908b0df : 0);
    }
    this.next = 0;
  }
}

/** The generator that everything draws from unless told otherwise. */
export const defaultGenerator = new Generator();

/**
 * Starts the default generator anew: what follows draws the same numbers each time, and the numbers PyTorch's CPU generator
 * draws after `torch.manual_seed(seed)`.
 *
 * @param seed  the low 32 bits count
 * @see https://pytorch.org/docs/stable/generated/torch.manual_seed.html
 * @example
 * manualSeed(0);
 * rand([2]).tolist(); // [0.4962565898895264, 0.7682217955589294]
 */
export function manualSeed(seed: number | bigint): Generator {
  return defaultGenerator.manualSeed(seed);
}

/** The seed of the default generator. */
export function initialSeed(): number {
  return defaultGenerator.initialSeed();
}
