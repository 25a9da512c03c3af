/** Characters, where each is one code point in composed form. */
export const codePoints = (text: string): string[] => Array.from(text.normalize('NFC'));
