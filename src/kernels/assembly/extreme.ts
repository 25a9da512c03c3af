// The largest and the smallest of some floats, and where they stand. A NaN wins over all.
import { at } from './simd';

/** Where the extreme of n floats `step` elements apart stands: the first of equals; a NaN wins. */
@inline
export function extremeAt(x: usize, n: i32, step: i32, largest: bool): i32 {
  if (step == 1 && n >= 16) return firstOf(x, n, extreme(x, n, largest));
  let best = load<f32>(x);
  let where = 0;
  for (let k = 1; k < n; k++) {
    if (best != best) break;
    const v = load<f32>(at(x, k * step));
    if (v != v || (largest ? v > best : v < best)) {
      best = v;
      where = k;
    }
  }
  return where;
}

/** The largest or smallest of n (4 or more) contiguous floats; NaN if there is one. */
@inline
export function extreme(x: usize, n: i32, largest: bool): f32 {
  // pmax and pmin are one instruction each, but lose NaN: that is looked for apart.
  let best = v128.load(x);
  let unordered = f32x4.ne(best, best);
  for (let k = 4; k < n; k += 4) {
    // The last four may overlap those before.
    const v = v128.load(at(x, k + 4 <= n ? k : n - 4));
    unordered = v128.or(unordered, f32x4.ne(v, v));
    best = largest ? f32x4.pmax(best, v) : f32x4.pmin(best, v);
  }
  if (v128.any_true(unordered)) return NaN;
  const halves = v128.shuffle<f32>(best, best, 2, 3, 0, 1);
  best = largest ? f32x4.pmax(best, halves) : f32x4.pmin(best, halves);
  const a = f32x4.extract_lane(best, 0);
  const b = f32x4.extract_lane(best, 1);
  return largest == a > b ? a : b;
}

/** Position of the first of n floats that is `value`, or the first NaN if value is NaN; one is there. */
function firstOf(x: usize, n: i32, value: f32): i32 {
  const wanted = f32x4.splat(value);
  const isNaN = value != value;
  let k = 0;
  for (; k + 4 <= n; k += 4) {
    const v = v128.load(at(x, k));
    const found = i32x4.bitmask(isNaN ? f32x4.ne(v, v) : f32x4.eq(v, wanted));
    if (found) return k + ctz(found);
  }
  while (isNaN ? load<f32>(at(x, k)) == load<f32>(at(x, k)) : load<f32>(at(x, k)) != value) k++;
  return k;
}
