// Rows picked by index: embeddings, and products with one-hot matrices without the zeros.
import { transpose } from './copy';
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

/** Row index[i] of the table += row i of dy. */
export function scatterAddRows(table: usize, dy: usize, index: usize, n: i32, width: i32): void {
  for (let i = 0; i < n; i++) addRow(at(table, load<i32>(at(index, i)) * width), at(dy, i * width), width);
}

/** Bytes for the transposed weights. */
export function oneHotProjectWorkspace(out: i32, classes: i32): i32 {
  return (out * classes) << 2;
}

/** y[i] = W[:, index[i]] + bias: y (n, out), W (out, classes), bias (out) or 0. */
export function oneHotProject(y: usize, w: usize, bias: usize, index: usize, n: i32, out: i32, classes: i32, workspace: usize): void {
  // Few rows read W's columns where they stand; many are worth its transposition.
  if (n * 8 < classes) {
    for (let i = 0; i < n; i++) gatherColumn(at(y, i * out), at(w, load<i32>(at(index, i))), bias, out, classes);
    return;
  }
  transpose(workspace, w, out, classes);
  if (bias) for (let c = 0; c < classes; c++) addRow(at(workspace, c * out), bias, out);
  gatherRows(y, workspace, index, n, out);
}

/** y (n) = floats at x that lie `step` apart + bias. */
function gatherColumn(y: usize, x: usize, bias: usize, n: i32, step: i32): void {
  for (let i = 0; i < n; i++) {
    const v = load<f32>(at(x, i * step));
    store<f32>(at(y, i), bias ? v + load<f32>(at(bias, i)) : v);
  }
}

/** dW[:, index[i]] = Σ dy[i]: dW (out, classes), dy (n, out). */
export function oneHotProjectBackward(dw: usize, dy: usize, index: usize, n: i32, out: i32, classes: i32, workspace: usize): void {
  memory.fill(workspace, 0, <usize>(out * classes) << 2);
  scatterAddRows(workspace, dy, index, n, out);
  transpose(dw, workspace, classes, out);
}
