/** The one of several words that was probably meant, or undefined where none is near. */
export function closest(word: string, words: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length * 0.4)) + 1;
  for (const other of words) {
    const distance = editDistance(word.toLowerCase(), other.toLowerCase(), true);
    if (distance < least) [best, least] = [other, distance];
  }
  return best;
}

/**
 * Least number of entries to add, drop or replace that make one sequence of another (Levenshtein, 1966).
 *
 * @param swaps  whether two neighbours in each other's place count as one change (optimal string alignment)
 */
export function editDistance(a: ArrayLike<unknown>, b: ArrayLike<unknown>, swaps = false): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(above[j] + 1, row[j - 1] + 1, replaced);
      if (swaps && i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, above] = [above, row];
  }
  return above[b.length];
}
