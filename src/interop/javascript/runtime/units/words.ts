/** Words with the marks and apostrophes inside them, runs of blanks, line ends, and any other sign by itself. */
export const words = (text: string): string[] =>
  text.normalize('NFC').match(/[\p{L}\p{M}\p{N}_]+(?:['’][\p{L}\p{M}]+)*| +|\r\n|[^]/gu) || [];
