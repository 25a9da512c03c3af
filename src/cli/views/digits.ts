/**
 * How many digits behind the decimal sign make sense in a forecast: those that the table has, more where its numbers hardly change, and
 * fewer where it has more than anybody can tell.
 *
 * @param digits  those of the table
 */
export function digitsOf(values: ArrayLike<number>, digits: number): number {
  const all = Array.from(values);
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  const deviation = Math.sqrt(all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length);
  if (!(deviation > 0)) return digits;
  const size = Math.floor(Math.log10(deviation));
  // Two digits of the deviation at the least, five at the most.
  const [least, most] = [1 - size, 4 - size].map((n) => Math.min(12, Math.max(0, n)));
  return Math.min(most, Math.max(least, digits));
}
