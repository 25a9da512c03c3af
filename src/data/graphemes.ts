// eslint-disable-next-line no-control-regex -- the range of ASCII is meant
const ASCII = /^[\u0000-\u007f]*$/;
const ASCII_LETTERS = /\r\n|[^]/g;

let segmenter: Intl.Segmenter | undefined;

/**
 * What a reader calls characters: grapheme clusters (UAX #29), in Unicode's composed form (NFC). A letter with its accents, a
 * Hangul syllable and an emoji are one each; so is the line end CR LF.
 *
 * @example
 * graphemes('안녕'.normalize('NFD')); // ['안', '녕']
 */
export function graphemes(text: string): string[] {
  if (ASCII.test(text)) return text.match(ASCII_LETTERS) ?? [];
  segmenter ??= new Intl.Segmenter('und', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text.normalize('NFC')), ({ segment }) => segment);
}
