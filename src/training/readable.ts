import type { Vocabulary } from '../data/vocabulary.js';

/** A text without what makes no difference: equal ones are one text. */
export const plainText = (text: string): string => text.trim().normalize();

/** Enough of a text to see that something of it is known, mostly. */
const START = 64;

/** Whether a vocabulary knows anything of a text. One of rare words only may be nothing to it, where these are left out. */
export const isReadable = (vocabulary: Vocabulary, text: string): boolean =>
  vocabulary.encode(text.slice(0, START)).length > 0 || vocabulary.encode(text).length > 0;

/** What is said of texts that are not. */
export const leftOut = (count: number, what: string): string[] =>
  count === 0 ? [] : [`${count} ${what} nothing that the vocabulary knows, and are left out`];
