import { ValueError } from '../errors.js';

/**
 * The value below which the share `q` lies, between two neighbours in proportion: NumPy's default.
 *
 * @throws ValueError for no values, and a share outside of 0 to 1
 */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) throw new ValueError('there is no quantile of no values');
  if (!(q >= 0 && q <= 1)) throw new ValueError(`a quantile must be between 0 and 1, not ${q}`);
  const sorted = values.toSorted((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}
