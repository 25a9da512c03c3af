import { ValueError } from '../../errors.js';
import type { Tensor } from '../../tensor/tensor.js';

/** How numbers are kept: in float32, or a byte each with a float32 scale a row. */
export type ExportedWeights = 'float32' | 'int8';

const MOST = 127;

/**
 * Matrices as the runtime reads them, one after the other: little-endian float32, or of each row a scale and bytes with a sign;
 * columns and vectors are float32 always.
 *
 * @throws ValueError for numbers that are not finite
 */
export function packed(matrices: readonly Tensor[], weights: ExportedWeights): Uint8Array {
  const parts = matrices.map((matrix) => {
    const [rows, columns = 1] = matrix.shape;
    return { rows, columns, values: matrix.data as Float32Array, isInt8: weights === 'int8' && columns > 1 };
  });
  const size = parts.reduce(
    (sum, { rows, columns, isInt8 }) => sum + rows * (isInt8 ? 4 + columns : 4 * columns),
    0,
  );
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { rows, columns, values, isInt8 } of parts) {
    if (!values.every(Number.isFinite)) {
      throw new ValueError('the model has weights that are not finite', {
        hint: 'its training may have diverged: export an earlier checkpoint',
      });
    }
    if (!isInt8) {
      // WebAssembly is little endian, and so are its numbers here.
      bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
      at += values.byteLength;
      continue;
    }
    for (let row = 0; row < rows; row++) {
      const own = values.subarray(row * columns, (row + 1) * columns);
      const scale = Math.fround(own.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / MOST);
      view.setFloat32(at, scale, true);
      at += 4;
      for (const value of own) view.setInt8(at++, scale === 0 ? 0 : Math.round(value / scale));
    }
  }
  return bytes;
}
