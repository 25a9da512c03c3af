/**
 * What in a JSON text two readers may understand differently, as the end of a sentence; null if there is nothing:
 *
 * - an object with one name twice, of which `JSON.parse` keeps the last silently;
 * - a number that is not plain digits, such as 2.0 and -0, which some take for a whole number and others do not.
 *
 * @param text  valid JSON in which all numbers are sizes and positions
 * @example
 * ambiguity('{"a": {"b": 1, "\\u0062": 2}}'); // "names 'b' twice"
 */
export function ambiguity(text: string): string | null {
  // By hand: a regular expression overflows its stack on strings of some megabytes.
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (let at = 0; at < text.length; at++) {
    const mark = text[at];
    if (mark === '"') {
      const end = endOfString(text, at);
      last = text.slice(at, end + 1);
      at = end;
    } else if (mark === '{') open.push(new Set());
    else if (mark === '[') open.push(null);
    else if (mark === '}' || mark === ']') open.pop();
    else if (mark === ':') {
      const names = open.at(-1);
      const name = JSON.parse(last) as string;
      if (names?.has(name)) return `names '${name}' twice`;
      names?.add(name);
    } else if (/[-.]/.test(mark) || (/[eE]/.test(mark) && /\d/.test(text[at - 1]))) {
      return `has a number at character ${at} that is not plain digits`;
    }
  }
  return null;
}

/** Where a string ends that begins at `start`: at the first quote behind an even number of backslashes. */
function endOfString(text: string, start: number): number {
  for (let end = start; ;) {
    end = text.indexOf('"', end + 1);
    let before = end;
    while (text[before - 1] === '\\') before--;
    if ((end - before) % 2 === 0) return end;
  }
}
