import { describe, expect, it } from 'vitest';
import { decodeText, likelyEncodings, textChunks } from '../../src/data/encoding.js';
import { FormatError, ValueError } from '../../src/errors.js';

const hex = (bytes: string): Uint8Array => Uint8Array.from(bytes.match(/../g)!, (pair) => parseInt(pair, 16));
const utf16 = (text: string, isBig: boolean): Uint8Array =>
  Uint8Array.from(
    [...text].flatMap((c) =>
      (isBig ? [c.charCodeAt(0) >> 8] : []).concat(c.charCodeAt(0) & 255, isBig ? [] : c.charCodeAt(0) >> 8),
    ),
  );

// What Python's str.encode gives.
const NOT_UTF8 = [
  ['cp949', '날짜,기온', 'b3afc2a52cb1e2bfc2'],
  ['cp949', '안녕하세요', 'bec8b3e7c7cfbcbcbfe4'],
  ['gbk', '日期,开盘', 'c8d5c6da2cbfaac5cc'],
  ['shift_jis', '日付,売上', '93fa95742c9484' + '8fe3'],
  ['euc-jp', 'これは', 'a4b3a4eca4cf'],
  ['big5', '日期,收盤', 'a4e9b4c12ca6acbd4c'],
  ['windows-1251', 'Дата;Цена', 'c4e0f2e03bd6e5ede0'],
  ['windows-1252', '°C;Größe', 'b0433b4772f6df65'],
] as const;

describe('text of bytes', () => {
  it('is UTF-8, or UTF-16 where its mark says so', () => {
    expect(decodeText(hex('efbbbf61'))).toEqual({ text: 'a', encoding: 'utf-8' });
    for (const isBig of [false, true]) {
      const bytes = utf16('\ufeff날짜,a', isBig);
      expect(decodeText(bytes)).toEqual({ text: '날짜,a', encoding: isBig ? 'utf-16be' : 'utf-16le' });
      expect(decodeText(bytes, { encoding: 'utf-16' }).text).toBe('날짜,a');
    }
  });

  it.each(NOT_UTF8)(
    'is read as %s where that is said, and tells so where it is not',
    (encoding, text, bytes) => {
      expect(decodeText(hex(bytes), { encoding }).text).toBe(text);
      expect(likelyEncodings(hex(bytes))[0]).toEqual({ encoding, sample: text });
      expect(() => decodeText(hex(bytes), { name: 'a.csv' })).toThrow(FormatError);
      expect(() => decodeText(hex(bytes))).toThrow(`--encoding ${encoding} reads '${text}'`);
    },
  );

  it.each(['CP949', 'ms949', 'euc_kr', 'ks_c_5601-1987'])('knows Korean as %s', (encoding) => {
    expect(decodeText(hex('b3afc2a5'), { encoding })).toEqual({ text: '날짜', encoding: 'euc-kr' });
  });

  it('reads the signs of windows-1252 that Latin-1 has not', () => {
    expect(decodeText(hex('8093'), { encoding: 'latin1' }).text).toBe('€“');
  });

  it('is not guessed by an encoding that does not fit', () => {
    expect(() => decodeText(hex('b3'), { encoding: 'shift_jis', name: 'a.csv' })).not.toThrow();
    expect(() => decodeText(hex('ff'), { encoding: 'shift_jis', name: 'a.csv' })).toThrow(
      'a.csv is not shift_jis text',
    );
    expect(() => decodeText(hex('61'), { encoding: 'klingon' })).toThrow(ValueError);
    expect(() => decodeText(hex('61'), { encoding: 'klingon' })).toThrow(
      "no encoding called 'klingon'\n  such as utf-8",
    );
  });

  it.each([
    ['an Excel workbook', '504b030414000600'],
    ['packed by gzip', '1f8b08000000'],
  ])('is not %s', (what, bytes) => {
    expect(() => decodeText(hex(bytes), { name: 'a.csv' })).toThrow(`a.csv is no text: it is ${what}`);
    expect(() => [...textChunks([hex(bytes)])]).toThrow(what);
  });

  it('comes in parts that are cut anywhere, in any encoding', () => {
    for (const [bytes, encoding] of [
      [utf16('\ufeff날짜\n', false), undefined],
      [hex('b3afc2a50a'), 'cp949'],
      [hex('efbbbfeab080'), undefined],
    ] as const) {
      const whole = decodeText(bytes, { encoding }).text;
      for (const size of [1, 2, 3]) {
        const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.slice(i * size, (i + 1) * size),
        );
        expect([...textChunks(parts, 'a.txt', encoding)].join('')).toBe(whole);
      }
    }
  });
});
