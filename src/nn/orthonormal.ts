/**
 * Q of a = Q · R with orthonormal columns, where R has a positive diagonal, by Householder's reflections (Golub and Van Loan,
 * 2013, section 5.2).
 *
 * @param a  (rows, cols), row-major, rows ≥ cols; is overwritten
 * @returns  (rows, cols)
 */
export function orthonormal(a: Float64Array, rows: number, cols: number): Float64Array {
  const mirrors: Float64Array[] = [];
  const signs: number[] = [];
  for (let k = 0; k < cols; k++) {
    const v = Float64Array.from({ length: rows }, (_, i) => (i < k ? 0 : a[i * cols + k]));
    const length = Math.sqrt(squareOf(v));
    // The mirror image of the column on the axis, on the far side so that nothing cancels: it is R's diagonal element.
    const image = v[k] > 0 ? -length : length;
    v[k] -= image;
    reflect(a, v, cols);
    mirrors.push(v);
    signs.push(Math.sign(image));
  }
  const q = Float64Array.from({ length: rows * cols }, (_, at) => {
    const [i, k] = [Math.floor(at / cols), at % cols];
    return i === k ? signs[k] : 0;
  });
  for (const v of mirrors.reverse()) reflect(q, v, cols);
  return q;
}

/** vᵀ v */
const squareOf = (v: Float64Array): number => v.reduce((sum, x) => sum + x * x, 0);

/** a −= 2 v (vᵀ a) / (vᵀ v) */
function reflect(a: Float64Array, v: Float64Array, cols: number): void {
  const square = squareOf(v);
  if (square === 0) return;
  for (let k = 0; k < cols; k++) {
    let along = 0;
    for (let i = 0; i < v.length; i++) along += v[i] * a[i * cols + k];
    for (let i = 0; i < v.length; i++) a[i * cols + k] -= (2 * along * v[i]) / square;
  }
}
