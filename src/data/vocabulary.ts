import { FormatError, IndexError, ValueError, VocabularyError } from '../errors.js';
import { readOptions, type Schema } from '../options.js';
import { type TextChunks, wholeUnits } from './chunks.js';
import { BYTES, CUTS, TOKEN_UNITS, type TokenUnit } from './units.js';

/** How units are numbered: as they first appear, by code point, or as they stand in a given list. */
export type VocabularyOrder = 'first' | 'sorted' | { readonly characters: string };

/** What happens to units that the vocabulary lacks: an error, nothing (they are left out), or one unit, `<unk>`, for all of them. */
export type UnknownChoice = 'error' | 'skip' | 'unk';

/** How a vocabulary is made. */
export interface VocabularyOptions {
  /** Default 'first'. */
  readonly order?: VocabularyOrder;
  /** Default 'char'. */
  readonly unit?: TokenUnit;
  /** Default 'error'. */
  readonly unknown?: UnknownChoice;
  /** Leaves out units that come less often. Default 1. */
  readonly minCount?: number;
  /** Keeps the most frequent units only, so many, `<unk>` among them. Default: all. */
  readonly maxSize?: number;
}

const OPTIONS: Schema<VocabularyOptions> = {
  order: [{ oneOf: ['first', 'sorted'] }, 'an object'],
  unit: { oneOf: TOKEN_UNITS },
  unknown: { oneOf: ['error', 'skip', 'unk'] },
  minCount: 'a number',
  maxSize: 'a number',
};
const OF: Schema<Pick<VocabularyOptions, 'unit' | 'unknown'>> = {
  unit: OPTIONS.unit,
  unknown: OPTIONS.unknown,
};

/** A vocabulary as plain data: version 1 for characters whose unknowns are errors, 2 for all others. */
export type VocabularyData =
  | { readonly version: 1; readonly unit: 'character'; readonly units: readonly string[] }
  | {
      readonly version: 2;
      readonly unit: TokenUnit;
      readonly unknown: UnknownChoice;
      readonly units: readonly string[];
    };

/** What stands for every unknown unit. */
const UNK = '<unk>';
const UNKNOWN_CHOICES: readonly UnknownChoice[] = ['error', 'skip', 'unk'];

/**
 * The units a model knows, each with an index: characters, jamo, words or bytes.
 *
 * @example
 * const vocabulary = Vocabulary.from('if you want you');
 * vocabulary.size; // 10
 * vocabulary.encode('you'); // Int32Array [3, 4, 5]
 * vocabulary.decode([3, 4, 5]); // 'you'
 */
export class Vocabulary {
  private readonly indices: ReadonlyMap<string, number>;

  private constructor(
    readonly units: readonly string[],
    readonly unit: TokenUnit,
    readonly unknown: UnknownChoice,
  ) {
    this.indices = new Map(units.map((unit, i) => [unit, i]));
  }

  /**
   * The units of a text. Those of bytes are always all 256.
   *
   * @param options  see `VocabularyOptions`; an order alone will do
   * @throws ValueError if a given list names a character twice, and if units are to be left out while unknown ones are errors
   * @throws VocabularyError if a given list lacks one of the text's
   */
  static from(text: string, options: VocabularyOrder | VocabularyOptions = {}): Vocabulary {
    const counter = new Counter(options);
    counter.count(text);
    return counter.vocabulary();
  }

  /**
   * The same for a text that comes in parts and need never be in memory as a whole.
   *
   * @throws ValueError, VocabularyError as `from`
   */
  static async fromChunks(
    chunks: TextChunks,
    options: VocabularyOrder | VocabularyOptions = {},
  ): Promise<Vocabulary> {
    const counter = new Counter(options);
    for await (const part of wholeUnits(chunks)) counter.count(part);
    return counter.vocabulary();
  }

  /**
   * A vocabulary of exactly these units, in this order.
   *
   * @throws ValueError if one is there twice or is empty, and if unknown units shall be `<unk>` and there is none
   */
  static of(units: readonly string[], options?: Pick<VocabularyOptions, 'unit' | 'unknown'>): Vocabulary {
    const { unit = 'char', unknown = 'error' } = readOptions('Vocabulary.of', options, OF);
    const vocabulary = new Vocabulary([...units], unit, unknown);
    const { indices } = vocabulary;
    if (unknown === 'unk' && !indices.has(UNK)) {
      throw new ValueError(`the vocabulary has no ${UNK} that could stand for unknown ${CUTS[unit].many}`, {
        hint: "make it with unknown: 'unk', or choose 'skip'",
      });
    }
    // The map has the last of two.
    const twice = units.find((unit, i) => indices.get(unit) !== i);
    if (twice !== undefined) throw new ValueError(`the vocabulary names ${shown(twice)} twice`);
    if (indices.has('')) throw new ValueError(`the vocabulary has a ${CUTS[unit].one} without letters`);
    return vocabulary;
  }

  /**
   * The same units, with another answer to unknown ones.
   *
   * @throws ValueError for 'unk' where there is no such unit
   */
  withUnknown(unknown: UnknownChoice): Vocabulary {
    return Vocabulary.of(this.units, { unit: this.unit, unknown });
  }

  /** How many units there are. */
  get size(): number {
    return this.units.length;
  }

  /**
   * The indices of a text's units.
   *
   * @throws VocabularyError that names what is unknown, where, and what is known; unless that is to be skipped or `<unk>`
   */
  encode(text: string): Int32Array {
    if (this.unit === 'byte' && this.size === BYTES.length)
      return Int32Array.from(new TextEncoder().encode(text));
    const units = CUTS[this.unit].split(text);
    const encoded = new Int32Array(units.length);
    const fallback = this.unknown === 'unk' ? this.indices.get(UNK) : undefined;
    const unknown = new Map<string, number[]>();
    let length = 0;
    for (let i = 0; i < units.length; i++) {
      const index = this.indices.get(units[i]) ?? fallback;
      if (index !== undefined) encoded[length++] = index;
      else if (this.unknown === 'error') {
        const positions = unknown.get(units[i]);
        if (positions === undefined) unknown.set(units[i], [i + 1]);
        else positions.push(i + 1);
      }
    }
    if (unknown.size > 0) throw this.unknownError(unknown);
    return length === encoded.length ? encoded : encoded.slice(0, length);
  }

  /**
   * The text that indices stand for. Bytes that are no UTF-8 become U+FFFD.
   *
   * @throws IndexError for an index that no unit has
   */
  decode(indices: Iterable<number>): string {
    const { one, join } = CUTS[this.unit];
    const units: string[] = [];
    for (const index of indices) {
      const unit = this.units[index] as string | undefined;
      if (unit === undefined) {
        throw new IndexError(`no ${one} has the index ${index}: the vocabulary has ${this.size}, from 0 on`);
      }
      units.push(unit);
    }
    return join(units);
  }

  /** The vocabulary as plain data, for JSON. */
  toJSON(): VocabularyData {
    const { unit, unknown, units } = this;
    if (unit === 'char' && unknown === 'error') return { version: 1, unit: 'character', units };
    return { version: 2, unit, unknown, units };
  }

  /**
   * The vocabulary that `toJSON` described.
   *
   * @param data  what a file says, which can be anything
   * @throws FormatError if it is not a vocabulary of a version we know
   */
  static fromJSON(data: unknown): Vocabulary {
    const described = (data ?? {}) as Record<string, unknown>;
    const { version, units } = described;
    const old = version === 1 && described.unit === 'character';
    const unit = TOKEN_UNITS.find((name) => name === (old ? 'char' : described.unit));
    const unknown = UNKNOWN_CHOICES.find((name) => name === (old ? 'error' : described.unknown));
    if (!(old || version === 2) || unit === undefined || unknown === undefined) {
      throw new FormatError(
        `a vocabulary of version ${String(version)} by ${String(described.unit)} is not known here`,
        { hint: 'it may come from a newer version of unrolled' },
      );
    }
    if (!isStrings(units)) throw new FormatError('the vocabulary has no list of characters');
    if (unit === 'byte' && units.some((name) => name !== UNK && !BYTES.includes(name))) {
      throw new FormatError('the vocabulary has bytes that are none');
    }
    try {
      return Vocabulary.of(units, { unit, unknown });
    } catch (cause) {
      throw new FormatError((cause as Error).message, { cause });
    }
  }

  private unknownError(unknown: ReadonlyMap<string, readonly number[]>): VocabularyError {
    const { one, many: plural } = CUTS[this.unit];
    const named = Array.from(unknown, ([letter, [first, ...others]]) => {
      const more = others.length > 0 ? ` and ${others.length} more` : '';
      return `${shown(letter)} (position ${first}${more})`;
    });
    const rest = named.length > 5 ? ` and ${named.length - 5} more` : '';
    const many = named.length === 1 ? `a ${one}` : `${named.length} ${plural}`;
    const known = this.units.slice(0, 100).map((unit) => (unit === ' ' ? '␣' : visible(unit)));
    const dots = this.size > known.length ? ' …' : '';
    return new VocabularyError(
      `the text has ${many} that the vocabulary lacks: ${named.slice(0, 5).join(', ')}${rest}`,
      { hint: `it has ${this.size}: ${known.join(' ')}${dots}` },
    );
  }
}

/** Counts the units of a text and makes the vocabulary of them. */
class Counter {
  private readonly counts = new Map<string, number>();
  private readonly options: VocabularyOptions;

  constructor(options: VocabularyOrder | VocabularyOptions) {
    const isOrder = typeof options === 'string' || 'characters' in options;
    this.options = readOptions('Vocabulary.from', isOrder ? { order: options } : options, OPTIONS);
    const { unit = 'char', unknown = 'error', minCount = 1, maxSize = Infinity } = this.options;
    if (unknown === 'error' && (minCount > 1 || maxSize < Infinity)) {
      throw new ValueError(`minCount and maxSize leave ${CUTS[unit].many} out, and unknown ones are errors`, {
        hint: "say unknown: 'unk' or 'skip'",
      });
    }
  }

  count(text: string): void {
    const { unit = 'char' } = this.options;
    if (unit === 'byte') return;
    const { counts } = this;
    for (const one of CUTS[unit].split(text)) counts.set(one, (counts.get(one) ?? 0) + 1);
  }

  vocabulary(): Vocabulary {
    const { order = 'first', unit = 'char', unknown = 'error' } = this.options;
    if (unit === 'byte') return Vocabulary.of(BYTES, { unit });
    const unk = unknown === 'unk' ? [UNK] : [];
    if (typeof order === 'object') {
      const vocabulary = Vocabulary.of([...CUTS[unit].split(order.characters), ...unk], { unit, unknown });
      for (const one of this.counts.keys()) vocabulary.encode(one);
      return vocabulary;
    }
    const kept = this.kept(unk.length);
    if (order === 'sorted') kept.sort(byCodePoint);
    return Vocabulary.of([...kept, ...unk], { unit, unknown });
  }

  /** The units that come often enough, in the order in which they first came. */
  private kept(reserved: number): string[] {
    const { minCount = 1, maxSize = Infinity } = this.options;
    const often = [...this.counts].filter(([, count]) => count >= minCount);
    const room = maxSize - reserved;
    if (often.length <= room) return often.map(([unit]) => unit);
    const most = new Set([...often].sort(([, a], [, b]) => b - a).slice(0, Math.max(0, room)));
    return often.filter((entry) => most.has(entry)).map(([unit]) => unit);
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
