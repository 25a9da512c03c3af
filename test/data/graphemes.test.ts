import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphemes } from '../../src/data/graphemes.js';

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
const bySegmenter = (text: string): string[] =>
  Array.from(segmenter.segment(text.normalize('NFC')), ({ segment }) => segment);

describe('graphemes', () => {
  it.each([
    ['ASCII', 'if you', ['i', 'f', ' ', 'y', 'o', 'u']],
    ['nothing', '', []],
    ['Hangul', '안녕 세계', ['안', '녕', ' ', '세', '계']],
    ['Hangul in jamo, composed', '한글'.normalize('NFD'), ['한', '글']],
    ['jamo that compose to nothing', 'ᄒ하', ['ᄒ하']],
    ['accents, composed', 'cafe\u0301', ['c', 'a', 'f', 'é']],
    ['marks that do not compose', 'x\u0323\u0304y', ['x\u0323\u0304', 'y']],
    ['emoji of several code points', 'a👩‍👩‍👧b👍🏽🇰🇷🇺🇸', ['a', '👩‍👩‍👧', 'b', '👍🏽', '🇰🇷', '🇺🇸']],
    ['Devanagari', 'नमस्ते'.slice(0, 2), ['न', 'म']],
    ['line ends', 'a\r\nb\n\rc\r', ['a', '\r\n', 'b', '\n', '\r', 'c', '\r']],
    ['half a surrogate pair', 'a\ud83cb', ['a', '\ud83c', 'b']],
  ])('finds the letters of %s', (_, text, letters) => {
    expect(graphemes(text)).toEqual(letters);
  });

  it('cuts as Intl.Segmenter does, whatever stands side by side', () => {
    const joins = [
      '\r',
      '\n',
      'a',
      'é',
      '가',
      '각',
      'ᄀ',
      'ᅡ',
      'ᆨ',
      '漢',
      'か',
      '\u3099',
      '\uff9e',
      '\u0301',
      '\u200d',
      '\ufe0f',
    ];
    const more = [
      '👩',
      '🏽',
      '🇰',
      '\u0600',
      'क',
      '\u094d',
      'ि',
      '\u0e33',
      '©',
      '“',
      '\u00ad',
      '\u2028',
      '\ud83c',
      '\udfff',
    ];
    const piece = fc.oneof(fc.constantFrom(...joins, ...more), fc.string({ unit: 'binary', maxLength: 2 }));
    const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (t) => {
        expect(graphemes(t)).toEqual(bySegmenter(t));
      }),
      { numRuns: 2000 },
    );
  });

  it('cuts long stretches as Intl.Segmenter does', () => {
    const words = fc.constantFrom('क्षत्रिय ', 'நிலா', 'ภาษาไทย', '👩‍👩‍👧‍👦', '🇰🇷', 'z\u0301\u0302', '👍🏽', 'ᄒᆞᆫ');
    const text = fc.array(words, { minLength: 150, maxLength: 300 }).map((list) => list.join(''));
    fc.assert(
      fc.property(text, (t) => {
        expect(graphemes(t)).toEqual(bySegmenter(t));
      }),
      { numRuns: 100 },
    );
  });

  it('cuts around every character of one unit as Intl.Segmenter does', () => {
    for (let first = 0; first < 2 ** 16; first += 64) {
      const units = Array.from({ length: 64 }, (_, i) => String.fromCharCode(first + i));
      const text = units.map((c) => `a${c}${c}가${c}`).join('');
      expect(graphemes(text)).toEqual(bySegmenter(text));
    }
  });

  it('keeps a cluster whole that is longer than any', () => {
    const zalgo = `a${'\u0300\u0316'.repeat(2000)}`.normalize('NFC');
    expect(graphemes(`${zalgo}b`)).toEqual([zalgo, 'b']);
  });

  it.each([
    ['ASCII', 'To be, or not to be: that is the question.\n', 1_000_000],
    ['Korean', '안녕하세요 세계, 오늘은 날씨가 “좋다”.\r\n', 300_000],
    ['Hindi', 'सभी मनुष्यों को गौरव और अधिकारों के मामले में ', 100_000],
  ])('takes time with the length of a %s text, not with its square', (_, line, length) => {
    const text = line.repeat(Math.ceil(length / line.length));
    const started = performance.now();
    expect(graphemes(text).join('')).toBe(text.normalize('NFC'));
    // Some 50 ms; the segmenter alone takes minutes.
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
