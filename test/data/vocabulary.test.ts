import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Vocabulary, type VocabularyData } from '../../src/data/vocabulary.js';
import { FormatError, IndexError, ValueError, VocabularyError } from '../../src/errors.js';

const sentence = 'if you want you';

describe('Vocabulary.from', () => {
  it('numbers characters as they first appear', () => {
    expect(Vocabulary.from(sentence).units.join('')).toBe('if youwant');
  });

  it('sorts by code points as Python does, not by UTF-16 units', () => {
    // sorted('bｚ😀aé') in Python; 😀 begins with a surrogate, 0xD83D, below ｚ, 0xFF5A
    expect(Vocabulary.from('bｚ😀aé', 'sorted').units).toEqual(['a', 'b', 'é', 'ｚ', '😀']);
    expect(Vocabulary.from(sentence, 'sorted').units.join('')).toBe(' afinotuwy');
  });

  it('sorts a cluster behind the characters that begin it', () => {
    expect(Vocabulary.from('🇰🇷🇰 👍🏽👍', 'sorted').units).toEqual([' ', '🇰', '🇰🇷', '👍', '👍🏽']);
  });

  it('keeps the order of a given list, which may name more', () => {
    const vocabulary = Vocabulary.from('you', { characters: 'fnwayuoi t' });
    expect(vocabulary.size).toBe(10);
    expect([...vocabulary.encode('you')]).toEqual([4, 6, 5]);
  });

  it('refuses a list that lacks a character of the text, or has one twice', () => {
    expect(() => Vocabulary.from('you', { characters: 'yo' })).toThrow(VocabularyError);
    expect(() => Vocabulary.from('you', { characters: 'youy' })).toThrow(ValueError);
    expect(() => Vocabulary.from('you', { characters: 'youy' })).toThrow(/names 'y' twice/);
  });

  it('takes characters as readers do', () => {
    expect(Vocabulary.from('안녕').size).toBe(2);
    expect(Vocabulary.from('안녕'.normalize('NFD')).units).toEqual(['안', '녕']);
    expect(Vocabulary.from('a\r\nb\n').units).toEqual(['a', '\r\n', 'b', '\n']);
  });
});

describe('encode and decode', () => {
  it('are each other turned round', () => {
    const vocabulary = Vocabulary.from(sentence);
    expect(vocabulary.encode(sentence)).toEqual(Int32Array.of(0, 1, 2, 3, 4, 5, 2, 6, 7, 8, 9, 2, 3, 4, 5));
    expect(vocabulary.decode(vocabulary.encode(sentence))).toBe(sentence);
    expect(vocabulary.decode([3, 4, 5])).toBe('you');
    expect(vocabulary.encode('')).toHaveLength(0);
  });

  it('give back any text, composed, in any order', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), fc.string());
    fc.assert(
      fc.property(text, fc.constantFrom('first' as const, 'sorted' as const), (t, order) => {
        const vocabulary = Vocabulary.from(t, order);
        const indices = vocabulary.encode(t);
        expect(vocabulary.decode(indices)).toBe(t.normalize('NFC'));
        expect(new Set(indices).size).toBe(vocabulary.size);
      }),
    );
  });

  it('know the same letter however it is written', () => {
    const vocabulary = Vocabulary.from('é');
    expect([...vocabulary.encode('e\u0301')]).toEqual([0]);
  });

  it('take a megabyte in well under a second', () => {
    const text = 'To be, or not to be: that is the question.\n'.repeat(25_000);
    const started = performance.now();
    const vocabulary = Vocabulary.from(text);
    expect(vocabulary.encode(text)).toHaveLength(text.length);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('what a vocabulary lacks', () => {
  const vocabulary = Vocabulary.from(sentence);
  const message = (text: string): string => {
    try {
      vocabulary.encode(text);
    } catch (error) {
      expect(error).toBeInstanceOf(VocabularyError);
      return (error as Error).message;
    }
    return '';
  };

  it('is named with its position, beside what it has', () => {
    expect(message('foxy!')).toBe(
      "the text has 2 characters that the vocabulary lacks: 'x' (position 3), '!' (position 5)\n" +
        '  it has 10: i f ␣ y o u w a n t',
    );
  });

  it('is named once, and counted', () => {
    expect(message('zazzz')).toMatch(
      /has a character that the vocabulary lacks: 'z' \(position 1 and 3 more\)\n/,
    );
    expect(message('bcdeghjk')).toMatch(/has 8 characters .*'g' \(position 5\) and 3 more\n/);
  });

  it('counts positions by characters, not by code units', () => {
    expect(message('👍🏽안'.slice(0, 4) + 'z')).toMatch(/'z' \(position 2\)/);
  });

  it('is shown so that it can be seen', () => {
    expect(message("\n\r\n\u200b'\u0301")).toMatch(/: '\\n' \(.*'\\r\\n' \(.*'U\+200B' \(/);
    expect(message("'")).toMatch(/: "'" \(position 1\)/);
    expect(message('\t"')).toMatch(/: '\\t' \(position 1\), '"' \(position 2\)/);
  });

  it('is told beside the first hundred of many characters', () => {
    const many = Vocabulary.from(
      Array.from({ length: 500 }, (_, i) => String.fromCodePoint(0xac00 + i)).join(''),
    );
    expect(() => many.encode('a')).toThrow(/it has 500: 가 각 .* …$/);
  });

  it('is an index, when decoding', () => {
    for (const index of [10, -1, 0.5]) expect(() => vocabulary.decode([0, index])).toThrow(IndexError);
    expect(() => vocabulary.decode([10])).toThrow(
      'no character has the index 10: the vocabulary has 10, from 0 on',
    );
  });
});

describe('a vocabulary as JSON', () => {
  it('comes back', () => {
    const vocabulary = Vocabulary.from('안녕 👍🏽\r\n"\\');
    const back = Vocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary)));
    expect(back.units).toEqual(vocabulary.units);
    expect(back.encode('녕안')).toEqual(Int32Array.of(1, 0));
  });

  it('has a version', () => {
    expect(Vocabulary.from('ab').toJSON()).toEqual({ version: 1, unit: 'character', units: ['a', 'b'] });
  });

  const good: VocabularyData = { version: 1, unit: 'character', units: ['a'] };
  it.each([
    ['nothing', undefined, /version undefined by undefined is not known/],
    ['null', null, /is not known/],
    ['a newer version', { ...good, version: 2 }, /version 2 by character is not known/],
    ['another unit', { ...good, unit: 'word' }, /by word is not known/],
    ['no list', { ...good, units: 'a' }, /no list of characters/],
    ['numbers', { ...good, units: [1] }, /no list of characters/],
    ['a character twice', { ...good, units: ['a', 'a'] }, /names 'a' twice/],
    ['an empty character', { ...good, units: ['a', ''] }, /without letters/],
  ])('refuses %s', (_, data, message) => {
    expect(() => Vocabulary.fromJSON(data)).toThrow(FormatError);
    expect(() => Vocabulary.fromJSON(data)).toThrow(message);
  });
});
