// The heart of the product: a tile of C in registers, along all of k.
//
// Two sizes of tile give the same bits, for each element of C is one sum over k in one order. The narrow one, 2 x 16, fits in
// sixteen 128-bit registers. The wide one, 6 x 16, does not, but V8 joins neighbouring vectors into 256-bit ones where it can
// (facts: docs/performance.md), and then it comes near the processor's limit.
import { madd } from './simd';

/** A row of the tile added to C, or stored. C is read whole before it is written: in turns, V8 would not join vectors. */
@inline
function keep(c: usize, vectors: i32, accumulate: i32, s0: v128, s1: v128, s2: v128, s3: v128): void {
  if (accumulate) {
    const c0 = v128.load(c);
    const c1 = vectors > 1 ? v128.load(c, 16) : c0;
    const c2 = vectors > 2 ? v128.load(c, 32) : c0;
    const c3 = vectors > 3 ? v128.load(c, 48) : c0;
    v128.store(c, f32x4.add(c0, s0));
    if (vectors > 1) v128.store(c, f32x4.add(c1, s1), 16);
    if (vectors > 2) v128.store(c, f32x4.add(c2, s2), 32);
    if (vectors > 3) v128.store(c, f32x4.add(c3, s3), 48);
  } else {
    v128.store(c, s0);
    if (vectors > 1) v128.store(c, s1, 16);
    if (vectors > 2) v128.store(c, s2, 32);
    if (vectors > 3) v128.store(c, s3, 48);
  }
}

/**
 * `rows` (1 to 6) x `vectors` (1 to 4) of C = A · B. Both are constants at each call, so that what is not used is not compiled.
 * One k per iteration: unrolling over k spills the accumulators, at half the speed. Steps are in bytes.
 */
@inline
function tile(
  rows: i32, vectors: i32, k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32,
): void {
  const zero = f32x4.splat(0);
  let p0 = zero, p1 = zero, p2 = zero, p3 = zero;
  let q0 = zero, q1 = zero, q2 = zero, q3 = zero;
  let r0 = zero, r1 = zero, r2 = zero, r3 = zero;
  let s0 = zero, s1 = zero, s2 = zero, s3 = zero;
  let t0 = zero, t1 = zero, t2 = zero, t3 = zero;
  let u0 = zero, u1 = zero, u2 = zero, u3 = zero;
  const row2 = aRow << 1, row3 = row2 + aRow, row4 = aRow << 2, row5 = row4 + aRow;
  do {
    const b0 = v128.load(b);
    const b1 = vectors > 1 ? v128.load(b, 16) : zero;
    const b2 = vectors > 2 ? v128.load(b, 32) : zero;
    const b3 = vectors > 3 ? v128.load(b, 48) : zero;
    const x0 = v128.load32_splat(a);
    p0 = madd(x0, b0, p0);
    if (vectors > 1) p1 = madd(x0, b1, p1);
    if (vectors > 2) p2 = madd(x0, b2, p2);
    if (vectors > 3) p3 = madd(x0, b3, p3);
    if (rows > 1) {
      const x1 = v128.load32_splat(a + aRow);
      q0 = madd(x1, b0, q0);
      if (vectors > 1) q1 = madd(x1, b1, q1);
      if (vectors > 2) q2 = madd(x1, b2, q2);
      if (vectors > 3) q3 = madd(x1, b3, q3);
    }
    if (rows > 2) {
      const x2 = v128.load32_splat(a + row2);
      r0 = madd(x2, b0, r0);
      if (vectors > 1) r1 = madd(x2, b1, r1);
      if (vectors > 2) r2 = madd(x2, b2, r2);
      if (vectors > 3) r3 = madd(x2, b3, r3);
    }
    if (rows > 3) {
      const x3 = v128.load32_splat(a + row3);
      s0 = madd(x3, b0, s0);
      if (vectors > 1) s1 = madd(x3, b1, s1);
      if (vectors > 2) s2 = madd(x3, b2, s2);
      if (vectors > 3) s3 = madd(x3, b3, s3);
    }
    if (rows > 4) {
      const x4 = v128.load32_splat(a + row4);
      t0 = madd(x4, b0, t0);
      if (vectors > 1) t1 = madd(x4, b1, t1);
      if (vectors > 2) t2 = madd(x4, b2, t2);
      if (vectors > 3) t3 = madd(x4, b3, t3);
    }
    if (rows > 5) {
      const x5 = v128.load32_splat(a + row5);
      u0 = madd(x5, b0, u0);
      if (vectors > 1) u1 = madd(x5, b1, u1);
      if (vectors > 2) u2 = madd(x5, b2, u2);
      if (vectors > 3) u3 = madd(x5, b3, u3);
    }
    a += aCol;
    b += bRow;
  } while (--k > 0);
  keep(c, vectors, accumulate, p0, p1, p2, p3);
  if (rows > 1) c += cRow;
  if (rows > 1) keep(c, vectors, accumulate, q0, q1, q2, q3);
  if (rows > 2) c += cRow;
  if (rows > 2) keep(c, vectors, accumulate, r0, r1, r2, r3);
  if (rows > 3) c += cRow;
  if (rows > 3) keep(c, vectors, accumulate, s0, s1, s2, s3);
  if (rows > 4) c += cRow;
  if (rows > 4) keep(c, vectors, accumulate, t0, t1, t2, t3);
  if (rows > 5) c += cRow;
  if (rows > 5) keep(c, vectors, accumulate, u0, u1, u2, u3);
}

// One function a tile: a single huge one would share its registers badly.
function tile6x16(k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32): void {
  tile(6, 4, k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
}
function tile5x16(k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32): void {
  tile(5, 4, k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
}
function tile4x16(k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32): void {
  tile(4, 4, k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
}
function tile3x16(k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32): void {
  tile(3, 4, k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
}
function tile2x16(k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32): void {
  tile(2, 4, k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
}
function tile1x16(k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32): void {
  tile(1, 4, k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
}
function tile2x12(k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32): void {
  tile(2, 3, k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
}
function tile1x12(k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32): void {
  tile(1, 3, k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
}
function tile4x8(k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32): void {
  tile(4, 2, k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
}
function tile2x8(k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32): void {
  tile(2, 2, k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
}
function tile1x8(k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32): void {
  tile(1, 2, k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
}
function tile6x4(k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32): void {
  tile(6, 1, k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
}
function tile2x4(k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32): void {
  tile(2, 1, k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
}
function tile1x4(k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32): void {
  tile(1, 1, k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
}

/** One row of C, two panels of 16 columns side by side: alone, a row of one panel would wait for its own sums. */
export function row32(k: i32, a: usize, aCol: usize, p: usize, q: usize, c: usize, accumulate: i32): void {
  const zero = f32x4.splat(0);
  let p0 = zero, p1 = zero, p2 = zero, p3 = zero;
  let q0 = zero, q1 = zero, q2 = zero, q3 = zero;
  do {
    const x = v128.load32_splat(a);
    p0 = madd(x, v128.load(p), p0);
    p1 = madd(x, v128.load(p, 16), p1);
    p2 = madd(x, v128.load(p, 32), p2);
    p3 = madd(x, v128.load(p, 48), p3);
    q0 = madd(x, v128.load(q), q0);
    q1 = madd(x, v128.load(q, 16), q1);
    q2 = madd(x, v128.load(q, 32), q2);
    q3 = madd(x, v128.load(q, 48), q3);
    a += aCol;
    p += 64;
    q += 64;
  } while (--k > 0);
  keep(c, 4, accumulate, p0, p1, p2, p3);
  keep(c + 64, 4, accumulate, q0, q1, q2, q3);
}

/** Whether this instance multiplies in wide tiles. */
let wide = false;
/** In memory, which all threads share: 1 forbids the wide tile to all of them. */
const FORBIDDEN: usize = 64;

/** Chooses this instance's tile: 0 is narrow, 1 wide. */
export function setWideTile(yes: i32): void {
  wide = yes != 0;
}

/** Forbids the wide tile to all instances on this memory (1), or allows it again (0). */
export function forbidWideTile(yes: i32): void {
  store<i32>(FORBIDDEN, yes);
}

function columns16(m: i32, k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32): void {
  for (; m >= 2; m -= 2) {
    tile2x16(k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
    a += aRow << 1;
    c += cRow << 1;
  }
  if (m) tile1x16(k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
}
/** Rows are shared out evenly: 25 are five tiles of 5, not four of 6 and a lonely one. */
function wideColumns16(m: i32, k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32): void {
  while (m > 0) {
    const tiles = (m + 5) / 6;
    const rows = (m + tiles - 1) / tiles;
    if (rows == 6) tile6x16(k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
    else if (rows == 5) tile5x16(k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
    else if (rows == 4) tile4x16(k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
    else if (rows == 3) tile3x16(k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
    else if (rows == 2) tile2x16(k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
    else tile1x16(k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
    a += <usize>rows * aRow;
    c += <usize>rows * cRow;
    m -= rows;
  }
}
function columns12(m: i32, k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32): void {
  for (; m >= 2; m -= 2) {
    tile2x12(k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
    a += aRow << 1;
    c += cRow << 1;
  }
  if (m) tile1x12(k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
}
function columns8(m: i32, k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32): void {
  for (; m >= 4; m -= 4) {
    tile4x8(k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
    a += aRow << 2;
    c += cRow << 2;
  }
  for (; m >= 2; m -= 2) {
    tile2x8(k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
    a += aRow << 1;
    c += cRow << 1;
  }
  if (m) tile1x8(k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
}
function columns4(m: i32, k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32): void {
  for (; m >= 6; m -= 6) {
    tile6x4(k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
    a += 6 * aRow;
    c += 6 * cRow;
  }
  for (; m >= 2; m -= 2) {
    tile2x4(k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
    a += aRow << 1;
    c += cRow << 1;
  }
  if (m) tile1x4(k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
}

/** m rows of C in `width` (4, 8, 12 or 16) columns. Steps are in bytes. */
export function columns(width: i32, m: i32, k: i32, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: i32): void {
  if (width == 16) {
    if (wide && !load<i32>(FORBIDDEN)) wideColumns16(m, k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
    else columns16(m, k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
  } else if (width == 12) columns12(m, k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
  else if (width == 8) columns8(m, k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
  else columns4(m, k, a, aRow, aCol, b, bRow, c, cRow, accumulate);
}
