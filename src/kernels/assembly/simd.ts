// Vector helpers shared by all kernels. A vector is four float32.

/** a · b + c: one rounding in the build with relaxed SIMD, two without. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/** Sum of the four lanes. */
@inline
export function lanes(v: v128): f32 {
  const pairs = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** The first `n` (1 to 3) floats at p, zeros behind: never reads past them. */
@inline
export function loadPartial(p: usize, n: i32): v128 {
  let v = v128.load32_zero(p);
  if (n > 1) v = f32x4.replace_lane(v, 1, load<f32>(p, 4));
  if (n > 2) v = f32x4.replace_lane(v, 2, load<f32>(p, 8));
  return v;
}

/** Writes the first `n` (1 to 3) lanes to p. */
@inline
export function storePartial(p: usize, v: v128, n: i32): void {
  store<f32>(p, f32x4.extract_lane(v, 0));
  if (n > 1) store<f32>(p, f32x4.extract_lane(v, 1), 4);
  if (n > 2) store<f32>(p, f32x4.extract_lane(v, 2), 8);
}

/** The first `n` floats at p: one plain load where n is a literal 4, else a partial one. */
@inline
export function loadLanes(p: usize, n: i32): v128 {
  return n == 4 ? v128.load(p) : loadPartial(p, n);
}

/** Writes the first `n` lanes to p: one plain store where n is a literal 4, else a partial one. */
@inline
export function storeLanes(p: usize, v: v128, n: i32): void {
  if (n == 4) v128.store(p, v);
  else storePartial(p, v, n);
}

/** Address of element i. */
@inline
export function at(p: usize, i: i32): usize {
  return p + (<usize>i << 2);
}

/** y += x, n floats. */
@inline
export function addRow(y: usize, x: usize, n: i32): void {
  let c = 0;
  for (; c + 4 <= n; c += 4) v128.store(at(y, c), f32x4.add(v128.load(at(y, c)), v128.load(at(x, c))));
  for (; c < n; c++) store<f32>(at(y, c), load<f32>(at(y, c)) + load<f32>(at(x, c)));
}
