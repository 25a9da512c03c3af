// Rows picked by index: embeddings, and products with one-hot matrices without the zeros.
import { addRow, at } from './simd';

/** y (n, classes) = 1 where the index says, else 0. */
export function oneHot(y: usize, index: usize, n: i32, classes: i32): void {
  memory.fill(y, 0, <usize>(n * classes) << 2);
  for (let i = 0; i < n; i++) store<f32>(at(y, i * classes + load<i32>(at(index, i))), 1);
}

/** y (n, width) = rows of the table. */
export function gatherRows(y: usize, table: usize, index: usize, n: i32, width: i32): void {
  const bytes = <usize>width << 2;
  for (let i = 0; i < n; i++) memory.copy(y + <usize>i * bytes, at(table, load<i32>(at(index, i)) * width), bytes);
}

/** Row index[i] of the table += row i of dy, in the strips `from` … `to` of 16 columns. */
export function scatterAddRows(from: i32, to: i32, table: usize, dy: usize, index: usize, n: i32, width: i32): void {
  const first = from * 16;
  const count = min(width, to * 16) - first;
  if (count <= 0) return;
  for (let i = 0; i < n; i++) addRow(at(table, load<i32>(at(index, i)) * width + first), at(dy, i * width + first), count);
}

/** y[i] = Wᵀ[index[i]] + bias for i = from … to: y (n, out), Wᵀ (classes, out), bias (out) or 0. */
export function oneHotProject(from: i32, to: i32, y: usize, columns: usize, bias: usize, index: usize, out: i32): void {
  if (!bias) {
    gatherRows(at(y, from * out), columns, at(index, from), to - from, out);
    return;
  }
  for (let i = from; i < to; i++) {
    const source = at(columns, load<i32>(at(index, i)) * out);
    const target = at(y, i * out);
    let c = 0;
    for (; c + 4 <= out; c += 4) v128.store(at(target, c), f32x4.add(v128.load(at(source, c)), v128.load(at(bias, c))));
    for (; c < out; c++) store<f32>(at(target, c), load<f32>(at(source, c)) + load<f32>(at(bias, c)));
  }
}

/** As `oneHotProject`, from W (out, classes) where it stands: for few rows, which are not worth its transposition. */
export function oneHotProjectFew(y: usize, w: usize, bias: usize, index: usize, n: i32, out: i32, classes: i32): void {
  for (let i = 0; i < n; i++) gatherColumn(at(y, i * out), at(w, load<i32>(at(index, i))), bias, out, classes);
}

/** y (n) = floats at x that lie `step` apart + bias. */
function gatherColumn(y: usize, x: usize, bias: usize, n: i32, step: i32): void {
  for (let i = 0; i < n; i++) {
    const v = load<f32>(at(x, i * step));
    store<f32>(at(y, i), bias ? v + load<f32>(at(bias, i)) : v);
  }
}
