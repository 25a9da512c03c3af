/**
 * The first name that an object of a JSON text, or one inside it, has twice; null if there is none. `JSON.parse` keeps the
 * last silently, which lets a file say one thing to us and another to someone else.
 *
 * @param text  valid JSON
 */
export function duplicateKeys(text: string): string | null {
  // Strings, and the marks that open, close and separate; everything else is of no interest.
  const tokens = text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g);
  const open: (Set<string> | null)[] = [];
  let last: string | null = null;
  for (const [token] of tokens) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const names = open.at(-1);
      const name = JSON.parse(last!) as string;
      if (names?.has(name)) return name;
      names?.add(name);
    } else if (token !== ',') last = token;
  }
  return null;
}
