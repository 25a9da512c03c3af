import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../src/data/vocabulary.js';
import { ValueError } from '../../src/errors.js';
import { Spoken } from '../../src/generation/spoken.js';

const letters = Vocabulary.from('abcde ');

/** What comes out unit by unit, and at the end. */
function said(text: string, stop?: string | string[]): string[] {
  const spoken = new Spoken(letters, stop);
  const pieces: string[] = [];
  for (const index of letters.encode(text)) {
    pieces.push(spoken.say(index));
    if (spoken.isStopped) return pieces;
  }
  return [...pieces, spoken.finish()];
}

/** UTF-8, a byte a unit; what is cut comes out as a replacement character. */
const bytes = {
  unit: 'byte',
  decode: (indices: Iterable<number>) => new TextDecoder().decode(Uint8Array.from(indices)),
};
/** Hangul by conjoining jamo, which composition puts together. */
const jamo = {
  unit: 'jamo',
  decode: (indices: Iterable<number>) => String.fromCharCode(...indices).normalize('NFC'),
};

describe('text from units', () => {
  it('comes at once', () => {
    expect(said('abc')).toEqual(['a', 'b', 'c', '']);
  });

  it('ends before a stop string', () => {
    expect(said('abcde', 'c')).toEqual(['a', 'b', '']);
  });

  it('keeps back what may become one, and gives it when it does not', () => {
    expect(said('abde', 'bc')).toEqual(['a', '', 'bd', 'e', '']);
    expect(said('aabcd', 'abc')).toEqual(['', 'a', '', '']);
    expect(said('aab', 'abc')).toEqual(['', 'a', '', 'ab']);
  });

  it('ends at the first of several', () => {
    expect(said('abcde', ['de', 'bcd', 'cd']).join('')).toBe('a');
  });

  it('ends at one that has others in it', () => {
    expect(said('ababc', 'abc').join('')).toBe('ab');
    expect(said('aaab', 'aab').join('')).toBe('a');
  });

  it('is what stands before the first stop string, whatever the units', () => {
    const word = (max: number) => fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: max });
    fc.assert(
      fc.property(word(12), fc.array(word(3), { maxLength: 3 }), (text, stops) => {
        const [all, ends] = [text.join(''), stops.map((stop) => stop.join(''))];
        // The stop string that is complete first, and of those the one that began first.
        let expected = all;
        for (let end = 1; end <= all.length; end++) {
          const starts = ends
            .filter((stop) => all.slice(0, end).endsWith(stop))
            .map((stop) => end - stop.length);
          if (starts.length === 0) continue;
          expected = all.slice(0, Math.min(...starts));
          break;
        }
        expect(said(all, ends).join('')).toBe(expected);
      }),
    );
  });

  it('refuses an empty stop string', () => {
    expect(() => new Spoken(letters, ['a', ''])).toThrow(ValueError);
  });

  it('waits for all bytes of a character', () => {
    const spoken = new Spoken(bytes);
    const pieces = Array.from(new TextEncoder().encode('a한🎉'), (byte) => spoken.say(byte));
    expect(pieces).toEqual(['a', '', '', '한', '', '', '', '🎉']);
    expect(spoken.finish()).toBe('');
  });

  it('gives broken bytes when they cannot become a character any more', () => {
    const spoken = new Spoken(bytes);
    expect([0xed, 0x61].map((byte) => spoken.say(byte))).toEqual(['', '\ufffda']);
    expect(spoken.say(0xed)).toBe('');
    expect(spoken.finish()).toBe('\ufffd');
    const four = new Spoken(bytes);
    expect([0xff, 0xff, 0xff, 0xff].map((byte) => four.say(byte)).join('')).toBe('\ufffd'.repeat(4));
  });

  it('waits until a syllable of jamo is complete', () => {
    const spoken = new Spoken(jamo);
    const units = [...'안녕 a'.normalize('NFD')].map((letter) => letter.charCodeAt(0));
    const pieces = units.map((unit) => spoken.say(unit));
    expect(pieces).toEqual(['', '', '', '안', '', '', '녕 ', 'a']);
    const last = new Spoken(jamo);
    expect(units.slice(0, 3).map((unit) => last.say(unit))).toEqual(['', '', '']);
    expect(last.finish()).toBe('안');
  });

  it('does not wait for ever for what is no syllable', () => {
    const spoken = new Spoken(jamo);
    const pieces = Array.from({ length: 40 }, () => spoken.say(0x1100));
    expect(pieces.join('').length).toBeGreaterThan(30);
  });

  it('finds a stop string that the last units complete', () => {
    const spoken = new Spoken(jamo, '안');
    for (const letter of '가안'.normalize('NFD')) spoken.say(letter.charCodeAt(0));
    expect(spoken.finish()).toBe('');
    expect(spoken.isStopped).toBe(true);
  });
});
