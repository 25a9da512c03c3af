import { characters } from './characters.js';

/** Hangul syllables taken apart, the rest by characters. */
export function jamo(text: string): string[] {
  const parts = characters(text).map((one) =>
    /^[가-힣]$/.test(one) ? Array.from(one.normalize('NFD')) : [one],
  );
  return parts.reduce((all, some) => all.concat(some), []);
}

/** Jamo as text, a syllable when it is complete: a final consonant may still come to the last one. */
export function* composed(units: Iterable<string>): Generator<string, void, undefined> {
  let open = '';
  for (const unit of units) {
    const text = Array.from((open + unit).normalize('NFC'));
    open = text.pop() || '';
    if (text.length) yield text.join('');
  }
  if (open) yield open;
}
