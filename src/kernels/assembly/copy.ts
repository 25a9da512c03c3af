// Copies of 32-bit words between layouts.
import { at } from './simd';

export function copy(y: usize, x: usize, n: i32): void {
  memory.copy(y, x, <usize>n << 2);
}

/** y (columns, rows) = x (rows, columns) transposed, in 4 x 4 blocks. */
export function transpose(y: usize, x: usize, rows: i32, columns: i32): void {
  transposed(y, rows, x, columns, rows, columns);
}

/** As `transpose`, with rows of y and x that lie yRow and xRow elements apart. */
export function transposed(y: usize, yRow: i32, x: usize, xRow: i32, rows: i32, columns: i32): void {
  const rows4 = rows & ~3;
  const columns4 = columns & ~3;
  for (let r = 0; r < rows4; r += 4) {
    for (let c = 0; c < columns4; c += 4) {
      const p = at(x, r * xRow + c);
      const a = v128.load(p);
      const b = v128.load(at(p, xRow));
      const d = v128.load(at(p, 2 * xRow));
      const e = v128.load(at(p, 3 * xRow));
      const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const de0 = v128.shuffle<f32>(d, e, 0, 4, 1, 5);
      const de1 = v128.shuffle<f32>(d, e, 2, 6, 3, 7);
      const q = at(y, c * yRow + r);
      v128.store(q, v128.shuffle<f32>(ab0, de0, 0, 1, 4, 5));
      v128.store(at(q, yRow), v128.shuffle<f32>(ab0, de0, 2, 3, 6, 7));
      v128.store(at(q, 2 * yRow), v128.shuffle<f32>(ab1, de1, 0, 1, 4, 5));
      v128.store(at(q, 3 * yRow), v128.shuffle<f32>(ab1, de1, 2, 3, 6, 7));
    }
    for (let c = columns4; c < columns; c++) {
      for (let i = 0; i < 4; i++) store<i32>(at(y, c * yRow + r + i), load<i32>(at(x, (r + i) * xRow + c)));
    }
  }
  for (let r = rows4; r < rows; r++) {
    for (let c = 0; c < columns; c++) store<i32>(at(y, c * yRow + r), load<i32>(at(x, r * xRow + c)));
  }
}

/** y = x over `rank` axes; strides and shape are int32 tables, outermost axis first. */
export function copyStrided(y: usize, yStrides: usize, x: usize, xStrides: usize, shape: usize, rank: i32): void {
  if (rank == 0) {
    store<i32>(y, load<i32>(x));
    return;
  }
  const n = load<i32>(shape);
  const yStep = load<i32>(yStrides);
  const xStep = load<i32>(xStrides);
  if (rank == 1) {
    if (yStep == 1 && xStep == 1) memory.copy(y, x, <usize>n << 2);
    else for (let i = 0; i < n; i++) store<i32>(at(y, i * yStep), load<i32>(at(x, i * xStep)));
    return;
  }
  if (rank == 2 && yStep == 1 && load<i32>(xStrides, 4) == 1) {
    transposed(y, load<i32>(yStrides, 4), x, xStep, n, load<i32>(shape, 4));
    return;
  }
  if (rank == 2 && xStep == 1 && load<i32>(yStrides, 4) == 1) {
    transposed(y, yStep, x, load<i32>(xStrides, 4), load<i32>(shape, 4), n);
    return;
  }
  for (let i = 0; i < n; i++) {
    copyStrided(at(y, i * yStep), yStrides + 4, at(x, i * xStep), xStrides + 4, shape + 4, rank - 1);
  }
}
