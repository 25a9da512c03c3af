/**
 * The first name that an object of a JSON text, or one inside it, has twice; null if there is none. `JSON.parse` keeps the
 * last silently, which lets a file say one thing to us and another to someone else.
 *
 * @param text  valid JSON
 * @example
 * duplicateKeys('{"a": {"b": 1, "\\u0062": 2}}'); // 'b'
 */
export function duplicateKeys(text: string): string | null {
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
      if (names?.has(name)) return name;
      names?.add(name);
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
