import { ValueError } from '../errors.js';

/** The index of a column. @throws ValueError that lists what there is, and guesses */
export function columnIndex(columns: readonly string[], wanted: string): number {
  const at = columns.indexOf(wanted);
  if (at >= 0) return at;
  const near = columns.find((column) => column.toLowerCase() === wanted.trim().toLowerCase());
  throw new ValueError(`there is no column '${wanted}'`, {
    hint: near === undefined ? `there are ${columns.join(', ')}` : `did you mean '${near}'?`,
  });
}

/** The columns that are named; several may stand in one text, with commas between. */
export function columnsNamed(columns: readonly string[], wanted: readonly string[]): string[] {
  const names = wanted.flatMap((name) => {
    const parts = name.split(',').map((part) => part.trim());
    return columns.includes(name) || !parts.every((part) => columns.includes(part)) ? [name] : parts;
  });
  return [...new Set(names)].map((name) => columns[columnIndex(columns, name)]);
}
