import { FormatError, ValueError, VocabularyError } from '../errors.js';
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
    const found = [...new Set(graphemes(text))];
    if (order === 'first') return new Vocabulary(found);
    if (order === 'sorted') return new Vocabulary(found.sort(byCodePoint));
    const vocabulary = Vocabulary.of(graphemes(order.characters));
    vocabulary.encode(text);
    return vocabulary;
  }

  /** A vocabulary of exactly these units, in this order. */
  static of(units: readonly string[]): Vocabulary {
    const twice = units.find((unit, i) => units.indexOf(unit) !== i);
    if (twice !== undefined) throw new ValueError(`the vocabulary names ${shown(twice)} twice`);
    return new Vocabulary(units);
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
    const letters = graphemes(text);
    const encoded = new Int32Array(letters.length);
    const unknown: { letter: string; position: number }[] = [];
    letters.forEach((letter, position) => {
      const index = this.indices.get(letter);
      if (index === undefined) unknown.push({ letter, position });
      else encoded[position] = index;
    });
    if (unknown.length > 0) throw this.unknownError(unknown);
    return encoded;
  }

  /** The text that indices stand for. */
  decode(indices: Iterable<number>): string {
    return Array.from(indices, (i) => this.units[i]).join('');
  }

  toJSON(): VocabularyData {
    return { version: 1, unit: 'character', units: this.units };
  }

  /** @throws FormatError if the data is not a vocabulary of a version we know */
  static fromJSON(data: VocabularyData): Vocabulary {
    // Comes from files, so the type is a hope.
    const { version, unit, units } = data as Partial<Record<keyof VocabularyData, unknown>>;
    if (version !== 1 || unit !== 'character') {
      throw new FormatError(`a vocabulary of version ${String(version)} by ${String(unit)} is not known here`, {
        hint: 'it may come from a newer version of unrolled',
      });
    }
    if (!Array.isArray(units) || units.some((u) => typeof u !== 'string')) {
      throw new FormatError('the vocabulary has no list of characters');
    }
    return Vocabulary.of(units as string[]);
  }

  private unknownError(unknown: readonly { letter: string; position: number }[]): VocabularyError {
    const first = unknown.slice(0, 5).map(({ letter, position }) => `${shown(letter)} (position ${position + 1})`);
    const more = unknown.length > 5 ? ` and ${unknown.length - 5} more` : '';
    const many = unknown.length === 1 ? '1 character' : `${unknown.length} characters`;
    const known = this.units.slice(0, 100).map((u) => (u === ' ' ? '␣' : JSON.stringify(u).slice(1, -1)));
    return new VocabularyError(`the text has ${many} that the model does not know: ${first.join(', ')}${more}`, {
      hint: `it knows ${this.size}: ${known.join(' ')}${this.size > 100 ? ' …' : ''}`,
    });
  }
}

const shown = (unit: string): string => (unit === "'" ? `"'"` : `'${JSON.stringify(unit).slice(1, -1)}'`);

/** By code points, as Python sorts. */
function byCodePoint(a: string, b: string): number {
  const [x, y] = [[...a], [...b]];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const difference = x[i].codePointAt(0)! - y[i].codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return x.length - y.length;
}
