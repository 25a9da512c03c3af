import { bytesOf, type Read } from './read.js';

/** Reads matrices whose rows are a scale in float32 and bytes with a sign, and columns of float32 numbers. */
export function readerOf(base64: string): Read {
  const view = bytesOf(base64);
  let at = 0;
  const float = (): number => view.getFloat32((at += 4) - 4, true);
  return (rows, columns) => {
    let scale = 0;
    return new Float32Array(rows * columns).map((_, i) => {
      if (columns < 2) return float();
      if (i % columns === 0) scale = float();
      return scale * view.getInt8(at++);
    });
  };
}
