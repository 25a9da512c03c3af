import { bytesOf, type Read } from './read.js';

/** Reads matrices of little-endian float32 numbers. */
export function readerOf(base64: string): Read {
  const view = bytesOf(base64);
  let at = -4;
  return (rows, columns) => new Float32Array(rows * columns).map(() => view.getFloat32((at += 4), true));
}
