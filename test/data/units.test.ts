import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CUTS, TOKEN_UNITS } from '../../src/data/units.js';

describe('cutting a text', () => {
  it('takes Hangul syllables apart into jamo, and nothing else', () => {
    const { split, join } = CUTS.jamo;
    expect(split('안녕 abc!ㅋㅋ')).toEqual([
      'ᄋ',
      'ᅡ',
      'ᆫ',
      'ᄂ',
      'ᅧ',
      'ᆼ',
      ' ',
      'a',
      'b',
      'c',
      '!',
      'ㅋ',
      'ㅋ',
    ]);
    expect(join(split('안녕 abc!ㅋㅋ'))).toBe('안녕 abc!ㅋㅋ');
  });

  it('makes words of letters, digits and the apostrophes inside, and units of all else', () => {
    expect(CUTS.word.split("Don't  stop, 007!\r\n안녕하세요")).toEqual([
      ...["Don't", '  ', 'stop', ',', ' ', '007', '!', '\r\n', '안녕하세요'],
    ]);
  });

  it('names bytes as they stand in UTF-8', () => {
    expect(CUTS.byte.split('가')).toEqual(['<0xEA>', '<0xB0>', '<0x80>']);
    expect(CUTS.byte.join(['<0xEA>', '<0xB0>'])).toBe('\ufffd');
  });

  it.each(TOKEN_UNITS)('by %s loses nothing', (unit) => {
    const { split, join } = CUTS[unit];
    const texts = fc.string({ unit: 'grapheme', maxLength: 30 });
    const korean = fc.stringMatching(/^[가-힣ㄱ-ㅣ \n]{0,20}$/);
    fc.assert(
      fc.property(fc.oneof(texts, korean), (text) => {
        const whole = unit === 'byte' ? text : text.normalize('NFC');
        expect(join(split(text))).toBe(whole);
      }),
    );
  });
});
