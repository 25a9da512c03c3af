/** A text in parts, cut anywhere: as files and networks give it. */
export type TextChunks = Iterable<string> | AsyncIterable<string>;

// Nothing joins these to a blank before them.
const LETTER = /[A-Za-z0-9]/;

/**
 * The same text in parts that end where no unit can span: behind a line end, or between a blank and a plain letter. Of a text
 * without either, all is kept until its end.
 */
export async function* wholeUnits(chunks: TextChunks): AsyncGenerator<string> {
  let pending = '';
  for await (const chunk of chunks) {
    pending += chunk;
    const end = lastCut(pending);
    if (end === 0) continue;
    yield pending.slice(0, end);
    pending = pending.slice(end);
  }
  if (pending !== '') yield pending;
}

function lastCut(text: string): number {
  const line = text.lastIndexOf('\n') + 1;
  if (line > 0) return line;
  for (let at = text.length - 1; at > 0; at--) {
    if (text[at - 1] === ' ' && LETTER.test(text[at])) return at;
  }
  return 0;
}
