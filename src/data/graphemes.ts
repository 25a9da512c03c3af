/**
 * Ranges of UTF-16 units that begin and end a cluster wherever they stand beside each other: letters, ideographs and signs that
 * join nothing (UAX #29). Marks, joiners, jamo, emoji and Indic scripts are left to the segmenter.
 */
const PLAIN_RANGES = [
  [0x0000, 0x007f], // ASCII; but CR LF is one
  [0x00a0, 0x00a8], // Latin-1
  [0x00aa, 0x00ac],
  [0x00af, 0x02ff], // Latin
  [0x0370, 0x0482], // Greek, Cyrillic
  [0x048a, 0x052f],
  [0x2010, 0x2027], // dashes, quotes, ellipsis
  [0x3000, 0x3029], // CJK punctuation
  [0x3041, 0x3096], // kana
  [0x309b, 0x30ff],
  [0x3400, 0x4dbf], // ideographs
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3], // Hangul syllables
  [0xff01, 0xff9d], // full width forms
] as const;
const PLAIN = new Uint8Array(2 ** 16);
for (const [first, last] of PLAIN_RANGES) PLAIN.fill(1, first, last + 1);

const CR = 13;
const LF = 10;

/**
 * What a reader calls characters: grapheme clusters (UAX #29), in Unicode's composed form (NFC). A letter with its accents, a
 * Hangul syllable and an emoji are one each; so is the line end CR LF.
 *
 * @example
 * graphemes('안녕'.normalize('NFD')); // ['안', '녕']
 */
export function graphemes(text: string): string[] {
  const composed = text.normalize('NFC');
  const found: string[] = [];
  let start = 0;
  let before = composed.charCodeAt(0);
  for (let at = 1; at <= composed.length; at++) {
    // NaN behind the end, which PLAIN does not have either.
    const unit = composed.charCodeAt(at);
    const isBoundary =
      at === composed.length || (PLAIN[before] & PLAIN[unit] && !(before === CR && unit === LF));
    before = unit;
    if (!isBoundary) continue;
    if (at - start === 1) found.push(composed[start]);
    else segment(composed.slice(start, at), found);
    start = at;
  }
  return found;
}

let segmenter: Intl.Segmenter | undefined;
const PART = 256;

/** Adds the clusters of a stretch that plain letters do not decide. */
function segment(stretch: string, found: string[]): void {
  if (stretch === '\r\n') {
    found.push(stretch);
    return;
  }
  segmenter ??= new Intl.Segmenter('und', { granularity: 'grapheme' });
  // Part by part: the time V8's segmenter takes grows with the square of the length (minutes for half a megabyte).
  let most = PART;
  for (let start = 0; start < stretch.length;) {
    let end = start + most;
    if (isHighSurrogate(stretch.charCodeAt(end - 1))) end += 1;
    const clusters = Array.from(segmenter.segment(stretch.slice(start, end)), (s) => s.segment);
    // The last cluster may go on in the next part.
    if (end < stretch.length) clusters.pop();
    for (const cluster of clusters) {
      found.push(cluster);
      start += cluster.length;
    }
    most = clusters.length === 0 ? 2 * most : PART;
  }
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
