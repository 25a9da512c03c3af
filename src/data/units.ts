import { graphemes } from './graphemes.js';

/**
 * What a text is cut into: characters (grapheme clusters in composed form), Hangul jamo (syllables taken apart, the rest by
 * characters), words (with blanks and punctuation as units of their own), or the bytes of UTF-8.
 */
export type TokenUnit = 'char' | 'jamo' | 'word' | 'byte';

/** One way of cutting. What `split` gives, `join` puts together again, in composed form. */
export interface Cut {
  readonly one: string;
  readonly many: string;
  readonly split: (text: string) => string[];
  readonly join: (units: readonly string[]) => string;
}

const concatenated = (units: readonly string[]): string => units.join('');

// Words with the marks and apostrophes inside them, runs of blanks, line ends, and any other sign by itself.
const WORD = /[\p{L}\p{M}\p{N}_]+(?:['’][\p{L}\p{M}]+)*| +|\r\n|[^]/gu;

const isSyllable = (unit: string): boolean => unit.length === 1 && unit >= '가' && unit <= '힣';

function jamo(text: string): string[] {
  const found: string[] = [];
  for (const unit of graphemes(text)) {
    if (isSyllable(unit)) for (const part of unit.normalize('NFD')) found.push(part);
    else found.push(unit);
  }
  return found;
}

const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');

/** All bytes by name, `<0x41>`, in their order. */
export const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => `<0x${hex(byte)}>`);

/** Every way of cutting, by unit. */
export const CUTS: Readonly<Record<TokenUnit, Cut>> = {
  char: { one: 'character', many: 'characters', split: graphemes, join: concatenated },
  jamo: {
    one: 'jamo',
    many: 'jamo',
    split: jamo,
    // Composing puts the jamo of a syllable together again.
    join: (units) => units.join('').normalize('NFC'),
  },
  word: {
    one: 'word',
    many: 'words',
    split: (text) => text.normalize('NFC').match(WORD) ?? [],
    join: concatenated,
  },
  byte: {
    one: 'byte',
    many: 'bytes',
    split: (text) => Array.from(new TextEncoder().encode(text), (byte) => BYTES[byte]),
    join: (units) =>
      new TextDecoder('utf-8', { ignoreBOM: true }).decode(
        Uint8Array.from(units, (unit) => Number(unit.slice(1, -1))),
      ),
  },
};

/** Names of all units. */
export const TOKEN_UNITS = Object.keys(CUTS) as readonly TokenUnit[];
