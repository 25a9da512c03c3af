/**
 * The indices of units.
 *
 * @param unknown  the index of those that the model does not know; -1 leaves them out, null is an error
 */
export function encoder(
  units: readonly string[],
  unknown: number | null,
): (parts: readonly string[]) => number[] {
  const indices = new Map(units.map((unit, i) => [unit, i]));
  return (parts) =>
    parts
      .map((unit) => {
        const known = indices.get(unit);
        const index = known === undefined ? unknown : known;
        if (index === null) throw new Error(`unknown: ${unit}`);
        return index;
      })
      .filter((index) => index >= 0);
}
