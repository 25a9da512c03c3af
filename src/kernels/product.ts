import { kernels, ownKernels, withWorkspace } from './engine.js';
import { asJob } from './job.js';
import { memory } from './memory.js';
import { findBlas } from './platform-blas.js';
import { parallel } from './threads.js';

// Up to here a product is one call: packing and multiplying apart would cost more than it brings.
const SMALL = 64 * 1024;
// Rows of A below which B is read where it stands, if it can be.
const FEW_ROWS = 4;

/** The library that takes large products over, if the user asked for one. */
export const blas = findBlas(memory);

/** Whether a product is worth packing B for: large, and with rows enough to use it again. */
export const paysPacking = (m: number, n: number, k: number): boolean =>
  blas.sgemm === null && isLarge(m, n, k);

const isLarge = (m: number, n: number, k: number): boolean => m >= FEW_ROWS && m * n * k > SMALL;

/**
 * C = A · B in float32, or C += A · B. A (m, k) and B (k, n) have any strides, C (m, n) has contiguous columns; addresses are
 * bytes, strides elements. Uses the workspace, or for large ones the library that the user asked for.
 */
export function gemm(
  m: number,
  n: number,
  k: number,
  a: number,
  aRow: number,
  aCol: number,
  b: number,
  bRow: number,
  bCol: number,
  c: number,
  cRow: number,
  accumulate: boolean,
): void {
  if (blas.sgemm !== null && isLarge(m, n, k) && !(aRow !== 1 && aCol !== 1) && !(bRow !== 1 && bCol !== 1)) {
    const [flipA, flipB] = [aCol !== 1, bCol !== 1];
    const [lda, ldb] = [
      Math.max(flipA ? aCol : aRow, flipA ? m : k),
      Math.max(flipB ? bCol : bRow, flipB ? k : n),
    ];
    const { sgemm } = blas;
    asJob(() => {
      sgemm(flipA, flipB, m, n, k, a, lda, b, ldb, Number(accumulate), c, cRow);
    }, ['sgemm', flipA, flipB, m, n, k, a, lda, b, ldb, accumulate, c, cRow]);
    return;
  }
  const few = m < FEW_ROWS && (bCol === 1 || (bRow === 1 && aCol === 1));
  if (few || !paysPacking(m, n, k)) {
    withWorkspace(ownKernels.gemmWorkspace(m, n, k), (room) => {
      kernels.gemm(m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, Number(accumulate), room);
    });
    return;
  }
  asJob(() => {
    withWorkspace(ownKernels.packedSize(k, n), (packed) => {
      packB(k, n, b, bRow, bCol, packed);
      gemmPacked(m, n, k, a, aRow, aCol, packed, c, cRow, accumulate);
    });
  }, ['gemm', m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, accumulate]);
}

/** As `gemm`, with B packed by `packB`; with a bias (n), every row of C starts from it. */
export function gemmPacked(
  m: number,
  n: number,
  k: number,
  a: number,
  aRow: number,
  aCol: number,
  packed: number,
  c: number,
  cRow: number,
  accumulate: boolean,
  bias = 0,
): void {
  parallel('gemmPacked', m, 2 * n * k, n, k, a, aRow, aCol, packed, c, cRow, Number(accumulate), bias);
}

/** Writes B (k, n) to `packed` in the order in which products read it: `kernels.packedSize(k, n)` bytes. */
export function packB(k: number, n: number, b: number, bRow: number, bCol: number, packed: number): void {
  parallel('packB', Math.ceil(n / 16), 128 * k, k, n, b, bRow, bCol, packed);
}
