// C = A · B in float32. A (m, k) and B (k, n) have any strides, C (m, n) has contiguous columns.
//
// B is packed into panels of 16 columns (the last one as wide as it has to be, in steps of 4), k after k, in blocks of
// K_BLOCK rows, so that a panel stays in the first-level cache while tiles of rows of A run over it. Packing takes a range of
// panels and the product a range of rows, for threads to share: neither splits a sum, so the result is the same for any split.
import { transposed } from './copy';
import { at, lanes, loadPartial, madd } from './simd';
import { columns, row32 } from './tile';

const PANEL = 16;
// 256 rows of a panel are 16 KiB: half of a first-level cache.
const K_BLOCK = 256;
// Rows of A that are packed at once: 96 KiB, which stays in a second-level cache. A multiple of the tiles' rows.
const M_BLOCK = 96;
// Rows of B that the products with few rows of A read side by side, to their ends.
const FEW = 32;

// A block of A where its columns are not contiguous, and a strip of C behind the last column.
const PACKED_A_BYTES: i32 = M_BLOCK * K_BLOCK * 4;
const STRIP_BYTES: i32 = M_BLOCK * PANEL * 4;
let scratch: usize = 0;

/** Bytes that each thread needs for itself: see `setScratch`. */
export function scratchBytes(): i32 {
  return PACKED_A_BYTES + STRIP_BYTES;
}

/** Gives this instance its own scratch. */
export function setScratch(address: usize): void {
  scratch = address;
}

@inline
function padded(n: i32): i32 {
  return (n + 3) & ~3;
}

/** Bytes of B (k, n) when packed. */
export function packedSize(k: i32, n: i32): i32 {
  return (k * padded(n)) << 2;
}

/** How many panels B has. */
@inline
function panelsOf(n: i32): i32 {
  return (n + PANEL - 1) / PANEL;
}

/** Packs the panels `from` … `to` of B (k, n) for `gemmPacked`; there are ⌈n / 16⌉. */
export function packB(from: i32, to: i32, k: i32, n: i32, b: usize, bRow: i32, bCol: i32, packed: usize): void {
  for (let first = 0; first < k; first += K_BLOCK) {
    const kc = min(K_BLOCK, k - first);
    packBlock(from, to, kc, n, at(b, first * bRow), bRow, bCol, packed);
    packed = at(packed, kc * padded(n));
  }
}

function packBlock(from: i32, to: i32, kc: i32, n: i32, b: usize, bRow: i32, bCol: i32, packed: usize): void {
  packed = at(packed, from * PANEL * kc);
  const end = min(n, to * PANEL);
  for (let j = from * PANEL; j < end; j += PANEL) {
    const width = min(PANEL, n - j);
    const stride = padded(width);
    const source = at(b, j * bCol);
    if (stride != width) memory.fill(packed, 0, <usize>(kc * stride) << 2);
    if (bCol == 1) packRows(kc, width, source, bRow, packed, stride);
    else if (bRow == 1) transposed(packed, stride, source, bCol, width, kc);
    else packAny(kc, width, source, bRow, bCol, packed, stride);
    packed = at(packed, kc * stride);
  }
}

function packRows(kc: i32, width: i32, b: usize, bRow: i32, packed: usize, stride: i32): void {
  if (width == PANEL) {
    for (let k = 0; k < kc; k++) {
      v128.store(packed, v128.load(b));
      v128.store(packed, v128.load(b, 16), 16);
      v128.store(packed, v128.load(b, 32), 32);
      v128.store(packed, v128.load(b, 48), 48);
      packed += 64;
      b = at(b, bRow);
    }
    return;
  }
  for (let k = 0; k < kc; k++) {
    for (let c = 0; c < width; c++) store<f32>(at(packed, c), load<f32>(at(b, c)));
    packed = at(packed, stride);
    b = at(b, bRow);
  }
}

function packAny(kc: i32, width: i32, b: usize, bRow: i32, bCol: i32, packed: usize, stride: i32): void {
  for (let k = 0; k < kc; k++) {
    for (let c = 0; c < width; c++) store<f32>(at(packed, k * stride + c), load<f32>(at(b, k * bRow + c * bCol)));
  }
}

/** Bytes of workspace that `gemm` needs. */
export function gemmWorkspace(_m: i32, n: i32, k: i32): i32 {
  return packedSize(min(k, K_BLOCK), n);
}

/** C (+)= A · B for one block of k with B packed. */
function multiplyBlock(
  m: i32, n: i32, kc: i32, a: usize, aRow: i32, aCol: i32, packed: usize, c: usize, cRow: i32, accumulate: i32,
): void {
  const strip = scratch + PACKED_A_BYTES;
  for (let i = 0; i < m; i += M_BLOCK) {
    const mc = min(M_BLOCK, m - i);
    let block = at(a, i * aRow);
    let rowStep = aRow;
    if (aCol != 1 && mc > 1) {
      // Rows of A lie side by side in a transposed matrix.
      if (aRow == 1) transposed(scratch, kc, block, aCol, kc, mc);
      else packAny(mc, kc, block, aRow, aCol, scratch, kc);
      block = scratch;
      rowStep = kc;
    }
    const colBytes: usize = block == scratch ? 4 : <usize>aCol << 2;
    let panel = packed;
    let j = 0;
    if (mc == 1) {
      const panelBytes = <usize>(kc * PANEL) << 2;
      for (; j + 2 * PANEL <= n; j += 2 * PANEL) {
        row32(kc, block, colBytes, panel, panel + panelBytes, at(c, i * cRow + j), accumulate);
        panel += 2 * panelBytes;
      }
    }
    for (; j < n; j += PANEL) {
      const width = min(PANEL, n - j);
      const stride = padded(width);
      const target = at(c, i * cRow + j);
      const rowBytes = <usize>rowStep << 2;
      const panelBytes = <usize>stride << 2;
      const cBytes = <usize>cRow << 2;
      if (width == stride) columns(width, mc, kc, block, rowBytes, colBytes, panel, panelBytes, target, cBytes, accumulate);
      else {
        columns(stride, mc, kc, block, rowBytes, colBytes, panel, panelBytes, strip, panelBytes, 0);
        mergeStrip(mc, width, strip, stride, target, cRow, accumulate);
      }
      panel = at(panel, kc * stride);
    }
  }
}

function mergeStrip(m: i32, width: i32, strip: usize, stride: i32, c: usize, cRow: i32, accumulate: i32): void {
  for (let r = 0; r < m; r++) {
    for (let q = 0; q < width; q++) {
      const v = load<f32>(at(strip, r * stride + q));
      const p = at(c, r * cRow + q);
      store<f32>(p, accumulate ? load<f32>(p) + v : v);
    }
  }
}

/**
 * Rows `from` … `to` of C = A · B, or of C += A · B, with B packed by `packB`.
 *
 * @param bias  (n), what every row of C starts from instead; or 0
 */
export function gemmPacked(
  from: i32, to: i32, n: i32, k: i32, a: usize, aRow: i32, aCol: i32, packed: usize, c: usize, cRow: i32, accumulate: i32, bias: usize,
): void {
  const m = to - from;
  a = at(a, from * aRow);
  c = at(c, from * cRow);
  if (bias) {
    for (let r = 0; r < m; r++) memory.copy(at(c, r * cRow), bias, <usize>n << 2);
    accumulate = 1;
  }
  if (k == 0 && !accumulate) clear(m, n, c, cRow);
  for (let first = 0; first < k; first += K_BLOCK) {
    const kc = min(K_BLOCK, k - first);
    multiplyBlock(m, n, kc, at(a, first * aCol), aRow, aCol, packed, c, cRow, accumulate | i32(first > 0));
    packed = at(packed, kc * padded(n));
  }
}

/** C = A · B, or C += A · B with `accumulate`, whole: for products too small to share out. */
export function gemm(
  m: i32, n: i32, k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, c: usize, cRow: i32, accumulate: i32, workspace: usize,
): void {
  if (k == 0) {
    if (!accumulate) clear(m, n, c, cRow);
    return;
  }
  // Few rows do not pay for packing B: dot products with its columns, where those are contiguous.
  if (m < 4 && bRow == 1 && aCol == 1) {
    for (let r = 0; r < m; r++) dots(n, k, at(a, r * aRow), b, bCol, at(c, r * cRow), accumulate);
    return;
  }
  if (m < 4 && bCol == 1) {
    // Walking down all of B's rows at once would wait for memory (512 x 2048: 7 → 14 GFLOP/s).
    for (let from = 0; from < k; from += FEW) {
      rowsOfB(m, n, min(FEW, k - from), at(a, from * aCol), aRow, aCol, at(b, from * bRow), bRow, c, cRow, accumulate | i32(from > 0));
    }
    return;
  }
  for (let from = 0; from < k; from += K_BLOCK) {
    const kc = min(K_BLOCK, k - from);
    packBlock(0, panelsOf(n), kc, n, at(b, from * bRow), bRow, bCol, workspace);
    multiplyBlock(m, n, kc, at(a, from * aCol), aRow, aCol, workspace, c, cRow, accumulate | i32(from > 0));
  }
}

function clear(m: i32, n: i32, c: usize, cRow: i32): void {
  for (let r = 0; r < m; r++) memory.fill(at(c, r * cRow), 0, <usize>n << 2);
}

/** c (n) = x (k) · B, where column j of B is contiguous at b + j · bCol: four dot products at a time. */
function dots(n: i32, k: i32, x: usize, b: usize, bCol: i32, c: usize, accumulate: i32): void {
  const k4 = k & ~3;
  let j = 0;
  for (; j + 4 <= n; j += 4) {
    const p0 = at(b, j * bCol);
    const p1 = at(p0, bCol);
    const p2 = at(p1, bCol);
    const p3 = at(p2, bCol);
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let i = 0;
    for (; i < k4; i += 4) {
      const v = v128.load(at(x, i));
      s0 = madd(v, v128.load(at(p0, i)), s0);
      s1 = madd(v, v128.load(at(p1, i)), s1);
      s2 = madd(v, v128.load(at(p2, i)), s2);
      s3 = madd(v, v128.load(at(p3, i)), s3);
    }
    if (i < k) {
      const v = loadPartial(at(x, i), k - i);
      s0 = madd(v, loadPartial(at(p0, i), k - i), s0);
      s1 = madd(v, loadPartial(at(p1, i), k - i), s1);
      s2 = madd(v, loadPartial(at(p2, i), k - i), s2);
      s3 = madd(v, loadPartial(at(p3, i), k - i), s3);
    }
    const u = f32x4.add(v128.shuffle<f32>(s0, s1, 0, 4, 1, 5), v128.shuffle<f32>(s0, s1, 2, 6, 3, 7));
    const w = f32x4.add(v128.shuffle<f32>(s2, s3, 0, 4, 1, 5), v128.shuffle<f32>(s2, s3, 2, 6, 3, 7));
    let y = f32x4.add(v128.shuffle<f32>(u, w, 0, 1, 4, 5), v128.shuffle<f32>(u, w, 2, 3, 6, 7));
    if (accumulate) y = f32x4.add(v128.load(at(c, j)), y);
    v128.store(at(c, j), y);
  }
  for (; j < n; j++) {
    const p = at(b, j * bCol);
    let s = f32x4.splat(0);
    let i = 0;
    for (; i < k4; i += 4) s = madd(v128.load(at(x, i)), v128.load(at(p, i)), s);
    if (i < k) s = madd(loadPartial(at(x, i), k - i), loadPartial(at(p, i), k - i), s);
    const y = lanes(s);
    store<f32>(at(c, j), accumulate ? load<f32>(at(c, j)) + y : y);
  }
}

/** Few rows times B with contiguous rows, read where it stands. */
function rowsOfB(m: i32, n: i32, k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, c: usize, cRow: i32, accumulate: i32): void {
  const aRowBytes = <usize>aRow << 2;
  const aColBytes = <usize>aCol << 2;
  const bRowBytes = <usize>bRow << 2;
  const cRowBytes = <usize>cRow << 2;
  let j = 0;
  for (; j + PANEL <= n; j += PANEL) {
    columns(PANEL, m, k, a, aRowBytes, aColBytes, at(b, j), bRowBytes, at(c, j), cRowBytes, accumulate);
  }
  const rest = (n - j) & ~3;
  if (rest) columns(rest, m, k, a, aRowBytes, aColBytes, at(b, j), bRowBytes, at(c, j), cRowBytes, accumulate);
  for (j += rest; j < n; j++) {
    for (let r = 0; r < m; r++) {
      let s: f32 = 0;
      for (let i = 0; i < k; i++) s += load<f32>(at(a, r * aRow + i * aCol)) * load<f32>(at(b, i * bRow + j));
      const p = at(c, r * cRow + j);
      store<f32>(p, accumulate ? load<f32>(p) + s : s);
    }
  }
}
