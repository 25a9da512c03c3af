import { RUNTIME } from './generated/runtime.js';

/** A file of the runtime or of the page. */
export type Part = keyof typeof RUNTIME;

/** The code of parts and of all that they need, each once, what is needed before what needs it. */
export function codeOf(parts: readonly Part[]): string {
  const found = new Set<Part>();
  const add = (part: Part): void => {
    if (found.has(part)) return;
    for (const needed of RUNTIME[part].needs) add(needed);
    found.add(part);
  };
  parts.forEach(add);
  return Array.from(found, (part) => RUNTIME[part].code)
    .filter((code) => code !== '')
    .join('\n');
}
