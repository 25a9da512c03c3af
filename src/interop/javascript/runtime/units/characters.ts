/** What a reader calls characters, in composed form; code points where the platform cannot tell. */
export function characters(text: string): string[] {
  const composed = text.normalize('NFC');
  return typeof Intl === 'object' && 'Segmenter' in Intl
    ? Array.from(new Intl.Segmenter().segment(composed), ({ segment }) => segment)
    : Array.from(composed);
}
