import { FormatError, IndexError, ValueError, VocabularyError } from '../errors.js';
import { graphemes } from './graphemes.js';

/** How characters are numbered: as they first appear, by code point, or as they stand in a given list. */
export type VocabularyOrder = 'first' | 'sorted' | { readonly characters: string };

/** A vocabulary as plain data, version 1. */
export interface VocabularyData {
  readonly version: 1;
  readonly unit: 'character';
  readonly units: readonly string[];
}

/**
 * The characters a model knows, each with an index. A character is a grapheme cluster in composed form: see `graphemes`.
 *
 * @example
 * const vocabulary = Vocabulary.from('if you want you');
 * vocabulary.size; // 10
 * vocabulary.encode('you'); // Int32Array [3, 4, 5]
 * vocabulary.decode([3, 4, 5]); // 'you'
 */
export class Vocabulary {
  private readonly indices: ReadonlyMap<string, number>;

  private constructor(readonly units: readonly string[]) {
    this.indices = new Map(units.map((unit, i) => [unit, i]));
  }

  /**
   * The characters of a text.
   *
   * @throws ValueError if a given list names a character twice
   * @throws VocabularyError if it lacks one of the text's
   */
  static from(text: string, order: VocabularyOrder = 'first'): Vocabulary {
    const letters = graphemes(text);
    if (typeof order === 'object') {
      const vocabulary = Vocabulary.of(graphemes(order.characters));
      vocabulary.indicesOf(letters);
      return vocabulary;
    }
    const found = [...new Set(letters)];
    return new Vocabulary(order === 'first' ? found : found.sort(byCodePoint));
  }

  /**
   * A vocabulary of exactly these units, in this order.
   *
   * @throws ValueError if one is there twice or is empty
   */
  static of(units: readonly string[]): Vocabulary {
    const vocabulary = new Vocabulary([...units]);
    const { indices } = vocabulary;
    // The map has the last of two.
    const twice = units.find((unit, i) => indices.get(unit) !== i);
    if (twice !== undefined) throw new ValueError(`the vocabulary names ${shown(twice)} twice`);
    if (indices.has('')) throw new ValueError('the vocabulary has a character without letters');
    return vocabulary;
  }

  /** How many characters there are. */
  get size(): number {
    return this.units.length;
  }

  /**
   * The indices of a text's characters.
   *
   * @throws VocabularyError that names what is unknown, where, and what is known
   */
  encode(text: string): Int32Array {
    return this.indicesOf(graphemes(text));
  }

  /**
   * The text that indices stand for.
   *
   * @throws IndexError for an index that no character has
   */
  decode(indices: Iterable<number>): string {
    const letters: string[] = [];
    for (const index of indices) {
      const letter = this.units[index] as string | undefined;
      if (letter === undefined) {
        throw new IndexError(
          `no character has the index ${index}: the vocabulary has ${this.size}, from 0 on`,
        );
      }
      letters.push(letter);
    }
    return letters.join('');
  }

  /** The vocabulary as plain data, for JSON. */
  toJSON(): VocabularyData {
    return { version: 1, unit: 'character', units: this.units };
  }

  /**
   * The vocabulary that `toJSON` described.
   *
   * @param data  what a file says, which can be anything
   * @throws FormatError if it is not a vocabulary of a version we know
   */
  static fromJSON(data: unknown): Vocabulary {
    const { version, unit, units } = (data ?? {}) as Partial<Record<keyof VocabularyData, unknown>>;
    if (version !== 1 || unit !== 'character') {
      throw new FormatError(
        `a vocabulary of version ${String(version)} by ${String(unit)} is not known here`,
        {
          hint: 'it may come from a newer version of unrolled',
        },
      );
    }
    if (!isStrings(units)) throw new FormatError('the vocabulary has no list of characters');
    try {
      return Vocabulary.of(units);
    } catch (cause) {
      throw new FormatError((cause as Error).message, { cause });
    }
  }

  private indicesOf(letters: readonly string[]): Int32Array {
    const encoded = new Int32Array(letters.length);
    const unknown = new Map<string, number[]>();
    for (let i = 0; i < letters.length; i++) {
      const index = this.indices.get(letters[i]);
      if (index !== undefined) encoded[i] = index;
      else {
        const positions = unknown.get(letters[i]);
        if (positions === undefined) unknown.set(letters[i], [i + 1]);
        else positions.push(i + 1);
      }
    }
    if (unknown.size > 0) throw this.unknownError(unknown);
    return encoded;
  }

  private unknownError(unknown: ReadonlyMap<string, readonly number[]>): VocabularyError {
    const named = Array.from(unknown, ([letter, [first, ...others]]) => {
      const more = others.length > 0 ? ` and ${others.length} more` : '';
      return `${shown(letter)} (position ${first}${more})`;
    });
    const rest = named.length > 5 ? ` and ${named.length - 5} more` : '';
    const many = named.length === 1 ? 'a character' : `${named.length} characters`;
    const known = this.units.slice(0, 100).map((unit) => (unit === ' ' ? '␣' : visible(unit)));
    const dots = this.size > known.length ? ' …' : '';
    return new VocabularyError(
      `the text has ${many} that the vocabulary lacks: ${named.slice(0, 5).join(', ')}${rest}`,
      { hint: `it has ${this.size}: ${known.join(' ')}${dots}` },
    );
  }
}

const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((unit) => typeof unit === 'string');

const shown = (unit: string): string => (unit === "'" ? `"'"` : `'${visible(unit)}'`);

/** A character as a reader can see it: \n, \t, and code points for what leaves no mark. */
function visible(unit: string): string {
  if (/^[\p{L}\p{N}\p{P}\p{S} ]/u.test(unit)) return unit;
  const escaped = JSON.stringify(unit).slice(1, -1);
  if (escaped !== unit) return escaped;
  return Array.from(unit, (c) => `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`).join(
    ' ',
  );
}

/** By code points, as Python sorts. */
function byCodePoint(a: string, b: string): number {
  const [x, y] = [[...a], [...b]];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const difference = x[i].codePointAt(0)! - y[i].codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return x.length - y.length;
}
